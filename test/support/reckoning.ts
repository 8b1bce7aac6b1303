import assert from "node:assert/strict";
import type { Transaction } from "../../src/client/index.ts";
import type { Movement } from "./simulated-terminal.ts";

/**
 * Holds what a POS was told against what really moved: each approval is one movement of its amount, and nothing else moved. To be
 * used where every transaction has an amount of its own.
 */
export function assertSquare(ledger: readonly Movement[], transactions: readonly Transaction[]): void {
  const told = transactions.map(({ outcome, requestId }) => {
    assert.ok(outcome !== undefined && outcome.kind !== "unknown", `${requestId} has no outcome that stands`);
    return outcome.kind === "approved" ? [outcome.amounts?.approved.value ?? 0] : [];
  });
  const ascending = (amounts: readonly number[]) => [...amounts].sort((a, b) => a - b);
  assert.deepEqual(ascending(told.flat()), ascending(ledger.map(({ amount }) => amount)));
}
