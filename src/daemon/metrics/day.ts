import { done, type Result } from "../../core/errors.ts";
import { movesMoney } from "../../core/operation-type.ts";
import { OUTCOME_KINDS, type OutcomeKind } from "../../core/outcome.ts";
import { isPractice } from "../../core/practice.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { TransactionPage } from "../../journal/journal.ts";
import { hoursBetween, localOffset, type Hour, type Offset } from "./hours.ts";
import type { LinkLosses, LossCount } from "./link-losses.ts";

/** As many as are folded at a time: a sale's write waits no longer than for these. */
const PAGE = 50;
/** Two days of a very busy house. The oldest beyond are left out, and that is told. */
const MOST_READ = 20_000;

export type DayPorts = {
  /** Newest first. */
  readonly list: (query: {
    readonly limit: number;
    readonly cursor?: string;
    readonly to?: string;
  }) => Promise<Result<TransactionPage>>;
  readonly linkLosses: Pick<LinkLosses, "between" | "sinceMs">;
  readonly nowMs: number;
  readonly offset?: Offset;
};

type HourFigures = {
  readonly from: string;
  readonly payments: Readonly<Record<OutcomeKind, number>>;
  /** Accepted, and not at an end yet. */
  readonly underWay?: number;
  readonly durationsMs?: { readonly p50: number; readonly p95: number; readonly most: number };
  readonly linkLosses: readonly LossCount[];
};

export type DayFigures = {
  readonly hours: readonly HourFigures[];
  readonly linkLossesSince: string;
  /** There were too many payments: those that were accepted before are left out. */
  readonly incompleteBefore?: string;
};

/** Payments of each hour from the journal, read a little at a time, and the losses of links that are remembered. */
export async function dayFigures(fromMs: number, toMs: number, ports: DayPorts): Promise<Result<DayFigures>> {
  const read = await paymentsBetween(fromMs, toMs, ports);
  if (read.kind === "refused") return read;
  const { payments, incompleteBefore } = read.value;
  const hours = hoursBetween(fromMs, toMs, ports.offset ?? localOffset);
  return done({
    hours: hours.map((hour) => figuresOf(hour, payments, ports)),
    linkLossesSince: new Date(ports.linkLosses.sinceMs).toISOString(),
    ...(incompleteBefore === undefined ? {} : { incompleteBefore }),
  });
}

/** All that the figures need of one: whole transactions of two days would be too much to hold. */
type Payment = { readonly atMs: number; readonly outcome?: OutcomeKind; readonly durationMs?: number };

type Read = { readonly payments: readonly Payment[]; readonly incompleteBefore?: string };

/** Newest first, until a whole page is older: a clock that was set back may have put a few out of order. */
async function paymentsBetween(fromMs: number, toMs: number, { list, nowMs }: DayPorts): Promise<Result<Read>> {
  const payments: Payment[] = [];
  let last: string | undefined;
  for (let read = 0, cursor: string | undefined; read < MOST_READ; read += PAGE) {
    const page = await list({
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
      ...(toMs < nowMs ? { to: new Date(toMs).toISOString() } : {}),
    });
    if (page.kind === "refused") return page;
    const { transactions } = page.value;
    const young = transactions.filter(({ createdAt }) => Date.parse(createdAt) >= fromMs);
    for (const transaction of young) {
      const payment = paymentOf(transaction);
      if (payment !== undefined && payment.atMs < toMs) payments.push(payment);
    }
    last = transactions.at(-1)?.createdAt;
    cursor = page.value.cursor;
    if (cursor === undefined || young.length === 0) return done({ payments });
  }
  return done({ payments, ...(last === undefined ? {} : { incompleteBefore: last }) });
}

function paymentOf(transaction: Transaction): Payment | undefined {
  const { operation, createdAt, outcome, settledAt, dispatched } = transaction;
  if (isPractice(transaction) || !movesMoney(operation.type) || operation.type === "reconciliation") return undefined;
  const atMs = Date.parse(createdAt);
  const durationMs = settledAt === undefined || dispatched === undefined ? -1 : Date.parse(settledAt) - atMs;
  return {
    atMs,
    ...(outcome === undefined ? {} : { outcome: outcome.kind }),
    // A clock that was set back in the middle tells no time.
    ...(durationMs < 0 ? {} : { durationMs }),
  };
}

function figuresOf({ fromMs, toMs }: Hour, payments: readonly Payment[], { linkLosses }: DayPorts): HourFigures {
  const those = payments.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const counts = OUTCOME_KINDS.map((kind) => [kind, those.filter(({ outcome }) => outcome === kind).length] as const);
  const underWay = those.filter(({ outcome }) => outcome === undefined).length;
  const durationsMs = durationsOf(those);
  return {
    from: new Date(fromMs).toISOString(),
    payments: Object.fromEntries(counts) as Record<OutcomeKind, number>,
    ...(underWay === 0 ? {} : { underWay }),
    ...(durationsMs === undefined ? {} : { durationsMs }),
    linkLosses: linkLosses.between(fromMs, toMs),
  };
}

/** Of those that were at a terminal, from the order to the outcome: what a customer waited. */
function durationsOf(payments: readonly Payment[]): HourFigures["durationsMs"] {
  const sorted = payments.flatMap(({ durationMs }) => durationMs ?? []).sort((one, other) => one - other);
  const most = sorted.at(-1);
  if (most === undefined) return undefined;
  /** One of them: so many percent took no longer. */
  const percentile = (percent: number) => sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? most;
  return { p50: percentile(50), p95: percentile(95), most };
}
