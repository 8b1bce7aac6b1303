import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "../support/properties.ts";
import { decimalsOf, formatMoney, MAX_AMOUNT_MINOR, parseAmount } from "../../src/core/money.ts";
import { faultOf, type Operation } from "../../src/core/operation.ts";

describe("amounts that people type", () => {
  it("become minor units by the currency's decimals (ISO 4217)", () => {
    assert.deepEqual(parseAmount("12.50", "EUR"), { value: 1250, currency: "EUR" });
    assert.deepEqual(parseAmount("12.5", "EUR"), { value: 1250, currency: "EUR" });
    assert.deepEqual(parseAmount("12", "EUR"), { value: 1200, currency: "EUR" });
    assert.deepEqual(parseAmount("1250", "CLP"), { value: 1250, currency: "CLP" });
    assert.deepEqual(parseAmount("1.234", "KWD"), { value: 1234, currency: "KWD" });
  });

  it("are refused where the currency cannot hold them", () => {
    for (const [text, currency] of [
      ["12.505", "EUR"],
      ["12.5", "CLP"],
      ["-1", "EUR"],
      ["1e3", "EUR"],
      ["1,50", "EUR"],
      ["", "EUR"],
      ["1", "XXQ"],
      ["99999999999.99", "EUR"],
    ] as const) {
      assert.equal(parseAmount(text, currency), undefined, `${text} ${currency}`);
    }
  });

  it("read back what is shown, whatever the amount", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_AMOUNT_MINOR }),
        fc.constantFrom("EUR", "CLP", "KWD", "CLF"),
        (value, currency) => {
          const [text = ""] = formatMoney({ value, currency }).split(" ");
          assert.deepEqual(parseAmount(text, currency), { value, currency });
        },
      ),
    );
  });

  it("know how many decimals a currency has", () => {
    assert.deepEqual(["CLP", "EUR", "KWD", "CLF", "EURO"].map(decimalsOf), [0, 2, 3, 4, undefined]);
  });
});

describe("what a schema cannot say about an operation", () => {
  const eur = (value: number) => ({ value, currency: "EUR" });
  const field = (operation: Operation) => faultOf(operation)?.field;

  it("an amount where money moves, and not zero", () => {
    assert.equal(field({ type: "sale" }), "operation.amount");
    assert.equal(field({ type: "sale", amount: eur(0) }), "operation.amount.value");
    assert.equal(field({ type: "sale", amount: eur(1) }), undefined);
    assert.equal(field({ type: "refund" }), "operation.amount");
    assert.equal(field({ type: "refund", original: { transaction: "X" } }), undefined);
    assert.equal(field({ type: "void" }), "operation.original");
    assert.equal(field({ type: "reconciliation" }), undefined);
  });

  it("one currency, and one that ISO 4217 knows", () => {
    assert.equal(field({ type: "sale", amount: { value: 1, currency: "XXQ" } }), "operation.amount.currency");
    assert.equal(field({ type: "sale", amount: eur(1), tip: { value: 1, currency: "USD" } }), "operation.tip.currency");
  });

  it("a total within the limit", () => {
    assert.equal(field({ type: "sale", amount: eur(MAX_AMOUNT_MINOR), tip: eur(1) }), "operation.amount.value");
  });
});
