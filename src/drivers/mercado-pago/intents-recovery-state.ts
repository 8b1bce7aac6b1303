import type { CanceledBy } from "../../core/outcome.ts";
import type { Context, Doubt, Step } from "../driver.ts";
import { askTerminal, type Recognized } from "./identity.ts";
import type { IntentTask } from "./intents-judgement.ts";
import type { Search } from "./intents-search.ts";
import { CANCEL, isOpen, LOOK, POLL, type Heard, type IntentEffect, type Watch } from "./intents-watch.ts";
import { whyPerson } from "./person-words.ts";
import type { MercadoPagoMessage } from "./messages.ts";

export type Mode =
  /** `counts`: the patience was over before this round began. */
  | { readonly kind: "searching"; readonly search: Search; readonly counts: boolean }
  /** Of a refund without an id its payment is watched. */
  | { readonly kind: "watching"; readonly watch: Watch; readonly isLooking: boolean };

export type Live = {
  readonly phase: "live";
  readonly mode: Mode;
  /** The answer to the request itself may still come. */
  readonly isOwed: boolean;
  /** The vendor refused it, because something was queued already. */
  readonly isConflict: boolean;
  /** Whatever was made would have ended by now. */
  readonly isPatienceOver: boolean;
  /** So many rounds since then have shown nothing of ours. */
  readonly absences: number;
  /** Enough of them; now it is asked whose account it was that showed nothing. */
  readonly isProving: boolean;
  readonly wish: CanceledBy | undefined;
  readonly recognized: Recognized;
  readonly gaveUp: boolean;
  readonly lastWhy: string | undefined;
};

export type State = { readonly phase: "new" } | { readonly phase: "over" } | Live;
export type Stepped = Step<State, MercadoPagoMessage>;
export type Recovery = IntentTask & { readonly doubt: Doubt; readonly sentMs: number };

/** Timers: another round of the search; whose the terminal is. */
export const AGAIN = "again";
export const WHO = "who";

/** Evidence counts only from the account and the terminal that it was sent to. */
export const askWho = ({ order, settings }: Recovery, must: "beFresh" | "beRecent"): readonly IntentEffect[] => [
  askTerminal(must, order.transaction),
  { kind: "arm", timer: WHO, afterMs: settings.replyMs },
];

const isLate = ({ doubt }: Recovery, { now }: Context): boolean => now >= Date.parse(doubt.dispatched.deadline);

/** After the deadline nobody waits for the customer any more. */
export function wishOf(recovery: Recovery, { wish }: Live, context: Context): CanceledBy | undefined {
  return wish ?? (isLate(recovery, context) ? "terminalTimeout" : undefined);
}

export function searchAgain({ settings }: Recovery, { gaveUp }: Live): IntentEffect {
  return { kind: "arm", timer: AGAIN, afterMs: gaveUp ? settings.calmPollMs : settings.askEveryMs };
}

/** Quick while the customer may stand before the terminal, and calm once a person was called. */
export function lookAgain(recovery: Recovery, { gaveUp }: Live, heard: Heard, context: Context): IntentEffect {
  const { pollMs, slowPollMs, calmPollMs } = recovery.settings;
  const isSlow = heard.isFailure || (isLate(recovery, context) && !isOpen(heard.watch));
  return { kind: "arm", timer: POLL, afterMs: gaveUp ? calmPollMs : isSlow ? slowPollMs : pollMs };
}

/** Of what was watched before something better was known. */
export function abandoned(mode: Mode): readonly IntentEffect[] {
  if (mode.kind === "searching") return [];
  return [
    ...(mode.isLooking ? ([{ kind: "abandon", exchange: LOOK }] as const) : []),
    ...(mode.watch.cancel === "asked" ? ([{ kind: "abandon", exchange: CANCEL }] as const) : []),
  ];
}

/** A person is called once. It is asked on, calmly: the vendor may still tell. */
export function giveUp({ doubt }: Recovery, state: Live, reason: string): Stepped {
  if (state.gaveUp) return [state, []];
  const { lastWhy, mode } = state;
  const why = lastWhy === undefined || lastWhy === reason ? reason : `${reason} (${lastWhy})`;
  const id = mode.kind === "watching" ? mode.watch.intent.id : "";
  return [{ ...state, gaveUp: true }, [{ kind: "giveUp", why: whyPerson(doubt, why, id === "" ? undefined : id) }]];
}
