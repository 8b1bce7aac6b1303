import { decimalsOf, MAX_AMOUNT_MINOR, parseAmount, type Money } from "../../../core/money.ts";
import type { ParamsOf } from "../../../client/calls.ts";
import type { TransactionOnWire } from "../../../protocol/transaction.ts";
import { totalAsked } from "../../../core/total-asked.ts";

export const DECISIONS = ["approved", "declined", "canceled", "notPerformed"] as const;
type DecisionKind = (typeof DECISIONS)[number];

/** What a person has typed so far. */
export type Draft = {
  readonly kind: DecisionKind | "";
  readonly amount: string;
  readonly approvalCode: string;
  readonly operator: string;
  readonly reason: string;
};

export type DraftField = keyof Draft;

/** `12,50`, as many write it, is `12.50`. Undefined where it is no amount of this currency. */
export function typedAmount(text: string, currency: string): Money | undefined {
  return parseAmount(text.trim().replace(",", "."), currency);
}

/** The amount as somebody would type it. */
export function amountToType({ value, currency }: Money): string {
  const decimals = decimalsOf(currency) ?? 0;
  return (Math.min(value, MAX_AMOUNT_MINOR) / 10 ** decimals).toFixed(decimals);
}

export function firstDraft(transaction: TransactionOnWire, operator: string): Draft {
  const asked = totalAsked(transaction.operation);
  return {
    kind: "",
    amount: asked === undefined ? "" : amountToType(asked),
    approvalCode: "",
    operator,
    reason: "",
  };
}

/** The fields that lack something, in the order in which they are asked for. */
export function faultsOf(draft: Draft, { operation }: TransactionOnWire): readonly DraftField[] {
  const currency = totalAsked(operation)?.currency;
  const moved = draft.kind === "approved" && currency !== undefined;
  const checks: readonly (readonly [DraftField, boolean])[] = [
    ["kind", draft.kind === ""],
    ["amount", moved && typedAmount(draft.amount, currency) === undefined],
    ["operator", draft.operator.trim() === ""],
    ["reason", draft.reason.trim() === ""],
  ];
  return checks.filter(([, isWrong]) => isWrong).map(([field]) => field);
}

/**
 * What is asked of the daemon. The revision that was looked at goes along: where somebody else has decided meanwhile, nothing is
 * written over it. Undefined while something is lacking.
 */
export function resolution(draft: Draft, transaction: TransactionOnWire): ParamsOf<"transactions.resolve"> | undefined {
  const { kind } = draft;
  if (kind === "" || faultsOf(draft, transaction).length > 0) return undefined;
  const asked = totalAsked(transaction.operation);
  const moved = kind === "approved" && asked !== undefined ? typedAmount(draft.amount, asked.currency) : undefined;
  // The same as was asked: the daemon knows it with all its parts.
  const isOther = moved !== undefined && moved.value !== asked?.value;
  const approvalCode = draft.approvalCode.trim();
  return {
    transaction: transaction.id,
    ...(transaction.outcome === undefined ? {} : { revision: transaction.outcome.revision }),
    outcome: {
      kind,
      ...(isOther ? { amounts: { approved: moved } } : {}),
      ...(kind === "approved" && approvalCode !== "" ? { approvalCode } : {}),
    },
    operator: draft.operator.trim(),
    reason: draft.reason.trim(),
  };
}
