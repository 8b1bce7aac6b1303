import type { JsonObject } from "./json.ts";
import type { Meanwhile } from "./moments.ts";
import type { Operation } from "./operation.ts";
import type { Outcome, Verdict } from "./outcome.ts";
import type { DeviceIdentity } from "./terminal.ts";

/**
 * One durable line of a transaction's life; its state is the fold of its facts. `at` is the wall clock, RFC 3339 in UTC.
 * Facts are append-only: a release may add kinds and fields, never change the meaning of one.
 */
export type Fact = FactBody & {
  readonly at: string;
  /** For the timeline alone: the fold leaves it out. A program that does not know it reads the fact all the same. */
  readonly meanwhile?: Meanwhile;
};

export type FactBody =
  | Accepted
  | { readonly kind: "cancelRequested"; readonly by: string }
  | Dispatched
  | Repeated
  | Remembered
  | Proposed
  | { readonly kind: "settled"; readonly outcome: Outcome }
  | { readonly kind: "resolved"; readonly outcome: Outcome }
  | { readonly kind: "acknowledged"; readonly revision: number }
  | Contradicted
  | { readonly kind: "fenceLifted"; readonly operator: string; readonly reason: string }
  | { readonly kind: "note"; readonly text: string };

export type FactKind = FactBody["kind"];

export type Accepted = {
  readonly kind: "accepted";
  readonly pos: string;
  readonly requestId: string;
  readonly terminal: string;
  readonly operation: Operation;
  /** `terminal` and `operation` as sent, canonical JSON (RFC 8785): what a repeat of the request id is compared with. */
  readonly content: string;
  /** The transaction of ours that `operation.original` names, and how much of it this one may use up. */
  readonly original?: string;
};

/** All that a recovery or a repeat needs after a restart. Durable before the first byte that commits leaves. */
export type Dispatched = {
  readonly kind: "dispatched";
  readonly attempt: number;
  /** The request's bytes, base64, at most 64 KiB of them. */
  readonly request: string;
  /** What the vendor's look-up can find it by: ticket, order number, request id. */
  readonly ticket: string;
  /** By what a person finds it at the terminal or in the vendor's back office. */
  readonly references?: Readonly<Record<string, string>>;
  readonly driver: { readonly id: string; readonly version: string };
  readonly identity?: DeviceIdentity;
  /** What the terminal's memory held before; in the driver's own words. */
  readonly baseline?: JsonObject;
  readonly link: string;
  /** Wall clock: when the answer limit ends, and the last sign of life before the dispatch. */
  readonly deadline: string;
  readonly lastSeen: string;
};

/** Class R3 only: the same bytes once more. Each one counts as a dispatch. */
type Repeated = {
  readonly kind: "repeated";
  readonly attempt: number;
  readonly link: string;
  readonly identity?: DeviceIdentity;
};

/** What the driver learned after the dispatch (an order id), versioned by the driver. */
type Remembered = { readonly kind: "remembered"; readonly data: JsonObject };

/** What the terminal said, before we confirmed it. */
export type Proposed = { readonly kind: "proposed"; readonly verdict: Verdict; readonly movement?: string };

export type Contradicted = {
  readonly kind: "contradicted";
  readonly evidence: string;
  readonly verdict: Verdict;
};

/** How the note begins that says since when, and why, a payment is in doubt. */
export const DOUBT_NOTE = "in doubt: ";
