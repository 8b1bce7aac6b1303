import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import { operationMachine } from "../../../src/drivers/mercado-pago/operation.ts";
import {
  AT_TERMINAL,
  Bench,
  CREATED,
  mxn,
  ORDER,
  orderOf,
  orders,
  OTHER_ORDER,
  PAID,
  refusal,
  SALE_ORDER,
  settingsWith,
  TERMINAL,
  told,
  toldAs,
  TRANSACTION,
} from "./support.ts";

const opened = (settings: JsonObject = {}, order = SALE_ORDER): Bench =>
  new Bench(operationMachine(order, settingsWith(settings))).open();

function living(settings: JsonObject = {}): Bench {
  const bench = opened(settings);
  bench.answer("create", CREATED);
  return bench;
}

/** Lets the order be looked at once. */
function looked(bench: Bench, message: MercadoPagoMessage): Bench {
  bench.elapse(1_000);
  bench.answer("look", message);
  return bench;
}

const cancels = (bench: Bench) => bench.askedOf("cancelOrder").map(({ key }) => key);

describe("a sale", () => {
  it("is one order that commits, named by our transaction and by its own key, with an end before ours", () => {
    const bench = opened();
    const [committed, ...more] = bench.committed;
    assert(committed?.message.kind === "createOrder");
    assert.deepEqual([more, committed.message.key], [[], TRANSACTION]);
    assert.deepEqual(committed.message.body, {
      type: "point",
      external_reference: TRANSACTION,
      expiration_time: "PT165S",
      transactions: { payments: [{ amount: "24.90" }] },
      config: { point: { terminal_id: TERMINAL, print_on_terminal: "no_ticket" } },
    });
    assert.deepEqual(committed.commits, {
      what: "request",
      ticket: TRANSACTION,
      references: {
        externalReference: TRANSACTION,
        sentAt: "2026-01-02T03:04:05.000Z",
        access: "v1",
        terminalId: TERMINAL,
        expirationTime: "PT165S",
      },
    });
  });

  it("is said to come from the seller's grant where its access does", () => {
    const grant = { clientId: "1", clientSecret: { secret: "app" }, refreshToken: { secret: "grant" } };
    const { accessToken: _, ...settings } = settingsWith(grant);
    const bench = new Bench(operationMachine(SALE_ORDER, settings));
    bench.secrets = { grant: { version: "newer", about: {} }, access: { version: "v7", about: { grant: "given" } } };
    const [committed] = bench.open().committed;
    assert(committed?.commits?.what === "request");
    assert.equal(committed.commits.references?.["access"], "given");
  });

  it("carries what the POS and the technician say", () => {
    const operation = {
      type: "sale",
      amount: mxn(2_490),
      installments: 6,
      options: { print: true },
      vendor: { installmentsCost: "seller", ticketNumber: "A-7", description: "two coffees" },
    } as const;
    const [create] = opened({ platformId: "dev_1", sponsorId: "99" }, orderOf(operation)).askedOf("createOrder");
    const { config, description, integration_data } = create?.body ?? {};
    assert.deepEqual(
      [config, description, integration_data],
      [
        {
          point: { terminal_id: TERMINAL, print_on_terminal: "seller_ticket", ticket_number: "A-7" },
          payment_method: { default_type: "credit_card", default_installments: 6, installments_cost: "seller" },
        },
        "two coffees",
        { platform_id: "dev_1", sponsor: { id: "99" } },
      ],
    );
  });

  for (const [limitMs, life] of [
    [45_000, "PT30S"],
    [20_000, "PT30S"],
    [90_500, "PT75S"],
    [24 * 3_600_000, "PT10800S"],
  ] as const) {
    it(`that we wait ${limitMs} ms for lives ${life} at the vendor`, () => {
      const [create] = opened({}, { ...SALE_ORDER, answerLimitMs: limitMs }).askedOf("createOrder");
      assert.equal(create?.body["expiration_time"], life);
    });
  }

  it("remembers its order before all else, and looks at it a second later", () => {
    const bench = opened();
    const effects = bench.answer("create", CREATED);
    assert.deepEqual(effects[0], { kind: "remember", data: { version: 1, order: ORDER } });
    bench.elapse(999);
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(1);
    assert.deepEqual(bench.asked.at(-1), { kind: "getOrder", order: ORDER });
  });

  it("is not judged by the answer to its create: that may be of an earlier time", () => {
    const bench = opened();
    bench.answer("create", PAID);
    assert.deepEqual(bench.all("settle"), []);
    looked(bench, toldAs("failed"));
    assert.equal(bench.settled?.kind, "declined");
  });

  it("is looked at a second after the last answer, never more often, until its end", () => {
    const bench = living();
    bench.live(10_000, "look", AT_TERMINAL);
    const looks = bench.askedOf("getOrder").length;
    assert(looks >= 8 && looks <= 10, `${looks} looks in 10 s`);
    looked(bench, PAID);
    assert.deepEqual([bench.settled?.kind, bench.ended], ["approved", true]);
    assert.deepEqual(bench.effects.at(-1), { kind: "done" });
  });

  it("tells the POS when the terminal has it, once", () => {
    const bench = living();
    for (let count = 0; count < 3; count += 1) looked(bench, AT_TERMINAL);
    assert.deepEqual(
      bench.all("progress").map(({ stage }) => stage),
      ["waitingForTerminal", "presentCard"],
    );
  });

  for (const [what, message, kind] of [
    ["declined", toldAs("failed", "failed", "insufficient_amount"), "declined"],
    ["canceled at the terminal", toldAs("canceled", "canceled", "canceled_on_terminal"), "canceled"],
    ["over by itself", toldAs("expired"), "canceled"],
  ] as const) {
    it(`is ${what}`, () => {
      assert.equal(looked(living(), message).settled?.kind, kind);
    });
  }

  it("that expires before the terminal has taken it makes the account look at the terminal again", () => {
    const bench = looked(living(), toldAs("expired"));
    assert.deepEqual(
      bench.effects.slice(-3).map((effect) => (effect.kind === "askAccount" ? effect.message : effect.kind)),
      [{ kind: "askTerminal", must: "beFresh" }, "settle", "done"],
    );
    const untouched = looked(living(), toldAs("expired", "created"));
    assert.equal(untouched.all("askAccount").length, 1);
  });

  it("that ends otherwise, or expires at the terminal, does not", () => {
    const atTerminal = looked(living(), AT_TERMINAL);
    const ends = [
      looked(atTerminal, toldAs("expired")),
      looked(living(), PAID),
      looked(living(), toldAs("canceled", "canceled", "canceled_by_api")),
    ];
    for (const bench of ends) assert.deepEqual([bench.ended, bench.all("askAccount")], [true, []]);
  });

  it("goes on where a look fails, more slowly", () => {
    const bench = living();
    bench.elapse(1_000);
    bench.lose("look");
    bench.elapse(3_900);
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(100);
    bench.answer("look", refusal(500, "internal_error"));
    bench.elapse(4_000);
    bench.give({ kind: "garbled", exchange: "look", why: "HTML", length: 9 });
    bench.elapse(4_000);
    bench.answer("look", PAID);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("tells the account where a look is refused for want of access", () => {
    const bench = looked(living(), refusal(401, "unauthorized"));
    assert.deepEqual(
      bench.all("askAccount").map(({ message }) => message),
      [{ kind: "accessRefused" }],
    );
    assert.equal(bench.ended, false);
  });
});

describe("a create that is refused", () => {
  for (const [status, code] of [
    [400, "property_value"],
    [403, "forbidden_checking_terminal_owner"],
  ] as const) {
    it(`with ${status} took nothing`, () => {
      const bench = opened();
      bench.answer("create", refusal(status, code, "amount too small"));
      assert.deepEqual(bench.settled, {
        kind: "notPerformed",
        reason: "refused",
        vendor: { code, text: "amount too small" },
      });
    });
  }

  it("for want of access took nothing, and the account hears of it", () => {
    const bench = opened();
    bench.answer("create", refusal(401, "unauthorized"));
    assert.deepEqual(
      bench.effects.slice(-3).map(({ kind }) => kind),
      ["askAccount", "settle", "done"],
    );
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  for (const [status, code, alarm] of [
    [500, "internal_error", undefined],
    [500, "idempotency_validation_failed", undefined],
    [429, "too_many_requests", undefined],
    [423, "resource_locked", undefined],
    [404, "not_found", undefined],
    [409, "something_new", undefined],
    [409, "idempotency_key_already_used", "idempotencyKeyUsed"],
  ] as const) {
    it(`with ${status} ${code} is a doubt`, () => {
      const bench = opened();
      bench.answer("create", refusal(status, code));
      assert.deepEqual([bench.settled, bench.doubt?.alarm, bench.ended], [undefined, alarm, true]);
      assert.notEqual(bench.doubt, undefined);
    });
  }

  for (const code of [
    "already_queued_order_for_terminal",
    "already_queued_order_on_terminal",
    "already_queued_order_for_device",
  ]) {
    it(`with ${code} is busy with another's order, which is left alone`, () => {
      const bench = opened();
      bench.answer("create", refusal(409, code));
      assert.deepEqual(bench.all("settle"), []);
      const [search] = bench.askedOf("searchOrders");
      assert.equal(search?.externalReference, TRANSACTION);
      bench.answer("search", orders(told({ id: OTHER_ORDER, external_reference: "theirs" }).order));
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.settled.vendor?.code], ["terminalBusy", code]);
      assert.deepEqual([bench.askedOf("cancelOrder"), bench.askedOf("getOrder")], [[], []]);
    });
  }

  it("because of our own lost order goes on with that one", () => {
    const bench = opened();
    bench.answer("create", refusal(409, "already_queued_order_for_terminal"));
    bench.answer("search", orders(PAID.order));
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER });
    looked(bench, PAID);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is a doubt where the search does not say whose order it is", () => {
    const answers: readonly ((bench: Bench) => void)[] = [
      (bench) => bench.lose("search"),
      (bench) => bench.answer("search", refusal(500, "x")),
      (bench) => bench.answer("search", orders(PAID.order, told({ id: OTHER_ORDER }).order)),
      (bench) => bench.answer("search", { kind: "orders", orders: [], total: 200 }),
      (bench) => bench.give({ kind: "deadline" }),
      (bench) => bench.give({ kind: "linkLost", loss: "failed" }),
    ];
    for (const answer of answers) {
      const bench = opened();
      bench.answer("create", refusal(409, "already_queued_order_for_terminal"));
      answer(bench);
      assert.deepEqual([bench.settled, bench.doubt === undefined], [undefined, false]);
    }
  });
});

describe("what is no answer to a create is a doubt:", () => {
  for (const [what, input, since] of [
    ["a lost answer", { kind: "exchangeLost", exchange: "create", why: "reset" }, "linkLost"],
    ["a captive portal", { kind: "garbled", exchange: "create", why: "HTML", length: 9 }, "linkLost"],
    ["the account's end", { kind: "linkLost", loss: "failed" }, "linkLost"],
    ["the answer limit", { kind: "deadline" }, "timeout"],
  ] as const) {
    it(what, () => {
      const bench = opened();
      bench.give(input);
      assert.deepEqual([bench.settled, bench.doubt?.since, bench.ended], [undefined, since, true]);
    });
  }

  it("an order with another reference, with an alarm", () => {
    const bench = opened();
    bench.answer("create", told({ external_reference: "OTHER" }));
    assert.deepEqual([bench.doubt?.alarm, bench.all("remember")], ["resultNotBelieved", []]);
  });
});

describe("an order whose end nobody can say", () => {
  for (const [what, message] of [
    ["action_required", toldAs("action_required", "action_required", "check_on_terminal")],
    ["in_review", toldAs("failed", "failed", "in_review")],
  ] as const) {
    it(`(${what}) is unknown at once, with the words for the cashier, and a doubt`, () => {
      const bench = looked(living(), message);
      assert(bench.settled?.kind === "unknown");
      assert.deepEqual([bench.settled.since, bench.settled.advice], ["terminal", "lookAtTerminal"]);
      assert.match(bench.settled.vendor?.text ?? "", /whether the customer has paid/);
      assert.equal(bench.doubt?.since, "terminal");
      assert.deepEqual(
        bench.effects.slice(-2).map(({ kind }) => kind),
        ["settle", "doubt"],
      );
    });
  }

  it("that cannot be so is a doubt with an alarm", () => {
    const bench = looked(living(), told({}, { paid_amount: "99.00" }));
    assert.deepEqual([bench.settled, bench.doubt?.alarm], [undefined, "resultNotBelieved"]);
  });
});

describe("a cancel", () => {
  it("has a key of its own, and what was canceled the order says", () => {
    const bench = living();
    bench.give({ kind: "cancelAsked" });
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-pos`]);
    bench.answer("cancel", toldAs("canceled", "canceled", "canceled_by_api"));
    assert.deepEqual(bench.all("settle"), []);
    looked(bench, toldAs("canceled", "canceled", "canceled_by_api"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "pos");
  });

  it("loses to the sale that wins at the terminal", () => {
    const bench = looked(living(), AT_TERMINAL);
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel", { kind: "cancelTaken" });
    bench.live(5_000, "look", toldAs("at_terminal", "at_terminal", "cancellation_requested"));
    assert.deepEqual([bench.settled, cancels(bench).length], [undefined, 1]);
    looked(bench, PAID);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("that comes too late changes nothing, and is not said again", () => {
    const bench = looked(living(), AT_TERMINAL);
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel", refusal(409, "cannot_cancel_order"));
    bench.give({ kind: "cancelAsked" });
    looked(bench, AT_TERMINAL);
    assert.deepEqual([cancels(bench).length, bench.ended], [1, false]);
  });

  it("that was lost is said again with the same key", () => {
    const bench = living();
    bench.give({ kind: "cancelAsked" });
    bench.lose("cancel");
    looked(bench, AT_TERMINAL);
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-pos`, `${TRANSACTION}-cancel-pos`]);
  });

  it("that was asked for before there was an order follows it at once", () => {
    const bench = opened();
    bench.give({ kind: "cancelAsked" });
    assert.deepEqual(cancels(bench), []);
    bench.answer("create", CREATED);
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-pos`]);
  });
});

describe("the answer limit", () => {
  it("cancels, waits for the grace, and is a doubt", () => {
    const bench = looked(living(), AT_TERMINAL);
    bench.give({ kind: "deadline" });
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-limit`]);
    bench.answer("cancel", { kind: "cancelTaken" });
    bench.live(9_900, "look", AT_TERMINAL);
    assert.equal(bench.ended, false);
    bench.elapse(200);
    assert.deepEqual([bench.settled, bench.doubt?.since], [undefined, "timeout"]);
  });

  it("cancels where the POS could not", () => {
    const bench = living();
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel", refusal(409, "cannot_cancel_order"));
    bench.give({ kind: "deadline" });
    assert.deepEqual(cancels(bench), [`${TRANSACTION}-cancel-pos`, `${TRANSACTION}-cancel-limit`]);
  });

  it("may still be followed by the order's end", () => {
    const bench = looked(living(), AT_TERMINAL);
    bench.give({ kind: "deadline" });
    bench.answer("cancel", toldAs("canceled"));
    looked(bench, toldAs("canceled", "canceled", "canceled_by_api"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "terminalTimeout");
  });
});
