import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { textIn, wordIn } from "../../../src/drivers/mercado-pago/fields.ts";

const CARD = "4111 1111 1111 1111";

describe("a text of the vendor's", () => {
  for (const [what, read, longest] of [
    ["for people", textIn, 200],
    ["in a word", wordIn, 64],
  ] as const) {
    it(`${what} is cut, and a card number that reaches over the end is hidden`, () => {
      for (const shownDigits of [4, 12, 19]) {
        const before = "x".repeat(longest - shownDigits - 1);
        const shown = read(`  ${before} ${CARD} ${"y".repeat(1_000)}`) ?? "";
        assert.equal(shown.length, longest);
        assert.equal(/\d/.test(shown.slice(0, longest - 4)), false, shown);
        assert.equal(shown.includes("4111"), false);
      }
    });
  }
});
