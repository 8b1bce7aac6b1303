import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "../../../src/core/operation.ts";
import { operationMachine } from "../../../src/drivers/mercado-pago/operation.ts";
import {
  Bench,
  mxn,
  ORDER,
  OTHER_REFUND,
  PAID,
  PAYMENT,
  REFUND,
  refundItem,
  refundOrder,
  refunded,
  refusal,
  settingsWith,
  told,
  toldAs,
  TRANSACTION,
} from "./support.ts";

const opened = (changes: Partial<Operation> = {}): Bench =>
  new Bench(operationMachine(refundOrder(changes), settingsWith())).open();

function asked(changes: Partial<Operation> = {}, before = PAID): Bench {
  const bench = opened(changes);
  bench.answer("before", before);
  return bench;
}

const WHOLE = refunded([refundItem()], { status: "refunded", status_detail: "refunded" });

describe("a refund", () => {
  it("looks at the order first, and is one request that commits, with a key of its own", () => {
    const bench = opened();
    assert.deepEqual([bench.asked, bench.committed], [[{ kind: "getOrder", order: ORDER }], []]);
    bench.answer("before", PAID);
    const [committed, ...more] = bench.committed;
    assert.deepEqual(
      [committed?.message, more],
      [{ kind: "refundOrder", order: ORDER, key: `${TRANSACTION}-refund` }, []],
    );
    assert.deepEqual(committed?.commits, {
      what: "request",
      ticket: TRANSACTION,
      references: { orderId: ORDER, paymentId: PAYMENT, refundAmount: "24.90", refund: "whole", access: "v1" },
    });
  });

  it("of a part names the payment and the amount, and what was refunded before", () => {
    const before = refunded([refundItem({ id: OTHER_REFUND, amount: "5.00" })], {}, { refunded_amount: "5.00" });
    const bench = asked({ amount: mxn(500) }, before);
    const [committed] = bench.committed;
    assert(committed?.message.kind === "refundOrder" && committed.commits?.what === "request");
    assert.deepEqual(committed.message.part, { payment: PAYMENT, amount: "5.00" });
    const { earlierRefunds, earlierAmount } = committed.commits.references ?? {};
    assert.deepEqual([earlierRefunds, earlierAmount], [OTHER_REFUND, "5.00"]);
  });

  it("of the whole amount is the whole, and of the rest is a part", () => {
    assert.equal(asked({ amount: mxn(2_490) }).askedOf("refundOrder")[0]?.part, undefined);
    const before = refunded([refundItem({ id: OTHER_REFUND, amount: "5.00" })], {}, { refunded_amount: "5.00" });
    assert.equal(asked({ amount: mxn(1_990) }, before).askedOf("refundOrder")[0]?.part?.amount, "19.90");
  });

  it("that was done is approved and final, and remembered before that", () => {
    const bench = asked();
    const effects = bench.answer("refund", WHOLE);
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ["remember", "settle", "done"],
    );
    assert.deepEqual(bench.all("remember")[0]?.data, { version: 1, order: ORDER, refund: REFUND });
    assert.equal(bench.all("settle")[0]?.movement, `mercado-pago/${REFUND}`);
    assert(bench.settled?.kind === "approved");
    assert.deepEqual(
      [bench.settled.final, bench.settled.amounts?.approved, bench.settled.terminalReferences?.["refundId"]],
      [true, mxn(2_490), REFUND],
    );
  });

  it("in process is approved and not final", () => {
    const bench = asked();
    bench.answer("refund", refunded([refundItem({ status: "processing" })]));
    assert(bench.settled?.kind === "approved");
    assert.equal(bench.settled.final, false);
  });

  it("of a void is a refund of the whole", () => {
    assert.equal(asked({ type: "void" }).askedOf("refundOrder")[0]?.part, undefined);
  });

  for (const [what, changes, before, words] of [
    ["of more than was paid", { amount: mxn(2_491) }, PAID, /24.90 MXN are left/],
    [
      "of more than is left",
      { amount: mxn(2_000) },
      refunded([refundItem({ amount: "5.00" })], {}, { refunded_amount: "5.00" }),
      /19.90 MXN are left/,
    ],
    [
      "of the whole where a part is gone",
      {},
      refunded([refundItem({ amount: "5.00" })], {}, { refunded_amount: "5.00" }),
      /name the amount of the rest/,
    ],
    ["of what was not paid", {}, toldAs("at_terminal"), /nothing to refund/],
    ["of what is gone back", {}, toldAs("refunded"), /nothing to refund/],
    ["of another payment", {}, told({}, { id: "PAY01JQ4S4KY8HWQ6NA5PXD9C2C8H" }), /no payment/],
    ["in another currency", {}, told({ currency: "ARS" }), /it is in ARS/],
    ["of an amount that cannot be read", {}, told({}, { paid_amount: "much" }), /does not tell what was paid/],
  ] as const) {
    it(`${what} is not sent`, () => {
      const bench = asked(changes, before);
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.committed], ["refused", []]);
      assert.match(bench.settled.vendor?.text ?? "", words);
    });
  }

  it("of a refund is not sent: it would give back more of the sale", () => {
    for (const type of ["refund", "void"] as const) {
      const order = refundOrder({ amount: mxn(500) });
      const { terminalReferences } = order.original ?? { terminalReferences: {} };
      const ofRefund = { ...order, original: { type, terminalReferences, approved: mxn(500) } };
      const bench = new Bench(operationMachine(ofRefund, settingsWith())).open();
      assert.deepEqual([bench.settled?.kind, bench.asked], ["notPerformed", []]);
    }
  });

  it("whose order is not known is not sent", () => {
    const bench = opened();
    bench.answer("before", refusal(404, "order_not_found"));
    assert(bench.settled?.kind === "notPerformed");
    assert.equal(bench.settled.reason, "refused");
  });

  it("goes on looking until it can be told apart, and nothing is sent before", () => {
    const bench = opened();
    bench.lose("before");
    bench.elapse(4_000);
    bench.answer("before", refusal(503, "x"));
    bench.elapse(4_000);
    assert.equal(bench.isOpen("before"), true);
    bench.give({ kind: "deadline" });
    assert.deepEqual([bench.settled?.kind, bench.committed], ["notPerformed", []]);
  });

  it("can be canceled before it is sent, and not after", () => {
    const before = opened();
    before.give({ kind: "cancelAsked" });
    assert.equal(before.settled?.kind, "canceled");
    const after = asked();
    after.give({ kind: "cancelAsked" });
    assert.deepEqual([after.settled, after.ended], [undefined, false]);
  });
});

describe("a refund's answer", () => {
  for (const [status, code] of [
    [400, "unsupported_partially_refunds"],
    [403, "partial_refund_forbidden_with_tips"],
    [409, "refund_period_exceeded"],
    [422, "payment_not_refundable"],
    [425, "order_payment_not_yet_enabled_for_refund"],
    [428, "insufficient_money_for_refund"],
    [401, "user_not_authorized"],
  ] as const) {
    it(`${status} ${code} says that nothing was taken`, () => {
      const bench = asked();
      bench.answer("refund", refusal(status, code));
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.settled.vendor?.code], ["refused", code]);
    });
  }

  for (const [what, answer, alarm] of [
    ["500", (bench: Bench) => bench.answer("refund", refusal(500, "x")), undefined],
    ["423", (bench: Bench) => bench.answer("refund", refusal(423, "resource_locked")), undefined],
    ["429", (bench: Bench) => bench.answer("refund", refusal(429, "x")), undefined],
    [
      "a used key",
      (bench: Bench) => bench.answer("refund", refusal(409, "idempotency_key_already_used")),
      "idempotencyKeyUsed",
    ],
    ["a lost answer", (bench: Bench) => bench.lose("refund"), undefined],
    ["no refund in it", (bench: Bench) => bench.answer("refund", PAID), "resultNotBelieved"],
    [
      "two that are alike",
      (bench: Bench) => bench.answer("refund", refunded([refundItem(), refundItem({ id: OTHER_REFUND })])),
      "resultNotBelieved",
    ],
    [
      "another amount",
      (bench: Bench) => bench.answer("refund", refunded([refundItem({ amount: "20.00" })])),
      "resultNotBelieved",
    ],
    ["a new word", (bench: Bench) => bench.answer("refund", refunded([refundItem({ status: "on_hold" })])), undefined],
    ["the limit", (bench: Bench) => bench.give({ kind: "deadline" }), undefined],
  ] as const) {
    it(`${what} is a doubt`, () => {
      const bench = asked();
      answer(bench);
      assert.deepEqual([bench.settled, bench.doubt?.alarm, bench.ended], [undefined, alarm, true]);
      assert.notEqual(bench.doubt, undefined);
    });
  }
});
