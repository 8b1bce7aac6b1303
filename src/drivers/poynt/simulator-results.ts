import { isJsonObject, type JsonObject } from "../../core/json.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** What a request came to. JSON through and through: it is kept for repeats. */
export type Result = {
  readonly status: number;
  /** Undefined: an empty body. */
  readonly body?: JsonObject;
};

/** 112 is the vendor's (poynt.md 1.7); the others are assumed to be UPOS's as well, and all names but the first are made up. */
const ERRORS = {
  signatureMismatch: [114, "REQUEST_SIGNATURE_MISMATCH", "Pairing code mismatch. Please re-pair the devices"],
  alreadyPaired: [102, "ALREADY_PAIRED", "Another client is paired with this terminal"],
  notPaired: [103, "NOT_PAIRED", "No client is paired with this terminal"],
  notSupported: [104, "NOT_SUPPORTED", "The terminal cannot do that"],
  badRequest: [106, "INVALID_REQUEST", "The request cannot be understood"],
  notAllowed: [106, "OPERATION_NOT_ALLOWED", "The transaction does not allow that"],
  notFound: [109, "TRANSACTION_NOT_FOUND", "There is no such transaction"],
  failed: [111, "REQUEST_FAILED", "The request failed"],
  canceled: [111, "REQUEST_CANCELED", "Canceled at the terminal"],
  timedOut: [112, "REQUEST_TIMED_OUT", "The request timed out"],
  busy: [113, "TERMINAL_BUSY", "Another request is running"],
} as const satisfies Readonly<Record<string, readonly [code: number, name: string, text: string]>>;

type ErrorName = keyof typeof ERRORS;

export const PING_FAILED: Result = { status: 500 };

export const signatureMismatch: Result = { status: 400, body: errorBody("signatureMismatch") };

export function done(body: JsonObject): Result {
  return { status: 200, body };
}

export function errorResult(name: ErrorName, scenario: Scenario, text?: string): Result {
  return { status: scenario.errorStatus, body: errorBody(name, text) };
}

function errorBody(name: ErrorName, text?: string): JsonObject {
  const [errorCode, errorName, description] = ERRORS[name];
  return { error: { description: text ?? description, errorName, errorCode } };
}

/** For the log. */
export function summaryOf({ status, body = {} }: Result): string {
  const { error, payment } = body;
  const named = isJsonObject(error) ? error["errorName"] : isJsonObject(payment) ? payment["status"] : body["status"];
  return typeof named === "string" ? named : String(status);
}
