import type { PosLimit } from "./pos.ts";

/**
 * Why a request was refused: `reason` is for a program, the message for a person. A payment that ends badly is an outcome,
 * not an error. `retry` tells what a program may do: ask again with the same request id, start anew, or neither.
 */
const RETRY_BY_REASON = {
  invalidMessage: "never",
  invalidParams: "never",
  methodNotFound: "never",
  notOpen: "same",
  sessionAlreadyOpen: "never",
  unauthorized: "never",
  forbidden: "never",
  protocolUnsupported: "never",
  pairingFailed: "never",
  pairingLocked: "never",
  posInUse: "same",
  terminalNotFound: "never",
  terminalOffline: "same",
  terminalFenced: "same",
  terminalUnpaired: "same",
  terminalDisabled: "never",
  terminalBusy: "same",
  queueFull: "same",
  transactionNotFound: "never",
  requestIdReused: "never",
  referenceInDoubt: "never",
  journalChanged: "never",
  originalNotFound: "never",
  originalNotSettled: "same",
  originalExhausted: "never",
  originalNotHere: "never",
  unsupportedOperation: "never",
  unsupportedCurrency: "never",
  amountOutOfRange: "never",
  limitExceeded: "never",
  signatureRequired: "never",
  notCancelable: "never",
  notResolvable: "never",
  revisionMismatch: "never",
  tooManyRequests: "same",
  messageTooLarge: "never",
  timeout: "same",
  shuttingDown: "same",
  journalUnavailable: "same",
  internal: "same",
} as const;

export type ErrorReason = keyof typeof RETRY_BY_REASON;
export type Retry = (typeof RETRY_BY_REASON)[ErrorReason];

export const ERROR_REASONS = Object.keys(RETRY_BY_REASON) as readonly ErrorReason[];

export function retryOf(reason: ErrorReason): Retry {
  return RETRY_BY_REASON[reason];
}

export type Refusal = {
  readonly reason: ErrorReason;
  /** What happened, where, and what to do next. */
  readonly message: string;
  readonly terminal?: string;
  /** The id of the transaction that stands in the way; the server shows it whole to those who may see it. */
  readonly transaction?: string;
  /** The field of the request that is at fault. */
  readonly field?: string;
  /** How long it is of no use to ask again. */
  readonly retryAfterMs?: number;
  /** The limit of the POS that it goes beyond, and what is left of its day, in minor units. */
  readonly limit?: PosLimit;
  readonly left?: number;
};

/** An answer to somebody's request: done, or refused with a reason. */
export type Result<Value> =
  { readonly kind: "done"; readonly value: Value } | { readonly kind: "refused"; readonly refusal: Refusal };

export function done<Value>(value: Value): Result<Value> {
  return { kind: "done", value };
}

export function refused(
  reason: ErrorReason,
  message: string,
  about: Omit<Refusal, "reason" | "message"> = {},
): { readonly kind: "refused"; readonly refusal: Refusal } {
  return { kind: "refused", refusal: { reason, message, ...about } };
}
