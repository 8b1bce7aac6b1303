import type { CanceledBy } from "../../core/outcome.ts";
import type { Stage, TerminalState } from "../../core/terminal.ts";
import type { Order, Problem } from "./order.ts";

/** Why a payment did not begin, as far as the button has words of its own for it. */
export const REFUSALS = [
  "terminalNotFound",
  "terminalOffline",
  "terminalFenced",
  "terminalUnpaired",
  "terminalDisabled",
  "terminalBusy",
  "queueFull",
  "referenceInDoubt",
  "unsupportedOperation",
  "unsupportedCurrency",
  "amountOutOfRange",
  "limitExceeded",
  "signatureRequired",
  "journalUnavailable",
  "originalExhausted",
  "forbidden",
  "posInUse",
  "noTerminal",
  "tooManyAttempts",
  "canceled",
  "storage",
  "other",
] as const;
type Refusal = (typeof REFUSALS)[number];

/** What a terminal asks or does. A file for each language: the technician's page says the same and loads one of them. */
export type Stages = Readonly<Record<Stage, string>>;

/** Everything that the button says. The compiler sees that no language lacks a word. */
export type Words = {
  readonly pay: Readonly<Record<Order["type"], (amount: string) => string>>;
  readonly again: Readonly<Record<Order["type"], (amount: string) => string>>;
  readonly done: Readonly<Record<Order["type"], (amount: string) => string>>;
  readonly paying: string;
  readonly cannotPay: string;
  readonly cancel: string;
  readonly canceling: string;
  readonly cannotCancel: string;
  readonly at: (terminal: string) => string;
  readonly sending: string;
  readonly inQueue: (place: number) => string;
  readonly connecting: string;
  readonly stages: Stages;
  readonly asked: (amount: string) => string;
  readonly partial: (amount: string) => string;
  readonly card: (brand: string, last4: string) => string;
  readonly declined: string;
  readonly declinedAdvice: string;
  readonly canceled: Readonly<Record<CanceledBy, string>>;
  readonly notPerformed: string;
  readonly notCharged: string;
  readonly reversed: string;
  readonly unknown: string;
  readonly contradicted: string;
  readonly unclear: string;
  readonly unclearAdvice: string;
  readonly elsewhere: string;
  readonly noStorage: string;
  readonly notStarted: string;
  readonly unreachable: string;
  /** Of what runs, while nobody here hears of it. */
  readonly lost: string;
  /** Of an attempt that this browser remembers, before anybody could be asked what became of it. */
  readonly left: string;
  readonly lookUp: string;
  /** Which terminals there are, where none can take it. */
  readonly noTerminalFor: {
    readonly currency: (currency: string, terminals: string) => string;
    readonly other: (terminals: string) => string;
    readonly nothing: string;
  };
  readonly problems: Readonly<Record<Problem, string>>;
  /** How the page writes an amount of a currency, and where it writes it. */
  readonly written: (currency: string, decimals: number, example: string) => string;
  readonly refusals: Readonly<Record<Refusal, string>>;
  readonly pairing: {
    readonly title: string;
    readonly text: string;
    readonly name: string;
    readonly nameWrong: string;
    readonly code: string;
    readonly codeWrong: string;
    readonly locked: string;
    readonly noAnswer: string;
    readonly again: string;
    readonly pair: string;
    readonly dismiss: string;
  };
  readonly choice: {
    readonly title: string;
    readonly choose: string;
    readonly change: string;
    readonly states: Readonly<Record<TerminalState, string>>;
  };
};
