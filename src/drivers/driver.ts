/**
 * The interface that every vendor fills. A conversation with a terminal is a pure function, `step(state, input, context)`:
 * no socket, timer, clock, log or promise in it. The engine performs the effects in order, and owns the rule that what may
 * move money is durable before it leaves. `docs/adr/0010-driver-interface.md` walks one sale of each shape through it.
 */
import type { Dispatched } from "../core/facts.ts";
import type { Announcement, Fingerprint } from "../core/fingerprint.ts";
import type { JsonObject } from "../core/json.ts";
import type { Money } from "../core/money.ts";
import type { Operation, OperationType } from "../core/operation.ts";
import type { UnknownCause, Verdict } from "../core/outcome.ts";
import type { Crypto } from "../core/ports.ts";
import type { Receipt } from "../core/receipt.ts";
import type { TSchema } from "../core/schema.ts";
import type { Capabilities, DeviceIdentity, Stage } from "../core/terminal.ts";
import type { Simulator } from "./simulator.ts";
import type { Wire } from "./wire.ts";

/** What a step may know of the world. All of it is recorded, so a conversation can be replayed. */
export type Context = {
  /** Wall clock, milliseconds since 1970. For what the wire shows; limits are timers. */
  readonly now: number;
  readonly crypto: Crypto;
  /** The secrets that the house keeps for this terminal, by their names. */
  readonly secrets: Readonly<Record<string, SecretDescription>>;
};

/** What may be known of a secret. */
export type SecretDescription = {
  /** Random, new each time that it is stored: whoever has the same version has the same secret. */
  readonly version: string;
  /** What was stored beside it. */
  readonly about: Readonly<Record<string, string>>;
};

/** How a link was lost: the other side closed its stream in order, or anything else. */
export type LinkLoss = "ended" | "failed";

/** What a device machine can be asked while the terminal is idle. None of it moves money or shows the customer a payment. */
export type DeviceRequest =
  | { readonly kind: "probe" }
  | { readonly kind: "report"; readonly report: string; readonly params: JsonObject }
  /** `code`: the name under which the house keeps what was typed, for `Keys` and `storeSecrets`. It is never seen here. */
  | { readonly kind: "pair"; readonly code?: string }
  | { readonly kind: "function"; readonly name: string; readonly params: JsonObject };

export type DeviceReply =
  | { readonly kind: "answered"; readonly data: JsonObject }
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "noAnswer"; readonly why: string };

/** `Message` is a vendor's decoded message: plain JSON values, card data already masked. */
export type Input<Message> =
  /** The link is there (or, for a cloud terminal, the account is). The first input of a device and an operation machine. */
  | { readonly kind: "opened"; readonly link: string }
  /**
   * The first input of a recover machine, again after each reconnect. Its patience starts anew. `pending`: exchanges that the
   * operation left open and whose answers come here now.
   */
  | { readonly kind: "resumed"; readonly link: string; readonly pending: readonly string[] }
  | { readonly kind: "received"; readonly message: Message }
  /** Bytes that make no message to believe: a wrong checksum or signature, no known shape. */
  | { readonly kind: "garbled"; readonly why: string; readonly length: number; readonly exchange?: string }
  | { readonly kind: "answered"; readonly exchange: string; readonly message: Message }
  /** Not one byte of the exchange was handed over. */
  | { readonly kind: "notSent"; readonly exchange: string; readonly why: string }
  /** Some of it may have arrived, and no whole answer came. */
  | { readonly kind: "exchangeLost"; readonly exchange: string; readonly why: string }
  /** The house did not repeat it: a condition does not hold. */
  | { readonly kind: "notRepeated"; readonly exchange: string; readonly why: RepeatRefusal }
  | { readonly kind: "called"; readonly call: string; readonly message: Message }
  | { readonly kind: "timer"; readonly timer: string }
  /** The answer limit is over: cancel if the terminal can, then say `doubt`. */
  | { readonly kind: "deadline" }
  | { readonly kind: "cancelAsked" }
  | { readonly kind: "answerGiven"; readonly prompt: string; readonly value: string }
  | { readonly kind: "linkLost"; readonly loss: LinkLoss }
  | { readonly kind: "stored"; readonly names: readonly string[] }
  /** `publicKey`: DER SubjectPublicKeyInfo, base64 in one line. The private one is known to `Keys` by this name. */
  | { readonly kind: "keyPairCreated"; readonly name: string; readonly publicKey: string }
  | { readonly kind: "asked"; readonly request: DeviceRequest }
  /** Answer to `askClaims`: the asked movements that some transaction of this journal already claims. */
  | { readonly kind: "claims"; readonly claimed: readonly string[] };

/**
 * Where money hangs on a message. `request`: it may move money once it leaves, so `dispatched` is durable first, with this
 * ticket. `result`: it is the confirmation that makes the terminal's word final.
 */
export type Commits =
  | {
      readonly what: "request";
      readonly ticket: string;
      /** By what a person finds it at the terminal or in the vendor's back office. */
      readonly references?: Readonly<Record<string, string>>;
    }
  | { readonly what: "result" };

export type Effect<Message> =
  | { readonly kind: "send"; readonly message: Message; readonly commits?: Commits }
  | {
      readonly kind: "exchange";
      readonly exchange: string;
      readonly message: Message;
      readonly commits?: Commits;
      readonly replyTimeoutMs: number;
    }
  /** Recover machine of class R3: the stored request once more, where the house finds every condition of it to hold. */
  | { readonly kind: "repeat"; readonly exchange: string; readonly replyTimeoutMs: number }
  /** Its answer is of no use any more. */
  | { readonly kind: "abandon"; readonly exchange: string }
  /** Answers a call, once the effects before it are durable. */
  | { readonly kind: "respond"; readonly call: string; readonly message: Message }
  | { readonly kind: "arm"; readonly timer: string; readonly afterMs: number }
  | { readonly kind: "disarm"; readonly timer: string }
  /** Durable: what a recovery needs and only the driver knows. Versioned by the driver. */
  | { readonly kind: "remember"; readonly data: JsonObject }
  /** Durable, all in one: names of secrets, each with the label of the value that was typed or taken out of an answer. */
  | {
      readonly kind: "storeSecrets";
      readonly labels: Readonly<Record<string, string>>;
      readonly about?: Readonly<Record<string, string>>;
    }
  /** RSA of 2048 bits, known to `Keys` by this name as long as the process lives. */
  | { readonly kind: "createKeyPair"; readonly name: string }
  /** Durable: the terminal's word before we confirm it. For drivers whose confirmation is the commit. */
  | { readonly kind: "propose"; readonly verdict: Verdict; readonly movement?: string }
  /**
   * Durable: the end as far as money goes. Without an earlier `propose`, both are one append. `movement` names what moved at
   * the terminal, for ever: two transactions never claim the same.
   */
  | { readonly kind: "settle"; readonly verdict: Verdict; readonly movement?: string }
  | { readonly kind: "receipt"; readonly receipt: Receipt }
  | { readonly kind: "progress"; readonly stage: Stage; readonly text?: string; readonly remainingMs?: number }
  | {
      readonly kind: "prompt";
      readonly prompt: string;
      readonly ask: "confirm" | "choose" | "text" | "signature";
      readonly text: string;
      readonly choices?: readonly string[];
      readonly expiresInMs: number;
      readonly default: string;
    }
  /** An operation machine does not know how it ended; recovery begins. `alarm` where a person should hear of it now. */
  | { readonly kind: "doubt"; readonly since: UnknownCause; readonly why: string; readonly alarm?: string }
  /** A recover machine cannot find out: a person has to decide. It goes on listening. */
  | { readonly kind: "giveUp"; readonly why: string }
  /** Evidence about an operation that is not the running one, found by its ticket. */
  | { readonly kind: "late"; readonly ticket: string; readonly verdict: Verdict; readonly movement?: string }
  | { readonly kind: "askClaims"; readonly movements: readonly string[] }
  /** Who answers now. Of an operation or recover machine it is a sign of life, which decides whether a repeat is allowed. */
  | { readonly kind: "identified"; readonly identity: DeviceIdentity; readonly model?: string }
  /** Device machine: what the terminal's memory holds now. */
  | { readonly kind: "baseline"; readonly baseline: JsonObject }
  /** Device machine: the handshake is over and the terminal is idle. Operations may start. */
  | { readonly kind: "ready" }
  /** The terminal does not know us; a pairing is needed. */
  | { readonly kind: "unpaired"; readonly why: string }
  /** Device machine, while it pairs: what a person has to compare or to do. */
  | { readonly kind: "pairing"; readonly code?: string; readonly text?: string; readonly expiresInMs: number }
  | { readonly kind: "reply"; readonly reply: DeviceReply }
  /** This link cannot be used any more; another one is opened. */
  | { readonly kind: "dropLink"; readonly why: string }
  /** Frees the terminal. Nothing follows. */
  | { readonly kind: "done" };

export type Step<State, Message> = readonly [state: State, effects: readonly Effect<Message>[]];

/** A running machine as a value: stepping it answers the next one. `state` is for traces and tests. */
export interface Conversation<Message> {
  readonly state: unknown;
  step(input: Input<Message>, context: Context): readonly [Conversation<Message>, readonly Effect<Message>[]];
}

/** Binds a machine's step function to a state, which hides the state's type from the engine. */
export function conversation<State, Message>(
  step: (state: State, input: Input<Message>, context: Context) => Step<State, Message>,
  state: State,
): Conversation<Message> {
  return {
    state,
    step: (input, context) => {
      const [next, effects] = step(state, input, context);
      return [conversation(step, next), effects];
    },
  };
}

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

/** Why a repeat was not sent. `decided`: a person has, or lifted the fence. */
export type RepeatRefusal =
  "deadline" | "cancelAsked" | "decided" | "window" | "otherDevice" | "restartSuspected" | "tooOften" | "journal";

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
