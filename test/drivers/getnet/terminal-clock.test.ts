import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { COMMANDS } from "../../../src/drivers/getnet/messages.ts";
import { clockToldBy } from "../../../src/drivers/getnet/terminal-clock.ts";
import { record, reply } from "./support.ts";

const told = (fields: object) => clockToldBy(reply(COMMANDS.sale, 0, { ...record(), ...fields }));

describe("what a reply tells of the terminal's clock", () => {
  it("is the real date of a sale, and the time of a refund, without a zone", () => {
    const reading = { kind: "clockTold", localTime: "2026-01-02T03:04:05" };

    assert.deepEqual(told({ RealDate: "2026-01-02 03:04:05" }), [reading]);
    assert.deepEqual(told({ RealDate: "2026-01-02T03:04:05.927722" }), [reading]);
    assert.deepEqual(clockToldBy(reply(COMMANDS.refund, 0, { DateTime: "2026-01-02 03:04:05" })), [reading]);
  });

  const nothing: Readonly<Record<string, unknown>> = {
    "no date": "",
    "a day without a time": "2026-01-02",
    "a time that cannot be": "2026-13-02 03:04:05",
    "a time with a zone, which is no clock on a wall": "2026-01-02T03:04:05Z",
    "a number": 1_767_323_045,
    "a text around it": "at 2026-01-02 03:04:05",
  };
  for (const [name, value] of Object.entries(nothing)) {
    it(`is nothing where there is ${name}`, () => assert.deepEqual(told({ RealDate: value }), []));
  }
});
