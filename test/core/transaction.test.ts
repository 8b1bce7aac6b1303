import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fact, FactBody } from "../../src/core/facts.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { foldFacts, isInDoubt, isOpen, stateOf, type Transaction } from "../../src/core/transaction.ts";

const AT = "2026-01-02T03:04:05.000Z";

const accepted: FactBody = {
  kind: "accepted",
  pos: "till-1",
  requestId: "r1",
  terminal: "counter-1",
  operation: { type: "sale", amount: { value: 1250, currency: "EUR" } },
  content: "{}",
};

const dispatched: FactBody = {
  kind: "dispatched",
  attempt: 1,
  request: "",
  ticket: "T1",
  driver: { id: "toy", version: "1" },
  link: "tcp toy #1",
  deadline: AT,
  lastSeen: AT,
};

const amounts = { approved: { value: 1250, currency: "EUR" } };
const approvedVerdict = { kind: "approved", amounts, partial: false, captured: true, final: true } as const;
const approved: Outcome = { ...approvedVerdict, revision: 1, decidedBy: { kind: "terminal" } };
const unknown: Outcome = {
  kind: "unknown",
  since: "timeout",
  advice: "wait",
  revision: 1,
  decidedBy: { kind: "daemon" },
};
const settled = (outcome: Outcome): FactBody => ({ kind: "settled", outcome });
const resolved = (revision: number): FactBody => ({ kind: "resolved", outcome: { ...approved, revision } });

function fold(...bodies: readonly FactBody[]): Transaction | string {
  const facts = bodies.map((body): Fact => ({ ...body, at: AT }));
  const folded = foldFacts("X1", facts);
  return folded.kind === "legal" ? folded.transaction : folded.why;
}

function legal(...bodies: readonly FactBody[]): Transaction {
  const folded = fold(...bodies);
  if (typeof folded === "string") assert.fail(folded);
  return folded;
}

describe("the fold of a transaction's facts", () => {
  it("goes from accepted over dispatched to settled", () => {
    assert.equal(stateOf(legal(accepted)), "accepted");
    assert.equal(stateOf(legal(accepted, dispatched)), "dispatched");
    assert.equal(stateOf(legal(accepted, dispatched, settled(approved))), "settled");
  });

  it("is in doubt from the dispatch to an outcome that is known", () => {
    assert.equal(isInDoubt(legal(accepted)), false);
    assert.equal(isInDoubt(legal(accepted, dispatched)), true);
    assert.equal(isInDoubt(legal(accepted, dispatched, settled(unknown))), true);
    assert.equal(isInDoubt(legal(accepted, dispatched, settled(unknown), resolved(2))), false);
  });

  it("stays open while contradicted, and closes when a person has decided", () => {
    const contradicted: FactBody = {
      kind: "contradicted",
      evidence: "late",
      verdict: { kind: "declined", reason: "other" },
    };
    const before = [accepted, dispatched, settled(approved)] as const;
    assert.equal(isOpen(legal(...before)), false);
    assert.equal(isOpen(legal(...before, contradicted)), true);
    assert.equal(isOpen(legal(...before, contradicted, resolved(2))), false);
  });

  it("remembers the highest revision that was acknowledged", () => {
    const facts = [accepted, dispatched, settled(unknown), { kind: "acknowledged", revision: 1 }, resolved(2)] as const;
    const transaction = legal(...facts);
    assert.equal(transaction.acknowledgedRevision, 1);
    assert.equal(transaction.outcome?.revision, 2);
  });
});

describe("an order of facts that cannot be", () => {
  const cases: readonly (readonly [what: string, facts: readonly FactBody[], why: string])[] = [
    ["nothing before accepted", [dispatched], "dispatched before accepted"],
    ["accepted once", [accepted, accepted], "accepted twice"],
    ["dispatched once, so that money moves at most once", [accepted, dispatched, dispatched], "dispatched twice"],
    [
      "no dispatch after a cancel",
      [accepted, { kind: "cancelRequested", by: "till-1" }, dispatched],
      "dispatched after a cancel was asked",
    ],
    [
      "no dispatch after the end",
      [accepted, settled({ kind: "canceled", by: "pos", revision: 1, decidedBy: { kind: "daemon" } }), dispatched],
      "dispatched after settled",
    ],
    ["no approval of what never left", [accepted, settled(approved)], "approved before anything was dispatched"],
    ["no doubt about what never left", [accepted, settled(unknown)], "unknown before anything was dispatched"],
    ["settled once", [accepted, dispatched, settled(approved), settled(approved)], "settled twice"],
    [
      "no revision of an outcome that stands unchallenged",
      [accepted, dispatched, settled(approved), resolved(2)],
      "resolved although the outcome stood unchallenged",
    ],
    ["no skipped revision", [accepted, dispatched, settled(unknown), resolved(3)], "resolved with a wrong revision"],
    [
      "no acknowledgement of what was not told",
      [accepted, dispatched, settled(approved), { kind: "acknowledged", revision: 2 }],
      "acknowledged a revision that is not there",
    ],
    [
      "no repeat outside a dispatch",
      [accepted, { kind: "repeated", attempt: 2, link: "x" }],
      "repeated outside a dispatch",
    ],
    [
      "no repeat after a cancel",
      [accepted, dispatched, { kind: "cancelRequested", by: "till-1" }, { kind: "repeated", attempt: 2, link: "x" }],
      "repeated after a cancel was asked",
    ],
    [
      "no lifted fence without a doubt",
      [accepted, { kind: "fenceLifted", operator: "a", reason: "b" }],
      "the fence of nothing in doubt was lifted",
    ],
  ];
  for (const [what, facts, why] of cases) {
    it(`is refused: ${what}`, () => {
      assert.equal(fold(...facts), why);
    });
  }

  it("allows an answer without a dispatch where no money can move", () => {
    const balance: FactBody = { ...accepted, operation: { type: "duplicateReceipt" } };
    assert.equal(stateOf(legal(balance, settled(approved))), "settled");
  });
});
