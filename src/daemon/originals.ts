import type { Transaction } from "../core/transaction.ts";
import type { Original } from "../drivers/driver.ts";
import type { Records } from "./records.ts";

/** The operation that a refund or void is about, as the terminal knows it; undefined where none is named. */
export async function originalOf(records: Records, transaction: Transaction): Promise<Original | undefined> {
  const named = transaction.operation.original;
  if (named === undefined) return undefined;
  if ("terminalReferences" in named) return { terminalReferences: named.terminalReferences };
  const original = records.peek(named.transaction)?.transaction ?? (await records.journal.get(named.transaction));
  const outcome = original?.outcome;
  if (original === undefined || outcome?.kind !== "approved") return undefined;
  return {
    type: original.operation.type,
    terminalReferences: outcome.terminalReferences ?? {},
    ...(outcome.amounts === undefined ? {} : { approved: outcome.amounts.approved }),
  };
}
