import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../../src/core/json.ts";
import { practiceRequestId, PRACTICE_TERMINAL } from "../../../src/core/practice.ts";
import type { DaemonEvent, TerminalConfig } from "../../../src/daemon/api.ts";
import { systemClock } from "../../../src/daemon/clock.ts";
import { systemCrypto } from "../../../src/daemon/crypto.ts";
import { Intake } from "../../../src/daemon/intake.ts";
import { linksOver } from "../../../src/daemon/links.ts";
import { simulatorProcesses } from "../../../src/daemon/practice/simulator-process.ts";
import { NoSimulator, type PracticeSimulator, type StartSimulator } from "../../../src/daemon/practice/simulator.ts";
import { terminalCheck } from "../../../src/daemon/terminal-check.ts";
import { openTill, type Till } from "../../../src/daemon/till.ts";
import { vendors as registered } from "../../../src/drivers/registry.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createMemoryJournal, type MemoryJournal } from "../../support/memory-journal.ts";

const MAIN = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const AMOUNT = { value: 1500, currency: "CLP" };
const ADMIN = { pos: "cli", seesAll: true };
const PAGE = { pos: "page", seesAll: false };
const vendors = new Map(registered.map((vendor) => [vendor.id, vendor]));
const fromClone = simulatorProcesses({ runtime: process.execPath, argv: [MAIN] }, systemClock);
const settings = {
  repeatWindowMs: 86_400_000,
  posGoneMs: 30_000,
  appendLimitMs: 2_000,
  maxWaiting: 16,
  queueLimitMs: 60_000,
  restartPatienceMs: 10_000,
  connection: {
    openTimeoutMs: 5_000,
    writeTimeoutMs: 2_000,
    frameGapMs: 2_000,
    backoff: { minMs: 100, maxMs: 5_000 },
  },
};

type House = { readonly till: Till; readonly events: DaemonEvent[]; readonly saved: readonly TerminalConfig[][] };

async function openHouse(
  context: TestContext,
  startSimulator: StartSimulator = fromClone,
  journal: MemoryJournal = createMemoryJournal(),
): Promise<House> {
  const saved: TerminalConfig[][] = [];
  const till = await openTill(
    {
      journal,
      vendors,
      bindLink: linksOver(systemClock),
      secretValues: {
        read: () => Promise.reject(new Error("a practice reads no secret")),
        set: () => Promise.reject(new Error("a practice keeps no secret")),
        remove: () => Promise.reject(new Error("a practice removes no secret")),
      },
      intake: new Intake(),
      clock: systemClock,
      crypto: systemCrypto,
      log: createKeptLog(),
      settings,
      rulesOf: () => ({}),
      startOfDay: () => 0,
      findLinks: () => Promise.resolve([]),
      saveTerminals: (configs) => {
        saved.push([...configs]);
        return Promise.resolve({ kind: "done", value: {} });
      },
      startSimulator,
    },
    [],
  );
  const events: DaemonEvent[] = [];
  till.events.listen((event) => void events.push(event));
  context.after(() => till.close(0));
  return { till, events, saved };
}

/** A process of which the test knows when it has gone. */
function watched(start: StartSimulator): { readonly start: StartSimulator; readonly simulators: PracticeSimulator[] } {
  const simulators: PracticeSimulator[] = [];
  return {
    simulators,
    start: async (...asked) => {
      const simulator = await start(...asked);
      simulators.push(simulator);
      return simulator;
    },
  };
}

/** The same simulator at another port, where somebody hears of the first connection. */
async function behindADoor(
  context: TestContext,
  simulator: PracticeSimulator,
  opened: () => void,
): Promise<PracticeSimulator> {
  const door = createServer((near) => {
    const far = connect({ host: "127.0.0.1", port: Number(simulator.link["port"]) });
    for (const end of [near, far]) end.on("error", () => end.destroy());
    near.pipe(far).pipe(near);
  });
  door.once("connection", opened);
  await once(door.listen(0, "127.0.0.1"), "listening");
  context.after(() => door.close());
  const { port } = door.address() as AddressInfo;
  return { ...simulator, link: { ...simulator.link, port } };
}

describe("a practice payment", () => {
  for (const { vendor, amount } of [
    { vendor: "getnet", amount: AMOUNT },
    { vendor: "poynt", amount: { value: 1500, currency: "USD" } },
  ]) {
    it(`at a simulated ${vendor} terminal is approved, and its simulator is gone afterwards`, async (context) => {
      const { start, simulators } = watched(fromClone);
      const { till, events, saved } = await openHouse(context, start);
      for (const nth of [1, 2]) {
        const practised = await till.practice.run({ vendor, amount });
        assert(practised.kind === "done", JSON.stringify(practised));
        const { transaction } = practised.value.seen;
        assert.deepEqual(
          [transaction.outcome?.kind, transaction.terminal, transaction.pos, transaction.acknowledgedRevision],
          ["approved", "practice", "page", 1],
          `the payment ${nth}`,
        );
      }
      await Promise.all(simulators.map(({ gone }) => gone));
      assert.equal(simulators.length, 2);
      assert.deepEqual(till.terminals.list(), []);
      assert.deepEqual(saved, []);
      assert.equal(events.filter(({ kind }) => kind === "terminalState").length, 0);
      assert.deepEqual(await till.transactions.openOf("page"), []);
    });
  }

  it("runs once at a time, and nobody can add or pay at a terminal of its name", async (context) => {
    const { till, events } = await openHouse(context);
    const running = till.practice.run({ amount: AMOUNT });
    const second = await till.practice.run({ amount: AMOUNT });
    assert.equal(second.kind === "refused" && second.refusal.reason, "terminalBusy");
    const { promise: accepted, resolve } = Promise.withResolvers<undefined>();
    till.events.listen((event) => {
      if (event.kind === "told") resolve(undefined);
    });
    await accepted;
    const sale = { terminal: PRACTICE_TERMINAL, operation: { type: "sale", amount: AMOUNT } } as const;
    for (const [caller, requestId] of [
      [{ pos: "till-1", seesAll: false }, practiceRequestId("1")],
      [ADMIN, practiceRequestId("2")],
      [PAGE, "3"],
    ] as const) {
      const started = await till.transactions.start(caller, { ...sale, requestId });
      assert.equal(started.kind === "refused" && started.refusal.reason, "terminalNotFound");
    }
    assert.equal(till.terminals.get(PRACTICE_TERMINAL), undefined);
    const practised = await running;
    assert.equal(practised.kind === "done" && practised.value.seen.transaction.outcome?.kind, "approved");
    assert(
      events.some(({ kind }) => kind === "progress"),
      "its stages are told",
    );
    const link = { type: "tcp", host: "127.0.0.1", port: 9 };
    const added = await till.terminals.add({ id: "practice", vendor: "getnet", link, settings: { currency: "CLP" } });
    assert.match(added.kind === "refused" ? added.refusal.message : "", /no money moves/);
  });

  it("whose simulator dies in the middle ends as not performed, and leaves nothing in doubt", async (context) => {
    const { start, simulators } = watched(fromClone);
    const { till } = await openHouse(context, start);
    const deaf = till.events.listen((event) => {
      if (event.kind === "progress" && event.stage === "presentCard") void simulators[0]?.[Symbol.asyncDispose]();
    });
    const practised = await till.practice.run({ amount: AMOUNT });
    assert(practised.kind === "done", JSON.stringify(practised));
    const { outcome } = practised.value.seen.transaction;
    assert.deepEqual([outcome?.kind, outcome?.decidedBy.kind], ["notPerformed", "daemon"]);
    assert.match(outcome?.decidedBy.reason ?? "", /practice/);
    deaf();
    const again = await till.practice.run({ amount: AMOUNT });
    assert.equal(again.kind === "done" && again.value.seen.transaction.outcome?.kind, "approved");
  });

  it("leaves nothing in doubt either of what the page began beside it", async (context) => {
    const requestId = practiceRequestId("beside");
    const begun = Promise.withResolvers<unknown>();
    const beside = watched(fromClone);
    const { till } = await openHouse(context, async (...asked) => {
      const simulator = await beside.start(...asked);
      // The practice terminal's very first words: it is there, and the practice's own payment is not yet.
      return behindADoor(context, simulator, () => {
        const operation = { type: "sale", amount: AMOUNT } as const;
        begun.resolve(till.transactions.start(PAGE, { terminal: PRACTICE_TERMINAL, operation, requestId }));
      });
    });
    till.events.listen((event) => {
      if (event.kind === "progress" && event.stage === "presentCard")
        void beside.simulators[0]?.[Symbol.asyncDispose]();
    });
    await till.practice.run({ amount: AMOUNT });
    await begun.promise;
    const seen = await till.transactions.get(PAGE, { requestId });
    assert(seen.kind === "done", JSON.stringify(seen));
    const { dispatched, outcome } = seen.value.transaction;
    assert(dispatched !== undefined, "it was at the terminal when the simulator went");
    assert.deepEqual([outcome?.kind, outcome?.decidedBy.kind], ["notPerformed", "daemon"]);
  });

  it("is given up when the service ends, and its simulator with it", async (context) => {
    const { start, simulators } = watched(fromClone);
    const { till } = await openHouse(context, start);
    const { promise: sent, resolve } = Promise.withResolvers<undefined>();
    till.events.listen((event) => {
      if (event.kind === "progress") resolve(undefined);
    });
    const running = till.practice.run({ amount: AMOUNT });
    await sent;
    await till.close(0);
    const practised = await running;
    assert.notEqual(practised.kind === "done" && practised.value.seen.transaction.outcome?.kind, "unknown");
    await Promise.all(simulators.map(({ gone }) => gone));
    assert.equal(simulators.length, 1);
    const later = await till.practice.run({ amount: AMOUNT });
    assert.equal(later.kind === "refused" && later.refusal.reason, "shuttingDown");
  });

  it("without a simulator is refused with why, and nothing is begun", async (context) => {
    const journal = createMemoryJournal();
    const refuse: StartSimulator = () => Promise.reject(new NoSimulator("there is no more memory"));
    const { till } = await openHouse(context, refuse, journal);
    const practised = await till.practice.run({ amount: AMOUNT });
    assert.match(practised.kind === "refused" ? practised.refusal.message : "", /there is no more memory.*No payment/);
    assert.deepEqual(journal.durable(), []);
    const cloud = await till.practice.run({ vendor: "mercado-pago", amount: AMOUNT });
    assert.equal(cloud.kind === "refused" && cloud.refusal.field, "vendor");
  });

  it("that the last process left in doubt is settled with the next start, because no money can have moved", async (context) => {
    const journal = createMemoryJournal();
    const dispatched = async (id: string, pos: string, terminal: string, requestId: string) => {
      const at = "2026-11-20T10:00:00.000Z";
      const operation = { type: "sale", amount: AMOUNT } as const;
      await journal.append({
        transaction: id,
        place: 0,
        facts: [{ kind: "accepted", at, pos, requestId, terminal, operation, content: "{}" }],
      });
      const left = { ticket: "T1", references: {}, deadline: at } as unknown as JsonObject;
      await journal.append({
        transaction: id,
        place: 1,
        facts: [{ kind: "dispatched", at, attempt: 1, ...left } as never],
      });
    };
    await dispatched("P1", "page", PRACTICE_TERMINAL, practiceRequestId("1"));
    // A terminal of an older installation may have had that name: there money may have moved.
    await dispatched("R1", "till-1", PRACTICE_TERMINAL, practiceRequestId("1"));
    const { till } = await openHouse(context, fromClone, journal);
    const endOf = async (transaction: string) => {
      const seen = await till.transactions.get(ADMIN, { transaction });
      return seen.kind === "done" ? seen.value.transaction.outcome?.kind : seen.refusal.reason;
    };
    assert.deepEqual([await endOf("P1"), await endOf("R1")], ["notPerformed", "unknown"]);
  });
});

describe("a simulator for practice", () => {
  it("that does not say where it is, or ends at once, is none", async () => {
    const [vendor] = registered;
    assert(vendor !== undefined);
    const never = new AbortController().signal;
    const programs: readonly (readonly [string, RegExp])[] = [
      ["throw new Error('a mistake')", /it ended by itself \(1\)/],
      ["console.log('hello'); setInterval(() => {}, 1000)", /no address/],
      ["console.error('tillbridge: the disk is full'); process.exit(3)", /the disk is full/],
    ];
    for (const [text, why] of programs) {
      const start = simulatorProcesses({ runtime: process.execPath, argv: ["--eval", text, "--"] }, systemClock);
      await assert.rejects(start(vendor, never), (error) => error instanceof NoSimulator && why.test(error.message));
    }
    const nothing = simulatorProcesses({ runtime: "/there/is/no/such/program", argv: [] }, systemClock);
    await assert.rejects(nothing(vendor, never), NoSimulator);
  });
});

describe("the name of the practice terminal", () => {
  it("is taken by nobody's configuration", () => {
    const check = terminalCheck(vendors, linksOver(systemClock));
    const link = { type: "tcp", host: "127.0.0.1", port: 9 };
    const checked = check({ id: "practice", vendor: "getnet", link, settings: { currency: "CLP" } });
    assert.equal(checked.kind === "faulty" && checked.faults[0]?.field, "id");
    assert.equal(check({ id: "practice-2", vendor: "getnet", link, settings: { currency: "CLP" } }).kind, "valid");
  });
});
