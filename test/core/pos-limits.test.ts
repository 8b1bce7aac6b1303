import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Operation } from "../../src/core/operation.ts";
import type { Verdict } from "../../src/core/outcome.ts";
import { countedOf, limitsFault, mostAsked } from "../../src/core/pos-limits.ts";
import type { PosLimit } from "../../src/core/pos.ts";
import type { Transaction } from "../../src/core/transaction.ts";

const eur = (value: number) => ({ value, currency: "EUR" });
const sale = (more: Partial<Operation> = {}): Operation => ({ type: "sale", amount: eur(1_000), ...more });

describe("what an operation may move at most", () => {
  test("is its amount with tip and cashback", () => {
    assert.deepEqual(mostAsked(sale({ tip: eur(100), cashback: eur(50) }), undefined), eur(1_150));
  });

  test("is what its original was worth, where it names no amount", () => {
    const original = { transaction: "A" };
    assert.deepEqual(mostAsked({ type: "refund", original }, eur(700)), eur(700));
    assert.equal(
      mostAsked({ type: "void", original: { terminalReferences: { operationId: "1" } } }, undefined),
      undefined,
    );
  });

  test("is a part of the original for a refund, and never for a void", () => {
    const part = { amount: eur(1), original: { transaction: "A" } };
    assert.deepEqual(mostAsked({ type: "refund", ...part }, eur(700)), eur(1));
    assert.deepEqual(mostAsked({ type: "void", ...part }, eur(700)), eur(700));
    assert.deepEqual(mostAsked({ type: "releaseAuthorization", ...part }, eur(700)), eur(700));
  });
});

const decided = { revision: 1, decidedBy: { kind: "terminal" } } as const;
const approved = (value?: number): Verdict => ({
  kind: "approved",
  partial: false,
  captured: true,
  final: true,
  ...(value === undefined ? {} : { amounts: { approved: eur(value) } }),
});
const declined: Verdict = { kind: "declined", reason: "other" };
const unknown: Verdict = { kind: "unknown", since: "timeout", advice: "wait" };

function counted(outcome: Verdict | undefined, against?: Verdict): number {
  const transaction: Transaction = {
    id: "A",
    pos: "till-1",
    requestId: "r1",
    terminal: "T1",
    operation: sale(),
    content: "",
    createdAt: "2026-01-02T03:04:05.000Z",
    cancelRequested: false,
    attempts: 0,
    acknowledgedRevision: 0,
    contradictions: [],
    fenceLifted: false,
    length: 1,
    lastAt: "2026-01-02T03:04:05.000Z",
    ...(outcome === undefined ? {} : { outcome: { ...outcome, ...decided } }),
    ...(against === undefined ? {} : { contradicted: { kind: "contradicted", evidence: "", verdict: against } }),
  };
  return countedOf(transaction, eur(1_000))?.value ?? 0;
}

test("what counts is what moved, or may have", () => {
  assert.equal(counted(undefined), 1_000);
  assert.equal(counted(unknown), 1_000);
  assert.equal(counted(approved(400)), 400);
  assert.equal(counted(approved()), 1_000);
  assert.equal(counted(declined), 0);
  assert.equal(counted({ kind: "canceled", by: "pos" }), 0);
  assert.equal(counted({ kind: "notPerformed", reason: "notSent" }), 0);
});

test("of a contradiction the larger story counts", () => {
  assert.equal(counted(declined, approved(600)), 600);
  assert.equal(counted(approved(600), declined), 600);
  assert.equal(counted(approved(600), unknown), 1_000);
});

describe("limits", () => {
  const limit = (more: Partial<PosLimit> = {}): PosLimit => ({
    operation: "sale",
    currency: "EUR",
    perOperation: 1,
    ...more,
  });
  const faults: readonly (readonly [what: string, limits: readonly PosLimit[], field: string | undefined])[] = [
    [
      "of several types and currencies are well",
      [limit(), limit({ currency: "USD" }), limit({ operation: "void" })],
      undefined,
    ],
    ["of nothing but zero are well", [limit({ perOperation: 0 })], undefined],
    ["twice for the same", [limit(), limit({ perDay: 5 })], "limits.1"],
    ["for what has no amount", [limit({ operation: "reconciliation" })], "limits.0.operation"],
    ["for what moves nothing", [limit({ operation: "balance" })], "limits.0.operation"],
    ["in a currency that is none", [limit({ currency: "EUX" })], "limits.0.currency"],
    ["that limit nothing", [{ operation: "sale", currency: "EUR" }], "limits.0"],
  ];
  for (const [what, limits, field] of faults) {
    test(what, () => assert.equal(limitsFault(limits)?.field, field));
  }
});
