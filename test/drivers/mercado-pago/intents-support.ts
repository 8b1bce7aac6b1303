import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Dispatched } from "../../../src/core/facts.ts";
import type { HttpRequest } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Verdict } from "../../../src/core/outcome.ts";
import type { Context, Conversation, Doubt, Effect, Input, Order, Original } from "../../../src/drivers/driver.ts";
import { encodeIntent, openIntent } from "../../../src/drivers/mercado-pago/intents-codec.ts";
import type { IntentRequest } from "../../../src/drivers/mercado-pago/intents-messages.ts";
import type { IntentSettings } from "../../../src/drivers/mercado-pago/intents-settings.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";

type IntentEffect = Effect<MercadoPagoMessage>;
type EffectOf<Kind extends IntentEffect["kind"]> = Extract<IntentEffect, { kind: Kind }>;

export const TERMINAL = "INGENICO_MOVE2500__ING-ARG-14886780";
export const INTENT = "7d8c70b6-2ac8-4c57-a441-c319088ca3ca";
export const OTHER_INTENT = "0aa0519d-d985-4e83-b62d-dda123456789";
export const PAYMENT = "16499678033";
export const TRANSACTION = "0D3K7QX9TABCDEFGHJKM";

export function settingsWith(changes: Partial<IntentSettings> = {}): IntentSettings {
  return {
    terminalId: TERMINAL,
    currency: "ARS",
    printOnTerminal: false,
    pollMs: 1_000,
    slowPollMs: 4_000,
    calmPollMs: 30_000,
    askEveryMs: 3_000,
    replyMs: 15_000,
    ...changes,
  };
}

export const START = Date.UTC(2026, 0, 2, 3, 4, 5);
const ANSWER_LIMIT_MS = 180_000;

export const money = (value: number, currency = "ARS") => ({ value, currency });

export function orderOf(operation: Operation, original?: Original): Order {
  return {
    transaction: TRANSACTION,
    operation,
    answerLimitMs: ANSWER_LIMIT_MS,
    ...(original === undefined ? {} : { original }),
  };
}

export const SALE = orderOf({ type: "sale", amount: money(1_500) });
export const SOLD: Original = { type: "sale", terminalReferences: { paymentId: PAYMENT }, approved: money(1_500) };
export const REFUND = orderOf({ type: "refund", original: { transaction: "older" } }, SOLD);

/** As the account machine tells it of the terminal of these tests. */
export const WHO = {
  kind: "terminalTold",
  terminal: { id: TERMINAL, mode: "PDV" },
  user: "5238400195",
  others: [],
} as const satisfies MercadoPagoMessage;
const IDENTITY = { terminalId: TERMINAL, account: "5238400195" };

type DoubtChanges = Partial<Dispatched> & { readonly remembered?: JsonObject; readonly cancelRequested?: boolean };

export function doubtOf(order: Order, { remembered, cancelRequested = false, ...changes }: DoubtChanges = {}): Doubt {
  return {
    order,
    cancelRequested,
    ...(remembered === undefined ? {} : { remembered }),
    dispatched: {
      kind: "dispatched",
      attempt: 1,
      request: "",
      ticket: TRANSACTION,
      references: { externalReference: TRANSACTION, sentAt: new Date(START).toISOString() },
      driver: { id: "mercado-pago", version: "1" },
      identity: IDENTITY,
      link: "cloud #1",
      deadline: new Date(START + ANSWER_LIMIT_MS).toISOString(),
      lastSeen: new Date(START).toISOString(),
      ...changes,
    },
  };
}

/** As the vendor tells it (mercado-pago.md 8), with what must not get any further. */
export function intentBody(state?: string, changes: JsonObject = {}): JsonObject {
  return {
    id: INTENT,
    device_id: TERMINAL,
    amount: 1_500,
    additional_info: { external_reference: TRANSACTION, print_on_terminal: false },
    ...(state === undefined ? {} : { state }),
    ...changes,
  };
}

export const paid = (state: string, changes: JsonObject = {}): JsonObject =>
  intentBody(state, { payment: { id: Number(PAYMENT), type: "credit_card" }, ...changes });

export const REFUND_INTENT = "75j8sfa-euu6-4x56-slk8-a341f71ba2f1";
export const refundBody = (state?: string): JsonObject => ({
  id: REFUND_INTENT,
  payment_id: PAYMENT,
  device_id: TERMINAL,
  ...(state === undefined ? {} : { state }),
});

export function paymentBody(status: string, changes: JsonObject = {}): JsonObject {
  return {
    id: Number(PAYMENT),
    status,
    status_detail: status === "approved" ? "accredited" : "",
    currency_id: "ARS",
    transaction_amount: 15,
    transaction_amount_refunded: 0,
    transaction_details: { total_paid_amount: 15 },
    authorization_code: "301299",
    payment_method_id: "debvisa",
    payment_type_id: "debit_card",
    external_reference: TRANSACTION,
    payer: { email: "jane@example.com", identification: { type: "DNI", number: "30111222" } },
    card: {
      first_six_digits: "411111",
      last_four_digits: "0042",
      cardholder: { name: "JANE DOE" },
      number: "4111111111111111",
    },
    ...changes,
  };
}

const EMPTY_EVENTS: JsonObject = { events: [] };
export const eventsBody = (...intents: readonly string[]): JsonObject => ({
  ...EMPTY_EVENTS,
  events: intents.map((payment_intent_id, index) => ({
    payment_intent_id,
    status: "FINISHED",
    created_on: new Date(START + index * 1_000).toISOString(),
  })),
});

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

export function openedAs(request: HttpRequest, status: number, body: JsonObject | string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return openIntent({ status, headers: { "content-type": "application/json" }, body: bytesOf(text) }, request);
}

/** One machine on the bench. Answers come as bytes, through the codec; timers run in virtual time. */
export class Bench {
  readonly effects: IntentEffect[] = [];
  readonly #timers = new Map<string, number>();
  /** Exchanges that were begun and have not ended, as the engine keeps them. */
  readonly #open = new Map<string, HttpRequest | undefined>();
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

  isOpen(exchange: string): boolean {
    return this.#open.has(exchange);
  }

  give(input: Input<MercadoPagoMessage>): readonly IntentEffect[] {
    if (this.#ended) return [];
    if (input.kind === "resumed") for (const exchange of input.pending) this.#open.set(exchange, undefined);
    if ("exchange" in input) this.#open.delete(input.exchange ?? "");
    const now = START + this.#nowMs;
    const [next, effects] = this.#conversation.step(input, contextAt(now));
    this.#conversation = next;
    for (const effect of effects) this.#perform(effect);
    return effects;
  }

  /** An answer of the vendor's servers to what is asked now. */
  answer(exchange: string, status: number, body: JsonObject | string): readonly IntentEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    const asked = this.#open.get(exchange) ?? this.request("create");
    const opened = openedAs(asked, status, body);
    return this.give(
      opened.kind === "message"
        ? { kind: "answered", exchange, message: opened.message }
        : { kind: "garbled", exchange, why: opened.why, length: 1 },
    );
  }

  lose(exchange: string): readonly IntentEffect[] {
    assert(this.isOpen(exchange), `${exchange} was asked`);
    return this.give({ kind: "exchangeLost", exchange, why: "reset" });
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

  /** The next look at the intent, and what it shows. */
  look(body: JsonObject, status = 200): readonly IntentEffect[] {
    for (let waitedMs = 0; !this.isOpen("look") && waitedMs < 60_000; waitedMs += 500) this.elapse(500);
    return this.answer("look", status, body);
  }

  all<Kind extends IntentEffect["kind"]>(kind: Kind): readonly EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  request(exchange: string): HttpRequest {
    const effect = this.all("exchange").findLast((asked) => asked.exchange === exchange);
    if (effect === undefined) return encodeIntent({ kind: "intentCreate", terminal: TERMINAL, body: {} });
    return encodeIntent(effect.message as IntentRequest);
  }

  /** `GET /v1/payments/1`, in the order in which they left. */
  get asked(): readonly string[] {
    return this.all("exchange").map(({ message }) => {
      const { method, path } = encodeIntent(message as IntentRequest);
      return `${method} ${path.replace("/point/integration-api", "")}`;
    });
  }

  get committed(): readonly EffectOf<"exchange">[] {
    return this.all("exchange").filter(({ commits }) => commits !== undefined);
  }

  get settled(): Verdict | undefined {
    return this.all("settle").at(-1)?.verdict;
  }

  get isSettled(): boolean {
    return this.all("settle").length > 0;
  }

  get doubt(): EffectOf<"doubt"> | undefined {
    return this.all("doubt")[0];
  }

  /** Why a person was called; empty where nobody was. */
  get gaveUp(): string {
    return this.all("giveUp")[0]?.why ?? "";
  }

  #perform(effect: IntentEffect): void {
    this.effects.push(effect);
    if (effect.kind === "arm") this.#timers.set(effect.timer, this.#nowMs + effect.afterMs);
    if (effect.kind === "disarm") this.#timers.delete(effect.timer);
    if (effect.kind === "abandon") this.#open.delete(effect.exchange);
    if (effect.kind === "exchange") {
      // The engine takes a name once at a time.
      assert(!this.#open.has(effect.exchange), `${effect.exchange} runs already`);
      this.#open.set(effect.exchange, encodeIntent(effect.message as IntentRequest));
    }
    if (effect.kind === "done" || effect.kind === "doubt") {
      this.#ended = true;
      this.#timers.clear();
    }
  }
}

export function contextAt(now: number): Context {
  const crypto = {
    sha256: (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest()),
    randomBytes: (count: number) => new Uint8Array(count),
  };
  return { now, vendorNow: now, crypto, secrets: {} };
}
