import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { HttpAnswer } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import type { Context, Conversation, Doubt, Effect, Input, Order, Original } from "../../../src/drivers/driver.ts";
import type { CloudAnswer, CloudMessage, CloudRequest } from "../../../src/drivers/getnet-cloud/messages.ts";
import { readReply } from "../../../src/drivers/getnet-cloud/records.ts";
import { getnetCloudSettingsSchema, type CloudSettings } from "../../../src/drivers/getnet-cloud/settings.ts";
import type { Reply } from "../../../src/drivers/getnet/messages.ts";
import type { Keys } from "../../../src/drivers/wire.ts";

export type CloudEffect = Effect<CloudMessage>;
type EffectOf<Kind extends CloudEffect["kind"]> = Extract<CloudEffect, { kind: Kind }>;
type Command = Extract<CloudRequest, { kind: "command" }>;

const CHILE = {
  country: "CL",
  clientId: "till",
  clientSecret: { secret: "getnet" },
  idTerminal: "70000001",
  idSucursal: "1",
  serialNumber: "SIM0000001",
  currency: "CLP",
} as const;
export const ARGENTINA = { country: "AR", idTerminal: "AR001S4K", idSucursal: "0000087294", currency: "ARS" } as const;

export function settingsWith(changes: JsonObject = {}): CloudSettings {
  const settings = withDefaults(getnetCloudSettingsSchema, { ...CHILE, ...changes });
  assert.deepEqual(schemaFaults(getnetCloudSettingsSchema, settings), []);
  return settings as CloudSettings;
}

export const IDENTITY = { terminalId: "70000001", branchId: "1", hardware: "SIM0000001" };

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

/** The account's secrets, for tests. */
export class FakeKeys implements Keys {
  readonly values: Map<string, string>;

  constructor(values: Readonly<Record<string, string>> = { clientSecret: "a secret&more", access: "token.1" }) {
    this.values = new Map(Object.entries(values));
  }

  reveal(key: string): string {
    const value = this.values.get(key);
    assert(value !== undefined, `there is a secret ${key}`);
    return value;
  }
  signRs256 = () => assert.fail("nothing is signed");
  hmacSha256 = () => assert.fail("nothing is signed");
  decryptRsa = () => assert.fail("nothing is decrypted");
  equal = () => assert.fail("nothing is compared");
}

export const SECRETS: Context["secrets"] = {
  clientSecret: { version: "s1", about: {} },
  access: { version: "a1", about: { gotAt: String(START), clientSecret: "s1" } },
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const httpAnswer = (status: number, body: string, headers: HttpAnswer["headers"] = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: bytesOf(body),
});

const CRYPTO: Context["crypto"] = {
  sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
  randomBytes: (count) => new Uint8Array(count),
};

/** One machine on the bench: it gets inputs, its timers run in virtual time, and what it wants done is written down. */
export class Bench {
  readonly effects: CloudEffect[] = [];
  secrets: Context["secrets"] = SECRETS;
  readonly #timers = new Map<string, number>();
  /** Exchanges that were begun and have not ended, as the engine keeps them. */
  readonly #open = new Set<string>();
  #conversation: Conversation<CloudMessage>;
  #nowMs = 0;
  #ended = false;

  constructor(conversation: Conversation<CloudMessage>) {
    this.#conversation = conversation;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  isOpen(exchange: string): boolean {
    return this.#open.has(exchange);
  }

  give(input: Input<CloudMessage>): readonly CloudEffect[] {
    if (this.#ended) return [];
    if (input.kind === "resumed") for (const exchange of input.pending) this.#open.add(exchange);
    if ("exchange" in input) this.#open.delete(input.exchange ?? "");
    const now = START + this.#nowMs;
    const [next, effects] = this.#conversation.step(input, {
      now,
      vendorNow: now,
      crypto: CRYPTO,
      secrets: this.secrets,
    });
    this.#conversation = next;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  answer(exchange: string, message: CloudAnswer): readonly CloudEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "answered", exchange, message });
  }

  lose(exchange: string, why = "reset"): readonly CloudEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "exchangeLost", exchange, why });
  }

  /** A command of ours, taken by the cloud and carried out by the terminal at once. */
  tell(reply: Reply): void {
    this.answer("question", { kind: "accepted", idPosTxs: "77", customId: undefined });
    this.elapse(1_000);
    this.answer("question", { kind: "finished", idPosTxs: "77", customId: undefined, reply });
  }

  elapse(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      const due = [...this.#timers].filter(([, dueMs]) => dueMs <= endMs).sort((one, other) => one[1] - other[1]);
      const [next] = due;
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.#nowMs = next[1];
      this.give({ kind: "timer", timer: next[0] });
    }
    this.#nowMs = endMs;
  }

  all<Kind extends CloudEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  get kinds(): readonly string[] {
    return this.effects.map(({ kind }) => kind);
  }

  get posted(): readonly Command[] {
    return this.all("exchange").flatMap(({ message }) => (message.kind === "command" ? [message] : []));
  }

  get paths(): readonly string[] {
    return this.posted.map(({ path }) => path);
  }

  get settled(): Verdict | undefined {
    return this.all("settle")[0]?.verdict;
  }

  /** Why a person was called; empty where nobody was. */
  get gaveUp(): string {
    return this.all("giveUp")[0]?.why ?? "";
  }

  get lastSaid(): string {
    const [doubt] = this.all("doubt");
    return doubt?.why ?? "";
  }

  #perform(effect: CloudEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "abandon") this.#open.delete(effect.exchange);
    if (effect.kind === "exchange") {
      // The engine takes a name once at a time.
      assert(!this.#open.has(effect.exchange), `${effect.exchange} runs already`);
      this.#open.add(effect.exchange);
    }
    if (effect.kind === "done" || effect.kind === "doubt" || effect.kind === "dropLink") {
      this.#ended = true;
      this.#timers.clear();
    }
  }
}

export const TRANSACTION = "0D3K7QX9TABCDEFGHJKM";
export const ID = "1000001";

export const clp = (value: number) => ({ value, currency: "CLP" });
export const ars = (value: number) => ({ value, currency: "ARS" });

const ANSWER_LIMIT_MS = 140_000;

export function orderOf(operation: Operation, original?: Original): Order {
  return {
    transaction: TRANSACTION,
    operation,
    answerLimitMs: ANSWER_LIMIT_MS,
    ...(original === undefined ? {} : { original }),
  };
}

export const SALE: Operation = { type: "sale", amount: clp(1_250) };
export const SOLD: Original = {
  type: "sale",
  approved: clp(1_250),
  terminalReferences: { operationId: "12", authorizationCode: "250349", date: "2026-01-02" },
};
const named = { original: { transaction: "older" } };
export const ORDERS = {
  sale: orderOf(SALE),
  void: orderOf({ type: "void", ...named }, SOLD),
  refund: orderOf({ type: "refund", amount: clp(500), ...named }, SOLD),
  reconciliation: orderOf({ type: "reconciliation" }),
  duplicate: orderOf({ type: "duplicateReceipt", ...named }, SOLD),
  lastReceipt: orderOf({ type: "duplicateReceipt" }),
} as const;

export function doubtOf(order: Order, changes: Partial<Dispatched> = {}, more: Partial<Doubt> = {}): Doubt {
  return {
    order,
    cancelRequested: false,
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket: TRANSACTION,
      driver: { id: "getnet-cloud", version: "1" },
      identity: IDENTITY,
      link: "cloud #1",
      deadline: new Date(START + ANSWER_LIMIT_MS).toISOString(),
      lastSeen: new Date(START).toISOString(),
      ...changes,
    },
    ...more,
  };
}

export const REMEMBERED = { version: 1, idPosTxs: ID };

/** A sale as the cloud tells it (getnet.md 6), with all that must not get any further. */
export function saleResponse(changes: JsonObject = {}): JsonObject {
  return {
    functionCode: 100,
    responseCode: 0,
    responseMessage: "Aprobado",
    commerceCode: 597_029,
    terminalId: "70012345",
    ticket: TRANSACTION,
    authorizationCode: "250349",
    amount: 1_250,
    sharesNumber: 0,
    sharesAmount: 0,
    last4Digits: "0042",
    operationId: 12,
    cardType: "DB",
    accountingDate: "2026-01-02 03:04:05",
    cardBrand: "VI",
    realDate: "2026-01-02 03:04:05",
    employeeId: 1,
    tip: 0,
    saleType: 0,
    posMode: 0,
    cashback: 0,
    transToken: "4111111111111111",
    expiryDate: "3012",
    bin: "411111",
    ...changes,
  };
}

export const saleReply = (changes: JsonObject = {}): Reply => readReply(saleResponse(changes));

export const replyOf = (functionCode: number, changes: JsonObject = {}): Reply =>
  readReply({ functionCode, responseCode: 0, responseMessage: "Aprobado", ...changes });

export const POLLED = replyOf(106, { connected: true });

export const finishedWith = (
  reply: Reply | undefined,
  changes: Partial<Extract<CloudAnswer, { kind: "finished" }>> = {},
): CloudAnswer => ({ kind: "finished", idPosTxs: ID, customId: undefined, reply, ...changes });

export const ACCEPTED: CloudAnswer = { kind: "accepted", idPosTxs: ID, customId: TRANSACTION };
export const PENDING: CloudAnswer = { kind: "pending" };
