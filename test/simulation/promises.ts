import assert from "node:assert/strict";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { Reckoned } from "./invariants.ts";

/** Rule 4: while nobody knows how one with a reference ended, no other one with it is taken, at no terminal. */
export class References {
  #open: ReadonlySet<string> = new Set();
  #known: ReadonlySet<string> = new Set();

  assertKept(transactions: readonly Transaction[]): void {
    const open = transactions.filter((one) => one.operation.reference !== undefined && isOpenToDoubt(one));
    for (const other of transactions) {
      const { reference, options } = other.operation;
      if (reference === undefined || this.#known.has(other.id) || options?.despite !== undefined) continue;
      const before = open.find(
        (one) => one.operation.reference === reference && one.id !== other.id && this.#open.has(one.id),
      );
      assert(before === undefined, `${other.id} was taken while ${before?.id ?? ""} had its reference`);
    }
    this.#open = new Set(open.map(({ id }) => id));
    this.#known = new Set(transactions.map(({ id }) => id));
  }
}

function isOpenToDoubt(transaction: Transaction): boolean {
  return transaction.outcome === undefined || isInDoubt(transaction);
}

/** Rule 4: from the moment when the fence was lifted only a person decides. */
export async function assertOnlyPersonsDecide({ world }: Reckoned): Promise<void> {
  for (const { id, fenceLifted } of world.journal.durable()) {
    if (!fenceLifted) continue;
    const facts = await world.journal.facts(id);
    const after = facts.slice(facts.findIndex(({ kind }) => kind === "fenceLifted"));
    for (const fact of after) {
      if (fact.kind !== "resolved") continue;
      assert.equal(fact.outcome.decidedBy.kind, "person", `${id} was decided by itself after its fence was lifted`);
    }
  }
}

/** The most that it was worth, before and after its adjustments: one that a person decides may come behind a refund, and be wrong. */
function worthAtMost(original: Transaction, transactions: readonly Transaction[]): number {
  const told = transactions.filter(
    ({ id, original: of, operation }) => id === original.id || (of === original.id && operation.type === "adjustment"),
  );
  return Math.max(
    ...told.map(({ outcome }) => (outcome?.kind === "approved" ? (outcome.amounts?.approved.value ?? 0) : 0)),
  );
}

/** What was refunded of an original is never more than was approved. */
export function assertNotOverRefunded({ world, person: { guessed } }: Reckoned): void {
  const transactions = world.journal.durable();
  const byId = new Map(transactions.map((transaction) => [transaction.id, transaction]));
  const refunded = new Map<string, number>();
  for (const { id, original, operation, outcome } of transactions) {
    if (original === undefined || operation.type !== "refund" || outcome?.kind !== "approved") continue;
    // A person says what stands in the slips, whatever that is.
    if (outcome.decidedBy.kind === "person" || world.rolledBack.has(id)) continue;
    refunded.set(original, (refunded.get(original) ?? 0) + (outcome.amounts?.approved.value ?? 0));
  }
  for (const [id, sum] of refunded) {
    const original = byId.get(id);
    if (original?.outcome?.kind !== "approved" || guessed.has(id) || world.rolledBack.size > 0) continue;
    const approved = worthAtMost(original, transactions);
    assert(sum <= approved, `${sum} were refunded of ${id}, of which ${approved} were approved`);
  }
}
