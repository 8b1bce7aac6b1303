import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { plainText, readPayment, wordIn } from "../../../src/drivers/poynt/payment.ts";

const CARD = "4111111111111111";

describe("a text of the terminal", () => {
  it("is cut, and a card number that the cut would halve is masked all the same", () => {
    assert.equal(wordIn(`${"x".repeat(60)}${CARD}`), `${"x".repeat(60)}****`);
    assert.equal(plainText(`${"x".repeat(196)}4111-1111-1111-1111`), `${"x".repeat(196)}****`);
    assert.equal(wordIn(`   ${CARD}   `), "************1111");
    assert.equal(wordIn(`  ${"x".repeat(100)}`), "x".repeat(64));
  });
});

describe("an amount of the terminal", () => {
  const told = (amounts: JsonObject) => readPayment({ transactions: [{ amounts }] })?.tenders[0];

  it("that is a card's number is no amount, and nobody believes the tender", () => {
    assert.equal(told({ transactionAmount: 1250, tipAmount: Number(CARD) })?.tipMinor, undefined);
    assert.equal(told({ transactionAmount: Number(CARD) })?.amountMinor, undefined);
    assert.equal(told({ transactionAmount: 1250 })?.tipMinor, 0);
    assert.equal(told({ transactionAmount: 1250 })?.amountMinor, 1250);
  });
});
