import type { FactBody } from "./facts.ts";
import { isInDoubt, type Transaction } from "./transaction.ts";

type Decision = { readonly operator: string; readonly reason: string; readonly at: string };

/**
 * What becomes of a transaction when a journal is adopted that may know less than happened: what it holds as open may have been
 * sent, charged and told since. So it is unknown, and from then on only a person decides it. Empty where nothing is open.
 */
export function leftToPerson(transaction: Transaction, { operator, reason, at }: Decision): readonly FactBody[] {
  const lifted = { kind: "fenceLifted", operator, reason } as const;
  if (transaction.outcome === undefined) {
    const outcome = {
      kind: "unknown",
      since: "journal",
      advice: "askOperator",
      revision: 1,
      decidedBy: { kind: "person", name: operator, at, reason },
    } as const;
    return [{ kind: "settled", outcome }, lifted];
  }
  return isInDoubt(transaction) && !transaction.fenceLifted ? [lifted] : [];
}
