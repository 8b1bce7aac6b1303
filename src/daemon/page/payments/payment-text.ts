import type { Operation } from "../../../core/operation.ts";
import { totalAsked } from "../../../core/total-asked.ts";
import { amountIn, type Language } from "../language.ts";
import type { Tone } from "../tones.ts";
import type { OpenTransaction } from "../view.ts";
import type { Words } from "../words/words.ts";

/** `Sale 12.50 EUR`. */
export function operationText(operation: Operation, words: Words, language: Language): string {
  const name = words.operations[operation.type];
  const asked = totalAsked(operation);
  return asked === undefined ? name : `${name} ${amountIn(language, asked)}`;
}

/** Where it is right now, or how it ended. */
export function stageText(transaction: OpenTransaction, words: Words): string {
  const { outcome, recovering, progress, queuePosition, state } = transaction;
  if (outcome !== undefined) return words.outcomes[outcome.kind];
  if (recovering === true) return words.payments.recovering;
  if (queuePosition !== undefined && queuePosition > 0) return words.payments.queued(queuePosition);
  if (progress !== undefined) return words.stages[progress.stage];
  return state === "accepted" ? words.stages.waitingForTerminal : words.payments.sent;
}

export function toneOfPayment({ outcome, recovering, contradicted, state }: OpenTransaction): Tone {
  if (contradicted !== undefined) return "bad";
  if (outcome === undefined) {
    if (recovering === true) return "warning";
    return state === "accepted" ? "quiet" : "active";
  }
  switch (outcome.kind) {
    case "approved":
      return "good";
    case "unknown":
      return "bad";
    case "declined":
      return "warning";
    case "canceled":
    case "notPerformed":
      return "quiet";
  }
}
