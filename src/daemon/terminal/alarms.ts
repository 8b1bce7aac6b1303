import type { AlarmCode } from "../../core/alarm-code.ts";
import type { Verdict } from "../../core/outcome.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { Alarm } from "../../journal/journal.ts";
import { deciderInWords, operationInWords, verdictInWords } from "../in-words.ts";

/** Two stories about one payment: both are told, with their amounts, and neither is believed any more than the other. */
export function contradictionAlarm(current: Transaction, evidence: string, verdict: Verdict): Alarm {
  return {
    ...about(current, "contradiction"),
    severity: "critical",
    text: `Two stories about ${named(current)}: ${evidence}. Nothing was changed by that.`,
    remedy: `${moneyAtStake(current, verdict)} ${LOOK} ${decide(current)}`,
  };
}

/** What stands, and what the terminal says now. */
export function contradictionInWords({ outcome }: Transaction, verdict: Verdict, fault: string | undefined): string {
  const stands =
    outcome === undefined
      ? "nothing was said before"
      : `${verdictInWords(outcome)} stands, by ${deciderInWords(outcome.decidedBy)}`;
  const doubtful = fault === undefined ? "" : `, which cannot be right either (${fault})`;
  return `${stands}, and the terminal says ${verdictInWords(verdict)}${doubtful}`;
}

function moneyAtStake({ outcome }: Transaction, verdict: Verdict): string {
  const stood = outcome !== undefined && isMoved(outcome);
  if (isMoved(verdict) && !stood) return "The customer may have paid although it was not told so.";
  if (stood && !isMoved(verdict)) return "The customer may not have paid although it was told so.";
  return "The amount may be another one than was told.";
}

function isMoved({ kind }: Verdict): boolean {
  return kind === "approved";
}

export function notBelievedAlarm(current: Transaction, why: string): Alarm {
  return {
    ...about(current, "resultNotBelieved"),
    severity: "critical",
    text: `The terminal's answer about ${named(current)} cannot be believed: ${why}.`,
    remedy: `Do not charge again before somebody has looked. ${LOOK} ${decide(current)}`,
  };
}

/** @param code of something that a person has to look into */
export function personAlarm(current: Transaction, code: AlarmCode, why: string): Alarm {
  return {
    ...about(current, code),
    severity: "critical",
    text: `${capital(named(current))}: ${why}.`,
    remedy: `Do not charge again before somebody has looked. ${LOOK} ${decide(current)}`,
  };
}

/** What the POS has to hear of beside an approval. */
export function unaskedAlarms(current: Transaction, verdict: Verdict): { readonly alarms?: readonly Alarm[] } {
  const alarms = [partialAlarm(current, verdict), tendersAlarm(current, verdict)].filter(
    (alarm) => alarm !== undefined,
  );
  return alarms.length === 0 ? {} : { alarms };
}

function partialAlarm(current: Transaction, verdict: Verdict): Alarm | undefined {
  const allowed = current.operation.options?.partial === true;
  if (verdict.kind !== "approved" || !verdict.partial || allowed) return undefined;
  return {
    ...about(current, "partialNotAsked"),
    severity: "warning",
    text: `Only a part was approved (${verdictInWords(verdict)}) of ${named(current)}, which the POS had not allowed.`,
    remedy: "Take the rest from the customer, or void the payment.",
  };
}

function tendersAlarm(current: Transaction, verdict: Verdict): Alarm | undefined {
  if (verdict.kind !== "approved" || (verdict.payments?.length ?? 0) < 2) return undefined;
  if (current.operation.options?.tenders === true) return undefined;
  return {
    ...about(current, "tendersNotAsked"),
    severity: "warning",
    text: `${capital(named(current))} was paid with several tenders, which the POS had not allowed.`,
    remedy: "Look at the outcome's `payments`: each tender is refunded by itself.",
  };
}

function about({ terminal, id }: Transaction, code: AlarmCode) {
  return { code, terminal, transaction: id } as const;
}

const LOOK = "Compare the terminal's receipts and the acquirer's list with it.";

function decide({ id }: Transaction): string {
  return `Then say how it ended: \`tillbridge transactions resolve ${id}\`.`;
}

function named({ id, terminal, operation }: Transaction): string {
  return `transaction ${id} (${operationInWords(operation)}, at ${terminal})`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
