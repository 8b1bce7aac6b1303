import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Connection } from "../../../src/daemon/server/connection.ts";
import { DEFAULT_LIMITS } from "../../../src/daemon/server/ports.ts";
import type { Reception } from "../../../src/daemon/server/reception.ts";
import { HERE, openCounter } from "../../support/counter.ts";
import { APPROVED, SALE, type FakeTill } from "../../support/fake-till.ts";
import type { KeptLog } from "../../support/kept-log.ts";
import type { Message } from "../../support/protocol-client.ts";
import { TILL_TOKEN } from "../../support/protocol-server.ts";
import type { VirtualClock } from "../../support/virtual-clock.ts";

/** One client of the reception, without a socket of the system: what it sends is heard at once, time is virtual. */
export type Guest = {
  readonly said: readonly Message[];
  /** Undefined while it is open. */
  readonly closedWith: () => number | undefined;
  readonly isPaused: () => boolean;
  send(method: string, params: object, id?: number): void;
  sendText(text: string): void;
  /** It takes nothing of what is sent from here on. */
  stopReading(): void;
  hangUp(): void;
};

export type Hall = {
  readonly clock: VirtualClock;
  readonly till: FakeTill;
  readonly log: KeptLog;
  sockets(): number;
  /** Undefined where there is no room. */
  enter(): Guest | undefined;
  /** A socket with a session of `till-1`. */
  enterTill(): Promise<Guest>;
  /** A sale of this POS from its start to its acknowledgement; fails where one answer is not what it should be. */
  sell(pos: Guest): Promise<void>;
};

/** Everything behind the doors, in memory, until the test ends. */
export function openHall(t: TestContext): Hall {
  const { reception, clock, till, log } = openCounter();
  t.after(() => reception.close());

  const enter = () => (reception.makesRoom(HERE.from) ? enterBy(reception) : undefined);
  let sales = 0;
  return {
    clock,
    till,
    log,
    sockets: () => reception.context.sockets(),
    enter,
    enterTill: async () => {
      const guest = enter();
      assert.ok(guest, "there is room for a till");
      guest.send("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN }, 1);
      await clock.settle();
      assert.ok(
        guest.said.some(({ id, result }) => id === 1 && result !== undefined),
        "the till has its session",
      );
      return guest;
    },
    sell: async (pos) => {
      sales += 1;
      const requestId = `sale-${sales}`;
      const from = pos.said.length;
      pos.send("transactions.start", { terminal: "counter-1", requestId, operation: SALE }, 100_000 + 2 * sales);
      await clock.settle();
      const id = till.started.at(-1) ?? "";
      await till.settle(id, APPROVED);
      await clock.settle();
      pos.send("transactions.acknowledge", { transaction: id }, 100_001 + 2 * sales);
      await clock.settle();
      const heard = pos.said.slice(from);
      const replies = heard.filter(({ id: reply }) => reply === 100_000 + 2 * sales || reply === 100_001 + 2 * sales);
      assert.deepEqual(
        replies.map(({ error }) => error),
        [undefined, undefined],
        "each request has its reply",
      );
      const settled = heard.filter(({ params }) => params?.["type"] === "transaction.settled");
      assert.deepEqual(
        settled.map(({ params }) => {
          const { requestId: told, outcome } = params?.["transaction"] as {
            requestId: string;
            outcome: { kind: string };
          };
          return [told, outcome.kind];
        }),
        [[requestId, "approved"]],
      );
    },
  };
}

function enterBy(reception: Reception): Guest {
  const said: Message[] = [];
  let [unreadBytes, isReading, isPaused] = [0, true, false];
  let closedWith: number | undefined;
  let lastId = 0;
  const end = (code: number) => {
    if (closedWith !== undefined) return;
    closedWith = code;
    connection.closed(code);
  };
  const connection: Connection = reception.admit(
    {
      get unreadBytes() {
        return unreadBytes;
      },
      send: (text) => {
        if (isReading) said.push(JSON.parse(text) as Message);
        else unreadBytes += text.length;
      },
      flushed: () => (isReading ? Promise.resolve() : new Promise(() => {})),
      ping: () => {
        if (isReading) connection.heard();
      },
      pause: () => void (isPaused = true),
      resume: () => void (isPaused = false),
      close: (code) => queueMicrotask(() => end(code)),
      terminate: () => end(CUT),
    },
    HERE,
  );
  const sendText = (text: string) => {
    if (closedWith === undefined && !isPaused) connection.received(text);
  };
  return {
    said,
    closedWith: () => closedWith,
    isPaused: () => isPaused,
    sendText,
    send: (method, params, id = (lastId += 1)) => sendText(JSON.stringify({ jsonrpc: "2.0", id, method, params })),
    stopReading: () => void (isReading = false),
    hangUp: () => end(GOING_AWAY),
  };
}

const GOING_AWAY = 1001;
const CUT = 1006;

export const SOCKETS = DEFAULT_LIMITS.sockets;
