import assert from "node:assert/strict";
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { HttpAnswer } from "../../../src/core/http.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import { withDefaults } from "../../../src/core/schema.ts";
import type { Context, Conversation, Doubt, Effect, Input, Order, Original } from "../../../src/drivers/driver.ts";
import type { CloudOrder, ListedTerminal, MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import { readOrder } from "../../../src/drivers/mercado-pago/order-resource.ts";
import { mercadoPagoSettingsSchema, type MercadoPagoSettings } from "../../../src/drivers/mercado-pago/settings.ts";
import type { Keys } from "../../../src/drivers/wire.ts";

export type MercadoPagoEffect = Effect<MercadoPagoMessage>;
type EffectOf<Kind extends MercadoPagoEffect["kind"]> = Extract<MercadoPagoEffect, { kind: Kind }>;

const SECRETS: ReadonlyMap<string, string> = new Map([
  ["access", "APP_USR-1-access"],
  ["clientSecret", "the application's"],
  ["grant", "TG-given"],
  ["refresh", "TG-renewed"],
  ["webhook", "test-secret"],
]);

/** The house's keys, for tests. */
export const KEYS: Keys = {
  reveal: (key) => {
    const secret = SECRETS.get(key);
    assert(secret !== undefined, `there is a key ${key}`);
    return secret;
  },
  signRs256: () => assert.fail("nothing is signed with RSA"),
  decryptRsa: () => assert.fail("nothing is encrypted"),
  hmacSha256: (key, bytes) => new Uint8Array(createHmac("sha256", KEYS.reveal(key)).update(bytes).digest()),
  equal: (one, other) => one.length === other.length && timingSafeEqual(one, other),
};

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export const answerOf = (status: number, body: Json | string): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: bytesOf(typeof body === "string" ? body : JSON.stringify(body)),
});

export const TERMINAL = "NEWLAND_N950__N950NCB801293324";
export const TRANSACTION = "0D3K7QX9TABCDEFGHJKM";
export const ORDER = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D3";
export const OTHER_ORDER = "ORD01JQ4S4KY8HWQ6NA5PXB65B3D4";
export const PAYMENT = "PAY01JQ4S4KY8HWQ6NA5PXD9C2C8G";
export const REFUND = "REF01JQ4S4KY8HWQ6NA5PXE000001";
export const OTHER_REFUND = "REF01JQ4S4KY8HWQ6NA5PXE000002";

export const IDENTITY = { terminalId: TERMINAL, storeId: "47792478", posId: "47792476" };

export const LISTED: ListedTerminal = {
  id: TERMINAL,
  mode: "PDV",
  pos: "47792476",
  store: "47792478",
  externalPos: "SUC0101POS",
};

export function settingsWith(changes: JsonObject = {}): MercadoPagoSettings {
  const given = { terminalId: TERMINAL, currency: "MXN", accessToken: { secret: "mp" }, ...changes };
  return withDefaults(mercadoPagoSettingsSchema, given) as MercadoPagoSettings;
}

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

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
  readonly effects: MercadoPagoEffect[] = [];
  secrets: Context["secrets"] = { access: { version: "v1", about: {} } };
  readonly #timers = new Map<string, number>();
  /** Exchanges that were begun and have not ended, as the engine keeps them. */
  readonly #open = new Map<string, MercadoPagoMessage | undefined>();
  readonly #crypto = countingCrypto();
  #conversation: Conversation<MercadoPagoMessage>;
  #nowMs = 0;
  #ended = false;

  constructor(conversation: Conversation<MercadoPagoMessage>) {
    this.#conversation = conversation;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get openExchanges(): readonly string[] {
    return [...this.#open.keys()];
  }

  isOpen(exchange: string): boolean {
    return this.#open.has(exchange);
  }

  give(input: Input<MercadoPagoMessage>): readonly MercadoPagoEffect[] {
    if (this.#ended) return [];
    if (input.kind === "resumed") for (const exchange of input.pending) this.#open.set(exchange, undefined);
    if ("exchange" in input) this.#open.delete(input.exchange ?? "");
    const now = START + this.#nowMs;
    const context: Context = { now, vendorNow: now, crypto: this.#crypto, secrets: this.secrets };
    const [next, effects] = this.#conversation.step(input, context);
    this.#conversation = next;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  open(): this {
    this.give({ kind: "opened", link: "cloud #1" });
    return this;
  }

  resume(pending: readonly string[] = []): this {
    this.give({ kind: "resumed", link: "cloud #2", pending });
    return this;
  }

  answer(exchange: string, message: MercadoPagoMessage): readonly MercadoPagoEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked; open are ${this.openExchanges.join(", ")}`);
    return this.give({ kind: "answered", exchange, message });
  }

  lose(exchange: string, why = "reset"): readonly MercadoPagoEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "exchangeLost", exchange, why });
  }

  tell(message: MercadoPagoMessage): readonly MercadoPagoEffect[] {
    return this.give({ kind: "told", message });
  }

  elapse(durationMs: number): this {
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
    return this;
  }

  /** Lets time pass; each exchange of this name is answered at once. */
  live(durationMs: number, exchange: string, message: MercadoPagoMessage): this {
    for (let passedMs = 0; passedMs < durationMs && !this.#ended; passedMs += 100) {
      if (this.isOpen(exchange)) this.answer(exchange, message);
      this.elapse(100);
    }
    return this;
  }

  all<Kind extends MercadoPagoEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  /** What was asked of the vendor, in order. */
  get asked(): readonly MercadoPagoMessage[] {
    return this.all("exchange").map(({ message }) => message);
  }

  askedOf<Kind extends MercadoPagoMessage["kind"]>(kind: Kind): readonly Extract<MercadoPagoMessage, { kind: Kind }>[] {
    return this.asked.filter(
      (message): message is Extract<MercadoPagoMessage, { kind: Kind }> => message.kind === kind,
    );
  }

  get committed(): readonly EffectOf<"exchange">[] {
    return this.all("exchange").filter(({ commits }) => commits !== undefined);
  }

  get settled(): Verdict | undefined {
    return this.all("settle").at(-1)?.verdict;
  }

  get doubt(): EffectOf<"doubt"> | undefined {
    return this.all("doubt")[0];
  }

  /** Why a person was called; empty where nobody was. */
  get gaveUp(): string {
    return this.all("giveUp")[0]?.why ?? "";
  }

  #perform(effect: MercadoPagoEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "abandon") this.#open.delete(effect.exchange);
    if (effect.kind === "exchange" || effect.kind === "repeat") {
      // The engine takes a name once at a time.
      assert(!this.#open.has(effect.exchange), `${effect.exchange} runs already`);
      this.#open.set(effect.exchange, effect.kind === "exchange" ? effect.message : undefined);
    }
    if (effect.kind === "done" || effect.kind === "doubt" || effect.kind === "dropLink" || effect.kind === "later") {
      this.#ended = true;
      this.#timers.clear();
    }
  }
}

export const mxn = (value: number) => ({ value, currency: "MXN" });

const ANSWER_LIMIT_MS = 180_000;

export function orderOf(operation: Operation, original?: Original): Order {
  return {
    transaction: TRANSACTION,
    operation,
    answerLimitMs: ANSWER_LIMIT_MS,
    ...(original === undefined ? {} : { original }),
  };
}

const SALE: Operation = { type: "sale", amount: mxn(2_490) };
export const SALE_ORDER = orderOf(SALE);

const ORIGINAL: Original = {
  type: "sale",
  terminalReferences: { orderId: ORDER, paymentId: PAYMENT },
  approved: mxn(2_490),
};

export const refundOrder = (changes: Partial<Operation> = {}): Order =>
  orderOf({ type: "refund", original: { transaction: "older" }, ...changes }, ORIGINAL);

export const SALE_REFERENCES = {
  externalReference: TRANSACTION,
  access: "v1",
  terminalId: TERMINAL,
  expirationTime: "PT165S",
};

export function doubtOf(order: Order, changes: Partial<Dispatched> = {}, more: Partial<Doubt> = {}): Doubt {
  return {
    order,
    cancelRequested: false,
    ...more,
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket: TRANSACTION,
      references: SALE_REFERENCES,
      driver: { id: "mercado-pago", version: "1" },
      identity: IDENTITY,
      link: "cloud #1",
      deadline: new Date(START + ANSWER_LIMIT_MS).toISOString(),
      lastSeen: new Date(START).toISOString(),
      ...changes,
    },
  };
}

/** An order as the vendor tells it once it is paid (mercado-pago.md 3.1, 3.2), with what must not get any further. */
export function resource(changes: JsonObject = {}, payment: JsonObject = {}): JsonObject {
  return {
    id: ORDER,
    type: "point",
    user_id: "5238400195",
    external_reference: TRANSACTION,
    expiration_time: "PT165S",
    processing_mode: "automatic",
    country_code: "MEX",
    currency: "MXN",
    status: "processed",
    status_detail: "accredited",
    created_date: "2025-03-20T16:27:18.503Z",
    config: { point: { terminal_id: TERMINAL, print_on_terminal: "no_ticket" } },
    transactions: {
      payments: [
        {
          id: PAYMENT,
          amount: "24.90",
          paid_amount: "24.90",
          status: "processed",
          status_detail: "accredited",
          reference_id: "104927382511",
          payment_method: { id: "visa", type: "credit_card", installments: 1 },
          card: { first_digits: "411111", last_digits: "0042" },
          ...payment,
        },
      ],
    },
    ...changes,
  };
}

/** The message that it becomes, read as the codec reads it. */
export function told(changes: JsonObject = {}, payment: JsonObject = {}) {
  const order = readOrder(resource(changes, payment));
  assert(order !== undefined, "an order that can be read");
  return { kind: "order", order } as const satisfies MercadoPagoMessage;
}

/** The same where the order and its payment have another state. */
export const toldAs = (status: string, paymentStatus = status, detail = paymentStatus) =>
  told({ status, status_detail: status }, { status: paymentStatus, status_detail: detail });

export const CREATED = told(
  { status: "created", status_detail: "created" },
  { status: "created", status_detail: "created", paid_amount: null },
);
export const AT_TERMINAL = toldAs("at_terminal");
export const PAID = told();

export const refusal = (status: number, code: string, text = "no") =>
  ({ kind: "refusal", status, code, text }) as const satisfies MercadoPagoMessage;

export const orders = (...list: readonly CloudOrder[]) =>
  ({ kind: "orders", orders: list, total: list.length }) as const satisfies MercadoPagoMessage;

export const refundItem = (changes: JsonObject = {}): JsonObject => ({
  id: REFUND,
  transaction_id: PAYMENT,
  reference_id: "2001",
  amount: "24.90",
  status: "processed",
  ...changes,
});

/** An order with these refunds in it. */
export function refunded(refunds: readonly JsonObject[], changes: JsonObject = {}, payment: JsonObject = {}) {
  const whole = resource(changes, payment);
  const { payments } = whole["transactions"] as JsonObject;
  return told({ ...changes, transactions: { payments: payments ?? [], refunds } }, payment);
}

export const KNOWN = {
  kind: "terminalTold",
  terminal: LISTED,
  others: [TERMINAL],
} as const satisfies MercadoPagoMessage;
