import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FactBody } from "../../../src/core/facts.ts";
import type { RepeatRules } from "../../../src/drivers/driver.ts";
import type { TransactionRecord } from "../../../src/daemon/record.ts";
import { HttpConnection } from "../../../src/daemon/terminal/http-connection.ts";
import { Keyring } from "../../../src/daemon/terminal/keyring.ts";
import { repeat, type RepeatOrder } from "../../../src/daemon/terminal/repeat.ts";
import { momentOf, SignsOfLife } from "../../../src/daemon/terminal/signs-of-life.ts";
import { writeStoredRequest } from "../../../src/daemon/terminal/stored-request.ts";
import type { ExchangeConnection } from "../../../src/transports/exchange.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { approvedVerdict, openDesk, stored, type Desk } from "./records-of.ts";

const PAIRING = { pairing: "p1" };
const BODY = '{"amount":1000}';
const RULES: RepeatRules = {
  windowMs: 60_000,
  memory: { kind: "oneRun", restartSuspicionMs: 10_000 },
  mostRepeats: 3,
};

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function dispatchedAt(desk: Desk): FactBody {
  const request = writeStoredRequest({
    method: "POST",
    path: "/sale",
    headers: { "Content-Type": "text/plain" },
    body: new TextEncoder().encode(BODY),
  });
  return {
    kind: "dispatched",
    attempt: 1,
    request: Buffer.from(request).toString("base64"),
    ticket: "T1",
    driver: { id: "toy", version: "1" },
    identity: PAIRING,
    link: "http toy #1",
    deadline: new Date(desk.clock.now() + 90_000).toISOString(),
    lastSeen: new Date(desk.clock.now()).toISOString(),
  };
}

/** A terminal's address where every connection opens, and a note of what was durable when bytes left. */
async function bench(...more: readonly FactBody[]) {
  const desk = openDesk();
  const { clock, journal } = desk;
  const record = await desk.accepted("X1", dispatchedAt(desk), ...more);
  const log = createKeptLog();
  const sends: string[] = [];
  let opened = 0;
  const keyring = await Keyring.open(
    "counter-1",
    { read: () => Promise.resolve(undefined), set: () => Promise.resolve(), remove: () => Promise.resolve(false) },
    nodeCrypto,
    log,
  );
  const connections: { isOpen: boolean }[] = [];
  const connection = new HttpConnection<string>({
    choose: () => Promise.resolve(),
    open: () => {
      opened += 1;
      const state = { isOpen: true };
      connections.push(state);
      const one: ExchangeConnection = {
        name: `http toy #${opened + 1}`,
        get isOpen() {
          return state.isOpen;
        },
        send: async (request) => {
          const attempts = journal.durable().find(({ id }) => id === "X1")?.attempts ?? 0;
          sends.push(`${request.method} ${request.path} ${text(request.body)}, attempt ${attempts} durable`);
          return { kind: "sent" };
        },
        close: () => {
          state.isOpen = false;
          return Promise.resolve();
        },
      };
      return Promise.resolve({ kind: "open", connection: one });
    },
    wire: {
      kind: "http",
      encode: () => assert.fail("a repeat sends what was stored"),
      seal: (request) => request,
      open: () => ({ kind: "message", message: "" }),
      maxAnswerBytes: 1_000,
    },
    keyring,
    clock,
    crypto: nodeCrypto,
    log,
    settings: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 1, maxMs: 1 } },
    listener: { up: () => {}, down: () => {}, ended: () => {}, nobodyListens: () => {} },
  });
  connection.start();
  await clock.settle();
  const link = connection.link ?? "";
  const at = record.transaction.dispatched?.at ?? "";
  const signs = new SignsOfLife("X1", at, 10_000, { clock, journal, log });
  const order: RepeatOrder = {
    record,
    rules: RULES,
    identity: PAIRING,
    signs,
    exchange: "sale",
    replyTimeoutMs: 1_000,
    link,
  };
  const ask = (changes: Partial<RepeatOrder> = {}) => repeat({ ...order, ...changes }, { clock, connection });
  return { desk, clock, journal, record, signs, sends, connections, connection, ask };
}

type Bench = Awaited<ReturnType<typeof bench>>;

async function assertNotRepeated(world: Bench, why: string, changes: Partial<RepeatOrder> = {}): Promise<void> {
  assert.deepEqual(await world.ask(changes), { kind: "notRepeated", why });
  assert.deepEqual(world.sends, []);
  assert.equal((await stored(world.journal, "X1")).attempts, 1);
}

async function liveFor(world: Bench, durationMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < durationMs; passedMs += 5_000) {
    await world.clock.advance(Math.min(5_000, durationMs - passedMs));
    world.signs.seen(momentOf(world.clock));
  }
}

const revision = { revision: 1, decidedBy: { kind: "daemon" } } as const;

describe("rule 2, a repeat", () => {
  it("does not leave on a link that was given up: somebody else may answer from then on", async () => {
    const world = await bench();
    world.connection.drop(world.connection.link ?? "", "its account is opened anew");
    assert.equal((await world.ask()).kind, "notSent");
    assert.deepEqual(world.sends, []);
  });

  it("sends the stored bytes, and its fact is durable before they leave", async () => {
    const world = await bench();
    await liveFor(world, 20_000);
    assert.equal((await world.ask()).kind, "sent");
    assert.deepEqual(world.sends, [`POST /sale ${BODY}, attempt 2 durable`]);
  });

  it("is not sent once the deadline has passed", async () => {
    const world = await bench();
    await liveFor(world, 90_000);
    await assertNotRepeated(world, "deadline", { rules: { ...RULES, windowMs: 1_000_000 } });
  });

  it("is not sent when the clock was set back behind the dispatch: that counts as passed", async () => {
    const world = await bench();
    world.clock.setWallClock(world.clock.now() - 60_000);
    await assertNotRepeated(world, "deadline");
  });

  it("is not sent once unknown was told", async () => {
    const outcome = { kind: "unknown", since: "timeout", advice: "wait", ...revision } as const;
    await assertNotRepeated(await bench({ kind: "settled", outcome }), "deadline");
  });

  it("is not sent after a person has decided", async () => {
    const decidedBy = { kind: "person", name: "Ana", reason: "the slip" } as const;
    const outcome = { ...approvedVerdict(1_000), revision: 1, decidedBy };
    await assertNotRepeated(await bench({ kind: "settled", outcome }), "decided");
  });

  it("is not sent after the fence was lifted", async () => {
    const lifted = { kind: "fenceLifted", operator: "Ana", reason: "the queue is long" } as const;
    await assertNotRepeated(await bench(lifted), "decided");
  });

  it("is not sent after a cancel was asked", async () => {
    await assertNotRepeated(await bench({ kind: "cancelRequested", by: "till-1" }), "cancelAsked");
  });

  it("is not sent after a cancel that is not durable yet", async () => {
    const world = await bench();
    world.record.intendCancel();
    await assertNotRepeated(world, "cancelAsked");
  });

  it("is not sent outside the vendor's window", async () => {
    const world = await bench();
    await liveFor(world, 60_000);
    await assertNotRepeated(world, "window");
  });

  it("is not sent outside the window because a clock was set back meanwhile, and not after the deadline", async () => {
    const world = await bench();
    await liveFor(world, 50_000);
    world.clock.setWallClock(world.clock.now() - 45_000);
    await liveFor(world, 10_000);
    await assertNotRepeated(world, "window");
    await liveFor(world, 30_000);
    await assertNotRepeated(world, "deadline", { rules: { ...RULES, windowMs: 1_000_000 } });
  });

  it("is not sent when this machine slept through the window, whatever the monotonic clock says", async () => {
    const world = await bench();
    world.clock.setWallClock(world.clock.now() + 60_000);
    await assertNotRepeated(world, "window");
  });

  it("is not sent by the next process to one that was set back between them, and counts on from where it was", async () => {
    const world = await bench({ kind: "note", text: "in doubt" });
    const survives: Partial<RepeatOrder> = { rules: { ...RULES, memory: { kind: "survivesRestart" } } };
    await liveFor(world, 40_000);
    await world.record.write(() => ({ facts: [{ kind: "note", text: "a later sign of life" }] }));
    const restartedAt = async (wallMs: number) => {
      world.clock.setWallClock(wallMs);
      return { ...survives, record: await world.desk.reopened("X1") };
    };
    const now = world.clock.now();
    await assertNotRepeated(world, "deadline", await restartedAt(now - 1_000));
    const order = await restartedAt(now);
    await world.clock.advance(19_000);
    world.clock.setWallClock(now);
    await world.clock.advance(1_000);
    await assertNotRepeated(world, "window", order);
  });

  it("is not sent to another device, to another pairing, or to one that did not say who it is", async () => {
    const world = await bench();
    await assertNotRepeated(world, "otherDevice", { identity: { pairing: "p2" } });
    await assertNotRepeated(world, "otherDevice", { identity: undefined });
  });

  it("is not sent where a restart is suspected", async () => {
    const world = await bench();
    await world.clock.advance(10_001);
    await assertNotRepeated(world, "restartSuspected");
  });

  it("is sent in spite of a silence to a device whose memory survives a restart", async () => {
    const world = await bench();
    await world.clock.advance(30_000);
    const rules: RepeatRules = { ...RULES, memory: { kind: "survivesRestart" } };
    assert.equal((await world.ask({ rules })).kind, "sent");
  });

  it("is not sent more often than allowed", async () => {
    const repeated = (attempt: number): FactBody => ({ kind: "repeated", attempt, link: "http toy #1" });
    const world = await bench(repeated(2), repeated(3), repeated(4));
    assert.deepEqual(await world.ask(), { kind: "notRepeated", why: "tooOften" });
    assert.deepEqual(world.sends, []);
  });

  it("is not sent where the journal cannot take its fact", async () => {
    const world = await bench();
    world.journal.failNext(1);
    await assertNotRepeated(world, "journal");
    assert.deepEqual(
      world.connections.map(({ isOpen }) => isOpen),
      [false],
      "its connection is closed",
    );
  });
});

describe("rule 2, behind the fact of a repeat", () => {
  async function whileItIsWritten(world: Bench, act: (record: TransactionRecord) => void) {
    world.journal.hold();
    const asked = world.ask();
    await world.clock.settle();
    act(world.record);
    world.journal.release();
    const result = await asked;
    assert.deepEqual(world.sends, []);
    return result;
  }

  it("a cancel that came meanwhile keeps the bytes back", async () => {
    const world = await bench();
    const result = await whileItIsWritten(world, (record) => record.intendCancel());
    assert.deepEqual(result, { kind: "notRepeated", why: "cancelAsked" });
  });

  it("a restart that came to light meanwhile keeps the bytes back", async () => {
    const world = await bench();
    const result = await whileItIsWritten(world, () => world.signs.suspect("nobody listens"));
    assert.deepEqual(result, { kind: "notRepeated", why: "restartSuspected" });
  });

  it("a connection that was lost meanwhile carries nothing, and another one is not taken for it", async () => {
    const world = await bench();
    const result = await whileItIsWritten(world, () => {
      for (const connection of world.connections) connection.isOpen = false;
    });
    assert.equal(result.kind, "notSent");
    assert.equal(world.connections.length, 1);
  });
});
