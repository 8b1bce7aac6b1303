import type { Context } from "../driver.ts";
import type { ExchangeEnd } from "./exchange-end.ts";
import type { IntentTask } from "./intents-judgement.ts";
import { saidBy } from "./intents-judgement.ts";
import type { Intent, IntentEvent } from "./intents-messages.ts";
import type { IntentEffect } from "./intents-watch.ts";

/** Exchanges and the timer of a search. */
export const LIST = "list";
export const CANDIDATE = "candidate";
export const NEXT = "next";

/**
 * One round of looking for an intent that names our transaction. The list of events tells only ids, so each of them is asked for, one a
 * second; what is somebody else's is known for the next round.
 */
export type Search = {
  /** When ours was dispatched, by the vendor's clock. */
  readonly sentMs: number;
  readonly queue: readonly string[];
  readonly strangers: readonly string[];
  /** Why this round cannot show that there is none of ours. */
  readonly dark: string | undefined;
};

export type Searched = {
  readonly search: Search;
  readonly effects: readonly IntentEffect[];
  readonly result:
    | { readonly kind: "goesOn" }
    | { readonly kind: "found"; readonly intent: Intent }
    /** All that the list tells of this time was seen, and none is ours. */
    | { readonly kind: "absent" }
    | { readonly kind: "dark"; readonly why: string };
};

/** More than are asked for within a quarter of an hour. */
const MOST_CANDIDATES = 600;

/** By how much the vendor's clocks, and ours as it was corrected, may differ. */
const TOLERANCE_MS = 600_000;
const DAY_MS = 86_400_000;
/** A span of more than 30 days is refused. */
const LONGEST_SPAN_MS = 28 * DAY_MS;

export const searchOf = (sentMs: number): Search => ({ sentMs, queue: [], strangers: [], dark: undefined });

/** Begins a round. */
export function list({ settings }: IntentTask, { sentMs }: Search, { vendorNow }: Context): IntentEffect {
  const isDays = (settings.intentDates ?? "days") === "days";
  // Which country's days they are is not told: one more at both ends covers them all.
  const marginMs = isDays ? DAY_MS : TOLERANCE_MS;
  const fromMs = sentMs - marginMs;
  const toMs = Math.min(Math.max(vendorNow, sentMs) + marginMs, fromMs + LONGEST_SPAN_MS);
  const [from, to] = [fromMs, toMs].map((ms) => {
    const moment = new Date(ms).toISOString();
    return isDays ? moment.slice(0, "2026-01-02".length) : moment;
  });
  return {
    kind: "exchange",
    exchange: LIST,
    message: { kind: "intentEventsGet", from: from ?? "", to: to ?? "" },
    replyTimeoutMs: settings.replyMs,
  };
}

export function hearList(task: IntentTask, search: Search, end: ExchangeEnd): Searched {
  const round = { ...search, queue: [], dark: undefined };
  if (end.kind !== "answered") return dark(round, end.why);
  const { message } = end;
  if (message.kind === "intentError") return dark(round, saidBy(message));
  if (message.kind !== "intentEventsTold") return dark(round, "the vendor answered something else than it was asked");
  const queue = candidatesIn(search, message.events);
  return next(task, {
    ...round,
    queue: queue.slice(0, MOST_CANDIDATES),
    dark:
      queue.length > MOST_CANDIDATES ? `the account has more than ${MOST_CANDIDATES} intents of that time` : undefined,
  });
}

/** Those that may be ours, the likeliest first: what ended before ours was sent is not. */
function candidatesIn({ sentMs, strangers }: Search, events: readonly IntentEvent[]): readonly string[] {
  const distances = new Map<string, number>();
  for (const { intent, atMs } of events) {
    if (atMs !== undefined && atMs < sentMs - TOLERANCE_MS) continue;
    const distance = atMs === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(atMs - sentMs);
    distances.set(intent, Math.min(distance, distances.get(intent) ?? distance));
  }
  const known = new Set(strangers);
  return [...distances]
    .filter(([intent]) => !known.has(intent))
    .sort(([, one], [, other]) => one - other)
    .map(([intent]) => intent);
}

export function ringNext({ settings }: IntentTask, search: Search): readonly IntentEffect[] {
  const [intent] = search.queue;
  if (intent === undefined) return [];
  const message = { kind: "intentGet", intent } as const;
  return [{ kind: "exchange", exchange: CANDIDATE, message, replyTimeoutMs: settings.replyMs }];
}

export function hearCandidate(task: IntentTask, search: Search, end: ExchangeEnd): Searched {
  const [id = "", ...queue] = search.queue;
  const rest = { ...search, queue };
  if (end.kind !== "answered") return next(task, { ...rest, dark: `intent ${id} could not be read: ${end.why}` });
  const { message } = end;
  if (message.kind !== "intentTold" || message.intent.id !== id) {
    const why = message.kind === "intentError" ? saidBy(message) : "an answer to something else";
    return next(task, { ...rest, dark: `intent ${id} could not be read: ${why}` });
  }
  switch (whoseIs(task, message.intent)) {
    case "ours":
      return { search: rest, effects: [], result: { kind: "found", intent: message.intent } };
    case "somebodyElses":
      return next(task, { ...rest, strangers: [...rest.strangers, id].slice(-MOST_CANDIDATES) });
    case "notTold":
      return next(task, { ...rest, dark: `intent ${id} has our amount and names no reference` });
  }
}

/** One of another amount was not asked for by this transaction, whatever it names. */
function whoseIs({ order, asked }: IntentTask, { reference, amount }: Intent): "ours" | "somebodyElses" | "notTold" {
  if (reference !== undefined) return reference === order.transaction ? "ours" : "somebodyElses";
  const isOther = asked.command === "sale" && amount !== undefined && amount !== asked.hundredths;
  return isOther ? "somebodyElses" : "notTold";
}

function next({ settings }: IntentTask, search: Search): Searched {
  if (search.queue.length > 0)
    return { search, effects: [{ kind: "arm", timer: NEXT, afterMs: settings.pollMs }], result: { kind: "goesOn" } };
  return search.dark === undefined ? { search, effects: [], result: { kind: "absent" } } : dark(search, search.dark);
}

const dark = (search: Search, why: string): Searched => ({ search, effects: [], result: { kind: "dark", why } });
