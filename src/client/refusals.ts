import type { ErrorReason } from "../core/errors.ts";
import type { RequestRefused } from "./errors.ts";

/** The daemon may have stored the request all the same: ask again. */
const TELLS_NOTHING: ReadonlySet<string> = new Set<ErrorReason>(["timeout", "internal", "shuttingDown"]);

/** This one request was not looked at: send it again. */
const NOT_LOOKED_AT: ReadonlySet<string> = new Set<ErrorReason>(["tooManyRequests", "notOpen"]);

/** Given only after the daemon has looked for the request id and found none. Any other refusal may come before that. */
const GIVEN_AFTER_LOOK_UP: ReadonlySet<string> = new Set<ErrorReason>([
  "terminalNotFound",
  "terminalOffline",
  "terminalFenced",
  "terminalUnpaired",
  "terminalDisabled",
  "terminalBusy",
  "queueFull",
  "referenceInDoubt",
  "originalNotFound",
  "originalNotSettled",
  "originalExhausted",
  "originalNotHere",
  "unsupportedOperation",
  "unsupportedCurrency",
  "amountOutOfRange",
  "limitExceeded",
  "signatureRequired",
]);

/**
 * What a refused start proves. `stored: "no"`: nothing is stored under the request id and nobody will be charged by it.
 * `"notKnown"`: an earlier request with the id may be stored.
 */
export type Proof =
  | { readonly kind: "askAgain"; readonly thisOne: "maybeStored" | "notStored" }
  | { readonly kind: "end"; readonly stored: "no" | "notKnown" };

/** @param repeated whether an earlier request with this id may have reached the daemon */
export function proofOf(refusal: RequestRefused, repeated: boolean): Proof {
  const { reason, retry } = refusal;
  if (TELLS_NOTHING.has(reason)) return { kind: "askAgain", thisOne: "maybeStored" };
  if (NOT_LOOKED_AT.has(reason)) return { kind: "askAgain", thisOne: "notStored" };
  if (reason === "requestIdReused") return { kind: "end", stored: "notKnown" };
  if (!repeated || GIVEN_AFTER_LOOK_UP.has(reason)) return { kind: "end", stored: "no" };
  return retry === "same" ? { kind: "askAgain", thisOne: "notStored" } : { kind: "end", stored: "notKnown" };
}

/** Whether a request that moves nothing may be sent again as it is. */
export function isPassing(refusal: RequestRefused): boolean {
  return TELLS_NOTHING.has(refusal.reason) || NOT_LOOKED_AT.has(refusal.reason);
}
