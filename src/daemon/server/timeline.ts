import { unreachable } from "../../core/assert.ts";
import { DOUBT_NOTE, type Fact } from "../../core/facts.ts";
import type { Moment } from "../../core/moments.ts";
import { formatMoney } from "../../core/money.ts";
import { deciderWords, operationWords, transactionWords, verdictWords } from "../../protocol/words/languages.ts";
import type { TransactionWords } from "../../protocol/words/transaction-words.ts";
import type { History } from "../api.ts";
import { deciderInWords, verdictInWords } from "../in-words.ts";
import type { Language } from "./advice.ts";
import { printable } from "./printable.ts";

/** `what` for programs, `text` for the person behind the counter, `detail` for a technician. */
export type TimelineEntry = {
  readonly at: string;
  readonly what: string;
  readonly text: string;
  readonly detail?: string;
};

/** What happened to a transaction, line by line in the order of time: its facts, and what happened around them. */
export function timelineOf({ facts, meanwhile }: History, language: Language): readonly TimelineEntry[] {
  const words = transactionWords(language);
  const entries = facts.flatMap((fact) => [
    ...around(fact.meanwhile, words),
    entry(fact.at, fact.kind, textOf(fact, words), detailOf(fact)),
  ]);
  // A clock that is set back does not turn the order around: a line is never earlier than the fact before it in the journal.
  return [...entries, ...around(meanwhile, words)];
}

function around(meanwhile: Fact["meanwhile"], words: TransactionWords): readonly TimelineEntry[] {
  if (meanwhile === undefined) return [];
  const { moments, missing = 0 } = meanwhile;
  const told = moments.map((moment) => entry(moment.at, moment.kind, momentText(moment, words), momentDetail(moment)));
  const last = told.at(-1);
  if (missing === 0 || last === undefined) return told;
  return [...told, entry(last.at, "missing", words.missing(missing), `${missing} left out`)];
}

function entry(at: string, what: string, text: string, detail: string | undefined): TimelineEntry {
  return { at, what, text, ...(detail === undefined ? {} : { detail }) };
}

function textOf(fact: Fact, words: TransactionWords): string {
  switch (fact.kind) {
    case "accepted":
      return words.asked(fact.pos, operationWords(fact.operation, words), fact.terminal);
    case "cancelRequested":
      return words.cancelAsked(printable(fact.by));
    case "dispatched":
      return words.sent;
    case "repeated":
      return words.sentAgain;
    case "remembered":
      return words.remembered;
    case "proposed":
      return words.terminalSaid(verdictWords(fact.verdict, words));
    case "settled":
      return words.result(verdictWords(fact.outcome, words), deciderOf(fact.outcome.decidedBy, words));
    case "resolved":
      return words.newResult(verdictWords(fact.outcome, words), deciderOf(fact.outcome.decidedBy, words));
    case "acknowledged":
      return words.acknowledged;
    case "contradicted":
      return words.contradicted(verdictWords(fact.verdict, words));
    case "fenceLifted":
      return words.fenceLifted(printable(fact.operator));
    case "note":
      return fact.text.startsWith(DOUBT_NOTE) ? words.inDoubt : words.noted;
    default:
      return unreachable(fact);
  }
}

function deciderOf(decidedBy: Extract<Fact, { kind: "settled" }>["outcome"]["decidedBy"], words: TransactionWords) {
  return printable(deciderWords(decidedBy, words));
}

function momentText(moment: Moment, words: TransactionWords): string {
  switch (moment.kind) {
    case "stage": {
      const stage = words.stages[moment.stage];
      return moment.text === undefined ? stage : words.terminalShows(stage, printable(moment.text));
    }
    case "askedAgain":
      return words.askedAgain(moment.times);
    case "linkLost":
    case "linkOpened":
    case "recoveryBegan":
    case "told":
    case "serviceBegan":
      return words[moment.kind];
    default:
      return unreachable(moment);
  }
}

function momentDetail(moment: Moment): string | undefined {
  switch (moment.kind) {
    case "stage":
      return moment.text === undefined ? moment.stage : `${moment.stage}: ${printable(moment.text)}`;
    case "linkLost":
      return printable(moment.why);
    case "askedAgain":
      return `${moment.times} ${moment.times === 1 ? "question" : "questions"}`;
    case "told":
      return `revision ${moment.revision}`;
    case "linkOpened":
    case "recoveryBegan":
    case "serviceBegan":
      return undefined;
    default:
      return unreachable(moment);
  }
}

function detailOf(fact: Fact): string | undefined {
  switch (fact.kind) {
    case "accepted": {
      const { type, amount, reference } = fact.operation;
      const money = amount === undefined ? "" : ` of ${formatMoney(amount)}`;
      const ours = reference === undefined ? "" : `, reference ${reference}`;
      return `${type}${money} by ${fact.pos} at ${fact.terminal}, request ${fact.requestId}${ours}`;
    }
    case "cancelRequested":
      return `by ${fact.by}`;
    case "dispatched":
      return `ticket ${fact.ticket}, to be answered by ${fact.deadline}`;
    case "repeated":
      return `the same request once more, number ${fact.attempt}`;
    case "remembered":
      return undefined;
    case "proposed":
      return `the terminal says ${verdictInWords(fact.verdict)}`;
    case "settled":
    case "resolved": {
      const { decidedBy, revision } = fact.outcome;
      const why = decidedBy.reason === undefined ? "" : `: ${decidedBy.reason}`;
      return `${verdictInWords(fact.outcome)}, revision ${revision}, by ${deciderInWords(decidedBy)}${why}`;
    }
    case "acknowledged":
      return `revision ${fact.revision}`;
    case "contradicted":
      return `evidence of ${verdictInWords(fact.verdict)}: ${fact.evidence}`;
    case "fenceLifted":
      return `by ${fact.operator}: ${fact.reason}`;
    case "note":
      return fact.text;
    default:
      return unreachable(fact);
  }
}
