import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { plainText, wordIn } from "../../../src/drivers/poynt/payment.ts";

const CARD = "4111111111111111";

describe("a text of the terminal", () => {
  it("is cut, and a card number that the cut would halve is masked all the same", () => {
    assert.equal(wordIn(`${"x".repeat(60)}${CARD}`), `${"x".repeat(60)}****`);
    assert.equal(plainText(`${"x".repeat(196)}4111-1111-1111-1111`), `${"x".repeat(196)}****`);
    assert.equal(wordIn(`   ${CARD}   `), "************1111");
    assert.equal(wordIn(`  ${"x".repeat(100)}`), "x".repeat(64));
  });
});
