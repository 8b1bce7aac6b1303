import type { DECLINE_REASONS, NotPerformedReason, CANCELED_BY } from "../../core/outcome.ts";
import type { OperationType } from "../../core/operation-type.ts";
import type { Stage } from "../../core/terminal.ts";

/** What happens to a payment, in the words of a person behind a counter. */
export type TransactionWords = {
  readonly operations: Readonly<Record<OperationType, string>>;
  /** `a sale of 12.50 EUR`. */
  of(operation: string, money: string): string;
  asked(till: string, what: string, terminal: string): string;
  cancelAsked(by: string): string;
  readonly sent: string;
  readonly sentAgain: string;
  readonly remembered: string;
  terminalSaid(verdict: string): string;
  readonly approved: string;
  approvedOf(money: string): string;
  declined(reason: string): string;
  readonly declineReasons: Readonly<Record<(typeof DECLINE_REASONS)[number], string>>;
  readonly canceledBy: Readonly<Record<(typeof CANCELED_BY)[number], string>>;
  notPerformed(reason: string): string;
  readonly notPerformedReasons: Readonly<Record<NotPerformedReason, string>>;
  readonly unknown: string;
  /** Behind a verdict: who knows. */
  readonly saidTerminal: string;
  readonly foundOut: string;
  readonly saidService: string;
  decided(person: string): string;
  result(verdict: string, who: string): string;
  newResult(verdict: string, who: string): string;
  readonly acknowledged: string;
  contradicted(verdict: string): string;
  fenceLifted(person: string): string;
  readonly inDoubt: string;
  readonly noted: string;
  readonly stages: Readonly<Record<Stage, string>>;
  terminalShows(stage: string, text: string): string;
  readonly linkLost: string;
  readonly linkOpened: string;
  readonly recoveryBegan: string;
  askedAgain(times: number): string;
  readonly told: string;
  readonly serviceBegan: string;
  missing(count: number): string;
};
