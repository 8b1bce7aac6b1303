import { parseJson } from "../../codec/json-text.ts";
import { encodeUtf8 } from "../../codec/utf8.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import { isAmount, textIn } from "../poynt/simulator-order.ts";
import { messageCommandOf, type PaymentCommand } from "./simulator-commands.ts";
import { deviceNamed, devicesOf, type Device } from "./simulator-devices.ts";
import { refusal, type Result } from "./simulator-errors.ts";
import type { Scenario } from "./simulator-scenario.ts";

const MAX_DEPTH = 16;
const MAX_DATA_BYTES = 4_096;
const MAX_TTL_S = 2_419_200;
/** Where a message names none: what the vendor's SDK sends. That the cloud takes the same is assumed. */
const DEFAULT_TTL_S = 900;
const MAX_URL = 2_000;

/** What the terminal makes of `data` (poynt.md 2.4). */
export type Payload =
  | {
      readonly kind: "payment";
      readonly command: PaymentCommand;
      /** In the words of a payment object: `amount` also where the message says `purchaseAmount`. */
      readonly asked: JsonObject;
      readonly transactionId: string;
      readonly callbackUrl: string | undefined;
    }
  | { readonly kind: "profile" }
  /** For an app of the merchant's (poynt.md 3). */
  | { readonly kind: "raw"; readonly packageName: string; readonly className: string; readonly data: string }
  /** The cloud takes it all the same. */
  | { readonly kind: "nonsense"; readonly why: string };

const nonsense = (why: string): Payload => ({ kind: "nonsense", why });

export function messageIn(envelope: JsonObject): Payload {
  const { recipient, data } = envelope;
  if (typeof data !== "string") return nonsense("there is no data");
  if (isJsonObject(recipient))
    return {
      kind: "raw",
      packageName: textIn(recipient, "packageName"),
      className: textIn(recipient, "className"),
      data,
    };
  const message = parseJson(data, MAX_DEPTH);
  if (!isJsonObject(message)) return nonsense("data is no JSON object");
  return message["payment"] === undefined ? flat(message) : nested(message);
}

/** Of the first generation: the amount has another name, and the callback's address is URL-encoded. */
function flat({ action, purchaseAmount, transactionId, callbackUrl, ...payment }: JsonObject): Payload {
  const command = typeof action === "string" ? messageCommandOf(action) : undefined;
  if (command === undefined) return nonsense("there is no action that the terminal knows");
  if (command === "profile") return { kind: "profile" };
  const asked = purchaseAmount === undefined ? payment : { ...payment, amount: purchaseAmount };
  return paymentOf(command, asked, { transactionId, callbackUrl });
}

/** Of the second generation: a payment object, serialized into a string of its own. */
function nested({ payment, callbackUrl }: JsonObject): Payload {
  const asked = typeof payment === "string" ? parseJson(payment, MAX_DEPTH) : undefined;
  if (!isJsonObject(asked)) return nonsense("payment is no serialized payment object");
  const command =
    asked["nonReferencedCredit"] === true ? "nonRefRefund" : asked["authzOnly"] === true ? "preSale" : "sale";
  return paymentOf(command, asked, { transactionId: undefined, callbackUrl });
}

type About = Readonly<Record<"transactionId" | "callbackUrl", Json | undefined>>;

function paymentOf(command: PaymentCommand, asked: JsonObject, { transactionId, callbackUrl }: About): Payload {
  const fault = faultOf(command, asked, transactionId);
  if (fault !== undefined) return nonsense(fault);
  return {
    kind: "payment",
    command,
    asked,
    transactionId: typeof transactionId === "string" ? transactionId.toLowerCase() : "",
    callbackUrl: urlIn(callbackUrl),
  };
}

function faultOf(command: PaymentCommand, asked: JsonObject, transactionId: Json | undefined): string | undefined {
  const wrong = ["amount", "tipAmount", "cashbackAmount"].find(
    (name) => asked[name] !== undefined && !isAmount(asked[name]),
  );
  if (wrong !== undefined) return `${wrong} is no amount in minor units`;
  const { amount, currency, referenceId } = asked;
  if (currency !== undefined && !(typeof currency === "string" && /^[A-Z]{3}$/.test(currency)))
    return "currency is no code of ISO 4217";
  if (referenceId !== undefined && typeof referenceId !== "string") return "referenceId is no text";
  if (command === "void" || command === "refund")
    return typeof transactionId === "string" ? undefined : "there is no transactionId";
  return amount === undefined || amount === 0 ? "there is no amount" : undefined;
}

function urlIn(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || value.length > MAX_URL) return undefined;
  const url = value.includes("://") ? value : percentDecoded(value);
  return /^https?:\/\/[!-~]+$/.test(url) ? url : undefined;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/** What the cloud needs to know to deliver a message. */
export type Envelope = {
  /** All terminals of the store where the message names none (poynt.md 2.3). */
  readonly devices: readonly Device[];
  readonly ttlMs: number;
  readonly collapseKey: string | undefined;
};

/** What the cloud looks at before it takes a message, in the vendor's words where it does not. */
export function envelopeOf(asked: JsonObject | undefined, scenario: Scenario): Envelope | Result {
  if (asked === undefined) return refusal("INVALID_REQUEST", "The body is no JSON object");
  const { businessId, storeId, ttl = DEFAULT_TTL_S, data, recipient, collapseKey } = asked;
  const { identity, storeIdRequired } = scenario;
  if (businessId === undefined) return refusal("MISSING_PARAMETER", "businessId");
  if (!isSame(businessId, identity.businessId)) return refusal("BUSINESS_NOT_FOUND", "businessId");
  if (storeId === undefined && storeIdRequired) return refusal("MISSING_PARAMETER", "storeId");
  if (storeId !== undefined && !isSame(storeId, identity.storeId)) return refusal("INVALID_PARAMETER", "storeId");
  if (typeof ttl !== "number" || !Number.isSafeInteger(ttl) || ttl < 1 || ttl > MAX_TTL_S)
    return refusal("INVALID_PARAMETER", "ttl is no number of seconds from 1 to 2419200");
  if (data === undefined) return refusal("MISSING_PARAMETER", "data");
  if (typeof data !== "string" || encodeUtf8(data).length > MAX_DATA_BYTES)
    return refusal("INVALID_PARAMETER", "data is no text of at most 4096 bytes");
  if (recipient !== undefined && !isRecipient(recipient)) return refusal("INVALID_PARAMETER", "recipient");
  if (collapseKey !== undefined && typeof collapseKey !== "string") return refusal("INVALID_PARAMETER", "collapseKey");
  const devices = targetsOf(asked, scenario);
  return Array.isArray(devices) ? { devices, ttlMs: ttl * 1_000, collapseKey } : (devices as Result);
}

function targetsOf({ deviceId, serialNum }: JsonObject, scenario: Scenario): readonly Device[] | Result {
  const all = devicesOf(scenario);
  if (deviceId === undefined) return all.filter(({ isActivated }) => isActivated);
  const device = typeof deviceId === "string" ? deviceNamed(all, deviceId) : undefined;
  if (device === undefined) return refusal("STORE_DEVICE_NOT_FOUND", "deviceId");
  if (serialNum !== undefined && serialNum !== device.serialNumber) return refusal("INVALID_PARAMETER", "serialNum");
  return device.isActivated ? [device] : refusal("STORE_DEVICE_NOT_ACTIVATED", "deviceId");
}

const isSame = (value: Json, id: string): boolean => typeof value === "string" && value.toLowerCase() === id;

function isRecipient(value: Json): boolean {
  return isJsonObject(value) && textIn(value, "packageName") !== "" && textIn(value, "className") !== "";
}
