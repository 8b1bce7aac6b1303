import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { intentOperation } from "../../../src/drivers/mercado-pago/intents-operation.ts";
import { intentRecovery } from "../../../src/drivers/mercado-pago/intents-recovery.ts";
import { Bench, doubtOf, money, orderOf, settingsWith, TRANSACTION, WHO } from "./intents-support.ts";
import { idOf, SimulatedCloud, TERMINAL } from "./simulated-cloud.ts";

const SETTINGS = settingsWith({ terminalId: TERMINAL, currency: "BRL", intentAbsentMs: 60_000 });
const SALE = orderOf({ type: "sale", amount: money(1_500, "BRL") });

/** What becomes of what a machine asks: answered by the simulated cloud, but for the answers that are lost on the way. */
class Story {
  readonly cloud: SimulatedCloud;
  readonly #asked = new Map<string, string>();
  bench: Bench;
  #seen = 0;

  constructor(bench: Bench, scenario: JsonObject = {}) {
    this.cloud = new SimulatedCloud({ country: "BR", ...scenario });
    this.bench = bench;
  }

  /** Until the machine is over, or so long. */
  live(durationMs: number, losing: readonly string[] = []): void {
    for (let passedMs = 0; passedMs <= durationMs && !this.bench.ended; passedMs += 100) {
      this.#exchange(losing);
      this.bench.elapse(100);
      this.cloud.elapse(100);
    }
  }

  follow(bench: Bench): void {
    this.bench = bench;
    this.#seen = 0;
    this.#asked.clear();
  }

  #exchange(losing: readonly string[]): void {
    const exchanges = this.bench.all("exchange");
    for (const { exchange } of exchanges.slice(this.#seen)) {
      const { method, path, headers, body } = this.bench.request(exchange);
      this.#asked.set(exchange, this.cloud.send(method, path, body, { headers }));
    }
    this.#seen = exchanges.length;
    for (const [exchange, name] of this.#asked) {
      const answer = this.cloud.answers.get(name);
      if (answer === undefined || !this.bench.isOpen(exchange)) continue;
      this.#asked.delete(exchange);
      if (losing.includes(exchange)) this.bench.lose(exchange);
      else this.bench.answer(exchange, answer.status, new TextDecoder().decode(answer.body));
    }
  }
}

function begun(order: Order = SALE, scenario: JsonObject = {}): Story {
  const bench = new Bench(intentOperation(order, SETTINGS));
  const story = new Story(bench, scenario);
  bench.give({ kind: "opened", link: "cloud #1" });
  return story;
}

const NOBODY = { customer: "waits" };
const identity = { terminalId: TERMINAL, account: "5238400195" };

function recover(story: Story, order: Order = SALE, remembered?: JsonObject): void {
  const doubt = doubtOf(order, { identity, ...(remembered === undefined ? {} : { remembered }) });
  const bench = new Bench(intentRecovery(doubt, SETTINGS));
  story.follow(bench);
  bench.give({ kind: "resumed", link: "cloud #2", pending: [] });
  bench.give({ kind: "told", message: { ...WHO, terminal: { id: TERMINAL, mode: "PDV" } } });
}

describe("against the simulated cloud", () => {
  it("a sale is approved with what moved, once", () => {
    const story = begun();
    story.live(20_000);
    const { settled } = story.bench;
    assert(settled?.kind === "approved");
    assert.deepEqual(settled.amounts?.approved, money(1_500, "BRL"));
    assert.equal(story.cloud.ledger.length, 1);
  });

  it("a sale whose id was lost is found, and settled by what the terminal did", () => {
    const story = begun();
    story.live(5_000, ["create"]);
    assert.equal(story.bench.doubt?.since, "linkLost");
    recover(story);
    story.live(30_000);
    assert.equal(story.bench.settled?.kind, "approved");
    assert.equal(story.cloud.ledger.length, 1);
  });

  it("a sale that never arrived is not performed, and another one was never made", () => {
    const story = begun();
    story.bench.lose("create");
    recover(story);
    story.live(90_000);
    story.bench.give({ kind: "told", message: { ...WHO, terminal: { id: TERMINAL, mode: "PDV" } } });
    assert.deepEqual([story.bench.settled, story.cloud.ledger], [{ kind: "notPerformed", reason: "noRecord" }, []]);
  });

  it("a sale that nobody pays is taken back in time", () => {
    const story = begun(SALE, { ...NOBODY, loadMs: 600_000 });
    story.live(5_000);
    story.bench.give({ kind: "deadline" });
    story.live(5_000);
    assert(story.bench.settled?.kind === "canceled");
    assert.deepEqual([story.bench.settled.by, story.cloud.ledger], ["terminalTimeout", []]);
  });

  it("a terminal at which somebody else's intent waits is busy, and that intent lives on", () => {
    const story = begun(SALE, { ...NOBODY, loadMs: 600_000 });
    const theirs = { amount: 1_500, additional_info: { external_reference: "THEIRS" } };
    const { body } = story.cloud.ask("POST", `/point/integration-api/devices/${TERMINAL}/payment-intents`, theirs);
    story.live(10_000);
    assert(story.bench.settled?.kind === "notPerformed");
    assert.equal(story.bench.settled.reason, "terminalBusy");
    const after = story.cloud.ask("GET", `/point/integration-api/payment-intents/${idOf(body)}`);
    assert.equal(after.body["state"], "OPEN");
  });

  for (const losing of [[], ["create"]]) {
    it(`a refund is approved once the payment was given back${losing.length > 0 ? ", also where its id was lost" : ""}`, () => {
      const story = begun();
      story.live(20_000);
      const { settled } = story.bench;
      assert(settled?.kind === "approved");
      const original = {
        type: "sale",
        terminalReferences: settled.terminalReferences ?? {},
        approved: money(1_500, "BRL"),
      } as const;
      const refund = orderOf({ type: "refund", original: { transaction: TRANSACTION } }, original);
      const bench = new Bench(intentOperation(refund, SETTINGS));
      story.follow(bench);
      bench.give({ kind: "opened", link: "cloud #1" });
      story.live(20_000, losing);
      if (losing.length > 0) {
        recover(story, refund);
        story.live(20_000);
      }
      assert.equal(story.bench.settled?.kind, "approved");
      assert.equal(story.cloud.ledger.length, 2);
    });
  }
});
