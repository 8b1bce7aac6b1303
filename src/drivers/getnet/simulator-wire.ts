import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { Crypto } from "../../core/ports.ts";
import { signOf } from "./codec.ts";
import { reactionOf, type Reaction } from "./simulator-scenario.ts";

/** What a frame is to a terminal. Nothing is masked here: it echoes tickets as they came. */
export type TerminalFrame =
  | { readonly kind: "content"; readonly content: JsonObject }
  | { readonly kind: "acknowledgement" }
  | { readonly kind: "unreadable"; readonly why: string };

const MAX_DEPTH = 8;

export function readFrame(bytes: Uint8Array, crypto: Crypto): TerminalFrame {
  const outer = parseJson(decodeUtf8(bytes) ?? "", MAX_DEPTH);
  if (!isJsonObject(outer)) return { kind: "unreadable", why: "not JSON" };
  const { JsonSerialized: inner, Sign: sign } = outer;
  if (typeof inner !== "string") {
    if (typeof outer["Received"] === "boolean") return { kind: "acknowledgement" };
    return { kind: "unreadable", why: "neither signed nor an acknowledgement" };
  }
  if (sign !== signOf(inner, crypto)) return { kind: "unreadable", why: "wrong Sign" };
  const content = parseJson(inner, MAX_DEPTH);
  return isJsonObject(content) ? { kind: "content", content } : { kind: "unreadable", why: "no object is signed" };
}

const NO_SIGN = "0".repeat(64);

/** A signed message, distorted as the reactions want it. */
export function signedBytes(content: JsonObject, reactions: readonly Reaction[], crypto: Crypto): Uint8Array {
  // Compact, because the vendor's Java client finds the kind of a reply by searching the raw text (getnet.md 2).
  const once = JSON.stringify(content);
  const inner = reactionOf(reactions, "doublyEncoded") === undefined ? once : JSON.stringify(once);
  const sign = reactionOf(reactions, "wrongSign") === undefined ? signOf(inner, crypto) : NO_SIGN;
  return encodeUtf8(JSON.stringify({ JsonSerialized: inner, Sign: sign }));
}

export function acknowledgementBytes(received: boolean): Uint8Array {
  return encodeUtf8(JSON.stringify({ Received: received }));
}

/** The pieces that a message is written in. */
export function piecesOf(bytes: Uint8Array, size: number): readonly Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
