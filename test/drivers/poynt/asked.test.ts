import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { askedOf, bodyTimeoutMs, requestOf } from "../../../src/drivers/poynt/asked.ts";
import { poyntWire } from "../../../src/drivers/poynt/codec.ts";
import { orderOf, ORDERS, originalOf, REQUEST_ID, SALE, SALE_ID, settingsWith, TRANSACTION, usd } from "./support.ts";

function sent(order: Order, settings: JsonObject = {}): { readonly path: string; readonly body: string } {
  const own = settingsWith(settings);
  const asked = askedOf(order, own);
  assert(asked.command !== "none", "it can be asked");
  const { path, body } = poyntWire.encode(requestOf(asked, order, REQUEST_ID, own));
  return { path, body: new TextDecoder().decode(body) };
}

const paymentIn = (operation: Operation, settings: JsonObject = {}): JsonObject =>
  (JSON.parse(sent(orderOf(operation), settings).body) as { payment: JsonObject }).payment;

/** Key order as the vendor's own client has it (poynt.md 1.5.3). */
describe("what is asked, byte for byte:", () => {
  const FLAGS =
    '"disableCash":true,"disableDebitCards":false,"disableTip":false,"skipReceiptScreen":false,"skipSignatureScreen":false,' +
    '"cashOnly":false,"multiTender":false,"creditOnly":false,"manualEntry":false';
  const card = `"payment":{"currency":"USD","referenceId":"${TRANSACTION}","amount":1000,${FLAGS}},"receiptPreference":{"receiptType":"NONE"}`;
  const head = `"poyntRequestId":"${REQUEST_ID}"`;
  const about = `${head},"transactionId":"${SALE_ID}","timeout":60000`;

  for (const [what, order, path, body] of [
    ["a sale", ORDERS.sale, "authorizeSales", `{${head},"timeout":60000,${card}}`],
    ["a pre-authorization", ORDERS.preauthorization, "authorizePreSales", `{${head},"timeout":60000,${card}}`],
    ["a capture", ORDERS.capture, "authorizeCompletion", `{${about},"payment":{"amount":1000}}`],
    ["an adjustment", ORDERS.adjustment, "authorizeAdjustment", `{${about},"payment":{"amount":1000,"tipAmount":200}}`],
    ["a void", ORDERS.void, "authorizeVoid", `{${about}}`],
    ["a release", ORDERS.release, "authorizeVoidPreSales", `{${about},"payment":{}}`],
    [
      "a refund of the whole",
      ORDERS.refund,
      "authorizeRefund",
      `{${about},"payment":{"references":[{"id":"${TRANSACTION}","type":"CUSTOM","customType":"referenceId"}]}}`,
    ],
    [
      "a refund of a part",
      orderOf({ type: "refund", amount: usd(300), original: { transaction: "older" } }, originalOf("capture")),
      "authorizeRefund",
      `{${about},"payment":{"amount":300,"references":[{"id":"${TRANSACTION}","type":"CUSTOM","customType":"referenceId"}]}}`,
    ],
    [
      "a refund without original",
      ORDERS.unreferenced,
      "authorizeNonRefRefund",
      `{${head},"timeout":60000,"payment":{"amount":1000,"references":[{"id":"${TRANSACTION}","type":"CUSTOM","customType":"referenceId"}]}}`,
    ],
    ["a settlement", ORDERS.reconciliation, "settle", `{${head},"timeout":60000,"settlementRequest":{}}`],
  ] as const) {
    it(what, () => assert.deepEqual(sent(order), { path: `/devices/cat/${path}`, body }));
  }
});

describe("a sale carries", () => {
  it("tip and cashback on top of its amount", () => {
    const { amount, tipAmount, cashbackAmount } = paymentIn({ ...SALE, tip: usd(100), cashback: usd(2_000) });
    assert.deepEqual([amount, tipAmount, cashbackAmount], [1_000, 100, 2_000]);
  });

  it("a tip of nothing only where the POS says so, since a preset tip skips the screen", () => {
    assert.equal(paymentIn({ ...SALE, tip: usd(0) })["tipAmount"], 0);
    assert.equal("tipAmount" in paymentIn(SALE), false);
  });

  it("the POS's own reference, and what else it wants to find it by", () => {
    const operation: Operation = {
      ...SALE,
      reference: "order 7",
      vendor: {
        references: [
          { id: "stay-1", type: "POYNT_STAY" },
          { id: "x", customType: "mine" },
        ],
        notes: "table 4",
      },
    };
    const { references, notes } = paymentIn(operation);
    assert.deepEqual(references, [
      { id: "order 7", type: "CUSTOM", customType: "externalReferenceId" },
      { id: "stay-1", type: "POYNT_STAY" },
      { id: "x", type: "CUSTOM", customType: "mine" },
    ]);
    assert.equal(notes, "table 4");
  });

  it("several tenders only where the POS allows them", () => {
    assert.equal(paymentIn({ ...SALE, options: { tenders: true } })["multiTender"], true);
    assert.equal(paymentIn({ ...SALE, options: { tenders: false } })["multiTender"], false);
  });

  it("what the issuer said on the telephone", () => {
    const { offlineAuth, offlineApprovalCode } = paymentIn({ ...SALE, vendor: { voiceApprovalCode: "123456" } });
    assert.deepEqual([offlineAuth, offlineApprovalCode], [true, "123456"]);
  });

  it("the flags that the POS sets, and the technician's where it does not", () => {
    const { disableCash, disableTip, creditOnly, disableEMVCL } = paymentIn(
      { ...SALE, vendor: { creditOnly: true, disableEMVCL: false } },
      { disableTip: true, disableCash: false },
    );
    assert.deepEqual([disableCash, disableTip, creditOnly, disableEMVCL], [false, true, true, false]);
    assert.equal("debitOnly" in paymentIn(SALE), false);
  });

  it("no ban on cash where the POS wants cash", () => {
    const { cashOnly, disableCash } = paymentIn({ ...SALE, vendor: { cashOnly: true } });
    assert.deepEqual([cashOnly, disableCash], [true, false]);
  });

  it("the cart", () => {
    const order = { items: [{ name: "Tee, grün", unitPrice: 250, quantity: 2 }] };
    assert.deepEqual(paymentIn({ ...SALE, vendor: { order } })["order"], order);
    assert.match(sent(orderOf({ ...SALE, vendor: { order } })).body, /Tee, gr\\u00fcn/);
  });

  for (const [what, operation, settings, receiptPreference] of [
    ["the technician's choice of a receipt", SALE, { receiptType: "PAPER" }, { receiptType: "PAPER" }],
    ["the POS's choice of a receipt", { ...SALE, options: { print: true } }, {}, { receiptType: "PAPER" }],
    [
      "the POS's wish for none",
      { ...SALE, options: { print: false } },
      { receiptType: "PAPER" },
      { receiptType: "NONE" },
    ],
    [
      "an address for the receipt",
      { ...SALE, vendor: { receiptPreference: { receiptType: "EMAIL", recipient: "a@b.example" } } },
      {},
      { receiptType: "EMAIL", recipient: "a@b.example" },
    ],
  ] as const) {
    it(what, () => {
      const body = JSON.parse(sent(orderOf(operation), settings).body) as JsonObject;
      assert.deepEqual(body["receiptPreference"], receiptPreference);
    });
  }

  it("how long the terminal may take, as the POS wants it", () => {
    const operation: Operation = { ...SALE, options: { timeoutSeconds: 120 } };
    assert.equal(bodyTimeoutMs(operation, settingsWith()), 120_000);
    assert.match(sent(orderOf(operation)).body, /"timeout":120000,/);
  });
});

describe("what follows a transaction", () => {
  const original = { transaction: "older" };
  const command = (order: Order, settings: JsonObject = {}) => askedOf(order, settingsWith(settings)).command;

  it("is a void of a pre-authorization, or not, by what the original was", () => {
    const order = orderOf({ type: "void", original }, originalOf("preauthorization"));
    assert.equal(command(order), "voidPreSale");
    assert.equal(command(order, { voidPreSales: false }), "void");
    assert.equal(command(ORDERS.release, { voidPreSales: false }), "void");
    assert.equal(
      command(orderOf({ type: "void", original }, { terminalReferences: { transactionId: SALE_ID } })),
      "void",
    );
  });

  it("is asked about the whole, where no amount is given", () => {
    const asked = askedOf(ORDERS.refund, settingsWith());
    assert.deepEqual(asked, { command: "refund", transactionId: SALE_ID, askedMinor: 1_000 });
  });

  for (const [what, operation, given, why] of [
    ["a refund of a refund", { type: "refund", original }, originalOf("refund"), /follows sale or capture/],
    ["a capture of a void", { type: "capture", amount: usd(1), original }, originalOf("void"), /follows/],
    ["a release of a sale", { type: "releaseAuthorization", original }, originalOf("sale"), /follows preauthorization/],
    ["a void of nothing known", { type: "void", original }, undefined, /its original is not known/],
    [
      "a void of what has no id",
      { type: "void", original },
      originalOf("sale", { terminalReferences: { transactionId: "7" } }),
      /no transactionId/,
    ],
    [
      "a refund of a payment by several tenders",
      { type: "refund", original },
      originalOf("sale", { terminalReferences: { transactionId: SALE_ID, transactionId2: SALE_ID } }),
      /several tenders/,
    ],
    [
      "a refund of what was only authorized",
      { type: "refund", original },
      originalOf("sale", { terminalReferences: { transactionId: SALE_ID, action: "AUTHORIZE" } }),
      /only authorized/,
    ],
    ["a void of a part", { type: "void", amount: usd(999), original }, originalOf("sale"), /voids the whole/],
  ] as const) {
    it(`is not ${what}`, () => {
      const asked = askedOf(orderOf(operation, given), settingsWith());
      assert(asked.command === "none");
      assert.match(asked.why, why);
    });
  }

  it("is a void with the amount of the whole", () => {
    assert.equal(command(orderOf({ type: "void", amount: usd(1_000), original }, originalOf("sale"))), "void");
  });
});
