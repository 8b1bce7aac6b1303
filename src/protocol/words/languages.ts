import { unreachable } from "../../core/assert.ts";
import type { Language } from "../../core/language.ts";
import type { DecidedBy } from "../../core/outcome.ts";
import { formatMoney, type Money } from "../../core/money.ts";
import type { Operation } from "../../core/operation.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { OutcomeOnWire } from "../transaction.ts";
import { english } from "./english.ts";
import { german } from "./german.ts";
import { portuguese } from "./portuguese.ts";
import { spanish } from "./spanish.ts";
import type { TransactionWords } from "./transaction-words.ts";

export { languageOf, type Language } from "../../core/language.ts";

const WORDS: Record<Language, TransactionWords> = { en: english, es: spanish, pt: portuguese, de: german };

export function transactionWords(language: Language): TransactionWords {
  return WORDS[language];
}

/** `a payment of 12.50 EUR`. */
export function operationWords(operation: Operation, words: TransactionWords): string {
  const total = totalAsked(operation);
  const name = words.operations[operation.type];
  return total === undefined ? name : words.of(name, formatMoney(total));
}

/** As much of a verdict as a person is told in a sentence; the same in a fact and on the wire. */
type Told =
  | { readonly kind: "approved"; readonly amounts?: { readonly approved: Money } }
  | Pick<Extract<OutcomeOnWire, { kind: "declined" }>, "kind" | "reason">
  | Pick<Extract<OutcomeOnWire, { kind: "canceled" }>, "kind" | "by">
  | Pick<Extract<OutcomeOnWire, { kind: "notPerformed" }>, "kind" | "reason">
  | { readonly kind: "unknown" };

export function verdictWords(verdict: Told, words: TransactionWords): string {
  switch (verdict.kind) {
    case "approved":
      return verdict.amounts === undefined ? words.approved : words.approvedOf(formatMoney(verdict.amounts.approved));
    case "declined":
      return words.declined(words.declineReasons[verdict.reason]);
    case "canceled":
      return words.canceledBy[verdict.by];
    case "notPerformed":
      return words.notPerformed(words.notPerformedReasons[verdict.reason]);
    case "unknown":
      return words.unknown;
    default:
      return unreachable(verdict);
  }
}

export function deciderWords({ kind, name }: DecidedBy, words: TransactionWords): string {
  switch (kind) {
    case "terminal":
      return words.saidTerminal;
    case "recovery":
      return words.foundOut;
    case "daemon":
      return words.saidService;
    case "person":
      return words.decided(name ?? "?");
    default:
      return unreachable(kind);
  }
}
