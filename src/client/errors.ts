import type { ErrorReason, Retry } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";

/** The list of reasons is open: a newer daemon may name one that this client does not know. */
export type RefusalReason = ErrorReason | (string & Record<never, never>);

/** The daemon answered with an error. `reason` is for the program, `message` for a person. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
  /** Of JSON-RPC. */
  readonly code: number;
  readonly reason: RefusalReason;
  /** Whether the same request may be sent again, a new one is needed, or neither helps. */
  readonly retry: Retry | "new";
  /** All that the daemon told, `reason` and `retry` included: `terminal`, `transaction`, `field`, ... */
  readonly data: JsonObject;

  constructor(code: number, reason: RefusalReason, retry: Retry | "new", message: string, data: JsonObject) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.retry = retry;
    this.data = data;
  }
}

/** A request was sent and no answer came: whether the daemon did it is not known. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** There is no session with the daemon; nothing was sent. */
export class NotConnected extends Error {
  override readonly name = "NotConnected";
  /** Set where the daemon was reached and refused the session: it is of no use to try again unchanged. */
  readonly refusal: RequestRefused | undefined;

  constructor(message: string, refusal?: RequestRefused) {
    super(message);
    this.refusal = refusal;
  }
}

/**
 * The daemon never stored this payment, so it charges nobody: it was refused, or the session ended before it was sent.
 * The same request id may be used again.
 */
export class PaymentNotStarted extends Error {
  override readonly name = "PaymentNotStarted";
  readonly requestId: string;
  /** Why the daemon refused it; undefined where it was never asked. */
  readonly refusal: RequestRefused | undefined;

  constructor(requestId: string, message: string, refusal?: RequestRefused) {
    super(message);
    this.requestId = requestId;
    this.refusal = refusal;
  }
}

/** Nothing left for the daemon. What an earlier run of the program did with the same request id, this one has not found out. */
export class PaymentNeverSent extends PaymentNotStarted {}

/**
 * The payment may have been started and its end is not known here. It is never "failed". Ask again with the same request id,
 * or let a person look (`refusal` says why the daemon does not tell).
 */
export class PaymentUnclear extends Error {
  override readonly name = "PaymentUnclear";
  readonly requestId: string;
  readonly refusal: RequestRefused | undefined;

  constructor(requestId: string, message: string, refusal?: RequestRefused) {
    super(message);
    this.requestId = requestId;
    this.refusal = refusal;
  }
}

/** What the network and a daemon that refuses do; anything else is a program's own mistake. */
export function isOfTheWorld(error: unknown): error is RequestRefused | NoAnswer | NotConnected {
  return error instanceof RequestRefused || error instanceof NoAnswer || error instanceof NotConnected;
}
