/**
 * The interface that every vendor fills. A conversation with a terminal is a pure function, `step(state, input, context)`:
 * no socket, timer, clock, log or promise in it. The engine performs the effects in order, and owns the rule that what may
 * move money is durable before it leaves. `docs/adr/0010-driver-interface.md` walks one sale of each shape through it.
 */
import type { Dispatched } from "../core/facts.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Money } from "../core/money.ts";
import type { Operation, OperationType } from "../core/operation.ts";
import type { UnknownCause, Verdict } from "../core/outcome.ts";
import type { Crypto } from "../core/ports.ts";
import type { Receipt } from "../core/receipt.ts";
import type { TSchema } from "../core/schema.ts";
import type { Capabilities, DeviceIdentity, Stage } from "../core/terminal.ts";

/** What a step may know of the world. All of it is recorded, so a conversation can be replayed. */
export type Context = {
  /** Wall clock, milliseconds since 1970. For what the wire shows; limits are timers. */
  readonly now: number;
  readonly crypto: Crypto;
};

/** How a link was lost: the other side closed its stream in order, or anything else. */
export type LinkLoss = "ended" | "failed";

/** What a device machine can be asked while the terminal is idle. None of it moves money or shows the customer a payment. */
export type DeviceRequest =
  | { readonly kind: "probe" }
  | { readonly kind: "report"; readonly report: string; readonly params: JsonObject }
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
  /** The first input of a recover machine, again after each reconnect. Its patience starts anew. */
  | { readonly kind: "resumed"; readonly link: string }
  | { readonly kind: "received"; readonly message: Message }
  /** Bytes that make no message to believe: a wrong checksum or signature, no known shape. */
  | { readonly kind: "garbled"; readonly why: string; readonly length: number }
  | { readonly kind: "answered"; readonly exchange: string; readonly message: Message }
  /** Not one byte of the exchange was handed over. */
  | { readonly kind: "notSent"; readonly exchange: string; readonly why: string }
  | { readonly kind: "exchangeLost"; readonly exchange: string; readonly why: string }
  | { readonly kind: "called"; readonly call: string; readonly message: Message }
  | { readonly kind: "timer"; readonly timer: string }
  /** The answer limit is over: cancel if the terminal can, then say `doubt`. */
  | { readonly kind: "deadline" }
  | { readonly kind: "cancelAsked" }
  | { readonly kind: "answerGiven"; readonly prompt: string; readonly value: string }
  | { readonly kind: "linkLost"; readonly loss: LinkLoss }
  | { readonly kind: "stored"; readonly name: string }
  | { readonly kind: "asked"; readonly request: DeviceRequest }
  /** Answer to `askClaims`: the asked movements that some transaction of this journal already claims. */
  | { readonly kind: "claims"; readonly claimed: readonly string[] };

/**
 * Where money hangs on a message. `request`: it may move money once it leaves, so `dispatched` is durable first, with this
 * ticket. `result`: it is the confirmation that makes the terminal's word final.
 */
export type Commits = { readonly what: "request"; readonly ticket: string } | { readonly what: "result" };

export type Effect<Message> =
  | { readonly kind: "send"; readonly message: Message; readonly commits?: Commits }
  | {
      readonly kind: "exchange";
      readonly exchange: string;
      readonly message: Message;
      readonly commits?: Commits;
      readonly replyTimeoutMs: number;
    }
  | { readonly kind: "abandon"; readonly exchange: string }
  /** Answers a call, once the effects before it are durable. */
  | { readonly kind: "respond"; readonly call: string; readonly message: Message }
  | { readonly kind: "arm"; readonly timer: string; readonly afterMs: number }
  | { readonly kind: "disarm"; readonly timer: string }
  /** Durable: what a recovery needs and only the driver knows. Versioned by the driver. */
  | { readonly kind: "remember"; readonly data: JsonObject }
  | { readonly kind: "storeSecret"; readonly name: string; readonly value: string }
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
  /** Device machine: who answers, and what its memory holds now. */
  | { readonly kind: "identified"; readonly identity: DeviceIdentity; readonly model?: string }
  | { readonly kind: "baseline"; readonly baseline: JsonObject }
  /** Device machine: the handshake is over and the terminal is idle. Operations may start. */
  | { readonly kind: "ready" }
  /** Device machine: the terminal does not know us; a pairing is needed. */
  | { readonly kind: "unpaired"; readonly why: string }
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

/** What a framer makes of a chunk. Nothing is dropped in silence: bytes that are no frame leave as `discarded`. */
export type Framed =
  | { readonly kind: "frame"; readonly bytes: Uint8Array }
  | { readonly kind: "discarded"; readonly bytes: Uint8Array; readonly why: string };

/** Cuts a byte stream into frames, however it is chunked. Holds at most its limit of bytes. */
export interface Framer {
  push(chunk: Uint8Array): readonly Framed[];
  /** The stream ended or paused for good: what is left over. */
  flush(): readonly Framed[];
}

export type Decoded<Message> =
  { readonly kind: "message"; readonly message: Message } | { readonly kind: "garbled"; readonly why: string };

/** A byte stream with frames (serial, USB, TCP). Masking of card data happens in `decode`. */
export type StreamWire<Message> = {
  readonly kind: "stream";
  createFramer(): Framer;
  encode(message: Message, crypto: Crypto): Uint8Array;
  decode(frame: Uint8Array, crypto: Crypto): Decoded<Message>;
};

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
};

/** How a simulated terminal is driven: a pure machine as well, run by `tillbridge simulate`. */
export interface Simulator {
  /** Scenario fields that it understands; `{}` behaves well. */
  readonly scenarioSchema: TSchema;
  create(scenario: Json, memory: Json | undefined): SimulatedTerminal;
}

export type SimulatorInput =
  | { readonly kind: "connected" }
  | { readonly kind: "disconnected" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "timer"; readonly timer: string };

export type SimulatorEffect =
  | { readonly kind: "write"; readonly bytes: Uint8Array }
  | { readonly kind: "arm"; readonly timer: string; readonly afterMs: number }
  | { readonly kind: "disarm"; readonly timer: string }
  /** Money moved: one line of the ledger, in order with the writes around it. */
  | { readonly kind: "ledger"; readonly movement: JsonObject }
  /** What a restart would find. */
  | { readonly kind: "save"; readonly memory: Json }
  /** Closes the link: `end` in order, `cut` hard. */
  | { readonly kind: "close"; readonly how: "end" | "cut" }
  | { readonly kind: "log"; readonly text: string };

export interface SimulatedTerminal {
  step(input: SimulatorInput, context: Context): readonly SimulatorEffect[];
}

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
  readonly wire: StreamWire<Message>;
  /** Whether the terminal takes back a payment whose result we do not acknowledge. */
  readonly ackDecides: boolean;
  capabilities(settings: JsonObject): Capabilities;
  /** What this terminal refuses of an operation, before it is accepted; undefined where it takes it. */
  refuses(operation: Operation, settings: JsonObject): OperationRefusal | undefined;
  /** Whether a doubt about this operation keeps the terminal from others. */
  fences(type: OperationType): boolean;
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
