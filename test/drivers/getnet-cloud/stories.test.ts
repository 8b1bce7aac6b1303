import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Conversation, Doubt, Order } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/getnet-cloud/device.ts";
import type { CloudMessage } from "../../../src/drivers/getnet-cloud/messages.ts";
import { operationMachine } from "../../../src/drivers/getnet-cloud/operation.ts";
import { recoverMachine } from "../../../src/drivers/getnet-cloud/recovery.ts";
import type { CloudSettings } from "../../../src/drivers/getnet-cloud/settings.ts";
import { Cloud, Play } from "./simulated-cloud.ts";
import type { Bench } from "./support.ts";
import { ARGENTINA, ars, clp, doubtOf, IDENTITY, orderOf, ORDERS, SALE, settingsWith, TRANSACTION } from "./support.ts";

const LONG_MS = 1_000_000;

/** A shop with one terminal: sells, loses answers, and finds out. */
class Shop {
  readonly cloud: Cloud;
  readonly settings: CloudSettings;
  readonly claimed = new Set<string>();
  baseline: JsonObject | undefined;

  constructor(scenario: JsonObject = {}, settings: JsonObject = {}) {
    this.settings = settingsWith(settings);
    this.cloud = new Cloud(scenario);
    this.cloud.login(this.settings);
  }

  comesUp(): Bench {
    const play = this.#play(deviceMachine(this.settings));
    play.machine.give({ kind: "opened", link: "cloud #1" });
    const machine = play.run(20_000);
    this.baseline = machine.all("baseline").at(-1)?.baseline;
    return machine;
  }

  does(order: Order, then: (play: Play) => void = () => undefined): Bench {
    const play = this.#play(operationMachine(order, this.settings));
    play.machine.give({ kind: "opened", link: "cloud #1" });
    then(play);
    const machine = play.run(LONG_MS);
    for (const { movement } of machine.all("settle")) if (movement !== undefined) this.claimed.add(movement);
    return machine;
  }

  /** After an operation that ended in doubt: what it has left behind is all that is known. */
  findsOut(order: Order, ended: Bench, more: Partial<Doubt> = {}, forMs = LONG_MS): Bench {
    const remembered = ended.all("remember").at(-1)?.data;
    const ticket = ended
      .all("exchange")
      .flatMap(({ commits }) => (commits?.what === "request" ? [commits.ticket] : []))[0];
    const doubt = doubtOf(
      order,
      {
        identity: IDENTITY,
        ticket: ticket ?? TRANSACTION,
        ...(this.baseline === undefined ? {} : { baseline: this.baseline }),
      },
      { ...(remembered === undefined ? {} : { remembered }), ...more },
    );
    const play = this.#play(recoverMachine(doubt, this.settings));
    play.machine.give({ kind: "resumed", link: "cloud #1", pending: [] });
    return play.run(forMs);
  }

  #play(conversation: Conversation<CloudMessage>): Play {
    const play = new Play(this.cloud, conversation);
    for (const movement of this.claimed) play.claimed.add(movement);
    return play;
  }
}

/** A terminal that has sold before, so that its memory says something. */
function openShop(scenario: JsonObject = {}, settings: JsonObject = {}): Shop {
  const shop = new Shop(scenario, settings);
  const first: Order = { ...orderOf({ ...SALE, amount: clp(990) }), transaction: "0D3K7QX9TZZZZZZZZZZZ" };
  assert.equal(shop.does(first).settled?.kind, "approved");
  shop.comesUp();
  return shop;
}

const second = (then: readonly JsonObject[]): JsonObject => ({ rules: [{ when: { command: "sale", nth: 2 }, then }] });

describe("a sale at the simulated cloud", () => {
  it("is approved, and told within a little more than a second of the cloud knowing it", () => {
    const shop = openShop();
    const machine = shop.does(ORDERS.sale);
    const verdict = machine.settled;
    assert.equal(verdict?.kind, "approved");
    assert.deepEqual(verdict.amounts, { asked: clp(1_250), approved: clp(1_250) });
    assert.deepEqual(verdict.card, { brand: "mastercard", last4: "0005" });
    assert.equal(verdict.terminalReferences?.["date"], "2026-01-02");
    assert.equal(shop.cloud.total, 990 + 1_250);
    // 300 ms to the terminal, 1,050 there, and the next look.
    assert.ok(machine.nowMs < 300 + 1_050 + 1_200, `${machine.nowMs}`);
  });

  it("asks once a second at most", () => {
    const shop = openShop(second([{ kind: "slow", ms: 100_000 }]));
    const machine = shop.does(ORDERS.sale);
    const looks = machine.all("exchange").filter(({ exchange }) => exchange === "result");
    assert.ok(looks.length < machine.nowMs / 1_000, `${looks.length} in ${machine.nowMs} ms`);
    assert.equal(machine.settled?.kind, "approved");
  });

  for (const [what, then, kind] of [
    ["a declined card", { kind: "declines", text: "Fondos insuficientes" }, "declined"],
    ["a customer who cancels", { kind: "customerCancels" }, "canceled"],
    ["a terminal that does not take it", { kind: "timesOut" }, "canceled"],
    ["a terminal that is off", { kind: "offline", ms: 300_000 }, "canceled"],
    ["a command that was refused", { kind: "httpError", status: 422 }, "notPerformed"],
    ["a token that is not good any more", { kind: "tokenRevoked" }, "notPerformed"],
    ["a request that the terminal cannot read", { kind: "functionCode0", text: "Mensaje mal formado" }, "notPerformed"],
  ] as const) {
    it(`${what}: ${kind}, and nothing moved`, () => {
      const shop = openShop(second([then]));
      assert.equal(shop.does(ORDERS.sale).settled?.kind, kind);
      assert.equal(shop.cloud.total, 990);
    });
  }

  it("a cancel that comes in time cancels, and one that comes late does not", () => {
    for (const [afterMs, kind, total] of [
      [100, "canceled", 990],
      [1_300, "approved", 2_240],
    ] as const) {
      const shop = openShop(second([{ kind: "slow", ms: afterMs === 100 ? 5_000 : 0 }]));
      const machine = shop.does(ORDERS.sale, (play) => {
        play.run(afterMs);
        play.machine.give({ kind: "cancelAsked" });
      });
      const verdict = machine.settled;
      assert.equal(verdict?.kind, kind);
      if (verdict.kind === "canceled") assert.equal(verdict.by, "pos");
      assert.equal(shop.cloud.total, total);
    }
  });

  it("a sale that nobody ends is canceled at the deadline", () => {
    const shop = openShop(second([{ kind: "slow", ms: 400_000 }]));
    const machine = shop.does(ORDERS.sale, (play) => {
      play.run(140_000);
      play.machine.give({ kind: "deadline" });
    });
    assert.deepEqual([machine.settled?.kind, shop.cloud.total], ["canceled", 990]);
  });
});

describe("a reply that was lost", () => {
  for (const [what, then] of [
    ["the connection is cut", { kind: "answerLost" }],
    ["the connection ends", { kind: "answerLost", how: "end" }],
    ["the cloud fails", { kind: "httpError", status: 502, taken: true }],
    ["the cloud is full", { kind: "httpError", status: 429, taken: true, retryAfterSeconds: 1 }],
    ["a login page comes", { kind: "html", taken: true }],
    ["half of it comes", { kind: "truncated" }],
    ["it is called nothing", { kind: "unnamed", taken: true }],
  ] as const) {
    it(`${what} after it was taken: found by its ticket, posted once, and approved once`, () => {
      const shop = openShop(second([then]));
      const lost = shop.does(ORDERS.sale);
      assert.equal(lost.all("doubt").length, 1);
      const found = shop.findsOut(ORDERS.sale, lost);
      assert.equal(found.settled?.kind, "approved");
      assert.equal(shop.cloud.total, 2_240);
      assert.equal(found.paths.includes("sale"), false);
    });
  }

  for (const [what, then] of [
    ["the connection is cut", { kind: "answerLost", taken: false }],
    ["the cloud fails", { kind: "httpError", status: 503 }],
    ["a login page comes", { kind: "html" }],
    ["it is called nothing", { kind: "unnamed" }],
  ] as const) {
    it(`${what} and it was never taken: proved by the baseline, behind the quiet time`, () => {
      const shop = openShop(second([then]));
      const lost = shop.does(ORDERS.sale);
      const found = shop.findsOut(ORDERS.sale, lost);
      assert.deepEqual(found.settled, { kind: "notPerformed", reason: "noRecord" });
      assert.ok(found.nowMs >= shop.settings.quietMs);
      assert.deepEqual(found.all("identified").at(-1)?.identity, { ...IDENTITY, commerceCode: "597029" });
      assert.equal(shop.cloud.total, 990);
    });
  }

  it("a customer who takes long is waited for", () => {
    const shop = openShop(second([{ kind: "answerLost" }, { kind: "slow", ms: 90_000 }]));
    const found = shop.findsOut(ORDERS.sale, shop.does(ORDERS.sale));
    assert.deepEqual([found.settled?.kind, shop.cloud.total], ["approved", 2_240]);
  });

  for (const [what, then] of [
    ["another sale was made meanwhile", { kind: "otherSale", amount: 777 }],
    ["the terminal has forgotten", { kind: "forgets" }],
    ["the batch was closed", { kind: "closesBatch" }],
  ] as const) {
    it(`never taken, but ${what}: a person decides`, () => {
      // The event comes with the first look at the vouchers.
      const rules = [
        { when: { command: "sale", nth: 2 }, then: [{ kind: "answerLost", taken: false }] },
        { when: { command: "poll", nth: 2 }, then: [then] },
      ];
      const shop = openShop({ rules });
      const found = shop.findsOut(ORDERS.sale, shop.does(ORDERS.sale));
      assert.equal(found.settled, undefined);
      assert.notEqual(found.gaveUp, "");
    });
  }

  it("a terminal that had no voucher proves nothing", () => {
    const shop = new Shop({ rules: [{ when: { command: "sale" }, then: [{ kind: "answerLost", taken: false }] }] });
    shop.comesUp();
    const found = shop.findsOut(ORDERS.sale, shop.does(ORDERS.sale));
    assert.match(found.gaveUp, /batch may have been closed/);
  });

  it("another hardware is another terminal: its memory proves nothing", () => {
    const shop = openShop(second([{ kind: "answerLost", taken: false }]));
    const lost = shop.does(ORDERS.sale);
    const other = doubtOf(ORDERS.sale, {
      identity: { ...IDENTITY, hardware: "OLD" },
      ...(shop.baseline === undefined ? {} : { baseline: shop.baseline }),
    });
    assert.equal(lost.all("doubt").length, 1);
    const found = shop.findsOut(ORDERS.sale, lost, { dispatched: other.dispatched });
    assert.match(found.gaveUp, /another terminal/);
  });

  it("a terminal that is off is not taken for one that knows nothing", () => {
    const rules = [
      {
        when: { command: "sale", nth: 2 },
        then: [
          { kind: "answerLost", taken: true },
          { kind: "offline", ms: 50_000 },
        ],
      },
    ];
    const shop = openShop({ rules, takeLimitMs: 600_000 });
    const found = shop.findsOut(ORDERS.sale, shop.does(ORDERS.sale));
    assert.deepEqual([found.settled?.kind, shop.cloud.total], ["approved", 2_240]);
  });

  it("a terminal that stays off calls a person", () => {
    const rules = [
      { when: { command: "sale", nth: 2 }, then: [{ kind: "answerLost" }, { kind: "offline", ms: 3_000_000 }] },
    ];
    const shop = openShop({ rules });
    const found = shop.findsOut(ORDERS.sale, shop.does(ORDERS.sale));
    assert.match(found.gaveUp, /does not answer/);
    assert.equal(found.settled, undefined);
  });
});

describe("the cloud has named it", () => {
  it("what is pending for ever calls a person, is looked at on, and never posted again", () => {
    const shop = openShop(second([{ kind: "pendingForever" }]));
    const late = shop.does(ORDERS.sale, (play) => {
      play.run(140_000);
      play.machine.give({ kind: "deadline" });
    });
    assert.equal(late.all("doubt")[0]?.since, "timeout");
    const found = shop.findsOut(ORDERS.sale, late);
    assert.match(found.gaveUp, /1000004.*still pending/);
    assert.equal(found.ended, false);
    assert.deepEqual(found.paths, []);
  });

  it("a result that says neither how nor what is looked up in the records", () => {
    for (const then of [{ kind: "noResponse" }, { kind: "functionCode0", moved: true }]) {
      const shop = openShop(second([then]));
      const lost = shop.does(ORDERS.sale);
      assert.equal(lost.all("doubt")[0]?.since, "terminal");
      assert.deepEqual([shop.findsOut(ORDERS.sale, lost).settled?.kind, shop.cloud.total], ["approved", 2_240]);
    }
  });

  it("an error that moved nothing is proved to have moved nothing", () => {
    const shop = openShop(second([{ kind: "functionCode0" }]));
    const lost = shop.does(ORDERS.sale);
    assert.equal(shop.findsOut(ORDERS.sale, lost).settled?.kind, "notPerformed");
  });

  it("a time-out that is not believed is looked up", () => {
    for (const [moved, kind] of [
      [true, "approved"],
      [false, "notPerformed"],
    ] as const) {
      const shop = openShop(second([{ kind: "timesOut", moved }]), { timeoutIsFinal: false });
      const lost = shop.does(ORDERS.sale);
      assert.equal(shop.findsOut(ORDERS.sale, lost).settled?.kind, kind);
    }
  });

  it("a result of another ticket, amount or function is an alarm or a doubt, and a person's", () => {
    for (const then of [
      { kind: "otherTicket", ticket: "ELSE" },
      { kind: "otherAmount", amount: 9 },
      { kind: "otherAmount", amount: 9, where: "voucher" },
      { kind: "otherFunction", command: "refund" },
    ]) {
      const shop = openShop(second([then]));
      const lost = shop.does(ORDERS.sale);
      assert.equal(lost.all("doubt")[0]?.since, "contradiction", JSON.stringify(then));
      const found = shop.findsOut(ORDERS.sale, lost);
      assert.equal(found.settled, undefined);
      assert.notEqual(found.gaveUp, "");
    }
  });

  it("an error that names the transaction is no refusal", () => {
    const shop = openShop(second([{ kind: "httpError", status: 400, taken: true, named: true }]));
    assert.deepEqual([shop.does(ORDERS.sale).settled?.kind, shop.cloud.total], ["approved", 2_240]);
  });

  it("looks that go wrong are made again", () => {
    const bad = [
      { kind: "answerLost" },
      { kind: "httpError", status: 503 },
      { kind: "html" },
      { kind: "truncated" },
      { kind: "otherTransaction" },
      { kind: "otherCustomId" },
    ];
    const rules = bad.map((then, index) => ({ when: { command: "result", nth: index + 5 }, then: [then] }));
    const shop = openShop({ rules });
    assert.deepEqual([shop.does(ORDERS.sale).settled?.kind, shop.cloud.total], ["approved", 2_240]);
  });

  it("a token that is refused meanwhile is told to the account, and the result comes with the next one", () => {
    const shop = openShop({ rules: [{ when: { command: "result", nth: 5 }, then: [{ kind: "tokenRevoked" }] }] });
    const machine = shop.does(ORDERS.sale, (play) => {
      play.run(5_000);
      assert.deepEqual(play.machine.all("askAccount")[0]?.message, { kind: "accessLost", version: "a1" });
      shop.cloud.login(shop.settings);
    });
    assert.equal(machine.settled?.kind, "approved");
  });
});

describe("voids, refunds and the rest", () => {
  const sold = (shop: Shop) => {
    const verdict = shop.does(ORDERS.sale).settled;
    assert(verdict?.kind === "approved");
    const { amounts, terminalReferences = {} } = verdict;
    return {
      type: "sale",
      terminalReferences,
      ...(amounts === undefined ? {} : { approved: amounts.approved }),
    } as const;
  };
  const original = { original: { transaction: "older" } };

  it("a void takes back, and one whose answer was lost is found", () => {
    for (const rules of [[], [{ when: { command: "refund" }, then: [{ kind: "answerLost" }] }]]) {
      const shop = openShop({ rules });
      const order = orderOf({ type: "void", ...original }, sold(shop));
      const first = shop.does(order);
      const verdict = first.settled ?? shop.findsOut(order, first).settled;
      assert.deepEqual([verdict?.kind, shop.cloud.total], ["approved", 990]);
    }
  });

  it("a refund gives back a part, and one whose answer was lost is found, also as the twin of another", () => {
    const rules = [{ when: { command: "return", nth: 2 }, then: [{ kind: "answerLost" }] }];
    const shop = openShop({ rules });
    const order = orderOf({ type: "refund", amount: clp(500), ...original }, sold(shop));
    assert.equal(shop.does(order).settled?.kind, "approved");
    const lost = shop.does(order);
    assert.equal(shop.findsOut(order, lost).settled?.kind, "approved");
    assert.equal(shop.cloud.total, 2_240 - 1_000);
  });

  it("a batch is closed; one whose answer was lost is a person's, with the totals", () => {
    const shop = openShop();
    assert.equal(shop.does(ORDERS.reconciliation).settled?.kind, "approved");
    const other = openShop({ rules: [{ when: { command: "close" }, then: [{ kind: "answerLost" }] }] });
    const lost = other.does(ORDERS.reconciliation);
    assert.match(other.findsOut(ORDERS.reconciliation, lost).gaveUp, /0 transactions/);
  });

  it("a receipt is printed again", () => {
    const shop = openShop();
    const again = orderOf({ type: "duplicateReceipt", ...original }, sold(shop));
    assert.equal(shop.does(again).settled?.kind, "approved");
    assert.equal(shop.does(ORDERS.lastReceipt).settled?.kind, "approved");
    assert.deepEqual(shop.does(ORDERS.duplicate).settled?.kind, "declined");
  });

  it("Argentina: pesos and centavos, its spelling, and the day of the sale with a refund", () => {
    const identity = { terminalId: "AR001S4K", branchId: "0000087294", serialNumber: "SIM0000001" };
    const shop = new Shop({ country: "AR", identity }, ARGENTINA);
    const sale = orderOf({ type: "sale", amount: ars(125_050) });
    const verdict = shop.does(sale).settled;
    assert(verdict?.kind === "approved");
    const { terminalReferences = {} } = verdict;
    const refund = orderOf(
      { type: "refund", ...original },
      { type: "sale", terminalReferences, approved: ars(125_050) },
    );
    const machine = shop.does(refund);
    assert.equal(machine.posted[0]?.body["originalTransDate"], "2026-01-02");
    assert.deepEqual([machine.settled?.kind, shop.cloud.total], ["approved", 0]);
  });

  it("a record without our ticket is believed where the settings say so, by its id alone", () => {
    const shop = openShop({ ticketEchoed: false }, { ticketEchoed: false });
    assert.equal(shop.does(ORDERS.sale).settled?.kind, "approved");
  });
});

describe("the device at the simulated cloud", () => {
  it("comes up with two commands, and tells its last voucher", () => {
    const shop = openShop();
    const machine = shop.comesUp();
    assert.deepEqual(machine.paths, ["poll", "lastvoucher"]);
    assert.deepEqual(machine.kinds.slice(-3), ["identified", "baseline", "ready"]);
  });

  it("is away while its terminal is off", () => {
    const shop = new Shop({
      rules: [{ when: { command: "poll" }, then: [{ kind: "offline", ms: 100_000 }] }],
      takeLimitMs: 9_000,
    });
    const machine = shop.comesUp();
    assert.match(machine.all("dropLink")[0]?.why ?? "", /Tiempo de espera excedido/);
  });
});
