import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { array, assert as hold, constantFrom, integer, property, string } from "fast-check";
import { maskAllButLast4, maskCardNumber, maskCardNumbers } from "../../src/codec/card-numbers.ts";

/** The test numbers of the card schemes, and lengths 13 and 19. */
const NUMBERS = ["4111111111111111", "5500005555555559", "340000000000009", "4222222222222", "6304000000000000000"];

describe("masking card numbers", () => {
  for (const number of NUMBERS) {
    it(`hides all but the last four of ${number.length} digits`, () => {
      assert.equal(maskCardNumbers(`card ${number}.`), `card ${"*".repeat(number.length - 4)}${number.slice(-4)}.`);
    });
  }

  for (const [what, text, masked] of [
    ["blanks", "4111 1111 1111 1111", "**** **** **** 1111"],
    ["hyphens", "4111-1111-1111-1111", "****-****-****-1111"],
    ["an expiry date behind it", "4111111111111111 12/28", "**************11 12/28"],
    ["track data around it", ";4111111111111111=2812101?", ";************1111=2812101?"],
    ["letters against it", "PAN4111111111111111X", "PAN************1111X"],
  ] as const) {
    it(`finds one with ${what}`, () => assert.equal(maskCardNumbers(text), masked));
  }

  it("leaves no number of a scheme to be read, whatever stands around it", () => {
    const noise = string({ unit: constantFrom("0", "7", " ", "-", "a", "="), maxLength: 8 });
    hold(
      property(constantFrom(...NUMBERS), noise, noise, (number, before, behind) => {
        const hidden = number.length - 4;
        const masked = maskCardNumbers(`${before}${number}${behind}`).slice(before.length);
        assert.match(masked.slice(0, hidden), /^\*+$/, masked);
      }),
      { numRuns: 1000 },
    );
  });

  it("hides a run of digits that is too long to be anything", () => {
    assert.equal(maskCardNumbers("7".repeat(100_000)), "*".repeat(99_996) + "7777");
  });

  it("keeps short numbers and texts as they are", () => {
    hold(
      property(array(integer({ min: 0, max: 999_999_999_999 }), { maxLength: 3 }), (numbers) => {
        const text = numbers.join(" x ");
        assert.equal(maskCardNumbers(text), text);
      }),
    );
    assert.equal(maskCardNumbers("2026-01-02 03:04:05"), "2026-01-02 03:04:05");
  });

  it("masks numbers as well as texts, and every number that has lost digits", () => {
    assert.equal(maskCardNumber(4111111111111111), "************1111");
    assert.equal(maskCardNumber(12500), 12500);
    assert.equal(typeof maskCardNumber(6.304e18), "string");
  });

  it("cuts what is known to be an account to its last four", () => {
    assert.equal(maskAllButLast4("411111****1881"), "**********1881");
    assert.equal(maskAllButLast4("188"), "***");
  });
});
