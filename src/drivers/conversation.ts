/**
 * A conversation with a terminal, or with the account above several of them, as a pure function: what it hears, what it wants done, and what it may
 * know meanwhile. `docs/adr/0010-driver-interface.md` walks one sale of each shape through it.
 */
import type { AlarmCode } from "../core/alarm-code.ts";
import type { JsonObject } from "../core/json.ts";
import type { UnknownCause, Verdict } from "../core/outcome.ts";
import type { Crypto } from "../core/ports.ts";
import type { Receipt } from "../core/receipt.ts";
import type { DeviceIdentity, Stage } from "../core/terminal.ts";

/** What a step may know of the world. All of it is recorded, so a conversation can be replayed. */
export type Context = {
  /** Wall clock, milliseconds since 1970. For what the wire shows; limits are timers. */
  readonly now: number;
  /** The wall clock of the vendor's servers, as the `Date` of their answers told it; ours where none did. */
  readonly vendorNow: number;
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
  /** Account machine: a callback or webhook came in, and is what it claims to be as far as its signature can tell. */
  | { readonly kind: "called"; readonly call: string; readonly message: Message }
  /** Account machine: a machine of one of its terminals has a question or news. `by`: as `Vendor.deviceOf` names the device. */
  | { readonly kind: "consulted"; readonly by: string; readonly message: Message }
  /** Account machine: somebody wants to know which terminals there are now. */
  | { readonly kind: "listAsked" }
  /** The account machine has something to say. A hint: what it says about money is confirmed by asking. */
  | { readonly kind: "told"; readonly message: Message }
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

/** Whom an account machine tells something. `device`: as `Vendor.deviceOf` names it. */
export type Addressee =
  { readonly kind: "ticket"; readonly ticket: string } | { readonly kind: "device"; readonly device: string };

/** A terminal of an account, for whoever wants to add it. Texts are the vendor's or a stranger's. */
export type AccountTerminal = {
  /** As `Vendor.deviceOf` names it. */
  readonly device: string;
  readonly name: string;
  readonly model?: string;
  /** In words: whether it takes orders, and if not, what has to be done. */
  readonly state: string;
  /** What names it in a terminal's settings, beside what the account's terminals share. */
  readonly settings: JsonObject;
};

export type Effect<Message> =
  | { readonly kind: "send"; readonly message: Message; readonly commits?: Commits }
  | {
      readonly kind: "exchange";
      readonly exchange: string;
      readonly message: Message;
      readonly commits?: Commits;
      readonly replyTimeoutMs: number;
      /** To the account's servers, by the account's wire, where the terminal itself is reached by another link. Never what commits. */
      readonly via?: "account";
    }
  /** Recover machine of class R3: the stored request once more, where the house finds every condition of it to hold. */
  | { readonly kind: "repeat"; readonly exchange: string; readonly replyTimeoutMs: number }
  /** Its answer is of no use any more. */
  | { readonly kind: "abandon"; readonly exchange: string }
  /** Account machine: answers a call, once the effects before it are durable. `status`: of HTTP. */
  | { readonly kind: "respond"; readonly call: string; readonly status: number }
  /** Machines of a terminal: a question or news for the account machine, which answers with `tell`, or not. */
  | { readonly kind: "askAccount"; readonly message: Message }
  /**
   * Account machine: to the device machine of a terminal, or to the machine that works for the transaction with this ticket (at its end, to the
   * device machine of its terminal).
   */
  | { readonly kind: "tell"; readonly to: Addressee; readonly message: Message }
  /** Account machine: its terminals, as the vendor lists them now. */
  | { readonly kind: "terminals"; readonly terminals: readonly AccountTerminal[] }
  /** Account machine: nothing can be asked until this is mended. `alarm`, its code, where a person should hear of it now. */
  | { readonly kind: "unusable"; readonly why: string; readonly remedy: string; readonly alarm?: AlarmCode }
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
  | { readonly kind: "doubt"; readonly since: UnknownCause; readonly why: string; readonly alarm?: AlarmCode }
  /** A recover machine cannot find out: a person has to decide. It goes on listening. */
  | { readonly kind: "giveUp"; readonly why: string }
  /** A recover machine of what stands (`Doubt.standing`): nothing new yet. It is over, and another one asks again then. */
  | { readonly kind: "later"; readonly afterMs: number }
  /** Evidence about an operation that is not the running one, found by its ticket. */
  | { readonly kind: "late"; readonly ticket: string; readonly verdict: Verdict; readonly movement?: string }
  | { readonly kind: "askClaims"; readonly movements: readonly string[] }
  /** Who answers now. Of an operation or recover machine it is a sign of life, which decides whether a repeat is allowed. */
  | { readonly kind: "identified"; readonly identity: DeviceIdentity; readonly model?: string }
  /**
   * Operation machine: what the terminal's own clock showed just now, without a zone, `2026-01-02T03:04:05`. For a technician alone: no word about
   * money hangs on it, and nothing that is older than the operation is told.
   */
  | { readonly kind: "clockTold"; readonly localTime: string }
  /** Device machine: what the terminal's memory holds now. */
  | { readonly kind: "baseline"; readonly baseline: JsonObject }
  /** Device machine: the handshake is over and the terminal is idle. Operations may start. Account machine: its terminals may be asked for. */
  | { readonly kind: "ready" }
  /** The terminal does not know us; a pairing is needed. `setting`: it is one of its settings that lacks or is wrong, and no pairing mends it. */
  | { readonly kind: "unpaired"; readonly why: string; readonly setting?: string }
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

/** Why a repeat was not sent. `decided`: a person has, or lifted the fence. */
export type RepeatRefusal =
  "deadline" | "cancelAsked" | "decided" | "window" | "otherDevice" | "restartSuspected" | "tooOften" | "journal";
