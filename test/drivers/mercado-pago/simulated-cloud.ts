import assert from "node:assert/strict";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { mercadoPagoSimulator } from "../../../src/drivers/mercado-pago/simulator.ts";
import type { SimulatedAnswer, SimulatorEffect, SimulatorInput } from "../../../src/drivers/simulator.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";

export const TERMINAL = "NEWLAND_N950__SIM7000";
export const START = Date.UTC(2026, 0, 2, 3, 4, 5);

export type Called = Extract<SimulatorEffect, { readonly kind: "call" }> & { readonly atMs: number };

/** What the cloud did, in order, in one word each. */
type Told = { readonly atMs: number; readonly what: string };

export type Asking = {
  readonly key?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A cloud in virtual time, and somebody who asks it: written from the vendor's documents, without code of ours. */
export class SimulatedCloud {
  readonly ledger: JsonObject[] = [];
  readonly calls: Called[] = [];
  readonly answers = new Map<string, SimulatedAnswer>();
  readonly told: Told[] = [];
  readonly log: string[] = [];
  #saved: Json | undefined;
  /** What whoever is called says to it; undefined: nothing. */
  webhookStatus: number | undefined = 200;
  nowMs = 0;
  readonly #terminal;
  readonly #timers = new Map<string, number>();
  #exchanges = 0;

  constructor(scenario: JsonObject = {}, memory?: Json) {
    const { scenarioSchema } = mercadoPagoSimulator;
    const full = { identity: { serialNumber: "SIM-7000" }, ...scenario };
    assert.deepEqual(schemaFaults(scenarioSchema, withDefaults(scenarioSchema, full)), []);
    this.#saved = memory;
    this.#terminal = mercadoPagoSimulator.create(full, structuredClone(memory));
    this.give({ kind: "connected" });
  }

  give(input: SimulatorInput): void {
    const ended: SimulatorInput[] = [];
    for (const effect of this.#terminal.step(input, { now: START + this.nowMs, crypto: nodeCrypto })) {
      if (effect.kind === "call") ended.push({ kind: "callEnded", call: effect.call, status: this.webhookStatus });
      this.#perform(effect);
    }
    for (const next of ended) this.give(next);
  }

  /** As a file would keep it. */
  get memory(): Json | undefined {
    return this.#saved === undefined ? undefined : (JSON.parse(JSON.stringify(this.#saved)) as Json);
  }

  #perform(effect: SimulatorEffect): void {
    const tell = (what: string): void => void this.told.push({ atMs: this.nowMs, what });
    switch (effect.kind) {
      case "answer":
        this.answers.set(effect.exchange, effect.answer);
        tell(String(effect.answer.status));
        return;
      case "hangUp":
        tell(effect.how);
        return;
      case "switchOff":
      case "switchOn":
        tell(effect.kind);
        return;
      case "ledger":
        this.ledger.push(effect.movement);
        tell("money");
        return;
      case "call":
        this.calls.push({ ...effect, atMs: this.nowMs });
        tell("call");
        return;
      case "arm":
        this.#timers.set(effect.timer, this.nowMs + effect.afterMs);
        return;
      case "disarm":
        this.#timers.delete(effect.timer);
        return;
      case "save":
        this.#saved = effect.memory;
        return;
      case "log":
        this.log.push(effect.text);
        return;
      case "write":
      case "close":
        assert.fail(`a cloud did ${effect.kind}`);
    }
  }

  elapse(durationMs: number): void {
    const endMs = this.nowMs + durationMs;
    for (;;) {
      const [next] = [...this.#timers].filter(([, dueMs]) => dueMs <= endMs).sort((one, two) => one[1] - two[1]);
      if (next === undefined) break;
      this.#timers.delete(next[0]);
      this.nowMs = Math.max(this.nowMs, next[1]);
      this.give({ kind: "timer", timer: next[0] });
    }
    this.nowMs = endMs;
  }

  /** Sends, and answers the name of the exchange. */
  send(
    method: string,
    path: string,
    body?: Json | Uint8Array,
    { key, token = "APP_USR-1", headers = {} }: Asking = {},
  ): string {
    this.#exchanges += 1;
    const exchange = `request ${this.#exchanges}`;
    const bytes =
      body instanceof Uint8Array ? body : new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
    const own = {
      "content-type": "application/json",
      ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      ...(key === undefined ? {} : { "x-idempotency-key": key }),
      ...headers,
    };
    this.give({ kind: "requested", exchange, request: { method, path, headers: own, body: bytes } });
    return exchange;
  }

  answerTo(exchange: string): SimulatedAnswer {
    const answer = this.answers.get(exchange);
    assert(answer !== undefined, `${exchange} is answered`);
    return answer;
  }

  /** Sends, and is answered at once. */
  ask(
    method: string,
    path: string,
    body?: Json | Uint8Array,
    asking: Asking = {},
  ): { readonly status: number; readonly body: JsonObject } {
    const { status, body: bytes } = this.answerTo(this.send(method, path, body, asking));
    return { status, body: bytes.length === 0 ? {} : (JSON.parse(new TextDecoder().decode(bytes)) as JsonObject) };
  }

  create(changes: JsonObject = {}, key = `key ${this.#exchanges}`): JsonObject {
    const { status, body } = this.ask("POST", "/v1/orders", order(changes), { key });
    assert.equal(status, 201, JSON.stringify(body));
    return body;
  }

  get(id: string): JsonObject {
    const { status, body } = this.ask("GET", `/v1/orders/${id}`);
    assert.equal(status, 200, JSON.stringify(body));
    return body;
  }
}

/** The body of a create, with these changes at the top. */
export function order(changes: JsonObject = {}): JsonObject {
  return {
    type: "point",
    external_reference: "A1",
    transactions: { payments: [{ amount: "24.90" }] },
    config: { point: { terminal_id: TERMINAL } },
    ...changes,
  };
}

export const priced = (amount: string): JsonObject => ({ transactions: { payments: [{ amount }] } });

/** What stands at a place of an answer, as `transactions.payments.0.status`. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>((inner, name) => (inner as Readonly<Record<string, Json>> | undefined)?.[name], value);
}

/** Order and payment, and their details, in one line. */
export function statusOf(body: JsonObject): string {
  const names = ["status", "status_detail", "transactions.payments.0.status", "transactions.payments.0.status_detail"];
  return names.map((name) => textAt(body, name) || "-").join(" ");
}

/** Empty where there is no text. */
export function textAt(value: Json | undefined, path: string): string {
  const found = at(value, path);
  return typeof found === "string" ? found : "";
}

export const idOf = (body: JsonObject): string => textAt(body, "id");

/** Of an error in whichever form. */
export const codeOf = (body: JsonObject): string =>
  textAt(body, "errors.0.code") || textAt(body, "code") || textAt(body, "error");
