import { decimalsOf, type Money } from "./money.ts";
import { movesMoney, type OperationType } from "./operation-type.ts";
import type { Operation } from "./operation.ts";
import type { Verdict } from "./outcome.ts";
import type { PosLimit } from "./pos.ts";
import { totalAsked } from "./total-asked.ts";
import type { Transaction } from "./transaction.ts";

/** What takes back the whole of its original, whatever amount it names. */
const TAKES_THE_WHOLE: ReadonlySet<OperationType> = new Set(["void", "releaseAuthorization"]);

/** What is wrong with a POS's limits that the schema cannot say; undefined where all is well. */
export function limitsFault(limits: readonly PosLimit[]): { readonly field: string; readonly why: string } | undefined {
  const seen = new Set<string>();
  for (const [index, { operation, currency, perOperation, perDay }] of limits.entries()) {
    const field = `limits.${index}`;
    if (!movesMoney(operation) || operation === "reconciliation") {
      return { field: `${field}.operation`, why: `a ${operation} has no amount that a limit could be about` };
    }
    if (decimalsOf(currency) === undefined) {
      return { field: `${field}.currency`, why: `ISO 4217 does not know ${currency}` };
    }
    if (perOperation === undefined && perDay === undefined) {
      return { field, why: "a limit names `perOperation`, `perDay` or both" };
    }
    const key = `${operation} ${currency}`;
    if (seen.has(key))
      return { field, why: `there is a limit for ${operation} in ${currency} already: say both in one` };
    seen.add(key);
  }
  return undefined;
}

/** What an approved transaction can have taken back of it. */
export function worthOf({ operation, outcome }: Transaction): Money | undefined {
  return outcome?.kind === "approved" ? (outcome.amounts?.approved ?? totalAsked(operation)) : undefined;
}

/** What an operation may move at most as it was asked; undefined where nobody knows. `worth`: of its original, where that is known. */
export function mostAsked(operation: Operation, worth: Money | undefined): Money | undefined {
  const named = totalAsked(operation);
  if (named === undefined) return worth;
  if (!TAKES_THE_WHOLE.has(operation.type) || worth?.currency !== named.currency) return named;
  return worth.value > named.value ? worth : named;
}

/** Whether the amount that it names says nothing of what it moves. */
export function takesTheWhole(type: OperationType): boolean {
  return TAKES_THE_WHOLE.has(type);
}

/** Whether `mostAsked` depends on the original. */
export function hangsOnOriginal({ type, amount }: Operation): boolean {
  return amount === undefined || TAKES_THE_WHOLE.has(type);
}

/** What counts against a limit: what moved, or may have. Of two stories about it the larger one is believed. */
export function countedOf({ outcome, contradicted }: Transaction, asked: Money | undefined): Money | undefined {
  const stories: readonly (Verdict | undefined)[] =
    contradicted === undefined ? [outcome] : [outcome, contradicted.verdict];
  return stories
    .map((story) => movedIn(story, asked))
    .reduce((most, money) => ((money?.value ?? 0) > (most?.value ?? 0) ? money : most));
}

function movedIn(story: Verdict | undefined, asked: Money | undefined): Money | undefined {
  if (story === undefined || story.kind === "unknown") return asked;
  return story.kind === "approved" ? (story.amounts?.approved ?? asked) : undefined;
}
