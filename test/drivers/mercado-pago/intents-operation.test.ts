import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { intentRefusal } from "../../../src/drivers/mercado-pago/intents-asked.ts";
import { intentOperation } from "../../../src/drivers/mercado-pago/intents-operation.ts";
import type { IntentSettings } from "../../../src/drivers/mercado-pago/intents-settings.ts";
import {
  Bench,
  eventsBody,
  INTENT,
  intentBody,
  money,
  orderOf,
  OTHER_INTENT,
  paid,
  PAYMENT,
  paymentBody,
  REFUND,
  REFUND_INTENT,
  refundBody,
  SALE,
  settingsWith,
  SOLD,
  TERMINAL,
  TRANSACTION,
} from "./intents-support.ts";

function opened(order: Order = SALE, settings: Partial<IntentSettings> = {}): Bench {
  const bench = new Bench(intentOperation(order, settingsWith(settings)));
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

/** The vendor has answered with an id. */
function made(order: Order = SALE): Bench {
  const bench = opened(order);
  if (order === REFUND) {
    bench.answer("check", 200, paymentBody("approved"));
    bench.answer("create", 201, refundBody());
  } else bench.answer("create", 201, intentBody());
  return bench;
}

const bodyOf = (bench: Bench): JsonObject =>
  JSON.parse(new TextDecoder().decode(bench.request("create").body)) as JsonObject;

const CONFLICT = { error: "conflict_error", message: "There is already a queued intent for the device" };

describe("a sale by a payment intent", () => {
  it("is one request that commits, named by our transaction", () => {
    const bench = opened();
    const [create, ...more] = bench.committed;
    assert.deepEqual(more, []);
    assert.deepEqual(create?.commits, {
      what: "request",
      ticket: TRANSACTION,
      references: { externalReference: TRANSACTION, sentAt: "2026-01-02T03:04:05.000Z" },
    });
    assert.deepEqual(bodyOf(bench), {
      amount: 1_500,
      additional_info: { external_reference: TRANSACTION, print_on_terminal: false },
    });
    assert.deepEqual(bench.asked, [`POST /devices/${TERMINAL}/payment-intents`]);
  });

  it("is refused in CLP: the older API is not documented for Chile", () => {
    const bench = opened(orderOf({ type: "sale", amount: money(1_500, "CLP") }), { currency: "CLP" });
    assert.deepEqual([bench.settled?.kind, bench.asked], ["notPerformed", []]);
    const settings = settingsWith({ currency: "CLP" });
    const refund = intentRefusal({ type: "refund", original: { transaction: "older" } }, settings);
    assert.deepEqual([refund?.reason, refund?.why.includes("Argentina")], ["unsupportedCurrency", true]);
  });

  it("says how it is paid and what is printed, where the vendor takes that", () => {
    const vendor = { installmentsCost: "seller", ticketNumber: "S0392JED", description: "two coffees" };
    const options = { print: true };
    const bench = opened(orderOf({ type: "sale", amount: money(3_000, "BRL"), installments: 3, vendor, options }), {
      currency: "BRL",
    });
    assert.deepEqual(bodyOf(bench), {
      amount: 3_000,
      description: "two coffees",
      payment: { type: "credit_card", installments: 3, installments_cost: "seller" },
      additional_info: { external_reference: TRANSACTION, print_on_terminal: true, ticket_number: "S0392JED" },
    });
  });

  it("keeps the id before anything else, and looks a second after each answer, no sooner", () => {
    const bench = opened();
    const [remember] = bench.answer("create", 200, intentBody());
    assert.deepEqual(remember, { kind: "remember", data: { version: 1, intent: INTENT } });
    bench.elapse(999);
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(1);
    assert.equal(bench.isOpen("look"), true);
    bench.elapse(5_000);
    bench.answer("look", 200, intentBody("OPEN"));
    bench.elapse(999);
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(1);
    assert.equal(bench.isOpen("look"), true);
  });

  it("tells what the terminal does, each stage once", () => {
    const bench = made();
    for (const state of ["OPEN", "ON_TERMINAL", "ON_TERMINAL", "PROCESSING"]) bench.look(intentBody(state));
    const stages = bench.all("progress").map(({ stage }) => stage);
    assert.deepEqual(stages, ["waitingForTerminal", "waitingForTerminal", "presentCard", "contactingHost"]);
  });

  for (const state of ["FINISHED", "PROCESSED"]) {
    it(`that is ${state} is approved by its payment, and by nothing else`, () => {
      const bench = made();
      bench.look(paid(state));
      assert.equal(bench.isSettled, false);
      assert.equal(bench.asked.at(-1), `GET /v1/payments/${PAYMENT}`);
      bench.answer("look", 200, paymentBody("approved"));
      assert.deepEqual(bench.settled, {
        kind: "approved",
        partial: false,
        captured: true,
        final: true,
        amounts: { asked: money(1_500), approved: money(1_500) },
        vendor: { code: "approved", text: "accredited" },
        terminalReferences: { externalReference: TRANSACTION, intentId: INTENT, paymentId: PAYMENT },
        card: { brand: "visa", last4: "0042" },
        approvalCode: "301299",
      });
      assert.equal(bench.all("settle")[0]?.movement, `mercado-pago/${PAYMENT}`);
      assert.deepEqual(bench.effects.at(-1), { kind: "done" });
    });
  }

  it("tells what the customer pays for installments as a surcharge", () => {
    const bench = made();
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("approved", { transaction_details: { total_paid_amount: 16.5 } }));
    assert(bench.settled?.kind === "approved");
    const { approved, surcharge } = bench.settled.amounts ?? {};
    assert.deepEqual([approved, surcharge], [money(1_650), money(150)]);
  });

  for (const [detail, reason] of [
    ["cc_rejected_insufficient_amount", "insufficientFunds"],
    ["cc_rejected_call_for_authorize", "callIssuer"],
    ["cc_rejected_card_disabled", "cardBlocked"],
    ["cc_rejected_other_reason", "other"],
  ] as const) {
    it(`whose payment is rejected with ${detail} is declined`, () => {
      const bench = made();
      bench.look(paid("FINISHED"));
      bench.answer("look", 200, paymentBody("rejected", { status_detail: detail }));
      assert(bench.settled?.kind === "declined");
      assert.deepEqual([bench.settled.reason, bench.settled.vendor?.text], [reason, detail]);
    });
  }

  for (const [state, kind, more] of [
    ["CANCELED", "canceled", { by: "operator" }],
    ["ABANDONED", "canceled", { by: "terminalTimeout" }],
    ["ERROR", "declined", { reason: "other" }],
  ] as const) {
    it(`that is ${state} without a payment is ${kind}`, () => {
      const bench = made();
      bench.look(intentBody(state));
      const { settled } = bench;
      assert.equal(settled?.kind, kind);
      assert.deepEqual({ ...settled, ...more }, settled);
      assert.equal(bench.ended, true);
    });

    it(`that is ${state} is approved all the same where its payment is`, () => {
      const bench = made();
      bench.look(paid(state));
      bench.answer("look", 200, paymentBody("approved"));
      assert.equal(bench.settled?.kind, "approved");
    });

    it(`that is ${state} is judged by its payment where that has a check digit like a card's`, () => {
      const bench = made();
      bench.look(intentBody(state, { payment: { id: 1_649_967_803_308, type: "credit_card" } }));
      assert.equal(bench.isSettled, false);
      assert.equal(bench.asked.at(-1), "GET /v1/payments/1649967803308");
      bench.answer("look", 200, paymentBody("approved", { id: 1_649_967_803_308 }));
      assert.equal(bench.settled?.kind, "approved");
    });

    it(`that is ${state} with a payment that cannot be named is left to a person`, () => {
      for (const id of [4_111_111_111_111_111, "41 11"]) {
        const bench = made();
        bench.look(intentBody(state, { payment: { id, type: "credit_card" } }));
        assert.equal(bench.settled?.kind, "unknown");
      }
    });
  }

  it("whose payment was given back is reversed", () => {
    const bench = made();
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("refunded", { transaction_amount_refunded: 15 }));
    assert(bench.settled?.kind === "notPerformed");
    assert.deepEqual([bench.settled.reason, bench.settled.reversed], ["reversed", true]);
  });

  it("whose payment is pending or cannot be read yet is looked at again", () => {
    const bench = made();
    bench.look(paid("FINISHED"));
    bench.answer("look", 404, { error: "not_found", message: "Payment not found" });
    bench.look(paymentBody("pending"));
    bench.look(paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
    assert.equal(bench.asked.filter((path) => path.includes("/v1/payments/")).length, 3);
  });

  it("that is finished and names no payment is looked at again", () => {
    const bench = made();
    bench.look(intentBody("FINISHED", { payment: { type: "credit_card", installments: 1 } }));
    assert.deepEqual([bench.settled, bench.ended], [undefined, false]);
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("that is answered with another intent or payment is looked at again, and the other one is left alone", () => {
    const bench = made();
    bench.give({ kind: "cancelAsked" });
    bench.lose("cancel");
    bench.elapse(1_000);
    const other = { id: OTHER_INTENT, state: "OPEN" };
    bench.give({ kind: "answered", exchange: "look", message: { kind: "intentTold", intent: other } });
    bench.look(paid("FINISHED"));
    const payment = { id: "7", status: "approved", detail: "", amount: "15", refunded: "0" };
    bench.give({ kind: "answered", exchange: "look", message: { kind: "intentPaymentTold", payment } });
    assert.equal(bench.ended, false);
    assert.ok(bench.asked.every((path) => !path.includes(OTHER_INTENT)));
  });

  it("in a state that nobody has heard of is looked at again", () => {
    const bench = made();
    bench.look(intentBody("SUSPENDED"));
    assert.equal(bench.ended, false);
  });

  for (const [what, body] of [
    ["needs a confirmation", intentBody("CONFIRMATION_REQUIRED")],
    ["needs a confirmation of a payment", paid("CONFIRMATION_REQUIRED")],
  ] as const) {
    it(`that ${what} is unknown, with words for whoever stands there`, () => {
      const bench = made();
      bench.look(body);
      assert(bench.settled?.kind === "unknown");
      const { since, advice, vendor } = bench.settled;
      assert.deepEqual([since, advice, vendor?.code], ["terminal", "lookAtTerminal", "CONFIRMATION_REQUIRED"]);
      assert.match(vendor?.text ?? "", /look at the terminal.*hand nothing over/);
      assert.equal(bench.doubt?.since, "terminal");
    });
  }

  it("that the vendor reviews is unknown as well", () => {
    const bench = made();
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("in_process", { status_detail: "pending_review_manual" }));
    assert.deepEqual([bench.settled?.kind, bench.doubt?.since], ["unknown", "terminal"]);
    assert.match(bench.doubt?.why ?? "", /pending_review_manual/);
  });

  for (const [what, look, payment] of [
    ["another amount", paid("FINISHED", { amount: 1_501 }), undefined],
    ["another reference", paid("FINISHED", { additional_info: { external_reference: "OTHER" } }), undefined],
    ["a payment of more", paid("FINISHED"), paymentBody("approved", { transaction_amount: 15.01 })],
    [
      "a payment of less",
      paid("FINISHED"),
      paymentBody("approved", { transaction_amount: 14.99, transaction_details: {} }),
    ],
    ["a payment in another currency", paid("FINISHED"), paymentBody("approved", { currency_id: "BRL" })],
    ["a payment without an amount", paid("FINISHED"), paymentBody("approved", { transaction_amount: null })],
    ["a payment of a fraction of a cent", paid("FINISHED"), paymentBody("approved", { transaction_amount: 15.001 })],
    [
      "a payment that was partly given back",
      paid("FINISHED"),
      paymentBody("approved", { transaction_amount_refunded: 1 }),
    ],
    ["a payment that was charged back", paid("FINISHED"), paymentBody("charged_back")],
  ] as const) {
    it(`that is told with ${what} is not believed, and somebody hears of it`, () => {
      const bench = made();
      bench.look(look);
      if (payment !== undefined) bench.answer("look", 200, payment);
      assert.deepEqual(
        [bench.settled, bench.doubt?.since, bench.doubt?.alarm],
        [undefined, "contradiction", "resultNotBelieved"],
      );
    });
  }

  it("survives looks that fail, more slowly", () => {
    const bench = made();
    bench.elapse(1_000);
    bench.lose("look");
    bench.elapse(3_999);
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(1);
    bench.answer("look", 429, { error: "too_many_requests", message: "slow down" });
    bench.elapse(4_000);
    bench.answer("look", 200, "<html>");
    bench.elapse(4_000);
    bench.answer("look", 404, { error: "not_found", message: "not yet" });
    bench.elapse(4_000);
    bench.answer("look", 401, { code: "unauthorized", message: "expired" });
    assert.deepEqual(
      bench.all("askAccount").map(({ message }) => message.kind),
      ["accessRefused"],
    );
    bench.look(intentBody("CANCELED"));
    assert.equal(bench.settled?.kind, "canceled");
  });
});

describe("what a sale is refused for is said before it leaves:", () => {
  for (const [what, order, settings] of [
    ["a void", orderOf({ type: "void", original: { transaction: "x" } }), {}],
    ["another currency", orderOf({ type: "sale", amount: money(1_500, "MXN") }), {}],
    ["too little for Argentina", orderOf({ type: "sale", amount: money(499) }), {}],
    ["too much for Mexico", orderOf({ type: "sale", amount: money(35_000_001, "MXN") }), { currency: "MXN" }],
    ["less than the technician says", orderOf({ type: "sale", amount: money(999) }), { intentMinimum: 1_000 }],
    ["more than the technician says", orderOf({ type: "sale", amount: money(2_001) }), { intentMaximum: 2_000 }],
    ["cashback", orderOf({ type: "sale", amount: money(1_500), cashback: money(500) }), {}],
    ["installments outside Brazil", orderOf({ type: "sale", amount: money(1_500), installments: 3 }), {}],
    [
      "a QR code",
      orderOf({ type: "sale", amount: money(1_500, "BRL"), vendor: { paymentType: "qr" } }),
      { currency: "BRL" },
    ],
    ["a word that nobody knows", orderOf({ type: "sale", amount: money(1_500), vendor: { colour: "red" } }), {}],
    ["no terminal", SALE, { terminalId: undefined }],
  ] as const) {
    it(what, () => {
      const bench = opened(order, settings as Partial<IntentSettings>);
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.asked, bench.ended], ["unsupported", [], true]);
      assert.notEqual(bench.settled.vendor?.text, "");
    });
  }

  it("with the reason that the house has for it", () => {
    const settings = settingsWith();
    const reasonOf = (order: Order): string | undefined => intentRefusal(order.operation, settings)?.reason;
    assert.equal(reasonOf(SALE), undefined);
    assert.equal(reasonOf(REFUND), undefined);
    assert.equal(reasonOf(orderOf({ type: "sale", amount: money(499) })), "amountOutOfRange");
    assert.equal(reasonOf(orderOf({ type: "preauthorization", amount: money(1_500) })), "unsupportedOperation");
    assert.equal(reasonOf(orderOf({ type: "sale", amount: money(500, "BRL") })), "unsupportedCurrency");
    assert.equal(reasonOf(orderOf({ type: "refund", amount: money(500) })), "invalidParams");
  });

  it("and the least and the most are taken", () => {
    for (const value of [500, 400_000_000])
      assert.equal(opened(orderOf({ type: "sale", amount: money(value) })).committed.length, 1);
  });
});

describe("the answer to a new intent", () => {
  for (const [status, body, code] of [
    [400, { error: "bad_request", message: "amount must be an integer" }, "bad_request"],
    [403, { error: "forbidden", message: "Integrator isn't registered" }, "forbidden"],
    [404, { message: "device not found" }, "404"],
  ] as const) {
    it(`${status} is a refusal: nothing was made`, () => {
      const bench = opened();
      bench.answer("create", status, body);
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.settled.vendor?.code], ["refused", code]);
    });
  }

  it("401 is one too, and whoever renews the access hears of it", () => {
    const bench = opened();
    bench.answer("create", 401, { code: "unauthorized", message: "user not found" });
    assert.deepEqual([bench.settled?.kind, bench.all("askAccount").length], ["notPerformed", 1]);
  });

  for (const status of [408, 429, 500, 502, 503, 504]) {
    it(`${status} does not say that nothing was made`, () => {
      const bench = opened();
      bench.answer("create", status, { error: "x", message: "y" });
      assert.deepEqual([bench.settled, bench.doubt?.since], [undefined, "terminal"]);
    });
  }

  for (const [what, happens, since] of [
    ["that is lost", (bench: Bench) => bench.lose("create"), "linkLost"],
    ["that is a page", (bench: Bench) => bench.answer("create", 403, "<html>"), "contradiction"],
    ["that does not come", (bench: Bench) => bench.give({ kind: "deadline" }), "timeout"],
    ["that the account cannot get", (bench: Bench) => bench.give({ kind: "linkLost", loss: "failed" }), "linkLost"],
  ] as const) {
    it(`${what} is a doubt`, () => {
      const bench = opened();
      happens(bench);
      assert.deepEqual([bench.settled, bench.doubt?.since, bench.committed.length], [undefined, since, 1]);
    });
  }

  it("with another amount is kept, and a person hears of it", () => {
    const bench = opened();
    bench.answer("create", 201, intentBody(undefined, { amount: 15_000 }));
    assert.deepEqual([bench.all("remember").length, bench.doubt?.alarm], [1, "resultNotBelieved"]);
  });
});

describe("something waits for the terminal already:", () => {
  const refused = (): Bench => {
    const bench = opened();
    bench.answer("create", 409, CONFLICT);
    return bench;
  };

  it("the refusal is kept, and the intents of that time are listed", () => {
    const bench = refused();
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, conflict: true });
    assert.equal(bench.asked.at(-1), "GET /payment-intents/events?startDate=2026-01-01&endDate=2026-01-03");
  });

  it("it is somebody else's: busy, and nobody touches it", () => {
    const bench = refused();
    bench.answer("list", 200, eventsBody(OTHER_INTENT));
    bench.elapse(1_000);
    bench.answer(
      "candidate",
      200,
      intentBody("OPEN", { id: OTHER_INTENT, additional_info: { external_reference: "THEIRS" } }),
    );
    assert(bench.settled?.kind === "notPerformed");
    assert.equal(bench.settled.reason, "terminalBusy");
    assert.ok(bench.asked.every((path) => !path.startsWith("DELETE")));
  });

  it("it is ours: it is watched like any other, and a cancel that was asked for meanwhile is done", () => {
    const bench = refused();
    bench.give({ kind: "cancelAsked" });
    bench.answer("list", 200, eventsBody(INTENT));
    bench.elapse(1_000);
    bench.answer("candidate", 200, intentBody("OPEN"));
    assert.deepEqual(bench.all("remember").at(-1)?.data, { version: 1, intent: INTENT });
    assert.equal(bench.asked.at(-1), `DELETE /devices/${TERMINAL}/payment-intents/${INTENT}`);
    bench.answer("cancel", 200, { id: INTENT });
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "pos");
  });

  for (const [what, happens] of [
    ["the list is lost", (bench: Bench) => bench.lose("list")],
    ["the list is refused", (bench: Bench) => bench.answer("list", 500, { error: "x", message: "y" })],
    [
      "one of them cannot be read",
      (bench: Bench) => {
        bench.answer("list", 200, eventsBody(OTHER_INTENT));
        bench.elapse(1_000);
        bench.answer("candidate", 404, { error: "not_found", message: "gone" });
      },
    ],
    ["there is no time left", (bench: Bench) => bench.give({ kind: "deadline" })],
  ] as const) {
    it(`nobody can say whose it is, for ${what}`, () => {
      const bench = refused();
      happens(bench);
      assert.deepEqual([bench.settled, bench.doubt !== undefined], [undefined, true]);
    });
  }
});

describe("a cancel", () => {
  it("takes back an open intent, and is believed once the intent says so", () => {
    const bench = made();
    bench.give({ kind: "cancelAsked" });
    assert.equal(bench.asked.at(-1), `DELETE /devices/${TERMINAL}/payment-intents/${INTENT}`);
    bench.answer("cancel", 200, { id: INTENT });
    assert.equal(bench.isSettled, false);
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "pos");
  });

  it("that was taken need not be remembered by the vendor", () => {
    const bench = made();
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel", 200, { id: INTENT });
    bench.look({ error: "101", message: "unknown or canceled already" }, 404);
    assert.equal(bench.settled?.kind, "canceled");
  });

  it("that was asked for before the id was known is done then", () => {
    const bench = opened();
    bench.give({ kind: "cancelAsked" });
    assert.equal(bench.asked.length, 1);
    bench.answer("create", 201, intentBody());
    assert.equal(bench.isOpen("cancel"), true);
  });

  it("that comes too late is refused, and the sale wins", () => {
    const bench = made();
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel", 409, { error: "conflict_error", message: "Payment intent is blocked by terminal" });
    bench.look(intentBody("ON_TERMINAL"));
    bench.look(paid("FINISHED"));
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("of what the terminal has is not even tried", () => {
    const bench = made();
    bench.look(intentBody("ON_TERMINAL"));
    bench.give({ kind: "cancelAsked" });
    assert.equal(bench.isOpen("cancel"), false);
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "operator");
  });

  it("whose answer was lost is asked for again while the intent is open", () => {
    const bench = made();
    bench.give({ kind: "cancelAsked" });
    bench.lose("cancel");
    bench.look(intentBody("OPEN"));
    assert.equal(bench.isOpen("cancel"), true);
    bench.look(intentBody("OPEN"));
    assert.equal(bench.asked.filter((path) => path.startsWith("DELETE")).length, 2);
  });
});

describe("when the time is over", () => {
  it("an open intent is taken back, because it does not expire by itself", () => {
    const bench = made();
    bench.give({ kind: "deadline" });
    bench.answer("cancel", 200, { id: INTENT });
    bench.look(intentBody("CANCELED"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "terminalTimeout");
  });

  it("what the terminal has is a doubt", () => {
    const bench = made();
    bench.look(intentBody("ON_TERMINAL"));
    bench.give({ kind: "deadline" });
    assert.deepEqual([bench.doubt?.since, bench.isOpen("cancel")], ["timeout", false]);
  });

  for (const [what, happens] of [
    ["refused", (bench: Bench) => bench.answer("cancel", 409, CONFLICT)],
    ["lost", (bench: Bench) => bench.lose("cancel")],
    [
      "taken and not confirmed",
      (bench: Bench) => {
        bench.answer("cancel", 200, { id: INTENT });
        bench.elapse(10_000);
      },
    ],
  ] as const) {
    it(`a cancel that is ${what} is a doubt`, () => {
      const bench = made();
      bench.give({ kind: "deadline" });
      happens(bench);
      assert.deepEqual([bench.settled, bench.doubt?.since], [undefined, "timeout"]);
    });
  }
});

describe("a refund by a refund intent", () => {
  it("looks at the payment first, and is one request that commits", () => {
    const bench = opened(REFUND);
    assert.deepEqual([bench.asked, bench.committed], [[`GET /v1/payments/${PAYMENT}`], []]);
    bench.answer("check", 200, paymentBody("approved"));
    assert.equal(bench.asked.at(-1), `POST /devices/${TERMINAL}/refund`);
    assert.deepEqual(bodyOf(bench), { payment_id: PAYMENT, additional_info: { print_on_terminal: [] } });
    assert.equal(bench.committed.length, 1);
  });

  it("is approved once the payment is told as given back", () => {
    const bench = made(REFUND);
    bench.look(refundBody("ON_TERMINAL"));
    assert.equal(bench.asked.at(-1), `GET /refund/${REFUND_INTENT}`);
    bench.look(refundBody("FINISHED"));
    bench.answer("look", 200, paymentBody("approved"));
    assert.equal(bench.isSettled, false);
    bench.look(paymentBody("refunded", { transaction_amount_refunded: 15 }));
    assert(bench.settled?.kind === "approved");
    assert.deepEqual(bench.settled.amounts, { approved: money(1_500) });
    assert.equal(bench.all("settle")[0]?.movement, `mercado-pago/refund/${PAYMENT}`);
  });

  for (const [state, kind] of [
    ["CANCELED", "canceled"],
    ["ABANDONED", "canceled"],
    ["ERROR", "declined"],
  ] as const) {
    it(`that is ${state} is ${kind} where the payment stands`, () => {
      const bench = made(REFUND);
      bench.look(refundBody(state));
      bench.answer("look", 200, paymentBody("approved"));
      assert.equal(bench.settled?.kind, kind);
    });
  }

  it("is taken back while it is open", () => {
    const bench = made(REFUND);
    bench.give({ kind: "cancelAsked" });
    assert.equal(bench.asked.at(-1), `DELETE /devices/${TERMINAL}/refund/${REFUND_INTENT}`);
  });

  it("that the vendor refuses because something waits is a doubt: there is no list of refunds", () => {
    const bench = opened(REFUND);
    bench.answer("check", 200, paymentBody("approved"));
    bench.answer("create", 409, CONFLICT);
    assert.deepEqual(
      [bench.all("remember")[0]?.data, bench.doubt?.since],
      [{ version: 1, conflict: true }, "terminal"],
    );
  });

  for (const [what, status, body] of [
    ["given back before", 200, paymentBody("refunded", { transaction_amount_refunded: 15 })],
    ["partly given back before", 200, paymentBody("approved", { transaction_amount_refunded: 1 })],
    ["of another amount", 200, paymentBody("approved", { transaction_amount: 16, transaction_details: {} })],
    ["in another currency", 200, paymentBody("approved", { currency_id: "MXN" })],
    ["rejected", 200, paymentBody("rejected")],
    ["not known", 404, { error: "not_found", message: "Payment not found" }],
  ] as const) {
    it(`of a payment that is ${what} is refused, and nothing leaves`, () => {
      const bench = opened(REFUND);
      bench.answer("check", status, body);
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.committed], ["refused", []]);
    });
  }

  for (const [what, happens, kind] of [
    ["whose payment cannot be read", (bench: Bench) => bench.lose("check"), "notPerformed"],
    ["that is canceled before", (bench: Bench) => bench.give({ kind: "cancelAsked" }), "canceled"],
    ["whose account goes away", (bench: Bench) => bench.give({ kind: "linkLost", loss: "failed" }), "notPerformed"],
  ] as const) {
    it(`${what} does not leave`, () => {
      const bench = opened(REFUND);
      happens(bench);
      assert.deepEqual([bench.settled?.kind, bench.committed], [kind, []]);
    });
  }

  for (const [what, order] of [
    ["a part", orderOf({ type: "refund", amount: money(500), original: { transaction: "x" } }, SOLD)],
    [
      "a payment that is not named",
      orderOf({ type: "refund", original: { transaction: "x" } }, { terminalReferences: {} }),
    ],
    ["a refund", orderOf({ type: "refund", original: { transaction: "x" } }, { ...SOLD, type: "refund" })],
  ] as const) {
    it(`of ${what} cannot be asked for`, () => {
      const bench = opened(order);
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.asked], ["unsupported", []]);
    });
  }
});
