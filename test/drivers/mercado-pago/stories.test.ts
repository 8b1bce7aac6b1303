import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpRequest } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Conversation, Order } from "../../../src/drivers/driver.ts";
import { mercadoPagoWire } from "../../../src/drivers/mercado-pago/codec.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import { operationMachine } from "../../../src/drivers/mercado-pago/operation.ts";
import { recoverMachine } from "../../../src/drivers/mercado-pago/recovery.ts";
import { SimulatedCloud, statusOf, TERMINAL, textAt } from "./simulated-cloud.ts";
import { Bench, doubtOf, IDENTITY, KEYS, LISTED, orderOf, refundOrder, SALE_ORDER, settingsWith } from "./support.ts";

const settings = settingsWith({ terminalId: TERMINAL });
const STEP_MS = 50;
const ACCOUNT = { kind: "terminalTold", terminal: { ...LISTED, id: TERMINAL }, others: [] } as const;

type Waiting = { readonly exchange: string; readonly asked: HttpRequest; readonly untilMs: number };

/** A machine and the simulated cloud, with nothing but the wire between them. */
class Shop {
  readonly cloud: SimulatedCloud;
  bench: Bench;
  #played = 0;
  #stored: HttpRequest | undefined;
  readonly #waiting = new Map<string, Waiting>();

  constructor(conversation: Conversation<MercadoPagoMessage>, cloud: SimulatedCloud) {
    this.cloud = cloud;
    this.bench = new Bench(conversation);
  }

  /** Another machine goes on, from what is durable. */
  follow(conversation: Conversation<MercadoPagoMessage>): void {
    this.bench = new Bench(conversation);
    this.#played = 0;
    this.#waiting.clear();
    this.bench.resume();
  }

  run(durationMs: number): this {
    for (let passedMs = 0; passedMs < durationMs && !this.bench.ended; passedMs += STEP_MS) {
      this.#send();
      this.cloud.elapse(STEP_MS);
      this.bench.elapse(STEP_MS);
      this.#hear();
    }
    return this;
  }

  #send(): void {
    for (; this.#played < this.bench.effects.length; this.#played += 1) {
      const effect = this.bench.effects[this.#played];
      if (effect?.kind === "askAccount" && effect.message.kind === "askTerminal") this.bench.tell(ACCOUNT);
      if (effect?.kind === "repeat") {
        assert(this.#stored !== undefined, "a request was stored");
        this.#leave(effect.exchange, this.#stored, effect.replyTimeoutMs);
      }
      if (effect?.kind !== "exchange") continue;
      const request = mercadoPagoWire.encode(effect.message);
      if (effect.commits !== undefined) this.#stored = request;
      this.#leave(effect.exchange, request, effect.replyTimeoutMs);
    }
  }

  #leave(exchange: string, asked: HttpRequest, replyTimeoutMs: number): void {
    const { method, path, headers, body } = mercadoPagoWire.seal(asked, KEYS);
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const name = this.cloud.send(method, path, body, { token: "", headers: lower });
    this.#waiting.set(name, { exchange, asked, untilMs: this.bench.nowMs + replyTimeoutMs });
  }

  #hear(): void {
    for (const [name, { exchange, asked, untilMs }] of [...this.#waiting]) {
      const answer = this.cloud.answers.get(name);
      if (answer === undefined && this.bench.nowMs < untilMs) continue;
      this.#waiting.delete(name);
      if (!this.bench.isOpen(exchange)) continue;
      if (answer === undefined) {
        this.bench.lose(exchange, "no answer came");
        continue;
      }
      const headers = Object.fromEntries(answer.headers.map(([header, value]) => [header.toLowerCase(), value]));
      const opened = mercadoPagoWire.open({ status: answer.status, headers, body: answer.body }, asked, KEYS);
      if (opened.kind === "message") this.bench.answer(exchange, opened.message);
      else this.bench.give({ kind: "garbled", exchange, why: opened.why, length: answer.body.length });
    }
  }
}

function shop(scenario: JsonObject = {}, order: Order = SALE_ORDER): Shop {
  const made = new Shop(operationMachine(order, settings), new SimulatedCloud(scenario));
  made.bench.open();
  return made;
}

const doubt = () => doubtOf(SALE_ORDER, { identity: { ...IDENTITY, terminalId: TERMINAL } });
const reacting = (command: string, then: readonly JsonObject[]): JsonObject => ({
  rules: [{ when: { command, nth: 1 }, then }],
});

describe("at the simulated cloud", () => {
  it("a sale is paid, and the ledger has it once", () => {
    const { bench, cloud } = shop().run(30_000);
    assert(bench.settled?.kind === "approved", JSON.stringify(bench.settled ?? bench.doubt));
    assert.deepEqual([bench.settled.amounts?.approved.value, cloud.ledger.length], [2_490, 1]);
  });

  it("a create whose answer is lost is found by its repeat, and the ledger has it once", () => {
    const sale = shop(reacting("createOrder", [{ kind: "silent", from: "done" }])).run(30_000);
    assert.notEqual(sale.bench.doubt, undefined);
    sale.follow(recoverMachine(doubt(), settings));
    sale.run(30_000);
    assert.deepEqual([sale.bench.settled?.kind, sale.cloud.ledger.length], ["approved", 1]);
    assert.equal(sale.bench.all("repeat").length, 1);
  });

  it("a create that never arrived is made by its repeat, once", () => {
    const sale = shop(reacting("createOrder", [{ kind: "silent", from: "request" }])).run(30_000);
    assert.deepEqual(sale.cloud.ledger, []);
    sale.follow(recoverMachine(doubt(), settings));
    sale.run(30_000);
    assert.deepEqual([sale.bench.settled?.kind, sale.cloud.ledger.length], ["approved", 1]);
  });

  it("a create that never arrived was not performed, once the deadline is over", () => {
    const sale = shop(reacting("createOrder", [{ kind: "silent", from: "request" }])).run(30_000);
    sale.follow(recoverMachine({ ...doubt(), cancelRequested: true }, settings));
    sale.run(300_000);
    assert.deepEqual([sale.bench.settled, sale.cloud.ledger], [{ kind: "notPerformed", reason: "noRecord" }, []]);
  });

  it("a sale that nobody pays is canceled for the POS", () => {
    const sale = shop({ customer: "waits" }).run(3_000);
    sale.bench.give({ kind: "cancelAsked" });
    sale.run(10_000);
    assert(sale.bench.settled?.kind === "canceled", JSON.stringify(sale.bench.settled));
    assert.deepEqual([sale.bench.settled.by, sale.cloud.ledger], ["pos", []]);
  });

  it("another order at the terminal is left alone", () => {
    const cloud = new SimulatedCloud({ customer: "waits" });
    const theirs = cloud.create({ external_reference: "theirs" });
    const sale = new Shop(operationMachine(SALE_ORDER, settings), cloud);
    sale.bench.open();
    sale.run(10_000);
    assert(sale.bench.settled?.kind === "notPerformed", JSON.stringify(sale.bench.settled));
    assert.equal(sale.bench.settled.reason, "terminalBusy");
    assert.match(statusOf(cloud.get(textAt(theirs, "id"))), /created|at_terminal/);
  });

  it("a refund gives it back, once", () => {
    const sale = shop().run(30_000);
    const { terminalReferences = {} } = sale.bench.settled ?? {};
    const original = { type: "sale", terminalReferences, approved: { value: 2_490, currency: "MXN" } } as const;
    const order = { ...orderOf(refundOrder().operation, original), transaction: "0D3K7QX9TABCDEFGHJKN" };
    const refund = new Shop(operationMachine(order, settings), sale.cloud);
    refund.bench.open();
    refund.run(10_000);
    assert.deepEqual([refund.bench.settled?.kind, sale.cloud.ledger.length], ["approved", 2]);
  });
});
