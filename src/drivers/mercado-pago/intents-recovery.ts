import { conversation, type Context, type Conversation, type Doubt, type Input, type Step } from "../driver.ts";
import { isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { recognize } from "./identity.ts";
import { intentAskedOf } from "./intents-asked.ts";
import { accessNews, after, busy, ended, vendorDoubt } from "./intents-endings.ts";
import { CONFLICT, refusalOf, saidBy } from "./intents-judgement.ts";
import { readMemory, rememberConflict, rememberIntent, sentMsOf, type IntentMemory } from "./intents-memory.ts";
import type { Intent } from "./intents-messages.ts";
import { CREATE } from "./intents-operation.ts";
import { abandoned, AGAIN, askWho, giveUp, lookAgain, searchAgain, WHO, wishOf } from "./intents-recovery-state.ts";
import type { Live, Mode, Recovery, State, Stepped } from "./intents-recovery-state.ts";
import { CANDIDATE, hearCandidate, hearList, LIST, list, NEXT, ringNext, searchOf } from "./intents-search.ts";
import type { Searched } from "./intents-search.ts";
import { DEFAULT_ABSENT_MS, type IntentSettings } from "./intents-settings.ts";
import { CANCEL, hearCancel, hearIntent, hearLook, LOOK, look, POLL, watchOf } from "./intents-watch.ts";
import { wishCanceled, type Heard, type IntentEffect, type Watch } from "./intents-watch.ts";
import type { MercadoPagoMessage } from "./messages.ts";
import { whyPerson } from "./person-words.ts";

type Told = Input<MercadoPagoMessage>;

const PATIENCE = "patience";
const PERSON = "person";
/** Enough for the last rounds of a search. */
const PERSON_MARGIN_MS = 180_000;
const ABSENCES = 2;

/**
 * Finds out what became of an intent. It only ever asks, and takes back what nobody wants any more: an intent whose id is known is watched to its
 * end; one whose id was lost is searched by our transaction, and a refund by its payment.
 */
export function intentRecovery(doubt: Doubt, settings: IntentSettings): Conversation<MercadoPagoMessage> {
  const asked = intentAskedOf(doubt.order, settings);
  const sentMs = sentMsOf(doubt.dispatched, doubt.order);
  if (asked.command === "none" || sentMs === undefined) {
    const detail = asked.command === "none" ? asked.why : "when it was sent cannot be read";
    const why = whyPerson(doubt, `what was asked can no longer be read: ${detail}`, undefined);
    return conversation(
      (state: "new" | "told", { kind }: Told): Step<"new" | "told", MercadoPagoMessage> =>
        state === "new" && kind === "resumed" ? ["told", [{ kind: "giveUp", why }]] : [state, []],
      "new",
    );
  }
  const recovery: Recovery = { order: doubt.order, asked, settings, doubt, sentMs };
  return conversation<State, MercadoPagoMessage>((state, input, context) => step(recovery, state, input, context), {
    phase: "new",
  });
}

function step(recovery: Recovery, state: State, input: Told, context: Context): Stepped {
  if (input.kind === "linkLost") return [{ phase: "over" }, []];
  switch (state.phase) {
    case "new":
      return input.kind === "resumed" ? resume(recovery, input.pending, context) : [state, []];
    case "live":
      return after(accessNews(input), listen(recovery, state, input, context));
    case "over":
      return [state, []];
  }
}

function resume(recovery: Recovery, pending: readonly string[], context: Context): Stepped {
  const { doubt, settings } = recovery;
  const memory = readMemory(doubt.remembered);
  const absentMs = settings.intentAbsentMs ?? DEFAULT_ABSENT_MS;
  const [mode, first] = beginWith(recovery, memory, context);
  const state: Live = {
    phase: "live",
    mode,
    isOwed: pending.includes(CREATE),
    isConflict: memory.isConflict,
    isPatienceOver: false,
    absences: 0,
    isProving: false,
    wish: doubt.cancelRequested ? "pos" : undefined,
    recognized: "notYet",
    gaveUp: false,
    lastWhy: undefined,
  };
  return [
    state,
    [
      ...askWho(recovery, "beRecent"),
      first,
      { kind: "arm", timer: PATIENCE, afterMs: absentMs },
      { kind: "arm", timer: PERSON, afterMs: absentMs + PERSON_MARGIN_MS },
    ],
  ];
}

function beginWith(recovery: Recovery, { intent }: IntentMemory, context: Context): readonly [Mode, IntentEffect] {
  const { asked, settings, sentMs } = recovery;
  // The operation may have looked just now.
  const soon: IntentEffect = { kind: "arm", timer: POLL, afterMs: settings.pollMs };
  if (intent !== undefined) return [{ kind: "watching", watch: watchOf({ id: intent }), isLooking: false }, soon];
  if (asked.command === "refund") {
    const watch: Watch = { ...watchOf({ id: "" }), isPaid: true };
    return [{ kind: "watching", watch, isLooking: false }, soon];
  }
  const search = searchOf(sentMs);
  return [{ kind: "searching", search, counts: false }, list(recovery, search, context)];
}

function listen(recovery: Recovery, state: Live, input: Told, context: Context): Stepped {
  if (isEndOf(CREATE, input))
    return state.isOwed ? created(recovery, { ...state, isOwed: false }, input, context) : [state, []];
  if (input.kind === "timer" && input.timer === PATIENCE) return [{ ...state, isPatienceOver: true }, []];
  if (input.kind === "timer" && input.timer === PERSON)
    return giveUp(recovery, state, "it cannot be found out what became of it");
  if (input.kind === "cancelAsked") return cancelNow(recovery, { ...state, wish: "pos" });
  if (input.kind === "deadline") return cancelNow(recovery, { ...state, wish: state.wish ?? "terminalTimeout" });
  if (input.kind === "timer" && input.timer === WHO) {
    if (state.isProving) return [state, askWho(recovery, "beFresh")];
    return [state, state.recognized === "notYet" ? askWho(recovery, "beRecent") : []];
  }
  if (input.kind === "told") return told(recovery, state, input.message);
  return state.mode.kind === "watching"
    ? watchOn(recovery, state, state.mode, input, context)
    : searchOn(recovery, state, state.mode, input, context);
}

function told(recovery: Recovery, state: Live, message: MercadoPagoMessage): Stepped {
  if (message.kind === "terminalTold") {
    const [recognized, effects] = recognize(message, recovery.doubt.dispatched.identity);
    const known: Live = { ...state, recognized };
    return after(effects, state.isProving ? proved(recovery, known) : [known, []]);
  }
  // A notification. Unless a person was called it is asked for often enough.
  const { mode, gaveUp } = state;
  const isIdle = mode.kind === "watching" && !mode.isLooking && gaveUp;
  return [state, isIdle ? [{ kind: "arm", timer: POLL, afterMs: recovery.settings.pollMs }] : []];
}

function cancelNow(recovery: Recovery, state: Live): Stepped {
  const { mode, wish } = state;
  if (mode.kind !== "watching" || wish === undefined) return [state, []];
  const [watch, effects] = wishCanceled(recovery, mode.watch, wish);
  return [{ ...state, mode: { ...mode, watch } }, effects];
}

/** The answer to the request itself came after all. */
function created(recovery: Recovery, state: Live, end: ExchangeEnd, context: Context): Stepped {
  if (end.kind !== "answered") return [{ ...state, lastWhy: end.why }, []];
  const { message } = end;
  if (message.kind === "intentTold") {
    const isKnown = state.mode.kind === "watching" && state.mode.watch.intent.id === message.intent.id;
    return isKnown ? [state, []] : found(recovery, state, message.intent, context);
  }
  if (message.kind !== "intentError") return [state, []];
  const told: Live = { ...state, lastWhy: saidBy(message) };
  if (message.status === CONFLICT)
    return [{ ...told, isConflict: true }, [{ kind: "remember", data: rememberConflict() }]];
  const refusal = refusalOf(message);
  return refusal === undefined ? [told, []] : ended(refusal);
}

function found(recovery: Recovery, state: Live, intent: Intent, context: Context): Stepped {
  const first: readonly IntentEffect[] = [
    { kind: "remember", data: rememberIntent(intent.id) },
    ...abandoned(state.mode),
  ];
  const watch: Watch = { ...watchOf({ id: intent.id }), wish: wishOf(recovery, state, context) };
  return after(first, heard(recovery, state, watch, hearIntent(recovery, watch, intent), context));
}

type Searching = Extract<Mode, { kind: "searching" }>;

function searchOn(recovery: Recovery, state: Live, mode: Searching, input: Told, context: Context): Stepped {
  const { search } = mode;
  if (isEndOf(LIST, input)) return searched(recovery, state, mode, hearList(recovery, search, input), context);
  if (isEndOf(CANDIDATE, input))
    return searched(recovery, state, mode, hearCandidate(recovery, search, input), context);
  if (input.kind !== "timer") return [state, []];
  if (input.timer === NEXT) return [state, ringNext(recovery, search)];
  if (input.timer !== AGAIN) return [state, []];
  const counts = state.isPatienceOver && !state.isOwed;
  return [{ ...state, mode: { ...mode, counts } }, [list(recovery, search, context)]];
}

function searched(recovery: Recovery, state: Live, mode: Searching, told: Searched, context: Context): Stepped {
  const { search, effects, result } = told;
  const next: Live = { ...state, mode: { ...mode, search } };
  switch (result.kind) {
    case "goesOn":
      return [next, effects];
    case "found":
      return found(recovery, next, result.intent, context);
    case "dark":
      return [{ ...next, absences: 0, lastWhy: result.why }, [searchAgain(recovery, next)]];
    case "absent": {
      if (next.isConflict) return busy();
      const absences = mode.counts ? next.absences + 1 : 0;
      const absent: Live = { ...next, absences, lastWhy: "the vendor lists no intent with its reference" };
      return absences < ABSENCES ? [absent, [searchAgain(recovery, absent)]] : noRecord(recovery, absent);
    }
  }
}

/**
 * Proved by two rounds at a time at which it would be listed, where the terminal is still the same one of the same account: that is asked behind them,
 * because somebody may have given another account's token since the last time.
 */
function noRecord(recovery: Recovery, state: Live): Stepped {
  if (state.recognized === "same") return [{ ...state, isProving: true }, askWho(recovery, "beFresh")];
  const later = searchAgain(recovery, state);
  if (state.recognized === "notYet") return [state, [later]];
  return after([later], giveUp(recovery, state, "the account does not have the same terminal any more"));
}

function proved(recovery: Recovery, state: Live): Stepped {
  const known: Live = { ...state, isProving: false };
  const { mode, isOwed, recognized } = known;
  if (mode.kind === "watching") return [known, []];
  if (recognized === "same" && !isOwed) return ended({ kind: "notPerformed", reason: "noRecord" });
  return recognized === "same" ? [known, [searchAgain(recovery, known)]] : noRecord(recovery, known);
}

type Watching = Extract<Mode, { kind: "watching" }>;

function watchOn(recovery: Recovery, state: Live, mode: Watching, input: Told, context: Context): Stepped {
  const { watch } = mode;
  if (isEndOf(LOOK, input)) {
    const wishing: Watch = { ...watch, wish: watch.wish ?? wishOf(recovery, state, context) };
    return heard(recovery, state, watch, hearLook(recovery, wishing, input), context);
  }
  if (isEndOf(CANCEL, input)) return [{ ...state, mode: { ...mode, watch: hearCancel(watch, input) } }, []];
  if (input.kind !== "timer" || input.timer !== POLL || mode.isLooking) return [state, []];
  return [{ ...state, mode: { ...mode, isLooking: true } }, [look(recovery, watch)]];
}

function heard(recovery: Recovery, state: Live, before: Watch, told: Heard, context: Context): Stepped {
  const { watch, effects, judgement } = told;
  const next: Live = { ...state, mode: { kind: "watching", watch, isLooking: false }, lastWhy: watch.lastWhy };
  switch (judgement.kind) {
    case "settles":
      return after(effects, ended(judgement.verdict, judgement.movement));
    case "notTold":
    case "notBelieved": {
      const again = lookAgain(recovery, { ...next, gaveUp: true }, told, context);
      const verdict = vendorDoubt(judgement.why, watch.intent);
      const isNews = judgement.kind === "notTold" && !state.gaveUp;
      const settles: readonly IntentEffect[] = isNews ? [{ kind: "settle", verdict }] : [];
      return after([...effects, ...settles, again], giveUp(recovery, next, judgement.why));
    }
    case "goesOn":
      break;
  }
  // The end was told; the payment says which.
  if (watch.isPaid && !before.isPaid) {
    const looking: Live = { ...next, mode: { kind: "watching", watch, isLooking: true } };
    return [looking, [...effects, look(recovery, watch)]];
  }
  const absences = isRefusedRefund(next, told) ? next.absences + 1 : 0;
  if (absences >= ABSENCES) return busy();
  return [{ ...next, absences }, [...effects, lookAgain(recovery, next, told, context)]];
}

/** A refund that the vendor refused because something waited; its payment is told, and was not given back. */
function isRefusedRefund({ isConflict, isOwed, isPatienceOver }: Live, { watch, isAnswered }: Heard): boolean {
  return isConflict && !isOwed && isPatienceOver && isAnswered && watch.intent.id === "";
}
