import type { Context, Effect, Input } from "../driver.ts";
import {
  ACCESS,
  type Callback,
  type CloudError,
  type CloudMessage,
  type CloudRequest,
  type Found,
} from "./messages.ts";
import type { LookSettings } from "./settings.ts";

export type CloudEffect = Effect<CloudMessage>;

/** The exchange of a question. */
export const LOOK = "look";

/**
 * Asking the cloud again and again: quickly while a customer is there, slowly later, never twice in a second, and at once when the terminal
 * has called. What is asked is said anew each time.
 */
export type Looking = {
  readonly isAsking: boolean;
  /** A second has passed since the last question. */
  readonly mayAsk: boolean;
  /** The pause is over, or the terminal called. */
  readonly isDue: boolean;
  readonly pace: "quick" | "slow" | "idle";
};

/** What came of it. */
export type News =
  | { readonly kind: "found"; readonly found: readonly Found[]; readonly isWhole: boolean }
  /** To the question for this one alone. */
  | { readonly kind: "read"; readonly found: Found }
  | { readonly kind: "called"; readonly callback: Callback }
  | { readonly kind: "failed"; readonly why: string };

type Looked = {
  readonly looking: Looking;
  readonly effects: readonly CloudEffect[];
  readonly news?: News;
};

const PAUSE = "look pause";
const NEXT = "look next";
const SLOWER = "look slower";
/** Between two questions about one payment, whatever happens. */
const LEAST_PAUSE_MS = 1_000;

export function beginLooking(question: CloudRequest, settings: LookSettings): Looked {
  const looking: Looking = { isAsking: false, mayAsk: true, isDue: true, pace: "quick" };
  const asked = ask(looking, () => question, settings);
  return { ...asked, effects: [...asked.effects, { kind: "arm", timer: SLOWER, afterMs: settings.quickForMs }] };
}

export function paced(looking: Looking, pace: Looking["pace"]): Looking {
  return { ...looking, pace };
}

/** Undefined where the input is about something else. `question` is what is asked when its time has come. */
export function stepLooking(
  looking: Looking,
  input: Input<CloudMessage>,
  question: () => CloudRequest,
  settings: LookSettings,
  context: Context,
): Looked | undefined {
  if (input.kind === "timer") return ring(looking, input.timer, question, settings);
  if (input.kind === "told" && input.message.kind === "callback") {
    const news: News = { kind: "called", callback: input.message };
    return { ...ask({ ...looking, isDue: true }, question, settings), news };
  }
  if (!("exchange" in input) || input.exchange !== LOOK || input.kind === "notRepeated") return undefined;
  const idle: Looking = { ...looking, isAsking: false };
  if (input.kind !== "answered") return { looking: idle, effects: [], news: { kind: "failed", why: input.why } };
  const { message } = input;
  if (message.kind === "error") return refused(idle, message, context);
  const news: News =
    message.kind === "transactions"
      ? { kind: "found", found: message.found, isWhole: message.isWhole }
      : message.kind === "transaction"
        ? { kind: "read", found: message.found }
        : { kind: "failed", why: "the cloud answered something else than it was asked" };
  return { ...ask(idle, question, settings), news };
}

/** Another token comes before the next question, or with the one after it. */
function refused(looking: Looking, error: CloudError, { secrets }: Context): Looked {
  const news: News = { kind: "failed", why: `HTTP ${error.status} ${error.code}`.trim() };
  return { looking, effects: error.status === 401 ? [accessRefused(secrets)] : [], news };
}

/** Says which token it was, so that one that was renewed meanwhile is not thrown away. */
export function accessRefused(secrets: Context["secrets"]): CloudEffect {
  const version = secrets[ACCESS]?.version;
  return { kind: "askAccount", message: { kind: "accessRefused", ...(version === undefined ? {} : { version }) } };
}

function ring(
  looking: Looking,
  timer: string,
  question: () => CloudRequest,
  settings: LookSettings,
): Looked | undefined {
  switch (timer) {
    case PAUSE:
      return ask({ ...looking, mayAsk: true }, question, settings);
    case NEXT:
      return ask({ ...looking, isDue: true }, question, settings);
    case SLOWER:
      return { looking: { ...looking, pace: looking.pace === "quick" ? "slow" : looking.pace }, effects: [] };
    default:
      return undefined;
  }
}

function ask(looking: Looking, question: () => CloudRequest, settings: LookSettings): Looked {
  if (looking.isAsking || !looking.mayAsk || !looking.isDue) return { looking, effects: [] };
  const pauses = { quick: settings.quickMs, slow: settings.slowMs, idle: settings.idleMs };
  return {
    looking: { ...looking, isAsking: true, mayAsk: false, isDue: false },
    effects: [
      { kind: "exchange", exchange: LOOK, message: question(), replyTimeoutMs: settings.replyMs },
      { kind: "arm", timer: PAUSE, afterMs: LEAST_PAUSE_MS },
      { kind: "arm", timer: NEXT, afterMs: pauses[looking.pace] },
    ],
  };
}
