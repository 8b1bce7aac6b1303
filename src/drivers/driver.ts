/**
 * The interface that every vendor fills. A conversation with a terminal is a pure function, `step(state, input, context)`:
 * no socket, timer, clock, log or promise in it (`conversation.ts`). The engine performs the effects in order, and owns the rule
 * that what may move money is durable before it leaves.
 */
import type { Dispatched } from "../core/facts.ts";
import type { Announcement, Fingerprint } from "../core/fingerprint.ts";
import type { JsonObject } from "../core/json.ts";
import type { Money } from "../core/money.ts";
import type { Operation, OperationType } from "../core/operation.ts";
import type { Outcome, Verdict } from "../core/outcome.ts";
import type { TSchema } from "../core/schema.ts";
import type { Capabilities, DeviceIdentity } from "../core/terminal.ts";
import type { AccountDriver } from "./account.ts";
import type { Conversation } from "./conversation.ts";
import type { Simulator } from "./simulator.ts";
import type { Wire } from "./wire.ts";

export * from "./conversation.ts";

/** The operation that is refunded, voided or captured, as the terminal knows it. */
export type Original = {
  readonly type?: OperationType;
  readonly terminalReferences: Readonly<Record<string, string>>;
  /** The total that was approved: what a refund or void without an amount stands for. */
  readonly approved?: Money;
};

/** What an operation machine starts from. */
export type Order = {
  readonly transaction: string;
  readonly operation: Operation;
  readonly original?: Original;
  readonly identity?: DeviceIdentity;
  /** How the limits of this operation came out: the driver passes the terminal its own where the protocol can. */
  readonly answerLimitMs: number;
};

/** What a recover machine starts from: nothing of it lives in memory only. */
export type Doubt = {
  readonly order: Order;
  readonly dispatched: Dispatched;
  readonly remembered?: JsonObject;
  readonly proposed?: { readonly verdict: Verdict; readonly movement?: string };
  /** An approval that is not final: nobody doubts it, and its end is still to come. Absent: in doubt. */
  readonly standing?: Extract<Outcome, { kind: "approved" }>;
  /** Canceled by the POS meanwhile: a verdict of `canceled` is by the POS. */
  readonly cancelRequested: boolean;
};

export interface Driver<Message> {
  device(): Conversation<Message>;
  operation(order: Order): Conversation<Message>;
  recover(doubt: Doubt): Conversation<Message>;
}

/** How long one operation may take. */
export type OperationLimits = {
  /** From dispatch to result; never shorter than the vendor's own plus 10 s. */
  readonly answerMs: number;
  /** After the answer limit, for a cancel to be answered. */
  readonly cancelGraceMs: number;
};

/** How long the device itself may take. */
export type DeviceLimits = {
  /** A link that was silent for longer is probed before a dispatch. */
  readonly probeMs: number;
  /** For the probe, the handshake and reports. */
  readonly replyMs: number;
  /** The rest that the terminal wants between the end of one command and the next. */
  readonly restMs: number;
  /** For a pairing, with all that a person has to do at the terminal. */
  readonly pairMs: number;
};

/** Class R3: when the same request may be sent again, and is answered with the first answer. */
export type RepeatRules = {
  /** Since the first dispatch. The deadline ends it as well, whatever comes first. */
  readonly windowMs: number;
  /** Where the vendor does not say that its memory survives a restart, silence for longer than this suggests one. */
  readonly memory:
    { readonly kind: "survivesRestart" } | { readonly kind: "oneRun"; readonly restartSuspicionMs: number };
  readonly mostRepeats: number;
};

export type ReportDescription = {
  /** Whether the next recovery still finds what it needs after this report, so that it may run while in doubt. */
  readonly keepsEvidence: boolean;
};

export type LinkKind = "serial" | "usb" | "tcp" | "http" | "cloud";

/** All that the house knows of a vendor; `registry.ts` lists them. Settings were validated with `settingsSchema`, defaults filled in. */
export interface Vendor<Message = unknown> {
  readonly id: string;
  readonly name: string;
  /** Of the driver; it is written into `dispatched` beside what it must be able to read later. */
  readonly version: string;
  readonly links: readonly LinkKind[];
  /** Filled in where a terminal's `link` leaves them out. */
  readonly linkDefaults: Partial<Record<LinkKind, JsonObject>>;
  readonly settingsSchema: TSchema;
  /** What the settings name the device by, where its link does not tell: two terminals cannot share it. */
  deviceOf?(settings: JsonObject): string | undefined;
  /** Above its terminals, or beside them, is an account with the vendor. */
  readonly account?: AccountDriver<Message>;
  /** What its terminals look like to discovery; none where they show nothing of themselves. */
  readonly fingerprints?: readonly Fingerprint[];
  /** What a real terminal publishes of itself. */
  readonly announcement?: Announcement;
  readonly wire: Wire<Message>;
  /** Whether the terminal takes back a payment whose result we do not acknowledge. */
  readonly ackDecides: boolean;
  capabilities(settings: JsonObject): Capabilities;
  /** What this terminal refuses of an operation, before it is accepted; undefined where it takes it. */
  refuses(operation: Operation, settings: JsonObject): OperationRefusal | undefined;
  /** The `terminalReferences` by which its terminals find the original of such an operation: any of these. */
  originalReferences(type: OperationType): readonly string[];
  /** Whether a doubt about this operation keeps the terminal from others. */
  fences(type: OperationType): boolean;
  /** Undefined where the vendor does not answer a repeated request with the first answer: it is never sent again. */
  repeats?(type: OperationType, settings: JsonObject): RepeatRules | undefined;
  readonly reports: Readonly<Record<string, ReportDescription>>;
  limits(settings: JsonObject, operation: Operation): OperationLimits;
  deviceLimits(settings: JsonObject): DeviceLimits;
  driver(settings: JsonObject): Driver<Message>;
  readonly simulator: Simulator;
}

export type OperationRefusal = {
  readonly reason: "unsupportedOperation" | "unsupportedCurrency" | "amountOutOfRange" | "invalidParams";
  readonly why: string;
};
