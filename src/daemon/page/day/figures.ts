import type { AnswerOf } from "../../../client/calls.ts";
import { OUTCOME_NAMES, type OutcomeName } from "../outcome-names.ts";

export type Hours = AnswerOf<"diagnostics.day">["hours"];

/** One series of numbers, one an hour; a gap where nothing is known. */
export type Series = {
  readonly name: string;
  readonly tone: SeriesTone;
  readonly values: readonly (number | undefined)[];
};

/** Which of the look's colours it has, beside a pattern of dashes or the order of the stack. */
export type SeriesTone = "good" | "warning" | "quiet" | "bad" | "active" | "text";

export type ChartData = {
  /** Seconds since 1970 at which each hour begins. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
};

const OUTCOME_TONES: Readonly<Record<OutcomeName, SeriesTone>> = {
  approved: "good",
  declined: "warning",
  canceled: "quiet",
  notPerformed: "text",
  unknown: "bad",
};

type PaymentNames = Readonly<Record<OutcomeName, string>> & { readonly underWay: string };

/** Outcomes of which there was none in all that time are left out. */
export function paymentsOf(hours: Hours, names: PaymentNames): ChartData {
  const ends = OUTCOME_NAMES.map((outcome) => ({
    name: names[outcome],
    tone: OUTCOME_TONES[outcome],
    values: hours.map(({ payments }) => countOf(payments, outcome)),
  }));
  const underWay = {
    name: names.underWay,
    tone: "active" as const,
    values: hours.map(({ underWay: count = 0 }) => count),
  };
  return {
    times: timesOf(hours),
    series: [...ends, underWay].filter(({ values }) => values.some((value) => value > 0)),
  };
}

/** In seconds, because milliseconds are for programs. */
export function durationsOf(
  hours: Hours,
  names: { readonly half: string; readonly most95: string; readonly longest: string },
): ChartData {
  const of = (name: "p50" | "p95" | "most") =>
    hours.map(({ durationsMs }) => (durationsMs === undefined ? undefined : Math.round(durationsMs[name] / 100) / 10));
  return {
    times: timesOf(hours),
    series: [
      { name: names.half, tone: "good" as const, values: of("p50") },
      { name: names.most95, tone: "active" as const, values: of("p95") },
      { name: names.longest, tone: "quiet" as const, values: of("most") },
    ].filter(({ values }) => values.some((value) => value !== undefined)),
  };
}

/** The schema's type says that every outcome is there; those of which there was none are not. */
function countOf(payments: Readonly<Record<string, number | undefined>>, outcome: OutcomeName): number {
  return payments[outcome] ?? 0;
}

const LOSS_TONES: readonly SeriesTone[] = ["bad", "warning", "active", "good", "quiet", "text"];

/** A series a terminal that lost its link; beyond as many as can be told apart the rest is one. */
export function lossesOf(hours: Hours, others: string): ChartData {
  const totals = new Map<string, number>();
  for (const { linkLosses } of hours)
    for (const { terminal, count } of linkLosses) totals.set(terminal, (totals.get(terminal) ?? 0) + count);
  const terminals = [...totals].toSorted(([, one], [, other]) => other - one).map(([terminal]) => terminal);
  const named = terminals.length > LOSS_TONES.length ? terminals.slice(0, LOSS_TONES.length - 1) : terminals;
  const rest = new Set(terminals.slice(named.length));
  const count = (isMeant: (terminal: string) => boolean) =>
    hours.map(({ linkLosses }) => linkLosses.reduce((sum, loss) => sum + (isMeant(loss.terminal) ? loss.count : 0), 0));
  const series = named.map((terminal, index) => ({
    name: terminal,
    tone: LOSS_TONES[index] ?? "text",
    values: count((each) => each === terminal),
  }));
  const last = { name: others, tone: "text" as const, values: count((terminal) => rest.has(terminal)) };
  return { times: timesOf(hours), series: rest.size === 0 ? series : [...series, last] };
}

/** Each upon those before it, as a stack of bars is drawn. */
export function stacked({ series }: ChartData): readonly (readonly number[])[] {
  const sums: number[][] = [];
  for (const { values } of series) {
    const below = sums.at(-1);
    sums.push(values.map((value, index) => (value ?? 0) + (below?.[index] ?? 0)));
  }
  return sums;
}

export function totalOf({ values }: Series): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

export type Span = "today" | "yesterday" | "last48";

const HOUR_MS = 3_600_000;

/** From and to, as the daemon is asked. Days are this browser's, and their length is the calendar's. */
export function boundsOf(span: Span, nowMs: number): { readonly from?: string; readonly to?: string } {
  const midnight = (days: number) => {
    const day = new Date(nowMs);
    day.setHours(0, 0, 0, 0);
    day.setDate(day.getDate() - days);
    return day.toISOString();
  };
  switch (span) {
    case "today":
      return { from: midnight(0) };
    case "yesterday":
      return { from: midnight(1), to: midnight(0) };
    case "last48":
      // The hour that runs counts as one.
      return { from: new Date(nowMs - 47 * HOUR_MS).toISOString() };
  }
}

function timesOf(hours: Hours): readonly number[] {
  return hours.map(({ from }) => Date.parse(from) / 1_000);
}
