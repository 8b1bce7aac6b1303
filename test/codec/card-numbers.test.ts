import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { array, assert as hold, constantFrom, integer, property, string } from "../support/properties.ts";
import {
  holdsIssuedCard,
  maskAllButLast4,
  maskCardNumber,
  maskCardNumbers,
  maskIssuedCards,
} from "../../src/codec/card-numbers.ts";

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
    ["letters against it", "PAN4111111111111111X", "PAN************1111X"],
    ["dots", "4111.1111.1111.1111", "****.****.****.1111"],
    ["slashes", "4111/1111/1111/1111", "****/****/****/1111"],
    ["underscores", "4111_1111_1111_1111", "****_****_****_1111"],
    ["two blanks", "4111  1111  1111  1111", "****  ****  ****  1111"],
    ["one gap wider than the others", "4111 1111  1111 1111", "**** ****  **** 1111"],
    ["blanks that do not break", "4111\u00a01111\u202f1111\u20071111", "****\u00a0****\u202f****\u20071111"],
    ["a dot behind every digit", "4.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1", "*.*.*.*.*.*.*.*.*.*.*.*.1.1.1.1"],
    ["what is not seen", "4111\u200b1111\u00ad1111\ufeff1111", "****\u200b****\u00ad****\ufeff1111"],
    [
      "NUL behind every digit",
      "4111111111111111".replace(/\B/g, "\0"),
      "4111111111111111".replace(/\B/g, "\0").replace(/\d(?=(?:\0\d){4})/g, "*"),
    ],
    ["the groups of American Express", "3400.000000.00009", "****.******.*0009"],
    ["wide digits", "４１１１１１１１１１１１１１１１", "************１１１１"],
    ["Arabic digits", "٤١١١ ١١١١ ١١١١ ١١١١", "**** **** **** ١١١١"],
    ["digits of two code units", "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏", "************𝟏𝟏𝟏𝟏"],
    ["amounts before it", "12.50 4111.1111.1111.1111", "12.50 ****.****.****.1111"],
    ["its tag of a chip in hexadecimal", "9F3501225A084111111111111111", "9F3501225A08************1111"],
    ["ASCII in hexadecimal", "34313131313131313131313131313131", "*".repeat(32)],
  ] as const) {
    it(`finds one with ${what}`, () => assert.equal(maskCardNumbers(text), masked));
  }

  for (const [what, text, masked] of [
    [
      "track 1",
      "%B4111111111111111^DOE/JANE^2812101000000?",
      `%B${"*".repeat(12)}1111^${"*".repeat(8)}^${"*".repeat(13)}?`,
    ],
    ["track 2", ";4111111111111111=2812101?", ";************1111=*******?"],
    ["track 2 of a number that fails its check", ";4111111111111112=2812101?", ";************1112=*******?"],
    ["track 2 of a chip", "57114111111111111111D28121015F", "**************111111D*********"],
  ] as const) {
    it(`hides the whole of ${what}`, () => {
      const hidden = maskCardNumbers(text);
      assert.doesNotMatch(hidden, /411111|28121|JANE/);
      assert.equal(hidden.length, masked.length);
    });
  }

  for (const text of [
    "57114111111111111111D2812101F5015",
    "8d2a555555558863d1234f5a5838af3",
    ";4111111111111111=2812101F00F00F?",
  ]) {
    it(`finds no more in ${text} when it looks at it again: whatever follows the filling is of the track as well`, () => {
      for (const mask of [maskCardNumbers, maskIssuedCards]) {
        const masked = mask(text);
        assert.notEqual(masked, text);
        assert.equal(mask(masked), masked);
      }
    });
  }

  for (const text of [
    "cvv: 123",
    '"cvv2":"1234"',
    "CVC = 123",
    '\\"securityCode\\": \\"987\\"',
    "pinBlock=0123456789abcdef",
  ]) {
    it(`hides the code in ${text}`, () => assert.doesNotMatch(maskCardNumbers(text), /123|987/));
  }

  it("leaves no number of a scheme to be read, whatever stands around it", () => {
    const noise = string({ unit: constantFrom("0", "7", " ", "-", "a", "="), maxLength: 8 });
    hold(
      property(constantFrom(...NUMBERS), noise, noise, (number, before, behind) => {
        const hidden = number.length - 4;
        const masked = maskCardNumbers(`${before}${number}${behind}`).slice(before.length);
        assert.match(masked.slice(0, hidden), /^\*+$/, masked);
      }),
      { numRuns: 3000 },
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

  for (const text of [
    "3f2a4111-1111-4111-8111-111111111111",
    "10/04/2026 12.50 3.00 15.50 1.000,00 4.111,11",
    "192.168.100.200:4111",
    "carbon copy: 123",
    "cvv = 12500",
  ]) {
    it(`keeps ${text}`, () => assert.equal(maskCardNumbers(text), text));
  }

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

describe("what looks like a card that somebody issued", () => {
  for (const number of [
    "4111111111111111",
    "5500005555555559",
    "340000000000009",
    "36000000000008",
    "6011000000000004",
  ]) {
    it(`is hidden in text of any meaning: ${number}`, () => {
      assert.doesNotMatch(
        maskIssuedCards(`order ${number}, 16${number}, ${number}2812`),
        new RegExp(number.slice(0, 8)),
      );
    });
  }

  for (const [what, text] of [
    ["a time in milliseconds that passes the check", "1764421475125"],
    ["the number of an article", "4006381333931"],
    ["a number that no card begins with", "1234567812345670"],
    ["a number with a wrong check digit", "4111111111111112"],
    ["a time in one word", "20261129130435"],
    ["a CNPJ", "11.222.333/0001-81"],
    ["a longer number with one inside", "1641111111111111112"],
  ] as const) {
    it(`is not ${what}`, () => assert.equal(holdsIssuedCard(text), false));
  }

  it("is no time in milliseconds", () => {
    const start = Date.UTC(2026, 10, 29);
    const seen = Array.from({ length: 20_000 }, (_unused, each) => start + each * 99_991);
    assert.equal(seen.filter((time) => holdsIssuedCard(String(time))).length, 0);
  });

  it("is fewer than one in twenty of all numbers of sixteen digits", () => {
    let [seed, found] = [7, 0];
    const digit = () => (seed = (seed * 48_271) % 2_147_483_647) % 10;
    for (let each = 0; each < 20_000; each += 1) {
      if (holdsIssuedCard(Array.from({ length: 16 }, digit).join(""))) found += 1;
    }
    assert.ok(found > 0 && found < 1_000, String(found));
  });
});
