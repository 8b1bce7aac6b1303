import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { AssertionFailure } from "../../src/core/assert.ts";
import type { Fact } from "../../src/core/facts.ts";
import { foldFacts } from "../../src/core/transaction.ts";
import { JournalFailure, type Appended, type Journal, type Told } from "../../src/journal/journal.ts";
import {
  accepted,
  acknowledged,
  ALARM,
  APPROVED,
  dispatched,
  NOT_PERFORMED,
  note,
  proposed,
  resolved,
  settled,
  UNKNOWN,
} from "./facts.ts";

/** A journal under test, and what only its kind can do. */
export type Subject = {
  readonly journal: Journal;
  bury(pos: string, requestId: string, transaction: string): Promise<void>;
  /** Ends this process's journal and opens it as the next one does. */
  reopen(): Promise<Journal>;
};

/** What every journal does, wherever it keeps its facts. */
export function describeJournal(name: string, open: (context: TestContext) => Promise<Subject>): void {
  describe(name, () => {
    describeAppend(open);
    describeQuestions(open);
    describeOutbox(open);
    describePruning(open);
    describeEnds(open);
  });
}

type Open = (context: TestContext) => Promise<Subject>;

/** Appends a whole life, one commit a fact. */
export async function live(journal: Journal, transaction: string, facts: readonly Fact[]): Promise<Appended[]> {
  const answers: Appended[] = [];
  for (const [place, fact] of facts.entries())
    answers.push(await journal.append({ transaction, place, facts: [fact] }));
  return answers;
}

function told(appended: Appended): readonly Told[] {
  assert.equal(appended.kind, "appended");
  return appended.told;
}

function describeAppend(open: Open): void {
  test("a transaction is the fold of the facts that were appended", async (context) => {
    const { journal } = await open(context);
    const facts = [accepted("R1"), dispatched("K1"), proposed(APPROVED), settled(APPROVED), acknowledged(1)];

    await live(journal, "A", facts);

    const folded = foldFacts("A", facts);
    assert.equal(folded.kind, "legal");
    assert.deepEqual(await journal.get("A"), folded.transaction);
    assert.deepEqual(await journal.facts("A"), facts);
  });

  test("several facts in one append are all there, in order", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    const appended = await journal.append({
      transaction: "A",
      place: 2,
      facts: [proposed(APPROVED), settled(APPROVED)],
    });

    assert.deepEqual(told(appended), [{ pos: "till-1", seq: 3, place: 3 }]);
    assert.deepEqual(
      (await journal.facts("A")).map(({ kind }) => kind),
      ["accepted", "dispatched", "proposed", "settled"],
    );
  });

  test("a request id that is taken answers the stored transaction and writes nothing", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    const again = await journal.append({ transaction: "B", place: 0, facts: [accepted("R1", { terminal: "T2" })] });

    assert.deepEqual(again, {
      kind: "duplicate",
      stored: { kind: "transaction", transaction: await journal.get("A") },
    });
    assert.equal(await journal.get("B"), undefined);
    assert.equal(await journal.lastSeq("till-1"), 2);
  });

  test("two appends with one request id at the same moment: one is written, the other told of it", async (context) => {
    const { journal } = await open(context);

    const answers = await Promise.all([
      journal.append({ transaction: "A", place: 0, facts: [accepted("R1")] }),
      journal.append({ transaction: "B", place: 0, facts: [accepted("R1")] }),
    ]);

    assert.deepEqual(
      answers.map(({ kind }) => kind),
      ["appended", "duplicate"],
    );
  });

  test("the same request id of another POS is another transaction", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1")]);

    const [other] = await live(journal, "B", [accepted("R1", { pos: "till-2" })]);

    assert.equal(other?.kind, "appended");
    assert.equal((await journal.find("till-2", "R1"))?.kind, "transaction");
  });

  test("the request id of a pruned transaction stays taken", async (context) => {
    const { journal, bury } = await open(context);
    await bury("till-1", "R1", "A");
    const tombstone = { kind: "tombstone", transaction: "A", pos: "till-1", requestId: "R1" };

    const again = await journal.append({ transaction: "B", place: 0, facts: [accepted("R1")] });

    assert.deepEqual(again, { kind: "duplicate", stored: tombstone });
    assert.deepEqual(await journal.find("till-1", "R1"), tombstone);
  });

  test("a movement is claimed by one transaction, once and for ever", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    await live(journal, "B", [accepted("R2"), dispatched("K2")]);
    const claim = { facts: [settled(APPROVED)], movement: "T1:operation 7" } as const;

    const first = await journal.append({ transaction: "A", place: 2, ...claim });
    const second = await journal.append({ transaction: "B", place: 2, ...claim });

    assert.equal(first.kind, "appended");
    assert.deepEqual(second, { kind: "claimed", by: "A" });
    assert.equal((await journal.facts("B")).length, 2);
    assert.deepEqual(await journal.claimed(["T1:operation 6", "T1:operation 7"]), ["T1:operation 7"]);
  });

  test("a transaction may name the movement that it has claimed already", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    await journal.append({ transaction: "A", place: 2, facts: [proposed(APPROVED)], movement: "M" });

    const again = await journal.append({ transaction: "A", place: 3, facts: [settled(APPROVED)], movement: "M" });

    assert.equal(again.kind, "appended");
  });

  test("another writer's fact in the place is our mistake, and nothing is written", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    await assert.rejects(journal.append({ transaction: "A", place: 1, facts: [note("late")] }), AssertionFailure);
    await assert.rejects(journal.append({ transaction: "A", place: 3, facts: [note("early")] }), AssertionFailure);

    assert.equal((await journal.facts("A")).length, 2);
  });

  test("facts in an illegal order are our mistake, and none of their append is written", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    const twice = journal.append({ transaction: "A", place: 2, facts: [note("first"), dispatched("K2")] });

    await assert.rejects(twice, AssertionFailure);
    await assert.rejects(journal.append({ transaction: "B", place: 0, facts: [dispatched("K1")] }), AssertionFailure);
    assert.equal((await journal.facts("A")).length, 2);
    assert.equal(await journal.get("B"), undefined);
  });

  test("one refused append leaves those that were asked beside it as they are", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1")]);

    const answers = await Promise.allSettled([
      journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] }),
      journal.append({ transaction: "A", place: 7, facts: [note("misplaced")] }),
      journal.append({ transaction: "C", place: 0, facts: [accepted("R1")] }),
      journal.append({ transaction: "D", place: 0, facts: [accepted("R3")] }),
    ]);

    assert.deepEqual(
      answers.map((answer) => (answer.status === "fulfilled" ? answer.value.kind : answer.status)),
      ["appended", "rejected", "duplicate", "appended"],
    );
    assert.deepEqual(
      (await journal.open()).map(({ id }) => id),
      ["A", "B", "D"],
    );
  });

  test("appends are answered in the order of their commits", async (context) => {
    const { journal } = await open(context);
    const order: number[] = [];

    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        journal
          .append({ transaction: `X${index}`, place: 0, facts: [accepted(`R${index}`)] })
          .then(() => order.push(index)),
      ),
    );

    assert.deepEqual(
      order,
      Array.from({ length: 40 }, (_, index) => index),
    );
  });
}

function describeQuestions(open: Open): void {
  test("nothing is known of what was never appended", async (context) => {
    const { journal } = await open(context);

    assert.equal(await journal.find("till-1", "R1"), undefined);
    assert.equal(await journal.get("A"), undefined);
    assert.deepEqual(await journal.facts("A"), []);
    assert.deepEqual(await journal.list({ limit: 10 }), { transactions: [] });
    assert.equal(await journal.lastSeq("till-1"), 0);
    assert.deepEqual(await journal.keptAfter("till-1", 0, 10), []);
  });

  test("a question that follows an append is answered with it", async (context) => {
    const { journal } = await open(context);

    const [, found] = await Promise.all([live(journal, "A", [accepted("R1")]), journal.find("till-1", "R1")]);

    assert.equal(found?.kind, "transaction");
  });

  test("open are those with something still to do or decide, oldest first", async (context) => {
    const { journal } = await open(context);
    const contradicted: Fact = {
      kind: "contradicted",
      at: "2026-03-01T10:00:00.000Z",
      evidence: "a slip",
      verdict: APPROVED,
    };
    await live(journal, "Z", [accepted("R1"), dispatched("K1")]);
    await live(journal, "settled", [accepted("R2"), dispatched("K2"), settled(APPROVED)]);
    await live(journal, "unknown", [accepted("R3"), dispatched("K3"), settled(UNKNOWN), acknowledged(1)]);
    await live(journal, "resolved", [accepted("R4"), dispatched("K4"), settled(UNKNOWN), resolved(APPROVED, 2)]);
    await live(journal, "contradicted", [accepted("R5"), settled(NOT_PERFORMED), contradicted]);
    await live(journal, "A", [accepted("R6")]);

    const opened = await journal.open();

    assert.deepEqual(
      opened.map(({ id }) => id),
      ["Z", "unknown", "contradicted", "A"],
    );
    assert.deepEqual(opened[0], await journal.get("Z"));
  });

  test("unacknowledged is every settled one whose latest revision nobody has named", async (context) => {
    const { journal } = await open(context);
    await live(journal, "running", [accepted("R1"), dispatched("K1")]);
    await live(journal, "new", [accepted("R2"), dispatched("K2"), settled(APPROVED)]);
    await live(journal, "known", [accepted("R3"), dispatched("K3"), settled(APPROVED), acknowledged(1)]);
    const life = [accepted("R4"), dispatched("K4"), settled(UNKNOWN), acknowledged(1), resolved(APPROVED, 2)];
    await live(journal, "again", life);
    await live(journal, "other", [accepted("R5", { pos: "till-2" }), settled(NOT_PERFORMED)]);

    const ids = async (limit: number) => (await journal.unacknowledged("till-1", limit)).map(({ id }) => id);

    assert.deepEqual(await ids(10), ["new", "again"]);
    assert.deepEqual(await ids(1), ["new"]);
  });

  test("successors are those that name the original", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1")]);
    await live(journal, "B", [accepted("R2", { original: "A" })]);
    await live(journal, "C", [accepted("R3", { original: "A", pos: "till-2" })]);
    await live(journal, "D", [accepted("R4", { original: "B" })]);

    assert.deepEqual(
      (await journal.successors("A")).map(({ id }) => id),
      ["B", "C"],
    );
  });

  test("a ticket finds the transaction that was dispatched with it at that terminal", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    await live(journal, "B", [accepted("R2", { terminal: "T2" }), dispatched("K1")]);

    assert.equal((await journal.byTicket("T1", "K1"))?.id, "A");
    assert.equal((await journal.byTicket("T2", "K1"))?.id, "B");
    assert.equal(await journal.byTicket("T1", "K2"), undefined);
  });

  test("a list is filtered by each of its conditions", async (context) => {
    const { journal } = await open(context);
    const sale = { type: "sale", amount: { value: 1, currency: "EUR" }, reference: "order 7" } as const;
    await live(journal, "A", [accepted("R1", { at: "2026-03-01T10:00:00.000Z" }), dispatched("K1"), settled(APPROVED)]);
    await live(journal, "B", [accepted("R2", { at: "2026-03-01T11:00:00.000Z", pos: "till-2" }), dispatched("K2")]);
    await live(journal, "C", [accepted("R3", { at: "2026-03-01T12:00:00.000Z", terminal: "T2", operation: sale })]);
    await live(journal, "D", [
      accepted("R4", { at: "2026-03-01T13:00:00.000Z" }),
      dispatched("K4"),
      settled(UNKNOWN),
      acknowledged(1),
    ]);

    const ids = async (query: Partial<Parameters<Journal["list"]>[0]>) =>
      (await journal.list({ limit: 10, ...query })).transactions.map(({ id }) => id).join("");

    assert.equal(await ids({}), "DCBA");
    assert.equal(await ids({ pos: "till-2" }), "B");
    assert.equal(await ids({ terminal: "T2" }), "C");
    assert.equal(await ids({ reference: "order 7" }), "C");
    assert.equal(await ids({ state: "accepted" }), "C");
    assert.equal(await ids({ state: "dispatched" }), "B");
    assert.equal(await ids({ state: "settled" }), "DA");
    assert.equal(await ids({ outcome: ["unknown"] }), "D");
    assert.equal(await ids({ outcome: ["approved", "unknown"] }), "DA");
    assert.equal(await ids({ outcome: [] }), "");
    assert.equal(await ids({ unacknowledged: true }), "A");
    assert.equal(await ids({ unacknowledged: false }), "DCB");
    assert.equal(await ids({ from: "2026-03-01T11:00:00.000Z", to: "2026-03-01T13:00:00.000Z" }), "CB");
    assert.equal(await ids({ from: "2026-03-01T12:00:00+01:00", to: "2026-03-01T12:00:00Z" }), "B");
    assert.equal(await ids({ terminal: "T1", state: "settled", unacknowledged: true, outcome: ["approved"] }), "A");
  });

  test("pages of a list stay where they are while new transactions arrive, even with the clock set back", async (context) => {
    const { journal } = await open(context);
    for (let index = 0; index < 5; index += 1) await live(journal, `A${index}`, [accepted(`R${index}`)]);

    const first = await journal.list({ limit: 2 });
    await live(journal, "A0-late", [accepted("R9", { at: "2026-02-01T00:00:00.000Z" })]);
    const second = await journal.list({ limit: 2, ...cursorOf(first) });
    const third = await journal.list({ limit: 2, ...cursorOf(second) });

    assert.deepEqual(
      [first, second, third].map(({ transactions }) => transactions.map(({ id }) => id)),
      [["A4", "A3"], ["A2", "A1"], ["A0"]],
    );
    assert.equal(third.cursor, undefined);
  });

  test("a page that ends with the last transaction has no cursor", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1")]);
    await live(journal, "B", [accepted("R2")]);

    assert.equal((await journal.list({ limit: 2 })).cursor, undefined);
  });
}

function cursorOf({ cursor }: { readonly cursor?: string }): { readonly cursor?: string } {
  return cursor === undefined ? {} : { cursor };
}

function describeOutbox(open: Open): void {
  test("events are numbered for each POS without a gap, and only for facts that are told", async (context) => {
    const { journal } = await open(context);
    const one = await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    const other = await live(journal, "B", [accepted("R2", { pos: "till-2" })]);
    const rest = [note("silent"), settled(APPROVED)] as const;

    const last = await journal.append({ transaction: "A", place: 2, facts: rest });

    assert.deepEqual([...one, last].flatMap(told), [
      { pos: "till-1", seq: 1, place: 0 },
      { pos: "till-1", seq: 2, place: 1 },
      { pos: "till-1", seq: 3, place: 3 },
    ]);
    assert.deepEqual(other.flatMap(told), [{ pos: "till-2", seq: 1, place: 0 }]);
    assert.equal(await journal.lastSeq("till-1"), 3);
  });

  test("an alarm is an event of its own, after those of its facts", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    const appended = await journal.append({
      transaction: "A",
      place: 2,
      facts: [proposed(APPROVED), settled(UNKNOWN)],
      alarms: [ALARM],
    });

    assert.deepEqual(appended, {
      kind: "appended",
      told: [{ pos: "till-1", seq: 3, place: 3 }],
      alarms: [{ pos: "till-1", seq: 4, place: 3 }],
    });
    assert.deepEqual((await journal.keptAfter("till-1", 3, 10))[0], {
      kind: "alarm",
      seq: 4,
      at: "2026-03-01T10:00:00.000Z",
      alarm: ALARM,
    });
  });

  test("a kept event shows the transaction as it was when it was told", async (context) => {
    const { journal } = await open(context);
    const facts = [accepted("R1"), dispatched("K1"), settled(UNKNOWN), acknowledged(1), resolved(APPROVED, 2)];
    await live(journal, "A", facts);

    const kept = await journal.keptAfter("till-1", 0, 10);

    const asOf = (length: number) => {
      const folded = foldFacts("A", facts.slice(0, length));
      return folded.kind === "legal" ? folded.transaction : assert.fail(folded.why);
    };
    const at = "2026-03-01T10:00:00.000Z";
    assert.deepEqual(kept, [
      { kind: "transaction", type: "transaction.accepted", seq: 1, at, transaction: asOf(1) },
      { kind: "transaction", type: "transaction.dispatched", seq: 2, at, transaction: asOf(2) },
      { kind: "transaction", type: "transaction.settled", seq: 3, at, transaction: asOf(3) },
      { kind: "transaction", type: "transaction.resolved", seq: 4, at, transaction: asOf(5) },
    ]);
  });

  test("kept events go on after the one that is named, so many at a time", async (context) => {
    const { journal } = await open(context);
    for (let index = 0; index < 5; index += 1) await live(journal, `A${index}`, [accepted(`R${index}`)]);

    const kept = await journal.keptAfter("till-1", 2, 2);

    assert.deepEqual(
      kept.map(({ seq }) => seq),
      [3, 4],
    );
  });
}

const CONTRADICTED: Fact = {
  kind: "contradicted",
  at: "2026-03-01T10:00:00.000Z",
  evidence: "a slip",
  verdict: APPROVED,
};
/** Everything that these tests write is older, but for what is made young. */
const LATER = "2027-01-01T00:00:00.000Z";
const YOUNG = { at: "2027-02-01T00:00:00.000Z" };

/** The newest event of a POS stays, so that what is looked at is never the newest. */
async function thenNewest(journal: Journal): Promise<void> {
  await live(journal, "newest", [accepted("R-newest", YOUNG), dispatched("K-newest")]);
}

async function left(journal: Journal): Promise<string> {
  const { transactions } = await journal.list({ limit: 500 });
  return transactions.map(({ id }) => id).join(" ");
}

function describePruning(open: Open): void {
  test("what is at its end and old is pruned, acknowledged or not; its request id stays taken and its movement claimed", async (context) => {
    const { journal, reopen } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    await journal.append({ transaction: "A", place: 2, facts: [proposed(APPROVED), settled(APPROVED)], movement: "M" });
    await journal.append({ transaction: "A", place: 4, facts: [acknowledged(1)] });
    await live(journal, "B", [accepted("R2"), settled(NOT_PERFORMED)]);
    await thenNewest(journal);

    const pruned = await journal.prune(LATER, 50);

    assert.deepEqual(pruned, { transactions: 2 });
    const next = await reopen();
    assert.equal(await left(next), "newest");
    assert.equal(await next.get("A"), undefined);
    assert.deepEqual(await next.facts("A"), []);
    const tombstone = { kind: "tombstone", transaction: "A", pos: "till-1", requestId: "R1" };
    assert.deepEqual(await next.find("till-1", "R1"), tombstone);
    const again = await next.append({ transaction: "C", place: 0, facts: [accepted("R1")] });
    assert.deepEqual(again, { kind: "duplicate", stored: tombstone });
    assert.deepEqual(await next.claimed(["M"]), ["M"]);
    assert.deepEqual(await next.unacknowledged("till-1", 10), []);
    assert.deepEqual((await next.verify()).faults, []);
  });

  test("what is open, in doubt, contradicted, not final or young stays, however old the rest is", async (context) => {
    const { journal } = await open(context);
    const notFinal = { ...APPROVED, final: false } as const;
    await live(journal, "running", [accepted("R1"), dispatched("K1")]);
    await live(journal, "unknown", [accepted("R2"), dispatched("K2"), settled(UNKNOWN), acknowledged(1)]);
    await live(journal, "contradicted", [accepted("R3"), settled(NOT_PERFORMED), acknowledged(1), CONTRADICTED]);
    await live(journal, "notFinal", [accepted("R4"), dispatched("K4"), settled(notFinal), acknowledged(1)]);
    await live(journal, "young", [accepted("R5", YOUNG), settled(NOT_PERFORMED), acknowledged(1)]);
    const late: Fact = { kind: "note", at: YOUNG.at, text: "a person looked at it again" };
    await live(journal, "lately", [accepted("R6"), settled(NOT_PERFORMED), acknowledged(1), late]);
    await thenNewest(journal);

    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 0 });

    assert.equal(await left(journal), "newest lately young notFinal contradicted unknown running");
  });

  test("an unknown that was resolved is pruned like any other", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1"), settled(UNKNOWN), resolved(APPROVED, 2)]);
    await thenNewest(journal);

    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 1 });
  });

  test("an original stays for an open successor, and a successor as long as its original", async (context) => {
    const { journal } = await open(context);
    const end = [dispatched("K"), settled(APPROVED), acknowledged(1)];
    await live(journal, "A", [accepted("R1"), ...end]);
    await live(journal, "A-refund", [accepted("R2", { original: "A" }), ...end]);
    await live(journal, "A-open", [accepted("R3", { original: "A" }), dispatched("K3")]);
    await live(journal, "B", [accepted("R4"), ...end]);
    await live(journal, "B-refund", [accepted("R5", { original: "B" }), ...end]);
    await thenNewest(journal);

    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 2 });
    assert.equal(await left(journal), "newest A-open A-refund A");

    await journal.append({ transaction: "A-open", place: 2, facts: [settled(APPROVED)] });
    await journal.append({ transaction: "newest", place: 2, facts: [settled(APPROVED)] });
    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 3 });
    assert.equal(await left(journal), "newest");
  });

  test("kept events go with their transaction; the others keep their numbers, and the next one goes on", async (context) => {
    const { journal } = await open(context);
    await live(journal, "unknown", [accepted("R1"), dispatched("K1"), settled(UNKNOWN)]);
    await live(journal, "A", [accepted("R2"), dispatched("K2")]);
    await journal.append({ transaction: "A", place: 2, facts: [settled(APPROVED)], alarms: [ALARM] });
    await live(journal, "B", [accepted("R3"), settled(NOT_PERFORMED), acknowledged(1)]);

    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 1 }, "B has the newest event");

    const seqs = async () => (await journal.keptAfter("till-1", 0, 10)).map(({ seq }) => seq);
    assert.deepEqual(await seqs(), [1, 2, 3, 8, 9]);
    assert.deepEqual(
      (await journal.keptAfter("till-1", 3, 1)).map(({ seq }) => seq),
      [8],
    );
    assert.equal(await journal.lastSeq("till-1"), 9);
    const [next] = await live(journal, "C", [accepted("R4")]);
    assert.deepEqual(next && told(next), [{ pos: "till-1", seq: 10, place: 0 }]);
    assert.deepEqual(await journal.prune(LATER, 50), { transactions: 1 });
    assert.deepEqual(await seqs(), [1, 2, 3, 10]);
    assert.deepEqual((await journal.verify()).faults, []);
  });

  test("pruning goes in steps, the oldest first, and says when nothing is left", async (context) => {
    const { journal } = await open(context);
    for (let index = 0; index < 5; index += 1)
      await live(journal, `A${index}`, [accepted(`R${index}`), settled(NOT_PERFORMED)]);
    await thenNewest(journal);

    const first = await journal.prune(LATER, 2);
    assert.equal(first.transactions, 2);
    assert.equal(await left(journal), "newest A4 A3 A2");
    const second = await journal.prune(LATER, 2, first.cursor);
    const third = await journal.prune(LATER, 2, second.cursor);

    assert.deepEqual([second.transactions, third], [2, { transactions: 1 }]);
    assert.equal(await left(journal), "newest");
  });

  test("nothing is added to what was pruned", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), settled(NOT_PERFORMED)]);
    await thenNewest(journal);
    await journal.prune(LATER, 50);

    await assert.rejects(journal.append({ transaction: "A", place: 2, facts: [acknowledged(1)] }));

    assert.equal(await journal.get("A"), undefined);
    assert.deepEqual((await journal.verify()).faults, []);
  });
}

function describeEnds(open: Open): void {
  test("all of it is there again, under the same id, when it is opened again", async (context) => {
    const { journal, reopen } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    const before = await journal.get("A");

    const next = await reopen();

    assert.equal(next.id, journal.id);
    assert.deepEqual(await next.open(), [before]);
    const [appended] = await live(next, "B", [accepted("R2")]);
    assert.deepEqual(appended && told(appended), [{ pos: "till-1", seq: 3, place: 0 }]);
  });

  test("a whole journal has no faults", async (context) => {
    const { journal } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1"), settled(UNKNOWN), resolved(APPROVED, 2)]);
    await live(journal, "B", [accepted("R2", { pos: "till-2" }), settled(NOT_PERFORMED)]);
    await journal.append({ transaction: "B", place: 2, facts: [note("seen")], alarms: [ALARM], movement: "M" });
    await journal.audit({ at: "2026-03-01T10:00:00.000Z", what: "pos.paired", by: "technician", detail: "till-1" });
    await journal.audit({ at: "2026-03-01T10:00:01.000Z", what: "pos.revoked", by: "technician", detail: "till-1" });

    const { transactions, facts, faults } = await journal.verify();
    assert.deepEqual({ transactions, facts, faults }, { transactions: 2, facts: 7, faults: [] });
  });

  test("the last sign of life is overwritten, survives a restart, and goes with the end", async (context) => {
    const { journal, reopen } = await open(context);
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    assert.equal(await journal.lastSeen("A"), undefined);
    await journal.seen("A", "2026-03-01T10:00:00.000Z");
    await journal.seen("A", "2026-03-01T10:00:02.000Z");

    const next = await reopen();
    assert.equal(await next.lastSeen("A"), "2026-03-01T10:00:02.000Z");
    await next.append({ transaction: "A", place: 2, facts: [settled(APPROVED)] });
    assert.equal(await next.lastSeen("A"), undefined);
    await next.seen("A", "2026-03-01T10:00:04.000Z");
    assert.equal(await next.lastSeen("A"), undefined, "after the end nothing is noted any more");
    assert.deepEqual((await next.verify()).faults, []);
  });

  test("closing waits for what was asked, and refuses what comes after", async (context) => {
    const { journal, reopen } = await open(context);
    const asked = journal.append({ transaction: "A", place: 0, facts: [accepted("R1")] });

    await journal.close();

    assert.equal((await asked).kind, "appended");
    await assert.rejects(journal.get("A"), JournalFailure);
    assert.equal((await (await reopen()).get("A"))?.id, "A");
  });
}
