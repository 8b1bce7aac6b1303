import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Verdict } from "../../../src/core/outcome.ts";
import type { TransactionRecord } from "../../../src/daemon/record.ts";
import { resolveByPerson } from "../../../src/daemon/resolving.ts";
import { propose, raise, settle } from "../../../src/daemon/terminal/settling.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { approvedVerdict, dispatchedFact, openDesk, stored, type Desk } from "./records-of.ts";

const byTerminal = { kind: "terminal" } as const;
const byRecovery = { kind: "recovery" } as const;
const declined = { kind: "declined", reason: "insufficientFunds" } as const;
const unknown = { kind: "unknown", since: "timeout", advice: "wait" } as const;

describe("a word about how a transaction ended", () => {
  it("becomes durable as proposed and settled in one commit, and only settled is told", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: approvedVerdict(1000), movement: "m1", decidedBy: byTerminal });
    const kinds = (await desk.journal.facts("X1")).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["accepted", "dispatched", "proposed", "settled"]);
    const told = desk.events.flatMap((event) => (event.kind === "told" ? [event.type] : []));
    assert.deepEqual(told, ["transaction.dispatched", "transaction.settled"]);
  });

  it("is not believed for another amount: it stays in doubt, with an alarm in the outbox", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    const settling = await settle(record, { verdict: approvedVerdict(1001), decidedBy: byTerminal });
    assert.equal(settling.kind, "notBelieved");
    assert.equal((await stored(desk.journal, "X1")).outcome, undefined);
    const [event] = await desk.journal
      .keptAfter("till-1", 1, 10)
      .then((kept) => kept.filter(({ kind }) => kind === "alarm"));
    assert.equal(event?.kind === "alarm" ? event.alarm.code : undefined, "resultNotBelieved");
  });

  it("that is not believed at one look after the other alarms once", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    for (let look = 0; look < 3; look += 1) {
      const settling = await settle(record, { verdict: approvedVerdict(1001), decidedBy: byRecovery });
      assert.equal(settling.kind, "notBelieved");
    }
    assert.equal(desk.events.filter(({ kind }) => kind === "alarm").length, 1);
    assert.equal(record.transaction.length, 3, "accepted, dispatched and one note");
  });

  it("cannot claim a movement that another transaction claims", async () => {
    const desk = openDesk();
    const first = await desk.accepted("X1", dispatchedFact);
    const second = await desk.accepted("X2", dispatchedFact);
    await settle(first, { verdict: approvedVerdict(1000), movement: "m1", decidedBy: byTerminal });
    const settling = await settle(second, { verdict: approvedVerdict(1000), movement: "m1", decidedBy: byRecovery });
    assert.equal(settling.kind, "notBelieved");
    assert.equal((await stored(desk.journal, "X2")).outcome, undefined);
  });

  it("resolves an unknown with the next revision", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: unknown, decidedBy: { kind: "daemon" } });
    assert.deepEqual(await settle(record, { verdict: approvedVerdict(1000), decidedBy: byRecovery }), {
      kind: "stands",
    });
    const { outcome } = await stored(desk.journal, "X1");
    assert.deepEqual([outcome?.kind, outcome?.revision], ["approved", 2]);
  });

  it("that differs from the one that stands is kept as evidence with an alarm, and changes nothing", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: declined, decidedBy: byTerminal });
    assert.deepEqual(await settle(record, { verdict: approvedVerdict(1000), decidedBy: byRecovery }), {
      kind: "contradicts",
    });
    const transaction = await stored(desk.journal, "X1");
    assert.equal(transaction.outcome?.kind, "declined");
    assert.equal(transaction.contradicted?.verdict.kind, "approved");
    assert.deepEqual(
      desk.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : [])),
      ["contradiction"],
    );
  });

  it("that says the same again changes nothing and alarms nobody", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: approvedVerdict(1000), decidedBy: byTerminal });
    await settle(record, { verdict: approvedVerdict(1000), decidedBy: byRecovery });
    assert.equal((await stored(desk.journal, "X1")).outcome?.revision, 1);
    assert.equal(desk.events.filter(({ kind }) => kind === "alarm").length, 0);
  });

  it("decides nothing any more once the fence was lifted: a person does", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: unknown, decidedBy: { kind: "daemon" } });
    await record.write(() => ({ facts: [{ kind: "fenceLifted", operator: "ana", reason: "queue" }] }));
    assert.deepEqual(await settle(record, { verdict: approvedVerdict(1000), decidedBy: byRecovery }), {
      kind: "contradicts",
    });
    assert.equal((await stored(desk.journal, "X1")).outcome?.kind, "unknown");
  });

  it("that the journal cannot take is told to nobody", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    desk.journal.failNext(1);
    const settling = await settle(record, { verdict: approvedVerdict(1000), decidedBy: byTerminal });
    assert.equal(settling.kind, "journalFailed");
    assert.equal(record.transaction.outcome, undefined);
    const told = desk.events.flatMap((event) => (event.kind === "told" ? [event.type] : []));
    assert.deepEqual(told, ["transaction.dispatched"]);
  });

  it("of a partial approval that nobody allowed stands, and raises an alarm", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    const partial = { ...approvedVerdict(400), partial: true };
    assert.deepEqual(await settle(record, { verdict: partial, decidedBy: byTerminal }), { kind: "stands" });
    assert.deepEqual(
      desk.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : [])),
      ["partialNotAsked"],
    );
  });
});

describe("a terminal that contradicts what stands", () => {
  const alarms = (desk: Desk) => desk.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm] : []));
  const says = (record: TransactionRecord, value: number) =>
    settle(record, { verdict: approvedVerdict(value), decidedBy: byRecovery });
  const personSays = (record: TransactionRecord, verdict: Verdict) =>
    resolveByPerson(record, undefined, verdict, { operator: "ana", reason: "the slip" }, openDesk().clock);

  async function decidedByAna() {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: unknown, decidedBy: { kind: "daemon" } });
    await personSays(record, { kind: "notPerformed", reason: "noRecord" });
    return { desk, record };
  }

  it("raises an alarm that tells both stories, their amounts, who decided, and the command that decides", async () => {
    const { desk, record } = await decidedByAna();
    assert.equal((await says(record, 1000)).kind, "contradicts");
    const [alarm] = alarms(desk);
    assert.match(alarm?.text ?? "", /X1 \(sale of 10\.00 EUR, at counter-1\)/);
    assert.match(
      alarm?.text ?? "",
      /notPerformed \(noRecord\) stands, by ana, and the terminal says approved 10\.00 EUR/,
    );
    assert.match(alarm?.remedy ?? "", /may have paid.*`tillbridge transactions resolve X1`/);
    assert.equal(record.transaction.outcome?.kind, "notPerformed", "a person's word is never changed in silence");
  });

  it("says the same again and again, also in another process: it is told once", async () => {
    const { desk, record } = await decidedByAna();
    for (let time = 0; time < 5; time += 1) assert.equal((await says(record, 1000)).kind, "contradicts");
    const next = await desk.reopened("X1");
    assert.equal((await says(next, 1000)).kind, "contradicts");
    assert.equal(alarms(desk).length, 1);
    assert.equal((await stored(desk.journal, "X1")).contradictions.length, 1);
  });

  it("and says it again after a person has decided with that in sight: nothing is to be decided once more", async () => {
    const { desk, record } = await decidedByAna();
    await says(record, 1000);
    await personSays(record, { kind: "notPerformed", reason: "noRecord" });
    assert.equal((await says(record, 1000)).kind, "contradicts");
    assert.equal(record.transaction.contradicted, undefined);
    assert.equal(alarms(desk).length, 1);
  });

  it("with another story than before raises another alarm, so often and not without end", async () => {
    const { desk, record } = await decidedByAna();
    for (let value = 1; value <= 50; value += 1) assert.equal((await says(record, value)).kind, "contradicts");
    assert.equal(alarms(desk).length, 8);
    assert.equal((await stored(desk.journal, "X1")).contradictions.length, 8);
  });

  it("with an amount that cannot be right leaves something that a person can decide", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: declined, decidedBy: byTerminal });
    assert.equal((await says(record, 1001)).kind, "contradicts");
    assert.match(alarms(desk)[0]?.text ?? "", /approved 10\.01 EUR, which cannot be right either/);
    assert.equal((await personSays(record, approvedVerdict(1001))).kind, "done");
    assert.equal(record.transaction.contradicted, undefined);
  });

  it("makes up something unbelievable each time: alarms end, and take no room from the one that asks a person", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    for (let value = 1001; value <= 1050; value += 1) assert.equal((await says(record, value)).kind, "notBelieved");
    const ports = { clock: desk.clock, log: createKeptLog(), records: desk.records };
    await raise(record, "personNeeded", "a person has to decide: it tells nonsense", ports);
    const codes = alarms(desk).map(({ code }) => code);
    assert.deepEqual([codes.length, codes.at(-1)], [17, "personNeeded"]);
  });
});

describe("several tenders that nobody asked for", () => {
  const eur = (value: number) => ({ value, currency: "EUR" });
  const payments = [
    { amount: eur(600), status: "approved" },
    { amount: eur(400), status: "approved" },
  ] as const;
  const alarms = (desk: Desk) => desk.events.flatMap((event) => (event.kind === "alarm" ? [event.alarm.code] : []));

  it("are told as they were, with an alarm", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    await settle(record, { verdict: { ...approvedVerdict(1000), payments: [...payments] }, decidedBy: byTerminal });
    assert.deepEqual(alarms(desk), ["tendersNotAsked"]);
  });

  it("raise the alarm also where they come to light after unknown was told", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    const unknown = { kind: "unknown", since: "timeout", advice: "wait" } as const;
    await settle(record, { verdict: unknown, decidedBy: { kind: "daemon" } });
    await settle(record, { verdict: { ...approvedVerdict(1000), payments: [...payments] }, decidedBy: byTerminal });
    assert.deepEqual(alarms(desk), ["tendersNotAsked"]);
  });
});

describe("a word that our acknowledgement would make final", () => {
  const proposal = (value: number, movement = "m1") => ({ verdict: approvedVerdict(value), movement });

  it("is durable and claimed before the acknowledgement may leave", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    assert.deepEqual(await propose(record, proposal(1000)), { kind: "stands" });
    assert.equal((await stored(desk.journal, "X1")).proposed?.movement, "m1");
    assert.deepEqual(await desk.journal.claimed(["m1"]), ["m1"]);
  });

  it("stands in the way of the acknowledgement when the amount cannot be believed", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    assert.equal((await propose(record, proposal(1001))).kind, "notBelieved");
    assert.equal((await stored(desk.journal, "X1")).proposed, undefined);
  });

  it("stands in the way when another transaction claims the movement", async () => {
    const desk = openDesk();
    await propose(await desk.accepted("X1", dispatchedFact), proposal(1000));
    const second = await desk.accepted("X2", dispatchedFact);
    assert.equal((await propose(second, proposal(1000))).kind, "notBelieved");
  });

  it("stands in the way when the transaction is decided already, and not when it is unknown", async () => {
    const desk = openDesk();
    const decided = await desk.accepted("X1", dispatchedFact);
    await settle(decided, { verdict: declined, decidedBy: byTerminal });
    assert.equal((await propose(decided, proposal(1000))).kind, "contradicts");
    const doubted = await desk.accepted("X2", dispatchedFact);
    await settle(doubted, { verdict: unknown, decidedBy: { kind: "daemon" } });
    assert.equal((await propose(doubted, proposal(1000))).kind, "stands");
  });

  it("stands in the way when the journal cannot take it", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1", dispatchedFact);
    desk.journal.failNext(1);
    assert.equal((await propose(record, proposal(1000))).kind, "journalFailed");
  });
});

describe("a write that the disk takes too long for", () => {
  it("fails for the writer, and takes effect before the next write when it ends after all", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    desk.journal.hold();
    const slow = record.write(() => ({ facts: [dispatchedFact] }));
    const failed = assert.rejects(slow, { name: "JournalFailure" });
    await desk.clock.advance(2000);
    await failed;
    desk.journal.release();
    await record.write((current) => {
      assert.notEqual(current.dispatched, undefined, "the slow write came first");
      return { facts: [{ kind: "note", text: "next" }] };
    });
    assert.equal((await stored(desk.journal, "X1")).length, 3);
  });

  it("an answer of the journal that lies behind the limit's ring counts: the process itself stood still", async () => {
    const desk = openDesk();
    const record = await desk.accepted("X1");
    desk.journal.hold();
    const writing = record.write(() => ({ facts: [dispatchedFact] }));
    desk.clock.after(2000, () => {
      desk.journal.release();
    });
    const end = writing.then(
      ({ kind }) => kind,
      (failure: unknown) => failure,
    );
    await desk.clock.advance(2000);
    assert.equal(await end, "written");
    assert.equal(desk.clock.pendingTimers(), 0);
  });
});
