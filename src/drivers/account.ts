/** An account with a vendor, above its terminals: its access, its limits, and what its servers say on their own account. */
import type { JsonObject } from "../core/json.ts";
import type { Conversation } from "./conversation.ts";
import type { HttpWire, Keys, OpenedAnswer } from "./wire.ts";

export type AccountDriver<Message> = {
  /** Terminals with the same name share one account machine, its secrets and its budget. Undefined where these settings name no account. */
  nameOf(settings: JsonObject, link: JsonObject): string | undefined;
  /** The settings by which an account is entered, for people; absent where the schema wants them all. */
  readonly credentials?: string;
  /** Where its servers are: a link of type `cloud`. */
  linkOf(settings: JsonObject, link: JsonObject): JsonObject;
  /** What a person has given: it is known to `Keys` by these names. */
  secretsOf(settings: JsonObject): readonly GivenSecret[];
  /** What another terminal of the same account shares: credentials, currency. */
  sharedSettings(settings: JsonObject): JsonObject;
  readonly wire: HttpWire<Message>;
  /** Says `ready` when its terminals can be asked for, and `unusable` when they cannot. It lives as long as the account is used. */
  machine(settings: JsonObject): Conversation<Message>;
  budget(settings: JsonObject): Budget;
  /** Undefined where nobody calls. */
  readonly calls?: CallRules<Message>;
};

export type GivenSecret = {
  /** In `Keys` and `Context.secrets`. */
  readonly name: string;
  /** The setting that refers to it, for people: `accessToken`. */
  readonly setting: string;
  /** What the house calls it: `tillbridge secret set NAME`. */
  readonly secret: string;
  /** `rsaPrivateKey`: PEM, for `Keys.signRs256`. What is none is told to the technician. */
  readonly holds: "text" | "rsaPrivateKey";
};

/** Of all requests of an account, whichever machine makes them: what commits goes first, then recovery, then the rest. */
export type Budget = {
  readonly requestsPerSecond: number;
  /** So many at once, after a pause. */
  readonly burst: number;
};

export type CallRules<Message> = {
  /** The secret by which a call proves who it is from: where nobody gave one, none is opened, and each is garbled. */
  readonly provenBy?: string;
  /**
   * Whether it comes from whom it claims to come, as far as that can be told. A garbled one is answered 400, counted and dropped.
   *
   * @param vendorNow milliseconds since 1970, by the vendor's clock
   */
  open(call: ReceivedCall, keys: Keys, vendorNow: number): OpenedAnswer<Message>;
};

/** Somebody posted this to the account's address. */
export type ReceivedCall = {
  /** Without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Uint8Array;
};

/** The name under which `Keys` reveals the address at which the account can be called; absent from `Context.secrets` where it cannot. */
export const CALLBACK = "callback";
