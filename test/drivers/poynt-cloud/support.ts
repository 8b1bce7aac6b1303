import assert from "node:assert/strict";
import { createHash, createPrivateKey, generateKeyPairSync, sign } from "node:crypto";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { HttpAnswer } from "../../../src/core/http.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import { withDefaults } from "../../../src/core/schema.ts";
import type { Context, Conversation, Doubt, Effect, Input, Order, Original } from "../../../src/drivers/driver.ts";
import { openAnswer } from "../../../src/drivers/poynt-cloud/answers.ts";
import type { Callback, CloudAnswer, CloudMessage, CloudRequest } from "../../../src/drivers/poynt-cloud/messages.ts";
import { poyntCloudSettingsSchema, type PoyntCloudSettings } from "../../../src/drivers/poynt-cloud/settings.ts";
import type { Keys } from "../../../src/drivers/wire.ts";
import { transaction as terminalTransaction } from "../poynt/support.ts";

export { OTHER_ID, SALE, SALE_ID, TRANSACTION, usd } from "../poynt/support.ts";

import { orderOf as orderFor, ORDERS as TERMINAL_ORDERS, TRANSACTION } from "../poynt/support.ts";

export type CloudEffect = Effect<CloudMessage>;
type EffectOf<Kind extends CloudEffect["kind"]> = Extract<CloudEffect, { kind: Kind }>;

export const APP = "urn:aid:0e6b1f5a-3c72-4d10-8a44-6f1f2e3d4c5b";
export const BUSINESS = "d1a3b5c7-2e4f-4680-9bdf-13579bdf0203";
export const STORE = "4b0f5c1e-9a56-4a39-8f52-0c7d6e5a4b02";
export const DEVICE = "urn:tid:7c1d9e20-5b3a-4f6e-9d87-1a2b3c4d5e6f";
export const CALLED_AT = "https://till.example:8443/calls/unguessable";

export const { privateKey: PRIVATE_PEM, publicKey: PUBLIC_PEM } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});

/** The house's keys, for tests. */
export const KEYS: Keys = {
  reveal: (key) => {
    const value = new Map([
      ["access", "eyJ.access.token"],
      ["refresh", "1:1:1:refresh/token"],
      ["callback", CALLED_AT],
    ]).get(key);
    assert(value !== undefined, `there is a key ${key}`);
    return value;
  },
  signRs256: (key, bytes) => {
    assert.equal(key, "privateKey");
    return new Uint8Array(sign("sha256", bytes, createPrivateKey(PRIVATE_PEM)));
  },
  hmacSha256: () => assert.fail("nothing is signed with a shared secret"),
  decryptRsa: () => assert.fail("nothing is decrypted"),
  equal: () => assert.fail("nothing is compared"),
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export function httpAnswer(status: number, body: Json | string, type = "application/json"): HttpAnswer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { "content-type": type }, body: bytesOf(text) };
}

export function settingsWith(changes: JsonObject = {}): PoyntCloudSettings {
  const given = {
    appId: APP,
    privateKey: { secret: "poynt-key" },
    businessId: BUSINESS,
    storeId: STORE,
    deviceId: DEVICE,
    currency: "USD",
  };
  return withDefaults(poyntCloudSettingsSchema, { ...given, ...changes }) as PoyntCloudSettings;
}

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);
export const IDENTITY = { business: BUSINESS, store: STORE, device: DEVICE };
export const ABOUT = { expiresAt: String(START + 86_400_000), grant: "k1", appId: APP };
export const SECRETS: Context["secrets"] = {
  privateKey: { version: "k1", about: {} },
  access: { version: "a1", about: ABOUT },
};
export const CALLABLE: Context["secrets"] = { ...SECRETS, callback: { version: "c1", about: {} } };

function countingCrypto(): Context["crypto"] {
  let drawn = 0;
  return {
    sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
    randomBytes: (count) => new Uint8Array(count).fill(++drawn),
  };
}

/** One machine on the bench: it gets inputs, its timers run in virtual time, and what it wants done is written down. */
export class Bench {
  readonly effects: CloudEffect[] = [];
  secrets: Context["secrets"] = SECRETS;
  /** How far the vendor's clock is ahead of ours. */
  offsetMs = 0;
  readonly #timers = new Map<string, number>();
  readonly #open = new Set<string>();
  readonly #crypto = countingCrypto();
  #conversation: Conversation<CloudMessage>;
  #nowMs = 0;
  #ended = false;

  constructor(conversation: Conversation<CloudMessage>) {
    this.#conversation = conversation;
  }

  get ended(): boolean {
    return this.#ended;
  }

  isOpen(exchange: string): boolean {
    return this.#open.has(exchange);
  }

  give(input: Input<CloudMessage>): readonly CloudEffect[] {
    if (this.#ended) return [];
    if (input.kind === "resumed") for (const exchange of input.pending) this.#open.add(exchange);
    if ("exchange" in input) this.#open.delete(input.exchange);
    const now = START + this.#nowMs;
    const context = { now, vendorNow: now + this.offsetMs, crypto: this.#crypto, secrets: this.secrets };
    const [next, effects] = this.#conversation.step(input, context);
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

  tell(message: CloudMessage): readonly CloudEffect[] {
    return this.give({ kind: "told", message });
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

  /** Lets time pass; each question to the cloud is answered at once by `cloud`. */
  live(durationMs: number, cloud: (request: CloudRequest) => CloudAnswer = () => NOTHING): void {
    for (let passedMs = 0; passedMs < durationMs && !this.#ended; passedMs += 100) {
      if (this.isOpen("look")) this.answer("look", cloud(this.lastRequest));
      this.elapse(100);
    }
  }

  all<Kind extends CloudEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  get requests(): readonly CloudRequest[] {
    return this.all("exchange").flatMap(({ message }) => (message.kind === "request" ? [message] : []));
  }

  get lastRequest(): CloudRequest {
    const request = this.requests.at(-1);
    assert(request !== undefined, "something was asked");
    return request;
  }

  get committed(): EffectOf<"exchange"> | undefined {
    return this.all("exchange").find(({ commits }) => commits !== undefined);
  }

  get settled(): Verdict | undefined {
    return this.all("settle")[0]?.verdict;
  }

  get isSettled(): boolean {
    return this.settled !== undefined;
  }

  get gaveUp(): string {
    return this.all("giveUp")[0]?.why ?? "";
  }

  #perform(effect: CloudEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "exchange" || effect.kind === "repeat") {
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

const ANSWER_LIMIT_MS = 210_000;

export const orderOf = (operation: Operation, original?: Original): Order => ({
  ...orderFor(operation, original),
  answerLimitMs: ANSWER_LIMIT_MS,
});

const { reconciliation: _none, ...kinds } = TERMINAL_ORDERS;
export const ORDERS = kinds;

export function doubtOf(order: Order, changes: Partial<Dispatched> = {}, more: Partial<Doubt> = {}): Doubt {
  return {
    order,
    cancelRequested: false,
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket: TRANSACTION,
      driver: { id: "poynt-cloud", version: "1" },
      identity: IDENTITY,
      link: "cloud #1",
      deadline: new Date(START + order.answerLimitMs).toISOString(),
      lastSeen: new Date(START).toISOString(),
      ...changes,
    },
    ...more,
  };
}

/** A transaction as the cloud tells it, with our reference in it (poynt.md 2.5). */
export function transaction(
  changes: JsonObject = {},
  amounts: JsonObject = {},
  processor: JsonObject = {},
): JsonObject {
  return terminalTransaction(
    {
      createdAt: new Date(START + 20_000).toISOString(),
      context: { businessId: BUSINESS, storeId: STORE, storeDeviceId: DEVICE },
      references: [{ type: "CUSTOM", customType: "referenceId", id: TRANSACTION }],
      ...changes,
    },
    amounts,
    processor,
  );
}

export const declined = (changes: JsonObject = {}): JsonObject =>
  transaction(
    { id: "2e1dca65-0eda-41b8-8aa2-768ced03821b", status: "DECLINED", ...changes },
    {},
    { status: "Failure", statusCode: "51", statusMessage: "Insufficient funds", approvedAmount: 0 },
  );

const searched = {
  method: "GET",
  path: `/businesses/${BUSINESS}/transactions?x=1`,
  headers: {},
  body: bytesOf(""),
} as const;

/** The message that an answer of the cloud becomes, read as the codec reads it. */
function told(status: number, body: Json, asked: Parameters<typeof openAnswer>[1] = searched): CloudAnswer {
  const opened = openAnswer(httpAnswer(status, body), asked);
  assert(opened.kind === "message", JSON.stringify(opened));
  return opened.message;
}

export const found = (...transactions: readonly JsonObject[]): CloudAnswer => told(200, { transactions, links: [] });
export const one = (transaction: JsonObject): CloudAnswer =>
  told(200, transaction, { ...searched, path: `/businesses/${BUSINESS}/transactions/x` });
export const NOTHING: CloudAnswer = found();
export const ACCEPTED: CloudAnswer = { kind: "accepted" };

export const callback = (
  status: string,
  transactionIds: readonly string[] = [],
  referenceId = TRANSACTION,
): Callback => ({
  kind: "callback",
  referenceId,
  status,
  transactionIds,
});

export const errorAnswer = (status: number, code = "", text = "it failed"): CloudAnswer => ({
  kind: "error",
  status,
  code,
  text,
});
