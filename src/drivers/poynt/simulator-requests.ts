import { parseJson } from "../../codec/json-text.ts";
import { toHex } from "../../codec/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { SimulatedRequest, SimulatorCrypto } from "../simulator.ts";
import { isOnTransaction, wantsCard, type CommandName } from "./simulator-commands.ts";
import { isAmount } from "./simulator-order.ts";

const MAX_DEPTH = 16;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_TEXT = 200;

/** Undefined where it is no JSON object. */
export function bodyOf(request: SimulatedRequest): JsonObject | undefined {
  const body = parseJson(decodeUtf8(request.body) ?? "", MAX_DEPTH);
  return isJsonObject(body) ? body : undefined;
}

/** Upper-case hex, as every answer has it (poynt.md 1.4). */
export function signatureOf(body: Uint8Array, secret: string, crypto: SimulatorCrypto): string {
  return toHex(crypto.hmacSha256(encodeUtf8(secret), body));
}

/** Either case is good. A body that was not sent as text is not authenticated (poynt.md 1.1). */
export function isAuthentic(request: SimulatedRequest, secret: string, crypto: SimulatorCrypto): boolean {
  return isText(request) && request.headers["signature"]?.toUpperCase() === signatureOf(request.body, secret, crypto);
}

export function isText({ headers }: SimulatedRequest): boolean {
  return /^text\/plain\s*(;|$)/i.test(headers["content-type"] ?? "");
}

/** What makes the request one that cannot be carried out, whatever the terminal's memory says to it. */
export function faultOf(command: CommandName, body: JsonObject | undefined): string | undefined {
  if (body === undefined) return "The body is no JSON object";
  if (command === "pairWithKey") return pairingFaultOf(body["pairingRequest"]);
  if (!isUuid(body["poyntRequestId"])) return "poyntRequestId is no UUID";
  const { timeout, payment } = body;
  if (timeout !== undefined && !isAmount(timeout)) return "timeout is no number of milliseconds";
  if (payment !== undefined && !isJsonObject(payment)) return "payment is no object";
  if (command === "print" && textOf(body["printingRequest"], "content") === undefined)
    return "printingRequest has no content";
  if (command === "showItems" && !isJsonObject(body["secondScreenRequest"])) return "There is no secondScreenRequest";
  if (isOnTransaction(command) && !isUuid(body["transactionId"])) return "transactionId is no UUID";
  const asked = payment ?? {};
  if (wantsCard(command) && (asked["amount"] === undefined || asked["amount"] === 0)) return "There is no amount";
  return paymentFaultOf(asked);
}

/** What moves no money is not simulated. */
const UNSUPPORTED = ["readCardDataOnly", "verifyOnly", "isBalanceInquiry"];

export function unsupportedIn(body: JsonObject): string | undefined {
  const payment = body["payment"];
  return isJsonObject(payment) ? UNSUPPORTED.find((name) => payment[name] === true) : undefined;
}

function paymentFaultOf(asked: JsonObject): string | undefined {
  const amount = ["amount", "tipAmount", "cashbackAmount"].find(
    (name) => asked[name] !== undefined && !isAmount(asked[name]),
  );
  if (amount !== undefined) return `${amount} is no amount in minor units`;
  const { currency, referenceId } = asked;
  if (currency !== undefined && !(typeof currency === "string" && /^[A-Z]{3}$/.test(currency)))
    return "currency is no code of ISO 4217";
  if (referenceId !== undefined && !(typeof referenceId === "string" && referenceId.length <= MAX_TEXT))
    return "referenceId is no text";
  return undefined;
}

function pairingFaultOf(request: Json | undefined): string | undefined {
  if (textOf(request, "pairingCode") === undefined) return "pairingRequest has no pairingCode";
  return textOf(request, "publicKey") === undefined ? "pairingRequest has no publicKey" : undefined;
}

export function textOf(value: Json | undefined, name: string): string | undefined {
  const text = isJsonObject(value) ? value[name] : undefined;
  return typeof text === "string" && text !== "" ? text : undefined;
}

function isUuid(value: Json | undefined): boolean {
  return typeof value === "string" && UUID.test(value);
}
