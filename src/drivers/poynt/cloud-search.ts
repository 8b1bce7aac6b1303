import { withDefaults } from "../../core/schema.ts";
import type { Context, Doubt, Effect, Input } from "../driver.ts";
import { isOurs, judgeFound, type Task } from "../poynt-cloud/judgement.ts";
import { beginLooking, paced, stepLooking, type CloudEffect, type Looking, type News } from "../poynt-cloud/looking.ts";
import { searchFor } from "../poynt-cloud/requests.ts";
import { lookSettingsSchema, type LookSettings } from "../poynt-cloud/settings.ts";
import type { Asked, AskedPayment } from "./asked.ts";
import { lowered, raised } from "./cloud.ts";
import type { Judgement } from "./judgement.ts";
import type { PoyntMessage } from "./messages.ts";
import type { CloudSettings, PoyntSettings } from "./settings.ts";

const BEGIN = "cloud begin";
const PATIENCE = "cloud patience";
const FLOW_OVER = "cloud flow over";

/** Where the search in the vendor's cloud stands. */
export type CloudSearch = {
  readonly looking: Looking | undefined;
  /** Since it began, the terminal had as long as it may take for the whole of it. */
  readonly isFlowOver: boolean;
  /** What the cloud says, for a person. */
  readonly words: string;
};

export type CloudSearchStep = {
  readonly search: CloudSearch;
  readonly effects: readonly Effect<PoyntMessage>[];
  readonly settles?: Extract<Judgement, { kind: "settles" }>;
  /** A person is called now, and it is asked on slowly. */
  readonly isPatienceOver: boolean;
};

/** What is asked about: only what carries our reference can be found by it (poynt.md 1.5.2). */
export type CloudDoubt = { readonly doubt: Doubt; readonly asked: AskedPayment; readonly settings: PoyntSettings };

export function canSearch(asked: Asked, { cloud }: PoyntSettings): boolean {
  if (cloud === undefined) return false;
  return ["sale", "preSale", "refund", "nonRefRefund"].includes(asked.command);
}

const NO_ANSWER = "the vendor's cloud did not answer";

/** With the next step, which knows the time. */
export function beginSearch(): { readonly search: CloudSearch; readonly effects: readonly Effect<PoyntMessage>[] } {
  return {
    search: { looking: undefined, isFlowOver: false, words: NO_ANSWER },
    effects: [{ kind: "arm", timer: BEGIN, afterMs: 0 }],
  };
}

/**
 * Undefined where the input is about something else. What is not found proves nothing: the terminal may be offline, and tell the cloud later
 * what it has done.
 */
export function stepSearch(
  about: CloudDoubt,
  search: CloudSearch,
  input: Input<PoyntMessage>,
  context: Context,
): CloudSearchStep | undefined {
  const { cloud } = about.settings;
  const own = lowered(input);
  if (cloud === undefined || own === undefined) return undefined;
  const goesOn = { search, effects: [], isPatienceOver: false };
  if (own.kind === "timer" && own.timer === BEGIN) return begun(about, search, cloud, context);
  if (own.kind === "timer" && own.timer === FLOW_OVER) return { ...goesOn, search: { ...search, isFlowOver: true } };
  if (search.looking === undefined) return undefined;
  if (own.kind === "timer" && own.timer === PATIENCE) {
    return { ...goesOn, search: { ...search, looking: paced(search.looking, "idle") }, isPatienceOver: true };
  }
  const question = () => questionOf(about, cloud, context);
  const looked = stepLooking(search.looking, own, question, LOOK, context);
  if (looked === undefined) return undefined;
  const next: CloudSearch = { ...search, looking: looked.looking };
  const effects = looked.effects.map(viaAccount);
  return looked.news === undefined
    ? { ...goesOn, search: next, effects }
    : { isPatienceOver: false, effects, ...heard(about, cloud, next, looked.news) };
}

const LOOK = withDefaults(lookSettingsSchema, {}) as LookSettings;

const viaAccount = (effect: CloudEffect): Effect<PoyntMessage> => {
  const own = raised(effect);
  return own.kind === "exchange" ? { ...own, via: "account" } : own;
};

function begun(about: CloudDoubt, search: CloudSearch, cloud: CloudSettings, context: Context): CloudSearchStep {
  const { looking, effects } = beginLooking(questionOf(about, cloud, context), LOOK);
  return {
    search: { ...search, looking },
    isPatienceOver: false,
    effects: [
      ...effects.map(viaAccount),
      { kind: "arm", timer: PATIENCE, afterMs: cloud.searchMs },
      { kind: "arm", timer: FLOW_OVER, afterMs: about.doubt.order.answerLimitMs },
    ],
  };
}

function questionOf({ doubt }: CloudDoubt, cloud: CloudSettings, context: Context) {
  const { order, dispatched } = doubt;
  const { now, vendorNow } = context;
  const sentAt = Date.parse(dispatched.deadline) - order.answerLimitMs;
  // Our clock may be wrong, or have been set since.
  const since = Math.min(sentAt, sentAt + vendorNow - now, vendorNow);
  return searchFor(order.transaction, since - LOOK.clockSlackMs, cloud, context);
}

function heard(
  { doubt, asked, settings }: CloudDoubt,
  cloud: CloudSettings,
  search: CloudSearch,
  news: News,
): Pick<CloudSearchStep, "search" | "settles"> {
  if (news.kind === "failed") return { search: { ...search, words: `${NO_ANSWER}: ${news.why}` } };
  if (news.kind !== "found") return { search };
  const { order, dispatched } = doubt;
  const ours = news.found.filter((one) => isOurs(order.transaction, one));
  if (ours.length === 0) return { search: { ...search, words: NO_RECORD } };
  const { currency, failedMovedNothing } = settings;
  const { deviceId } = cloud;
  const task: Task = {
    order,
    asked,
    settings: { currency, failedMovedNothing, ...(deviceId === undefined ? {} : { deviceId }) },
    requestId: dispatched.references?.["poyntRequestId"] ?? "",
  };
  const judgement = judgeFound(task, ours, search.isFlowOver ? { kind: "over" } : { kind: "open" });
  return judgement.kind === "settles"
    ? { search, settles: judgement }
    : { search: { ...search, words: `the vendor's cloud: ${judgement.why}` } };
}

const NO_RECORD =
  "the vendor's cloud has no record of it, which proves nothing: the terminal may be offline, and tell it later";
