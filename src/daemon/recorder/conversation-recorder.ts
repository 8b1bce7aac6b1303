import type { JsonObject } from "../../core/json.ts";
import type { Crypto } from "../../core/ports.ts";
import type { RecordedRole } from "../../core/recording.ts";
import type { Context, Doubt, Effect, Input, Order } from "../../drivers/driver.ts";

/** Whose conversations are recorded: a terminal, or an account with a vendor. */
export type RecordedSource = {
  readonly terminal: string;
  readonly vendor: string;
  /** Of the driver. */
  readonly driver: string;
};

/** Why a recording is written without being asked for. */
export type WrittenBecause = "doubt" | "recovered" | "personNeeded";

/** What a conversation starts from. */
export type Beginning = {
  readonly role: RecordedRole;
  readonly settings: JsonObject;
  readonly order?: Order;
  readonly doubt?: Doubt;
  readonly transaction?: string;
};

/** Records of one terminal. None of it throws: whatever goes wrong here is no payment's business. */
export interface TerminalRecorder {
  /** @param crypto what the conversation would have without a recorder */
  conversation(beginning: Beginning, crypto: Crypto): ConversationRecorder;
  link(state: "open" | "lost", why?: string): void;
  /** Bytes that are no message. Nothing is kept of them but how many they were. */
  bytes(what: "discarded" | "garbled", bytes: Uint8Array, why: string): void;
  /** What is known of the terminal now is worth a file. Nobody waits for it. */
  writeDown(reason: WrittenBecause, transaction: string): void;
}

/** Records one conversation: what it hears, and what it wants done. */
export interface ConversationRecorder {
  /** Remembers what it gives at random, for the step that asked. */
  readonly crypto: Crypto;
  stepped(input: Input<unknown>, context: Context, effects: readonly Effect<unknown>[]): void;
  /** The step came to a mistake in the driver. */
  threw(input: Input<unknown>, context: Context, mistake: unknown): void;
  ended(): void;
}
