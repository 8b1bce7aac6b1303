import { join } from "node:path";
import { connectPos, type Event, type Operation, type PosClient } from "../../src/client/index.ts";
import type { Outcome, StartedPayment, Transaction } from "../../src/client/index.ts";
import { fileStore } from "../../src/client/node.ts";
import type { Ending } from "./ending.ts";

/** A POS program in this process, on the client that is shipped. It reconnects by itself, again and again. */
export type Till = {
  readonly client: PosClient;
  /** Every event that it was told. */
  readonly events: readonly Event[];
  /** Every outcome that it was told, revision by revision. */
  readonly outcomes: readonly Transaction[];
  /** The first event that fits, of all that came or will come. */
  heard(fits: (event: Event) => boolean): Promise<Event>;
  /** The first outcome of this request that fits, of all that came or will come. */
  told(requestId: string, kind: Outcome["kind"]): Promise<Transaction>;
  /** Asks for a sale of so many Chilean pesos. */
  sale(amount: number, more?: Partial<Operation>): StartedPayment;
  /** Resolves with the sale when the daemon has told that it is there. */
  saleAt(moment: "accepted" | "dispatched" | "presentCard", amount: number): Promise<StartedPayment>;
  /** Resolves when the terminal is in this state. */
  terminalIs(state: string, terminal?: string): Promise<void>;
};

export type TillOptions = {
  readonly url: string;
  readonly name: string;
  readonly token: string;
  /** For what it keeps. */
  readonly folder: string;
  readonly terminal: string;
};

/** A daemon may be away for as long as a test likes. */
const CONNECT_LIMIT_MS = 60_000;

export async function openTill(ending: Ending, options: TillOptions): Promise<Till> {
  const { url, name, token, folder, terminal } = options;
  const events: Event[] = [];
  const outcomes: Transaction[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const each of waiting) each();
  };
  const first = <Value>(among: readonly Value[], fits: (value: Value) => boolean) =>
    new Promise<Value>((resolve) => {
      const find = () => {
        const found = among.find(fits);
        if (found === undefined) return;
        waiting.delete(find);
        resolve(found);
      };
      waiting.add(find);
      find();
    });

  const client = await connectPos({
    url,
    pos: name,
    token,
    store: fileStore(join(folder, `${name}.json`)),
    onOutcome: (transaction) => {
      outcomes.push(transaction);
      look();
    },
    onEvent: (event) => {
      events.push(event);
      look();
    },
    random: () => 0,
    connectLimitMs: CONNECT_LIMIT_MS,
  });
  ending.after(() => client.close());
  const sale = (amount: number, more: Partial<Operation> = {}) => {
    const operation: Operation = { type: "sale", amount: { value: amount, currency: "CLP" }, ...more };
    return client.pay({ terminal, operation });
  };
  const heard = (fits: (event: Event) => boolean) => first(events, fits);
  return {
    client,
    events,
    outcomes,
    heard,
    told: (requestId, kind) => first(outcomes, (told) => told.requestId === requestId && told.outcome?.kind === kind),
    sale,
    saleAt: async (moment, amount) => {
      const started = sale(amount);
      const there = heard((event) => isMoment(event, moment, started.requestId));
      await Promise.race([there, started.ended]);
      return started;
    },
    terminalIs: async (state, which = terminal) => {
      const from = events.length;
      if ((await client.call("terminals.get", { terminal: which })).terminal.state === state) return;
      await heard(
        (event) =>
          event.type === "terminal.state" &&
          event.terminal.id === which &&
          event.terminal.state === state &&
          events.indexOf(event) >= from,
      );
    },
  };
}

function isMoment(event: Event, moment: string, requestId: string): boolean {
  if (event.type === "transaction.progress") return event.stage === moment && event.requestId === requestId;
  return (
    (event.type === "transaction.accepted" || event.type === "transaction.dispatched") &&
    event.type === `transaction.${moment}` &&
    event.transaction.requestId === requestId
  );
}
