import assert from "node:assert/strict";
import { test } from "node:test";
import { PaymentUnclear } from "../../src/client/errors.ts";
import { createFakeDaemon } from "../support/fake-daemon.ts";
import { count, emptyDisk, openTill, SALE } from "./till.ts";

const START = { terminal: "counter-1", operation: SALE, requestId: "R1" };

/** A program that crashed after its start had left. */
async function crashAfterStart(fate: "answered" | "lost") {
  const daemon = createFakeDaemon();
  const disk = emptyDisk();
  daemon.fate = ({ method }) => (method === "transactions.start" ? fate : undefined);
  const till = await openTill({ daemon, disk });
  till.client.pay(START).ended.catch(() => {});
  await till.clock.settle();
  await till.client.close();
  daemon.fate = () => undefined;
  return { daemon, disk };
}

test("an outcome that came while the program was away is handed over, and the attempt is forgotten", async () => {
  const { daemon, disk } = await crashAfterStart("answered");
  daemon.settle("R1", { kind: "approved" });

  const till = await openTill({ daemon, disk });

  assert.deepEqual(
    till.outcomes.map(({ requestId, outcome }) => `${requestId} ${outcome?.kind}`),
    ["R1 approved"],
  );
  assert.equal(daemon.stored[0]?.acknowledged, true);
  assert.equal(disk.attempts.size, 0);
  assert.deepEqual(till.left, []);
});

test("one that was acknowledged just before the crash is found as well", async () => {
  const { daemon, disk } = await crashAfterStart("answered");
  daemon.settle("R1", { kind: "declined", reason: "other" });
  const attempt = disk.attempts.get("R1");
  await openTill({ daemon, disk: emptyDisk() });
  assert.equal(daemon.stored[0]?.acknowledged, true);
  assert.ok(attempt !== undefined);

  const till = await openTill({ daemon, disk });

  assert.equal(till.outcomes.length, 1);
  assert.equal(disk.attempts.size, 0);
});

test("an attempt that never arrived is told, and never started by itself: the customer has gone", async () => {
  const { daemon, disk } = await crashAfterStart("lost");
  const starts = count(daemon, "transactions.start");

  const till = await openTill({ daemon, disk });
  await till.clock.advance(120_000);

  assert.deepEqual(till.left, ["R1 neverStored"]);
  assert.equal(count(daemon, "transactions.start"), starts);
  assert.equal(daemon.stored.length, 0);
  assert.ok(disk.attempts.has("R1"), "until the program decides");
  await till.client.forget("R1");
  assert.equal(disk.attempts.size, 0);
});

test("an attempt of another journal is for a person to look at", async () => {
  const { daemon, disk } = await crashAfterStart("lost");
  daemon.journal = "J2";

  const till = await openTill({ daemon, disk });

  assert.deepEqual(till.left, ["R1 otherJournal"]);
  assert.equal(count(daemon, "transactions.get"), 0);
});

test("asked for again by the program, an earlier attempt keeps its journal", async () => {
  const { daemon, disk } = await crashAfterStart("lost");
  daemon.journal = "J2";
  const starts = count(daemon, "transactions.start");
  const till = await openTill({ daemon, disk });

  await assert.rejects(till.client.pay(START).ended, PaymentUnclear);
  assert.equal(count(daemon, "transactions.start"), starts);
});

test("asked for again by the program, an earlier attempt gets its outcome", async () => {
  const { daemon, disk } = await crashAfterStart("answered");
  const till = await openTill({ daemon, disk });
  const payment = till.client.pay(START);
  await till.clock.settle();

  daemon.settle("R1", { kind: "approved" });

  assert.equal((await payment.ended).outcome?.kind, "approved");
  assert.equal(daemon.stored.length, 1);
});

test("what the handler could not store is not acknowledged, and comes again with the next session", async () => {
  let broken = true;
  const seen: string[] = [];
  const till = await openTill({
    onOutcome: ({ requestId }) => {
      seen.push(requestId);
      if (broken) throw new Error("no database");
    },
  });
  till.client.pay(START).ended.catch(() => {});
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });
  await till.clock.settle();

  assert.equal(till.daemon.stored[0]?.acknowledged, false);
  assert.ok(till.faults.length > 0);
  const before = seen.length;
  broken = false;
  till.daemon.cutAll();
  await till.clock.advance(1000);

  assert.equal(seen.length, before + 1);
  assert.equal(till.daemon.stored.at(0)?.acknowledged, true);
});

test("an acknowledgement that gets lost is sent again, and the outcome is not handed over twice", async () => {
  const till = await openTill();
  till.daemon.fate = ({ method }) =>
    method === "transactions.acknowledge" && count(till.daemon, method) === 1 ? "lost" : undefined;
  const payment = till.client.pay(START);
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });
  await payment.ended;

  await till.clock.advance(1000);

  assert.equal(till.outcomes.length, 1);
  assert.equal(count(till.daemon, "transactions.acknowledge"), 2);
  assert.equal(till.daemon.stored.at(0)?.acknowledged, true);
});

test("nothing is acknowledged before the handler has returned", async () => {
  const stored = Promise.withResolvers<undefined>();
  const till = await openTill({ onOutcome: () => stored.promise });
  const payment = till.client.pay(START);
  await till.clock.settle();
  till.daemon.settle("R1", { kind: "approved" });
  await till.clock.advance(5000);
  assert.equal(count(till.daemon, "transactions.acknowledge"), 0);

  stored.resolve(undefined);
  await payment.ended;
  await till.clock.settle();

  assert.equal(count(till.daemon, "transactions.acknowledge"), 1);
});

test("where the opening does not tell all that is unacknowledged, the rest is fetched", async () => {
  const { daemon, disk } = await crashAfterStart("answered");
  daemon.settle("R1", { kind: "approved" });
  daemon.tellsAllAtOnce = false;

  const till = await openTill({ daemon, disk });

  assert.equal(till.outcomes.length, 1);
  assert.equal(count(daemon, "transactions.list"), 1);
});

test("an older revision that comes late is not handed over after the newer one", async () => {
  const till = await openTill();
  const payment = till.client.pay(START);
  await till.clock.settle();
  const advice = { code: "wait", text: "Wait." } as const;
  till.daemon.settle("R1", { kind: "unknown", since: "timeout", advice });
  const older = await payment.ended;
  till.daemon.resolve("R1", { kind: "approved" });
  await till.clock.settle();

  till.daemon.say({ seq: 99, kept: true, at: older.createdAt, type: "transaction.settled", transaction: older });
  await till.clock.settle();

  assert.deepEqual(
    till.outcomes.map(({ outcome }) => outcome?.kind),
    ["unknown", "approved"],
  );
});

test("a program that was away for a day is told all of it once, and acknowledges it at a pace that leaves payments their share", async () => {
  const daemon = createFakeDaemon();
  const disk = emptyDisk();
  const morning = await openTill({ daemon, disk });
  daemon.alarm("good morning");
  await morning.clock.settle();
  await morning.client.close();
  const mine: string[] = [];
  for (let count = 1; count <= 1_500; count += 1) {
    mine.push(`R${count}`);
    daemon.store(`R${count}`, SALE);
    daemon.settle(`R${count}`, { kind: "approved" });
  }
  daemon.tellsAllAtOnce = false;

  const evening = await openTill({ daemon, disk });
  await evening.clock.advance(1_000);
  const asked = count(daemon, "transactions.acknowledge");
  assert.ok(asked > 16 && asked <= 16 + 25, `${asked} in the first second`);
  await evening.clock.advance(70_000);

  assert.equal(evening.events.length, mine.length, "what was settled is told as an event as well");
  assert.deepEqual(evening.outcomes.map(({ requestId }) => requestId).toSorted(), mine.toSorted(), "each of them once");
  assert.ok(daemon.stored.every(({ acknowledged }) => acknowledged));
  assert.deepEqual(evening.faults, []);
});

for (const refuse of ["tooManyRequests", "journalUnavailable"] as const) {
  test(`an acknowledgement that was refused for a moment (${refuse}) is sent again, and is no fault`, async () => {
    const till = await openTill();
    let refusals = 0;
    till.daemon.fate = ({ method }) =>
      method === "transactions.acknowledge" && ++refusals <= 2 ? { refuse } : undefined;
    till.client.pay({ ...START }).ended.catch(() => {});
    await till.clock.settle();
    till.daemon.settle("R1", { kind: "approved" });
    await till.clock.advance(3_000);

    assert.equal(till.daemon.stored[0]?.acknowledged, true);
    assert.deepEqual(till.faults, []);
  });
}

test("a program that ends does not wait for a day's acknowledgements: they come again", async () => {
  const daemon = createFakeDaemon();
  for (let count = 1; count <= 200; count += 1) {
    daemon.store(`R${count}`, SALE);
    daemon.settle(`R${count}`, { kind: "approved" });
  }
  const till = await openTill({ daemon });
  const closing = till.client.close();
  await till.clock.advance(200);
  await closing;
  assert.ok(count(daemon, "transactions.acknowledge") < 40);
});
