import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { reckon, type Books } from "../../scripts/prove/reckoning.ts";
import { recordOf, type TillEntry } from "../../scripts/prove/till-record.ts";
import type { Fact, FactBody } from "../../src/core/facts.ts";

const AT = "2026-01-02T03:04:05.000Z";
const POS = "till-1";
const AMOUNT = 1_001;

const fact = (body: FactBody): Fact => ({ ...body, at: AT });
const ACCEPTED = fact({
  kind: "accepted",
  pos: POS,
  requestId: "r1",
  terminal: "tcp",
  operation: { type: "sale", amount: { value: AMOUNT, currency: "CLP" } },
  content: "{}",
});
const DISPATCHED = fact({
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "TICKET1",
  driver: { id: "acme", version: "1" },
  link: "L1",
  deadline: AT,
  lastSeen: AT,
});
const APPROVED = fact({
  kind: "settled",
  outcome: {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    revision: 1,
    decidedBy: { kind: "terminal" },
  },
});
const UNKNOWN = fact({
  kind: "settled",
  outcome: { kind: "unknown", since: "restart", advice: "wait", revision: 1, decidedBy: { kind: "daemon" } },
});
const FOUND_NOTHING = fact({
  kind: "resolved",
  outcome: { kind: "notPerformed", reason: "noRecord", revision: 2, decidedBy: { kind: "recovery" } },
});
const ACKNOWLEDGED = fact({ kind: "acknowledged", revision: 1 });

const MOVED = { kind: "sale", ticket: "TICKET1", amount: AMOUNT };
const asked = (requestId = "r1", amount = AMOUNT): TillEntry => ({ kind: "asked", requestId, amount, atMs: 1 });
const told = (outcome: string, revision = 1, amount?: number): TillEntry => ({
  kind: "told",
  requestId: "r1",
  transaction: "T1",
  revision,
  outcome,
  ...(amount === undefined ? {} : { amount }),
  decidedBy: "terminal",
  atMs: 2,
});

/** A day with one sale that was approved, told and acknowledged, and what is otherwise in it. */
function booksWith(otherwise: {
  readonly ledger?: Books["ledger"];
  readonly entries?: readonly TillEntry[];
  readonly facts?: readonly Fact[];
  readonly faults?: readonly string[];
}): Books {
  const { ledger = [MOVED], entries = [asked(), told("approved", 1, AMOUNT)], faults = [] } = otherwise;
  const { facts = [ACCEPTED, DISPATCHED, APPROVED, ACKNOWLEDGED] } = otherwise;
  const ticket = facts.includes(DISPATCHED) ? { ticket: "TICKET1" } : {};
  const written = { id: "T1", pos: POS, requestId: "r1", terminal: "tcp", ...ticket, facts };
  return { ledger, tills: [recordOf(POS, entries)], journal: facts.length === 0 ? [] : [written], faults };
}

const kindsOf = (books: Books) => reckon(books).map(({ kind }) => kind);

describe("the reckoning of a day with kills", () => {
  it("finds nothing where what moved was told", () => {
    assert.deepEqual(reckon(booksWith({})), []);
  });

  it("finds nothing in a request that never arrived, and in one that was refused", () => {
    assert.deepEqual(reckon(booksWith({ ledger: [], entries: [asked()], facts: [] })), []);
    const refused: TillEntry = { kind: "notStarted", requestId: "r1", why: "fenced", atMs: 2 };
    assert.deepEqual(reckon(booksWith({ ledger: [], entries: [asked(), refused], facts: [] })), []);
  });

  it("finds nothing where a doubt was told, and then the truth", () => {
    const facts = [ACCEPTED, DISPATCHED, UNKNOWN, FOUND_NOTHING];
    assert.deepEqual(
      reckon(booksWith({ ledger: [], facts, entries: [asked(), told("unknown"), told("notPerformed", 2)] })),
      [],
    );
  });

  it("finds money that moved and was not told as moved", () => {
    assert.deepEqual(kindsOf(booksWith({ entries: [asked()] })), ["lost", "neverTold"]);
    assert.deepEqual(kindsOf(booksWith({ entries: [asked(), told("declined")] })), ["lost", "toldBeforeDurable"]);
    const facts = [ACCEPTED, DISPATCHED, UNKNOWN, FOUND_NOTHING];
    assert.deepEqual(kindsOf(booksWith({ facts, entries: [asked(), told("notPerformed", 2)] })), ["lost"]);
  });

  it("finds money that moved although the till was told that nothing was stored", () => {
    const refused: TillEntry = { kind: "notStarted", requestId: "r1", why: "fenced", atMs: 2 };
    assert.deepEqual(kindsOf(booksWith({ entries: [asked(), refused], facts: [] })), ["wronglyTold", "lost"]);
    assert.deepEqual(kindsOf(booksWith({ entries: [asked(), refused] })), ["lost", "neverTold", "wronglyTold"]);
  });

  it("finds a request that moved twice", () => {
    assert.deepEqual(kindsOf(booksWith({ ledger: [MOVED, MOVED] })), ["doubled"]);
  });

  it("finds an approval of nothing, and one of another amount", () => {
    assert.deepEqual(kindsOf(booksWith({ ledger: [] })), ["wronglyTold"]);
    assert.deepEqual(kindsOf(booksWith({ entries: [asked(), told("approved", 1, AMOUNT + 1)] })), ["wronglyTold"]);
  });

  it("finds an approval that belongs to another movement", () => {
    assert.deepEqual(kindsOf(booksWith({ ledger: [{ ...MOVED, ticket: "TICKET2" }] })), ["wronglyTold"]);
  });

  it("finds a movement that nobody asked for", () => {
    assert.deepEqual(kindsOf(booksWith({ ledger: [MOVED, { ...MOVED, amount: 5 }] })), ["nobodyAsked"]);
  });

  it("finds what was told before it was written", () => {
    assert.deepEqual(kindsOf(booksWith({ facts: [ACCEPTED, DISPATCHED] })), ["toldBeforeDurable", "neverSettled"]);
  });

  it("finds a revision that never reached its till", () => {
    const facts = [ACCEPTED, DISPATCHED, UNKNOWN, ACKNOWLEDGED, FOUND_NOTHING];
    assert.deepEqual(kindsOf(booksWith({ ledger: [], facts, entries: [asked(), told("unknown")] })), ["neverTold"]);
  });

  it("finds what never settles, and a doubt that stays one", () => {
    assert.deepEqual(kindsOf(booksWith({ ledger: [], entries: [asked()], facts: [ACCEPTED] })), ["neverSettled"]);
    const facts = [ACCEPTED, DISPATCHED, UNKNOWN, ACKNOWLEDGED];
    assert.deepEqual(kindsOf(booksWith({ ledger: [], facts, entries: [asked(), told("unknown")] })), ["neverSettled"]);
  });

  it("finds an outcome that was taken back", () => {
    const declined = fact({
      kind: "resolved",
      outcome: { kind: "declined", reason: "other", revision: 2, decidedBy: { kind: "recovery" } },
    });
    const facts = [ACCEPTED, DISPATCHED, APPROVED, ACKNOWLEDGED, declined];
    const entries = [asked(), told("approved", 1, AMOUNT), told("declined", 2)];
    assert.deepEqual(kindsOf(booksWith({ ledger: [], facts, entries })), ["takenBack"]);
  });

  it("hears what the journal's own check and the tills complain of", () => {
    const complaint: TillEntry = { kind: "complaint", text: "another memory of money", atMs: 3 };
    const entries = [asked(), told("approved", 1, AMOUNT), complaint];
    assert.deepEqual(reckon(booksWith({ entries, faults: ["fact 2 was changed"] })), [
      { kind: "journal", text: "fact 2 was changed" },
      { kind: "till", text: "till-1: another memory of money" },
    ]);
  });
});
