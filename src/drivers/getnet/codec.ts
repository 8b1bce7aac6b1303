import { maskAllButLast4, maskCardNumber, maskCardNumbers } from "../../codec/card-numbers.ts";
import { toHex } from "../../codec/hex.ts";
import { JsonObjectFramer } from "../../codec/json-objects.ts";
import { parseJson } from "../../codec/json-text.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { unreachable } from "../../core/assert.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Crypto } from "../../core/ports.ts";
import type { Decoded, StreamWire } from "../wire.ts";
import { COMMANDS, type GetnetMessage, type Reply } from "./messages.ts";

/** The read buffer of the vendor's own SDK (getnet.md 7): about 1,900 vouchers in one Details reply. */
const MAX_FRAME_BYTES = 1024 * 1024;
/** The deepest known message is a list of records in an object. */
const MAX_DEPTH = 8;
/** Longer texts are no message for a person. */
const MAX_TEXT_LENGTH = 500;
/** A ticket as we make them is no card number, whatever its digits: it holds a letter, or 20 characters. */
const TICKET = /^(?=.*[A-Za-z]|.{20})[0-9A-Za-z]{1,24}$/;

/** JSON texts without terminator, signed with a checksum that has no key (getnet.md 2). */
export const getnetWire: StreamWire<GetnetMessage> = {
  kind: "stream",
  createFramer: () => new JsonObjectFramer({ maxBytes: MAX_FRAME_BYTES, maxDepth: MAX_DEPTH }),
  encode: (message, crypto) => encodeUtf8(encodeMessage(message, crypto)),
  decode: decodeFrame,
};

/** `Sign`: SHA-256 over the UTF-8 bytes of the inner text as it is sent. */
export function signOf(inner: string, crypto: Crypto): string {
  return toHex(crypto.sha256(encodeUtf8(inner)));
}

function encodeMessage(message: GetnetMessage, crypto: Crypto): string {
  if (message.kind === "acknowledgement") return JSON.stringify({ Received: message.received });
  // Compact, because the vendor's Java SDK finds the kind of a reply by searching the raw text.
  const inner = JSON.stringify(contentOf(message));
  return JSON.stringify({ JsonSerialized: inner, Sign: signOf(inner, crypto) });
}

function contentOf(message: Exclude<GetnetMessage, { kind: "acknowledgement" }>): JsonObject {
  switch (message.kind) {
    case "request":
      return { Command: message.command, ...message.fields };
    case "intermediate": {
      const { functionCode, code, text } = message;
      return {
        ...(functionCode === undefined ? {} : { FunctionCode: functionCode }),
        MessageCode: code,
        MessageText: text,
      };
    }
    case "reply": {
      const { functionCode, responseCode, text, fields } = message;
      const code = responseCode === undefined ? {} : { ResponseCode: responseCode };
      return { FunctionCode: functionCode, ...code, ResponseMessage: text, ...fields };
    }
    case "other":
      return message.content;
    default:
      return unreachable(message);
  }
}

const garbled = (why: string): Decoded<GetnetMessage> => ({ kind: "garbled", why });
const message = (decoded: GetnetMessage): Decoded<GetnetMessage> => ({ kind: "message", message: decoded });

function decodeFrame(frame: Uint8Array, crypto: Crypto): Decoded<GetnetMessage> {
  const text = decodeUtf8(frame);
  if (text === undefined) return garbled("not UTF-8");
  const outer = parseJson(text, MAX_DEPTH);
  if (!isJsonObject(outer)) return garbled("not a JSON object");
  const { JsonSerialized: inner, Sign: sign, Received: received } = outer;
  if (typeof inner !== "string") {
    if (typeof received === "boolean") return message({ kind: "acknowledgement", received });
    return garbled("neither signed nor an acknowledgement");
  }
  const content = contentIn(inner);
  if (content === undefined) return garbled("the signed text is not a JSON object");
  const isSigned = typeof sign === "string" && sign.toUpperCase() === signOf(inner, crypto);
  const decoded = messageIn(content);
  // An intermediate message decides nothing; the vendor's own client does not check its Sign either (getnet.md 3).
  if (!isSigned && decoded.kind !== "intermediate") return garbled("wrong Sign");
  return message(decoded);
}

/** Some terminals encode the inner text twice (getnet.md 2). */
function contentIn(inner: string): JsonObject | undefined {
  const once = parseJson(inner, MAX_DEPTH);
  const value = typeof once === "string" ? parseJson(once, MAX_DEPTH) : once;
  return isJsonObject(value) ? maskContent(value) : undefined;
}

function messageIn(content: JsonObject): GetnetMessage {
  const { Command, FunctionCode, ResponseCode, ResponseMessage, MessageCode, MessageText, ...fields } = content;
  if (isInteger(Command)) return { kind: "request", command: Command, fields };
  if (isInteger(MessageCode) && (FunctionCode === undefined || FunctionCode === COMMANDS.intermediate)) {
    const functionCode = FunctionCode === undefined ? {} : { functionCode: FunctionCode };
    return { kind: "intermediate", code: MessageCode, text: textOf(MessageText), ...functionCode };
  }
  if (!isInteger(FunctionCode)) return { kind: "other", content };
  const reply: Reply = { kind: "reply", functionCode: FunctionCode, text: textOf(ResponseMessage), fields };
  return isInteger(ResponseCode) ? { ...reply, responseCode: ResponseCode } : reply;
}

function isInteger(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_LENGTH) : "";
}

/** Card data gets no further than this: what is known to hold it is cut, and whatever looks like a card number is masked. */
function maskContent(content: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [maskCardNumbers(name), maskField(name, value)] as const),
  );
}

function maskField(name: string, value: Json): Json {
  if (name === "Last4Digits") return last4Of(value);
  if (name === "AccountNumber")
    return maskAllButLast4(typeof value === "number" || typeof value === "string" ? String(value) : "");
  if ((name === "Ticket" || name === "TicketNumber") && typeof value === "string" && TICKET.test(value)) return value;
  return maskValue(value);
}

function maskValue(value: Json): Json {
  if (typeof value === "string") return maskCardNumbers(value);
  if (typeof value === "number") return maskCardNumber(value);
  if (Array.isArray(value)) return value.map(maskValue);
  return isJsonObject(value) ? maskContent(value) : value;
}

/** Text in some replies, a number in others, which loses its leading zeros (getnet.md 4). */
function last4Of(value: Json): string | null {
  const digits = typeof value === "number" || typeof value === "string" ? String(value).replace(/\D/g, "") : "";
  return digits === "" ? null : digits.padStart(4, "0").slice(-4);
}
