import type { Context, Effect, Input } from "../driver.ts";
import { isEndOf } from "./exchange-end.ts";
import { identityOf, newUuid } from "./identity.ts";
import { PAIRING, type PoyntMessage, type PoyntRequest } from "./messages.ts";
import type { PoyntSettings } from "./settings.ts";

export type PoyntEffect = Effect<PoyntMessage>;

/** The exchange, and the timer of the next one. */
export const PING = "ping";

function pingOf({ crypto }: Context, { clientName }: PoyntSettings): PoyntRequest {
  return {
    kind: "request",
    command: "ping",
    client: clientName,
    key: PAIRING,
    body: { poyntRequestId: newUuid(crypto) },
  };
}

export function askPing(context: Context, settings: PoyntSettings): PoyntEffect {
  return {
    kind: "exchange",
    exchange: PING,
    message: pingOf(context, settings),
    replyTimeoutMs: settings.replyMs,
  };
}

/** What a machine that works for a transaction learned of a ping. */
export type Pinged =
  | { readonly kind: "alive" }
  | { readonly kind: "otherPairing"; readonly why: string }
  | { readonly kind: "silent"; readonly why: string };

/** Undefined where the input is about something else. */
export function pingedBy(input: Input<PoyntMessage>): Pinged | undefined {
  if (!isEndOf(PING, input)) return undefined;
  if (input.kind !== "answered") return { kind: "silent", why: input.why };
  const { message } = input;
  if (message.kind === "pong") return { kind: "alive" };
  if (message.kind === "otherPairing") return { kind: "otherPairing", why: message.text };
  return { kind: "silent", why: "a ping was answered with something else" };
}

/** The next ping, and what this one says of the terminal. */
export function afterPing(pinged: Pinged, context: Context, pauseMs: number): readonly PoyntEffect[] {
  const next: PoyntEffect = { kind: "arm", timer: PING, afterMs: pauseMs };
  switch (pinged.kind) {
    case "alive": {
      const identity = identityOf(context);
      return identity === undefined ? [next] : [next, { kind: "identified", identity }];
    }
    case "otherPairing":
      return [next, { kind: "unpaired", why: pinged.why }];
    case "silent":
      return [next];
  }
}
