import { toHex } from "../../codec/hex.ts";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Crypto } from "../../core/ports.ts";
import type { MoneyCommand } from "./simulator-commands.ts";
import type { Memory } from "./simulator-memory.ts";
import type { Result } from "./simulator-results.ts";

/** A well-formed request that is about money. */
export type Order<Command extends MoneyCommand = MoneyCommand> = {
  readonly command: Command;
  /** The client's poyntRequestId. */
  readonly id: string;
  /** `payment`, empty where there is none. */
  readonly asked: JsonObject;
  /** The whole body. */
  readonly body: JsonObject;
};

/** What carrying out a request comes to. */
export type Carried = {
  readonly memory: Memory;
  readonly result: Result;
  /** Lines of the ledger. */
  readonly movements: readonly JsonObject[];
};

export function orderOf<Command extends MoneyCommand>(command: Command, body: JsonObject): Order<Command> {
  return { command, id: textIn(body, "poyntRequestId"), asked: paymentIn(body), body };
}

export function paymentIn(body: JsonObject | undefined): JsonObject {
  const payment = body?.["payment"];
  return isJsonObject(payment) ? payment : {};
}

export function refused(memory: Memory, result: Result): Carried {
  return { memory, result, movements: [] };
}

export function textIn(fields: JsonObject, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** Undefined where it was not said: a capture or refund of everything. */
export function amountIn(fields: JsonObject, name: string): number | undefined {
  const value = fields[name];
  return isAmount(value) ? value : undefined;
}

const MAX_AMOUNT = 999_999_999_999;

export function isAmount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MAX_AMOUNT;
}

/** RFC 9562, version 4. */
export function newUuid(crypto: Crypto): string {
  const bytes = crypto.randomBytes(16);
  const digits = toHex(bytes).toLowerCase();
  const variant = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant.toString(16)}${digits.slice(18, 20)}`,
    digits.slice(20),
  ].join("-");
}
