import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, constantFrom, integer, property } from "../../support/properties.ts";
import { fromDecimal, toDecimal } from "../../../src/drivers/mercado-pago/amounts.ts";
import { settingsWith } from "./support.ts";

const of = (currency: string, clpDecimals = 0) => settingsWith({ currency, clpDecimals });

describe("an amount as the vendor takes it", () => {
  for (const [minor, currency, text] of [
    [2_490, "MXN", "24.90"],
    [5, "ARS", "0.05"],
    [100, "BRL", "1.00"],
    [1_500, "CLP", "1500"],
    [999_999_999_999, "MXN", "9999999999.99"],
    // Here a fraction of binary numbers would be wrong.
    [1_000_000_001, "ARS", "10000000.01"],
  ] as const) {
    it(`${minor} ${currency} is ${text}`, () => {
      assert.equal(toDecimal(minor, of(currency)), text);
      assert.equal(fromDecimal(text, currency), minor);
    });
  }

  it("of CLP has as many noughts as a technician says", () => {
    assert.equal(toDecimal(1_500, of("CLP", 2)), "1500.00");
    assert.equal(fromDecimal("1500.00", "CLP"), 1_500);
  });

  it("is read with fewer decimals than it could have", () => {
    assert.deepEqual(
      ["10", "10.5", "10.00", "10.5000"].map((text) => fromDecimal(text, "MXN")),
      [1_000, 1_050, 1_000, 1_050],
    );
  });

  for (const text of [
    "",
    "10.",
    ".5",
    "-1.00",
    "+1",
    "1e3",
    "1,00",
    "10.005",
    "010.00",
    " 1",
    "1 ",
    "٣",
    "99999999999999",
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => {
      assert.equal(fromDecimal(text, "MXN"), undefined);
    });
  }

  it("of CLP has no part", () => {
    assert.equal(fromDecimal("1500.50", "CLP"), undefined);
  });

  it("comes back as it went, whatever it is", () => {
    const amounts = property(
      integer({ min: 0, max: 999_999_999_999 }),
      constantFrom("ARS", "BRL", "CLP", "MXN"),
      integer({ min: 0, max: 2 }),
      (minor, currency, clpDecimals) => fromDecimal(toDecimal(minor, of(currency, clpDecimals)), currency) === minor,
    );
    hold(amounts);
  });
});
