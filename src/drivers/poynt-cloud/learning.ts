import type { Doubt } from "../driver.ts";
import type { Judgement } from "../poynt/judgement.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { Operation } from "../../core/operation.ts";
import { areAllFound, isOurs, judgeFound, type Ending, type Task } from "./judgement.ts";
import type { CloudEffect, News } from "./looking.ts";
import type { Callback, Found } from "./messages.ts";
import type { PoyntCloudSettings } from "./settings.ts";

/** What is known of a payment at the terminal so far, beside what the cloud tells when it is asked. */
export type Known = {
  /** What the terminal said when it called. */
  readonly callback: Callback | undefined;
  /** The cloud has had the time to know it as well. */
  readonly isConfirmed: boolean;
  /** Nothing more came for as long as another card could be tried. */
  readonly isOver: boolean;
  /** Neither can the message still come to the terminal, nor the payment still be on its screen. */
  readonly isScreenOver: boolean;
  /** How far the cloud has been seen to know nothing, since the terminal called. */
  readonly empty: Emptiness;
  /** How many transactions of ours were seen last. */
  readonly count: number;
  /** Whose time came while an answer was under way, which may be older than that. */
  readonly rung: readonly Wait[];
};

/** Unasked: whatever is answered next may have been asked before the call. Waiting: once seen empty. */
type Emptiness = "unasked" | "asked" | "waiting" | "over";

export type Learned = {
  readonly known: Known;
  readonly effects: readonly CloudEffect[];
  /** Absent where there is nothing to judge yet. */
  readonly judgement?: Judgement;
};

export const NOTHING_KNOWN: Known = {
  callback: undefined,
  isConfirmed: false,
  isOver: false,
  isScreenOver: false,
  empty: "unasked",
  count: 0,
  rung: [],
};

const CONFIRMED = "confirmed";
const OVER = "over";
const SCREEN = "screen";
const EMPTY = "empty";
const WAITS = [CONFIRMED, OVER, SCREEN, EMPTY] as const;
type Wait = (typeof WAITS)[number];

type LearnSettings = Pick<PoyntCloudSettings, "confirmMs" | "anotherCardMs">;

type ScreenSettings = Pick<PoyntCloudSettings, "ttlSeconds" | "ttlMarginMs" | "paymentMs" | "confirmMs">;

/** For how long after it was sent a payment may come to the terminal, then be on its screen, and the cloud not know yet what was done there. */
export function screenMs({ options }: Operation, settings: ScreenSettings): number {
  const { ttlSeconds, ttlMarginMs, paymentMs, confirmMs } = settings;
  const { timeoutSeconds } = options ?? {};
  const shownMs = timeoutSeconds === undefined ? paymentMs : timeoutSeconds * 1_000;
  return ttlSeconds * 1_000 + ttlMarginMs + shownMs + confirmMs;
}

/** From when the cloud has the message, or later: until the end of it another card may be tried, however long ago the last one was. */
export const watchScreen = (operation: Operation, settings: ScreenSettings): CloudEffect => ({
  kind: "arm",
  timer: SCREEN,
  afterMs: screenMs(operation, settings),
});

/** Undefined where it is another timer. */
export function rung(known: Known, timer: string, isAsking: boolean): Known | undefined {
  const wait = WAITS.find((one) => one === timer);
  if (wait === undefined) return undefined;
  const next: Known = { ...known, rung: [...known.rung, wait] };
  return isAsking ? next : counted(next);
}

/** What is asked from now on is asked late enough. */
function counted(known: Known): Known {
  const { rung, isConfirmed, isOver, isScreenOver, empty } = known;
  return {
    ...known,
    rung: [],
    isConfirmed: isConfirmed || rung.includes(CONFIRMED),
    isOver: isOver || rung.includes(OVER),
    isScreenOver: isScreenOver || rung.includes(SCREEN),
    empty: empty === "unasked" ? "asked" : empty === "waiting" && rung.includes(EMPTY) ? "over" : empty,
  };
}

const without = ({ rung }: Known, wait: Wait): readonly Wait[] => rung.filter((one) => one !== wait);

export function learn(task: Task, known: Known, news: News, settings: LearnSettings): Learned {
  switch (news.kind) {
    case "called":
      return called(task, known, news.callback, settings);
    case "found": {
      const learned = found(task, known, news.found, news.isWhole, settings);
      return { ...learned, known: counted(learned.known) };
    }
    case "read":
    case "failed":
      return { known: counted(known), effects: [] };
  }
}

/** The terminal says how it ended: kept, because it does not say so again. */
function called({ order }: Task, known: Known, callback: Callback, { confirmMs }: LearnSettings): Learned {
  const isNews =
    callback.referenceId === order.transaction && JSON.stringify(callback) !== JSON.stringify(known.callback);
  if (!isNews) return { known, effects: [] };
  return {
    known: { ...known, callback, isConfirmed: false, empty: "unasked", rung: without(known, CONFIRMED) },
    effects: [
      { kind: "remember", data: remembered(callback) },
      { kind: "arm", timer: CONFIRMED, afterMs: confirmMs },
    ],
  };
}

function found(task: Task, before: Known, all: readonly Found[], isWhole: boolean, settings: LearnSettings): Learned {
  const ours = all.filter((one) => isOurs(task.order.transaction, one));
  if (ours.length === 0) return noneFound(task, before, isWhole, settings);
  const known: Known = before.empty === "unasked" ? before : { ...before, empty: "asked" };
  const judgement = judgeFound(task, ours, endingOf(known, ours));
  if (judgement.kind !== "unclear" || ours.length === known.count) return { known, effects: [], judgement };
  return {
    known: { ...known, count: ours.length, isOver: false, rung: without(known, OVER) },
    effects: [{ kind: "arm", timer: OVER, afterMs: settings.anotherCardMs }],
    judgement,
  };
}

/**
 * A payment that was canceled before a card was tried leaves nothing behind: then the terminal's word is all there is. A search may lag
 * behind, so the cloud must have known nothing twice in a row, both times asked after the call, and long enough apart.
 */
function noneFound(task: Task, known: Known, isWhole: boolean, { confirmMs }: LearnSettings): Learned {
  const { callback, empty } = known;
  if (callback === undefined || empty === "unasked" || !isWhole || callback.transactionIds.length > 0) {
    return { known, effects: [] };
  }
  if (empty === "asked") return seenEmpty(known, confirmMs);
  if (empty === "waiting") return { known, effects: [] };
  const judgement = judgeFound(task, [], { kind: "called", status: callback.status });
  return { known, effects: [], judgement };
}

const seenEmpty = (known: Known, confirmMs: number): Learned => ({
  known: { ...known, empty: "waiting", rung: without(known, EMPTY) },
  effects: [{ kind: "arm", timer: EMPTY, afterMs: confirmMs }],
});

function endingOf({ callback, isConfirmed, isOver, isScreenOver }: Known, ours: readonly Found[]): Ending {
  if (callback === undefined) return isOver && isScreenOver ? { kind: "over" } : { kind: "open" };
  const isComplete = areAllFound(callback, ours) && (callback.transactionIds.length > 0 || isConfirmed);
  // What it named may still come.
  return isComplete ? { kind: "called", status: callback.status } : { kind: "open" };
}

const VERSION = 1;

const remembered = ({ referenceId, status, transactionIds }: Callback): JsonObject => ({
  version: VERSION,
  callback: { referenceId, status, transactionIds },
});

/** What an operation or an earlier recovery has kept. The cloud has had its time since. */
export function knownFrom({ remembered: kept }: Doubt): Known {
  const told = kept?.["version"] === VERSION && isJsonObject(kept["callback"]) ? kept["callback"] : undefined;
  const { referenceId, status, transactionIds } = told ?? {};
  if (typeof referenceId !== "string" || typeof status !== "string" || !Array.isArray(transactionIds)) {
    return NOTHING_KNOWN;
  }
  const ids = transactionIds.filter((id) => typeof id === "string");
  return { ...NOTHING_KNOWN, callback: { kind: "callback", referenceId, status, transactionIds: ids } };
}

/** Patience starts anew with each recovery. */
export function waitFor(known: Known, { confirmMs }: LearnSettings): readonly CloudEffect[] {
  return known.callback === undefined ? [] : [{ kind: "arm", timer: CONFIRMED, afterMs: confirmMs }];
}
