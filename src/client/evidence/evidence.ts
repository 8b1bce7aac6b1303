import { formatMoney, type Money } from "../../core/money.ts";
import type { DecidedBy } from "../../core/outcome.ts";
import { isPractice } from "../../core/practice.ts";
import { totalAsked } from "../../core/total-asked.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../protocol/transaction.ts";
import { deciderWords, transactionWords, verdictWords, type Language } from "../../protocol/words/languages.ts";
import type { AnswerOf } from "../calls.ts";
import { english } from "./english.ts";
import type { EvidenceWords } from "./evidence-words.ts";
import { german } from "./german.ts";
import { portuguese } from "./portuguese.ts";
import { spanish } from "./spanish.ts";

export type EvidenceAbout = {
  /** Of the document; the timeline is in that of the session which it was asked on. */
  readonly language: Language;
  /** Of the program that wrote the facts. */
  readonly version: string;
  /** RFC 3339: now. */
  readonly madeAt: string;
  /** IANA name; that of this machine where nothing is said. */
  readonly timeZone?: string;
  /** As a person knows the terminal: its name or model. */
  readonly terminalName?: string;
};

/** A line of the document: what it is about, and what is said. */
export type Row = readonly [label: string, value: string];
type Step = { readonly local: string; readonly utc: string; readonly text: string; readonly detail: string };

/** One page about one transaction, before it is drawn. Every text in it is plain. */
export type Evidence = {
  readonly language: Language;
  readonly title: string;
  readonly result: string;
  readonly parts: readonly { readonly heading: string; readonly rows: readonly Row[] }[];
  readonly steps: { readonly heading: string; readonly missing?: string; readonly lines: readonly Step[] };
  readonly limits: { readonly heading: string; readonly lines: readonly string[] };
};

const WORDS: Record<Language, EvidenceWords> = { en: english, es: spanish, pt: portuguese, de: german };
/** A page holds about thirty; what a recovery does for days is not for the customer. */
const MOST_STEPS = 200;

/** That it was practice, in a sentence's place. */
export function practiceInWords(language: Language): string {
  return WORDS[language].practice;
}

/** What is known of a transaction, for the customer or the acquirer. */
export function evidenceOf(
  transaction: TransactionOnWire,
  { entries, chain }: AnswerOf<"transactions.timeline">,
  about: EvidenceAbout,
): Evidence {
  const words = WORDS[about.language];
  const left = entries.slice(-MOST_STEPS);
  const result = resultOf(transaction, about.language, words);
  const time = localTimes(about);
  return {
    language: about.language,
    title: isPractice(transaction) ? words.practice : words.title,
    result,
    parts: [
      { heading: words.asked, rows: askedRows(transaction, about, words, time) },
      { heading: words.ended, rows: endedRows(transaction, result, about.language, words, time) },
      {
        heading: words.kept,
        rows: [
          [words.transaction, transaction.id],
          [words.request, transaction.requestId],
          ...(chain === undefined
            ? []
            : ([
                [words.journal, `${chain.journal}, ${words.facts(chain.facts)}`],
                [words.chain, chain.hash],
              ] satisfies Row[])),
          [words.program, `Tillbridge ${about.version}`],
          [words.madeAt, time(about.madeAt)],
        ],
      },
    ],
    steps: {
      heading: words.happened,
      ...(left.length < entries.length ? { missing: words.earlier } : {}),
      lines: left.map(({ at, what, text, detail }) => ({
        local: time(at, "short"),
        utc: at,
        text: text ?? what,
        detail: detail === undefined ? what : `${what}: ${detail}`,
      })),
    },
    limits: { heading: words.shows, lines: limitsOf(transaction, words) },
  };
}

function askedRows(
  { operation, pos, terminal, createdAt }: TransactionOnWire,
  { language, terminalName }: EvidenceAbout,
  words: EvidenceWords,
  time: LocalTime,
): readonly Row[] {
  return [
    [words.operation, transactionWords(language).operations[operation.type]],
    ...moneyRow(words.amount, totalAsked(operation)),
    ...moneyRow(words.tip, operation.tip),
    ...moneyRow(words.cashback, operation.cashback),
    ...row(words.reference, operation.reference),
    [words.till, pos],
    [words.terminal, terminalName === undefined ? terminal : `${terminal} (${terminalName})`],
    [words.askedAt, time(createdAt)],
  ];
}

function endedRows(
  transaction: TransactionOnWire,
  result: string,
  language: Language,
  words: EvidenceWords,
  time: LocalTime,
): readonly Row[] {
  const { outcome, settledAt, contradicted } = transaction;
  if (outcome === undefined) return [[words.result, result]];
  const { decidedBy, card, vendor, terminalReferences = {} } = outcome;
  return [
    [words.result, result],
    // Of what is not known, nobody says how it is known.
    ...row(words.decidedBy, outcome.kind === "unknown" ? undefined : decided(decidedBy, language, time)),
    ...row(words.reason, decidedBy.reason),
    ...(settledAt === undefined ? [] : [[words.endedAt, time(settledAt)] satisfies Row]),
    // At a simulated terminal no amount moved, whatever it approved.
    ...(isPractice(transaction) ? [] : approvedRows(outcome, words)),
    ...row(words.card, [card?.brand, card?.last4 && `**** ${card.last4}`].filter(Boolean).join(" ") || undefined),
    ...row(words.vendorSays, vendor && [vendor.code, vendor.text].filter(Boolean).join(" ")),
    ...Object.entries(terminalReferences),
    ...row(words.contradicted, contradicted?.evidence),
  ];
}

function approvedRows(outcome: OutcomeOnWire, words: EvidenceWords): readonly Row[] {
  if (outcome.kind !== "approved") return [];
  const { amounts, approvalCode, partial } = outcome;
  return [
    ...moneyRow(words.moved, amounts?.approved, partial ? words.partial : undefined),
    ...moneyRow(words.tip, amounts?.tip),
    ...moneyRow(words.cashback, amounts?.cashback),
    ...moneyRow(words.surcharge, amounts?.surcharge),
    ...row(words.approvalCode, approvalCode),
  ];
}

function resultOf(transaction: TransactionOnWire, language: Language, words: EvidenceWords): string {
  const result = verdictOf(transaction, language, words);
  return isPractice(transaction) ? words.practised(result) : result;
}

function verdictOf({ outcome }: TransactionOnWire, language: Language, words: EvidenceWords): string {
  if (outcome === undefined) return words.notYet;
  const verdict = verdictWords(outcome, transactionWords(language));
  return outcome.kind === "approved" && !outcome.final ? `${verdict} (${words.notFinal})` : verdict;
}

function decided(decidedBy: DecidedBy, language: Language, time: LocalTime): string {
  const who = deciderWords(decidedBy, transactionWords(language));
  return decidedBy.at === undefined ? who : `${who}, ${time(decidedBy.at)}`;
}

function limitsOf(transaction: TransactionOnWire, words: EvidenceWords): readonly string[] {
  const { outcome } = transaction;
  return [
    isPractice(transaction) ? words.practiceProves : words.proves[outcome?.kind ?? "notYet"],
    ...(outcome?.decidedBy.kind === "person" ? [words.byPerson] : []),
    words.copy,
    words.noReceipt,
  ];
}

function row(label: string, value: string | undefined): readonly Row[] {
  return value === undefined || value === "" ? [] : [[label, value]];
}

function moneyRow(label: string, money: Money | undefined, remark?: string): readonly Row[] {
  if (money === undefined) return [];
  return [[label, remark === undefined ? formatMoney(money) : `${formatMoney(money)} (${remark})`]];
}

/** `short`: the time of day, where the day is told already. */
type LocalTime = (at: string, length?: "short") => string;

/** In the shop's time, with UTC behind it. */
function localTimes({ language, timeZone }: EvidenceAbout): LocalTime {
  const zone = timeZone === undefined ? {} : { timeZone };
  const long = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "long", ...zone });
  const short = new Intl.DateTimeFormat(language, {
    ...zone,
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return (at, length) => {
    const moment = new Date(at);
    if (Number.isNaN(moment.getTime())) return at;
    return length === "short" ? short.format(moment) : `${long.format(moment)} (${moment.toISOString()})`;
  };
}
