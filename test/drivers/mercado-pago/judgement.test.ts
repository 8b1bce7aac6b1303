import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { judge, type Judgement } from "../../../src/drivers/mercado-pago/judgement.ts";
import { lateWord } from "../../../src/drivers/mercado-pago/late-word.ts";
import { ORDER, PAYMENT, SALE_ORDER, settingsWith, told, TRANSACTION } from "./support.ts";

const settings = settingsWith();

function judged(changes: JsonObject = {}, payment: JsonObject = {}, canceling?: "pos" | "limit"): Judgement {
  return judge({ order: SALE_ORDER, settings, canceling }, told(changes, payment).order);
}

const inStates = (order: string, payment: string, detail = payment, canceling?: "pos" | "limit") =>
  judged({ status: order, status_detail: order }, { status: payment, status_detail: detail }, canceling);

/** A judgement in a word. */
function wordOf(judgement: Judgement): string {
  if (judgement.kind !== "settles") return judgement.kind;
  const { verdict } = judgement;
  if (verdict.kind === "canceled") return `canceled by ${verdict.by}`;
  if (verdict.kind === "declined" || verdict.kind === "notPerformed") return `${verdict.kind} ${verdict.reason}`;
  return verdict.kind;
}

describe("an order that is paid", () => {
  it("is approved with what the payment says, and names itself for a refund", () => {
    assert.deepEqual(judged(), {
      kind: "settles",
      movement: `mercado-pago/${PAYMENT}`,
      verdict: {
        kind: "approved",
        partial: false,
        captured: true,
        final: true,
        amounts: { asked: { value: 2_490, currency: "MXN" }, approved: { value: 2_490, currency: "MXN" } },
        vendor: { code: "accredited", text: "accredited" },
        terminalReferences: {
          orderId: ORDER,
          paymentId: PAYMENT,
          externalReference: TRANSACTION,
          referenceId: "104927382511",
        },
        card: { brand: "visa", last4: "0042" },
      },
    });
  });

  it("with a tip is approved with the tip in it", () => {
    const judgement = judged({}, { paid_amount: "27.40", tip_amount: "2.50" });
    assert(judgement.kind === "settles" && judgement.verdict.kind === "approved");
    assert.deepEqual(judgement.verdict.amounts, {
      asked: { value: 2_490, currency: "MXN" },
      approved: { value: 2_740, currency: "MXN" },
      tip: { value: 250, currency: "MXN" },
    });
  });

  it("and refunded in part since is as it was", () => {
    assert.equal(wordOf(judged({ status_detail: "partially_refunded" }, { refunded_amount: "5.00" })), "approved");
  });

  for (const [what, changes, payment] of [
    ["for another reference", { external_reference: "OTHER" }, {}],
    ["for no reference", { external_reference: null }, {}],
    ["in another currency", { currency: "ARS" }, {}],
    ["for another terminal", { config: { point: { terminal_id: "PAX_A910__OTHER" } } }, {}],
    ["of another type", { type: "qr" }, {}],
    ["of another amount", {}, { amount: "24.91" }],
    ["of no amount", {}, { amount: null }],
    ["of a number that is rounded", {}, { amount: 24.9 }],
    ["with less than was asked", {}, { paid_amount: "20.00" }],
    ["with more than was asked", {}, { paid_amount: "24.91" }],
    ["with more than the tip explains", {}, { paid_amount: "27.41", tip_amount: "2.50" }],
    ["with an amount that is none", {}, { paid_amount: "24,90" }],
    ["with a tip that is none", {}, { tip_amount: "much" }],
  ] as const) {
    it(`${what} is not believed`, () => {
      assert.equal(wordOf(judged(changes, payment)), "notBelieved");
    });
  }

  it("with two payments is not believed, with none it is not told yet", () => {
    const payment = { id: PAYMENT, status: "processed", amount: "24.90", paid_amount: "24.90" };
    assert.equal(wordOf(judged({ transactions: { payments: [payment, payment] } })), "notBelieved");
    assert.equal(wordOf(judged({ transactions: {} })), "unclear");
  });

  it("without what was paid is not told yet", () => {
    assert.equal(wordOf(judged({}, { paid_amount: null })), "unclear");
  });
});

describe("an order by its own state and its payment's:", () => {
  for (const [order, payment, word] of [
    ["created", "created", "lives"],
    ["at_terminal", "at_terminal", "lives"],
    ["at_terminal", "created", "lives"],
    ["created", "processed", "unclear"],
    ["at_terminal", "processed", "unclear"],
    ["at_terminal", "failed", "unclear"],
    ["at_terminal", "canceled", "unclear"],
    ["processed", "processed", "approved"],
    // The payment's own state counts, whatever the order is called.
    ["canceled", "processed", "approved"],
    ["expired", "processed", "approved"],
    ["failed", "processed", "approved"],
    ["action_required", "processed", "vendorDoubts"],
    ["processed", "failed", "notBelieved"],
    ["processed", "canceled", "notBelieved"],
    ["processed", "at_terminal", "unclear"],
    ["processed", "created", "unclear"],
    ["failed", "failed", "declined other"],
    ["canceled", "canceled", "canceled by operator"],
    ["expired", "expired", "canceled by terminalTimeout"],
    ["expired", "created", "canceled by terminalTimeout"],
    ["canceled", "created", "canceled by operator"],
    ["failed", "created", "declined other"],
    // It may have been paid in the last moment.
    ["expired", "at_terminal", "unclear"],
    ["canceled", "at_terminal", "unclear"],
    ["refunded", "refunded", "notPerformed reversed"],
    ["action_required", "action_required", "vendorDoubts"],
    ["action_required", "at_terminal", "vendorDoubts"],
    ["action_required", "canceled", "vendorDoubts"],
    ["on_the_moon", "on_the_moon", "unclear"],
    ["on_the_moon", "created", "unclear"],
  ] as const) {
    it(`${order} with ${payment} is ${word}`, () => {
      assert.equal(wordOf(inStates(order, payment)), word);
    });
  }

  it("a payment in review is not declined: nobody knows", () => {
    const judgement = inStates("failed", "failed", "in_review");
    assert(judgement.kind === "vendorDoubts");
    assert.match(judgement.why, /do not charge again/);
  });

  it("an order that left the terminal without a result tells the cashier where to look", () => {
    const judgement = inStates("action_required", "action_required", "check_on_terminal");
    assert(judgement.kind === "vendorDoubts");
    assert.match(judgement.why, /look at the terminal/);
  });
});

describe("who has canceled", () => {
  for (const [detail, canceling, by] of [
    ["canceled_by_api", "pos", "pos"],
    ["canceled_by_api", "limit", "terminalTimeout"],
    ["canceled", "pos", "pos"],
    ["canceled_on_terminal", "pos", "operator"],
    ["canceled_on_terminal", undefined, "operator"],
    // Another program, or somebody in the seller's account.
    ["canceled_by_api", undefined, "operator"],
  ] as const) {
    it(`is ${by} where ${detail} follows ${canceling ?? "nothing of ours"}`, () => {
      assert.equal(wordOf(inStates("canceled", "canceled", detail, canceling)), `canceled by ${by}`);
    });
  }
});

describe("why a payment was declined", () => {
  for (const [detail, reason] of [
    ["insufficient_amount", "insufficientFunds"],
    ["card_disabled", "cardBlocked"],
    ["required_call_for_authorize", "callIssuer"],
    ["amount_limit_exceeded", "limitExceeded"],
    ["bad_filled_card_data", "cardReadFailed"],
    ["invalid_installments", "cardNotAccepted"],
    ["processing_error", "hostUnavailable"],
    ["rejected_by_issuer", "other"],
    ["high_risk", "other"],
  ] as const) {
    it(`${detail} is ${reason}, and the vendor's own word goes along`, () => {
      const judgement = inStates("failed", "failed", detail);
      assert.equal(wordOf(judgement), `declined ${reason}`);
      assert(judgement.kind === "settles");
      assert.equal(judgement.verdict.vendor?.code, detail);
    });
  }
});

describe("late evidence", () => {
  it("is what an order says by its own figures, for the transaction of its reference", () => {
    const late = lateWord(told().order, settings);
    assert.deepEqual(
      [late?.ticket, late?.verdict.kind, late?.movement],
      [TRANSACTION, "approved", `mercado-pago/${PAYMENT}`],
    );
  });

  it("takes nothing from a sale that was refunded since", () => {
    const late = lateWord(
      told({ status: "refunded" }, { status: "refunded", refunded_amount: "24.90" }).order,
      settings,
    );
    assert.equal(late?.verdict.kind, "approved");
  });

  it("is none of an order that lives, that nobody knows the end of, or that is not ours", () => {
    for (const order of [
      told({ status: "at_terminal" }, { status: "at_terminal" }).order,
      told({ status: "action_required" }, { status: "action_required" }).order,
      told({ external_reference: null }).order,
      told({ config: { point: { terminal_id: "PAX_A910__OTHER" } } }).order,
    ]) {
      assert.equal(lateWord(order, settings), undefined);
    }
  });
});
