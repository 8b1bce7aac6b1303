import { maskAllButLast4, maskCardNumber, maskCardNumbers } from "../../codec/card-numbers.ts";
import { LONGEST_SPELLING } from "../../codec/digit-runs.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Reply } from "../getnet/messages.ts";

/**
 * Longer texts are no message for a person. What lies behind that is looked at as far as a card number that begins before it
 * could reach, and no further.
 */
const MAX_TEXT_LENGTH = 500;
/** A ticket as we make them is no card number, whatever its digits: it holds a letter, or 20 characters. */
const TICKET = /^(?=.*[A-Za-z]|.{20})[0-9A-Za-z]{1,24}$/;

/** More of the card than anybody may keep, and what stands for it. */
const CUT: ReadonlySet<string> = new Set(["Bin", "ExpiryDate", "TransToken"]);

/**
 * What the terminal says, by the names that it has on a cable: the cloud writes the first letter small and means the same (getnet.md 6).
 * Card data gets no further than this.
 */
export function readReply(response: JsonObject): Reply {
  const { FunctionCode, ResponseCode, ResponseMessage, ...fields } = recordIn(response);
  return {
    kind: "reply",
    functionCode: isInteger(FunctionCode) ? FunctionCode : -1,
    ...(isInteger(ResponseCode) ? { responseCode: ResponseCode } : {}),
    text: plainText(ResponseMessage),
    fields,
  };
}

const isInteger = (value: Json | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value);

/** For people, in one line. */
export function plainText(value: Json | undefined): string {
  if (typeof value !== "string") return "";
  const line = value
    .trimStart()
    .slice(0, MAX_TEXT_LENGTH + LONGEST_SPELLING)
    .replace(/\p{Cc}+/gu, " ");
  return maskCardNumbers(line).trim().slice(0, MAX_TEXT_LENGTH);
}

function recordIn(content: JsonObject): JsonObject {
  const named = Object.entries(content).map(([name, value]) => {
    const known = maskCardNumbers(name.charAt(0).toUpperCase() + name.slice(1));
    return [known, value] as const;
  });
  return Object.fromEntries(named.flatMap(([name, value]) => (CUT.has(name) ? [] : [[name, fieldIn(name, value)]])));
}

function fieldIn(name: string, value: Json): Json {
  if (name === "Last4Digits") return last4Of(value);
  if (name === "AccountNumber") return maskAllButLast4(textOf(value));
  if ((name === "Ticket" || name === "TicketNumber") && typeof value === "string" && TICKET.test(value)) return value;
  return valueIn(value);
}

function valueIn(value: Json): Json {
  if (typeof value === "string") return maskCardNumbers(value);
  if (typeof value === "number") return maskCardNumber(value);
  if (Array.isArray(value)) return value.map(valueIn);
  return isJsonObject(value) ? recordIn(value) : value;
}

const textOf = (value: Json): string => (typeof value === "number" || typeof value === "string" ? String(value) : "");

/** Text in this cloud, a number in some replies on the cable, which loses its leading zeros. */
function last4Of(value: Json): string | null {
  const digits = textOf(value).replace(/\D/g, "");
  return digits === "" ? null : digits.padStart(4, "0").slice(-4);
}
