import assert from "node:assert/strict";
import { constants, createHash, createHmac, privateDecrypt, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { HttpAnswer } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import { withDefaults } from "../../../src/core/schema.ts";
import type { Context, Conversation, Doubt, Effect, Input, Order, Original } from "../../../src/drivers/driver.ts";
import type { Command, PoyntAnswer, PoyntMessage, PoyntRequest } from "../../../src/drivers/poynt/messages.ts";
import { readPayment } from "../../../src/drivers/poynt/payment.ts";
import { poyntSettingsSchema, type PoyntSettings } from "../../../src/drivers/poynt/settings.ts";
import type { Keys } from "../../../src/drivers/wire.ts";

export type PoyntEffect = Effect<PoyntMessage>;
type EffectOf<Kind extends PoyntEffect["kind"]> = Extract<PoyntEffect, { kind: Kind }>;

export const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");

/** The house's keys, for tests: the secret of the pairing, a code that was typed, and the RSA key of the fixtures. */
export const KEYS: Keys = {
  reveal: () => assert.fail("nothing is revealed on the LAN"),
  signRs256: () => assert.fail("nothing is signed with RSA on the LAN"),
  hmacSha256: (key, bytes) => {
    const secret = new Map([
      ["pairing", "ZHED2L"],
      ["typed code", "ZHED2L"],
      ["other", "QQQQQQ"],
    ]).get(key);
    assert(secret !== undefined, `there is a key ${key}`);
    return new Uint8Array(createHmac("sha256", secret).update(bytes).digest());
  },
  decryptRsa: (_key, ciphertext) => {
    try {
      const key = fixture("pairing-key.pem");
      return new Uint8Array(privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, ciphertext));
    } catch {
      return undefined;
    }
  },
  equal: (one, other) => one.length === other.length && timingSafeEqual(one, other),
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** An answer as a terminal signs it (poynt.md 1.1, 1.4). */
export function signed(body: string, changes: Partial<HttpAnswer> & { readonly key?: string } = {}): HttpAnswer {
  const bytes = bytesOf(body);
  const mac = KEYS.hmacSha256(changes.key ?? "pairing", bytes);
  const signature = Buffer.from(mac).toString("hex").toUpperCase();
  return {
    status: changes.status ?? 200,
    headers: { "content-type": "application/json", signature, ...changes.headers },
    body: changes.body ?? bytes,
  };
}

export function settingsWith(changes: JsonObject = {}): PoyntSettings {
  return withDefaults(poyntSettingsSchema, { currency: "USD", ...changes }) as PoyntSettings;
}

const START = Date.UTC(2026, 0, 2, 3, 4, 5);
export const PAIRED: Context["secrets"] = { pairing: { version: "v1", about: { serialNumber: "P61SWA231FS000383" } } };
export const IDENTITY = { pairing: "v1", serialNumber: "P61SWA231FS000383" };

/** Entropy that is told apart: each draw is another byte, repeated. */
function countingCrypto(): Context["crypto"] {
  let drawn = 0;
  return {
    sha256: (bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
    randomBytes: (count) => new Uint8Array(count).fill(++drawn),
  };
}

/** One machine on the bench: it gets inputs, its timers run in virtual time, and what it wants done is written down. */
export class Bench {
  readonly effects: PoyntEffect[] = [];
  secrets: Context["secrets"] = PAIRED;
  readonly #timers = new Map<string, number>();
  /** Exchanges that were begun and have not ended, as the engine keeps them. */
  readonly #open = new Set<string>();
  readonly #crypto = countingCrypto();
  #conversation: Conversation<PoyntMessage>;
  #nowMs = 0;
  #ended = false;

  constructor(conversation: Conversation<PoyntMessage>) {
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

  give(input: Input<PoyntMessage>): readonly PoyntEffect[] {
    if (this.#ended) return [];
    if (input.kind === "resumed") for (const exchange of input.pending) this.#open.add(exchange);
    if ("exchange" in input) this.#open.delete(input.exchange ?? "");
    const now = START + this.#nowMs;
    const context: Context = { now, vendorNow: now, crypto: this.#crypto, secrets: this.secrets };
    const [next, effects] = this.#conversation.step(input, context);
    this.#conversation = next;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  answer(exchange: string, message: PoyntAnswer): readonly PoyntEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "answered", exchange, message });
  }

  lose(exchange: string, why = "reset"): readonly PoyntEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "exchangeLost", exchange, why });
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

  /** Lets time pass; each ping is answered at once. */
  live(durationMs: number, ping: PoyntAnswer = { kind: "pong" }): void {
    for (let passedMs = 0; passedMs < durationMs && !this.#ended; passedMs += 100) {
      if (this.isOpen("ping")) this.answer("ping", ping);
      this.elapse(100);
    }
  }

  all<Kind extends PoyntEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  get requests(): readonly PoyntRequest[] {
    return this.all("exchange").flatMap(({ message }) => (message.kind === "request" ? [message] : []));
  }

  get commands(): readonly Command[] {
    return this.requests.map(({ command }) => command);
  }

  get committed(): EffectOf<"exchange"> | undefined {
    return this.all("exchange").find(({ commits }) => commits !== undefined);
  }

  get settled(): Verdict | undefined {
    return this.all("settle")[0]?.verdict;
  }

  /** Why a person was called; empty where nobody was. */
  get gaveUp(): string {
    return this.all("giveUp")[0]?.why ?? "";
  }

  #perform(effect: PoyntEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "abandon") this.#open.delete(effect.exchange);
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

export const TRANSACTION = "0D3K7QX9TABCDEFGHJKM";
export const SALE_ID = "1f0cb954-9dc9-40a7-9ff1-657bdcf2710a";
export const OTHER_ID = "2e1dca65-0eda-41b8-8aa2-768ced03821b";

export const usd = (value: number) => ({ value, currency: "USD" });

const ANSWER_LIMIT_MS = 90_000;

export function orderOf(operation: Operation, original?: Original): Order {
  return {
    transaction: TRANSACTION,
    operation,
    answerLimitMs: ANSWER_LIMIT_MS,
    ...(original === undefined ? {} : { original }),
  };
}

export const SALE: Operation = { type: "sale", amount: usd(1_000) };
export const SALE_ORDER = orderOf(SALE);

export function originalOf(type: Operation["type"], changes: Partial<Original> = {}): Original {
  return { type, terminalReferences: { transactionId: SALE_ID }, approved: usd(1_000), ...changes };
}

const named = { original: { transaction: "older" } };
export const ORDERS = {
  sale: SALE_ORDER,
  preauthorization: orderOf({ type: "preauthorization", amount: usd(1_000) }),
  capture: orderOf({ type: "capture", amount: usd(1_000), ...named }, originalOf("preauthorization")),
  adjustment: orderOf({ type: "adjustment", amount: usd(1_000), tip: usd(200), ...named }, originalOf("sale")),
  void: orderOf({ type: "void", ...named }, originalOf("sale")),
  release: orderOf({ type: "releaseAuthorization", ...named }, originalOf("preauthorization")),
  refund: orderOf({ type: "refund", ...named }, originalOf("sale")),
  unreferenced: orderOf({ type: "refund", amount: usd(1_000) }),
  reconciliation: orderOf({ type: "reconciliation" }),
} as const;

export function doubtOf(order: Order, changes: Partial<Dispatched> = {}): Doubt {
  return {
    order,
    cancelRequested: false,
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket: TRANSACTION,
      driver: { id: "poynt", version: "1" },
      identity: IDENTITY,
      link: "http 192.0.2.1:55555 #1",
      deadline: new Date(START + ANSWER_LIMIT_MS).toISOString(),
      lastSeen: new Date(START).toISOString(),
      ...changes,
    },
  };
}

/** A transaction as a terminal tells it, with all that must not get any further (poynt.md 1.6). */
export function transaction(
  changes: JsonObject = {},
  amounts: JsonObject = {},
  processor: JsonObject = {},
): JsonObject {
  return {
    id: SALE_ID,
    action: "SALE",
    status: "CAPTURED",
    amounts: {
      transactionAmount: 1_000,
      orderAmount: 1_000,
      tipAmount: 0,
      cashbackAmount: 0,
      currency: "USD",
      customerOptedNoTip: false,
      ...amounts,
    },
    authOnly: false,
    partiallyApproved: false,
    voided: false,
    fundingSource: {
      type: "CREDIT_DEBIT",
      debit: false,
      card: {
        type: "VISA",
        numberFirst6: "411111",
        numberLast4: "0042",
        numberMasked: "411111******0042",
        cardHolderFullName: "DOE/JANE",
        expirationYear: 2032,
        track2data: "4111111111111111=32121010000000000000",
      },
      entryDetails: { customerPresenceStatus: "PRESENT", entryMode: "CONTACTLESS_INTEGRATED_CIRCUIT_CARD" },
      emvData: { emvTags: { "0x5A": "4111111111111111", "0x57": "4111111111111111D32121010000000000000F" } },
    },
    processorResponse: {
      acquirer: "CHASE_PAYMENTECH",
      approvalCode: "656679",
      approvedAmount: (amounts["transactionAmount"] ?? 1_000) as number,
      batchId: "1",
      retrievalRefNum: "000000123456",
      status: "Successful",
      statusCode: "1",
      statusMessage: "Successful",
      ...processor,
    },
    ...changes,
  };
}

export const declinedTransaction = (changes: JsonObject = {}): JsonObject =>
  transaction(
    { id: OTHER_ID, status: "DECLINED", ...changes },
    {},
    { status: "Failure", statusCode: "51", statusMessage: "Insufficient funds", approvedAmount: 0 },
  );

export const REQUEST_ID = "14aa9011-8165-4f2b-a03a-b40ca4d4fc58";

/** The message that a payment becomes, read as the codec reads it. */
export function paymentAnswer(status: string | undefined, transactions: readonly JsonObject[], more: JsonObject = {}) {
  const payment = readPayment({
    ...(status === undefined ? {} : { status }),
    currency: "USD",
    transactions,
    ...more,
  });
  assert(payment !== undefined, "a payment that can be read");
  return { kind: "payment", requestId: REQUEST_ID, payment } as const satisfies PoyntAnswer;
}

export const APPROVED = paymentAnswer("COMPLETED", [transaction()], { referenceId: TRANSACTION });

export const errorAnswer = (code: number, changes: Partial<Extract<PoyntAnswer, { kind: "error" }>> = {}) =>
  ({ kind: "error", code, name: "REQUEST_FAILED", text: "it failed", isAboutOurs: true, ...changes }) as const;
