import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause, Verdict } from "../../core/outcome.ts";
import type { Input, Step } from "../driver.ts";
import { ACCESS_REFUSED } from "./exchange-end.ts";
import { CONFLICT } from "./intents-judgement.ts";
import type { Intent } from "./intents-messages.ts";
import type { IntentEffect } from "./intents-watch.ts";
import type { MercadoPagoMessage } from "./messages.ts";

type Over = { readonly phase: "over" };
type Ending = Step<Over, MercadoPagoMessage>;

const OVER: Over = { phase: "over" };

export const after = <State>(
  effects: readonly IntentEffect[],
  [state, more]: Step<State, MercadoPagoMessage>,
): Step<State, MercadoPagoMessage> => [state, [...effects, ...more]];

export const ended = (verdict: Verdict, movement?: string): Ending => [
  OVER,
  [{ kind: "settle", verdict, ...(movement === undefined ? {} : { movement }) }, { kind: "done" }],
];

export function inDoubt(since: UnknownCause, why: string, alarm?: AlarmCode): Ending {
  return [OVER, [{ kind: "doubt", since, why, ...(alarm === undefined ? {} : { alarm }) }]];
}

/** The vendor refused it because something else waits, and nothing of ours is there. */
export const busy = (): Ending =>
  ended({
    kind: "notPerformed",
    reason: "terminalBusy",
    vendor: { code: String(CONFLICT), text: "another payment waits for the terminal already: end it there" },
  });

/** It is told at once, because the cashier has to look; and asked on, because the vendor may find out. */
export const unknown = (why: string, intent: Intent): Ending =>
  after([{ kind: "settle", verdict: vendorDoubt(why, intent) }], inDoubt("terminal", why));

/** The vendor itself does not know. The words are for whoever stands before the terminal. */
export function vendorDoubt(why: string, { id, state, payment }: Intent): Verdict {
  return {
    kind: "unknown",
    since: "terminal",
    advice: "lookAtTerminal",
    vendor: { code: state ?? "", text: why },
    terminalReferences: { intentId: id, ...(payment === undefined ? {} : { paymentId: payment }) },
  };
}

/** Whoever renews the access has to hear that it is refused. */
export function accessNews(input: Input<MercadoPagoMessage>): readonly IntentEffect[] {
  const isRefused = input.kind === "answered" && input.message.kind === "intentError" && input.message.status === 401;
  return isRefused ? [ACCESS_REFUSED] : [];
}
