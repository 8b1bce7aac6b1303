import type { Crypto } from "../../core/ports.ts";
import type { Context, DeviceReply, Input } from "../driver.ts";
import { isEndOf, type ExchangeEnd } from "./exchange-end.ts";
import { newUuid } from "./identity.ts";
import { PAIRING, PAIRING_KEY, SIGNATURE_MISMATCH, type PoyntError, type PoyntMessage } from "./messages.ts";
import type { PoyntEffect } from "./pinging.ts";
import type { PoyntSettings } from "./settings.ts";

/** One of the two ways to become the terminal's one client (poynt.md 1.3). */
export type Pairing =
  /** The terminal shows a code, and a person has typed it. `code` is its name. */
  | { readonly step: "byCode"; readonly code: string }
  /** We show a code, and a person compares it at the terminal. First the key that the answer is encrypted for. */
  | { readonly step: "makingKey"; readonly shownCode: string }
  | { readonly step: "byKey" }
  /** The terminal agreed; its secret is being stored. */
  | { readonly step: "storing" };

/** What an input makes of a pairing. */
export type PairingStep =
  | { readonly kind: "goesOn"; readonly pairing: Pairing; readonly effects: readonly PoyntEffect[] }
  /** The secret is durable: whether the terminal knows it is asked next. */
  | { readonly kind: "stored" }
  | { readonly kind: "failed"; readonly reply: DeviceReply };

const PAIR = "pair";

/** How long the question stands on the terminal (poynt.md 1.3.1). */
const DIALOG_MS = 30_000;

const CODE_LENGTH = 6;
/** Without what is easily mistaken for something else. */
const CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** Uniform: a byte is a multiple of the alphabet's length. */
function newCode(crypto: Crypto): string {
  const bytes = crypto.randomBytes(CODE_LENGTH);
  return Array.from(bytes, (byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)).join("");
}

/** `code`: the name of what was typed; undefined where the terminal is to show ours. */
export function beginPairing(code: string | undefined, context: Context, settings: PoyntSettings): PairingStep {
  if (code === undefined) {
    const shownCode = newCode(context.crypto);
    return {
      kind: "goesOn",
      pairing: { step: "makingKey", shownCode },
      effects: [{ kind: "createKeyPair", name: PAIRING_KEY }],
    };
  }
  const text = "If the terminal asks whether to pair, confirm it there.";
  return {
    kind: "goesOn",
    pairing: { step: "byCode", code },
    effects: [
      { kind: "pairing", text, expiresInMs: DIALOG_MS },
      {
        kind: "exchange",
        exchange: PAIR,
        message: {
          kind: "request",
          command: "pair",
          client: settings.clientName,
          key: code,
          body: { poyntRequestId: newUuid(context.crypto) },
        },
        replyTimeoutMs: settings.pairMs,
      },
    ],
  };
}

export function stepPairing(pairing: Pairing, input: Input<PoyntMessage>, settings: PoyntSettings): PairingStep {
  if (input.kind === "keyPairCreated" && pairing.step === "makingKey") {
    const effects = askByKey(pairing.shownCode, input.publicKey, settings);
    return { kind: "goesOn", pairing: { step: "byKey" }, effects };
  }
  if (input.kind === "stored" && pairing.step === "storing") return { kind: "stored" };
  return isEndOf(PAIR, input) ? pairEnded(pairing, input) : goesOn(pairing);
}

function pairEnded(pairing: Pairing, input: ExchangeEnd): PairingStep {
  switch (input.kind) {
    case "answered":
      return answered(pairing, input.message);
    case "garbled":
      return failed({ kind: "refused", why: `the terminal's answer to the pairing cannot be believed: ${input.why}` });
    case "notSent":
    case "exchangeLost":
      return failed({ kind: "noAnswer", why: `the terminal did not answer the pairing: ${input.why}` });
  }
}

const goesOn = (pairing: Pairing): PairingStep => ({ kind: "goesOn", pairing, effects: [] });
const failed = (reply: DeviceReply): PairingStep => ({ kind: "failed", reply });

function askByKey(shownCode: string, publicKey: string, settings: PoyntSettings): readonly PoyntEffect[] {
  const text = "Confirm the pairing on the terminal if it shows the same code.";
  return [
    { kind: "pairing", code: shownCode, text, expiresInMs: DIALOG_MS },
    {
      kind: "exchange",
      exchange: PAIR,
      message: {
        kind: "request",
        command: "pairWithKey",
        client: settings.clientName,
        body: { pairingRequest: { pairingCode: shownCode, publicKey } },
      },
      replyTimeoutMs: settings.pairMs,
    },
  ];
}

function answered(pairing: Pairing, message: PoyntMessage): PairingStep {
  if (message.kind === "error") return failed({ kind: "refused", why: whyRefused(message) });
  if (pairing.step === "byCode" && message.kind === "paired") {
    const { serialNumber } = message;
    return store(pairing.code, serialNumber === undefined ? {} : { serialNumber });
  }
  if (pairing.step === "byKey" && message.kind === "secret") return store(message.label, {});
  return failed({ kind: "refused", why: "the terminal answered something else than it was asked" });
}

function store(label: string, about: Readonly<Record<string, string>>): PairingStep {
  return {
    kind: "goesOn",
    pairing: { step: "storing" },
    effects: [{ kind: "storeSecrets", labels: { [PAIRING]: label }, about }],
  };
}

function whyRefused({ code, name, text }: PoyntError): string {
  if (name === SIGNATURE_MISMATCH) return "the code is not the one that the terminal shows";
  const words = [code === 0 ? "" : String(code), name, text].filter((part) => part !== "");
  return `the terminal refused the pairing: ${words.join(" ")}`;
}
