import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Operation } from "../../src/core/operation.ts";
import { cardNumberFault } from "../../src/daemon/admission.ts";

const NUMBER = "4111111111111111";
const sale: Operation = { type: "sale", amount: { value: 1250, currency: "CLP" } };
const refusalOf = (requestId: string, more: Partial<Operation> = {}) =>
  cardNumberFault({ terminal: "counter-1", requestId, operation: { ...sale, ...more } });

describe("an operation that says a card number", () => {
  for (const [field, how, fault] of [
    ["requestId", "alone", refusalOf(NUMBER)],
    ["operation.reference", "behind a word", refusalOf("1", { reference: `order ${NUMBER}` })],
    ["operation.reference", "in groups", refusalOf("1", { reference: "4111.1111.1111.1111" })],
    ["operation.reference", "as a track", refusalOf("1", { reference: ";4111111111111112=2812101?" })],
    ["operation.options", "in groups", refusalOf("1", { options: { employee: "4111-1111-1111-1111" } })],
    ["operation.vendor", "deep inside", refusalOf("1", { vendor: { notes: [{ text: NUMBER }] } })],
    ["operation.vendor", "as a number", refusalOf("1", { vendor: { number: Number(NUMBER) } })],
    ["operation.vendor", "as a name", refusalOf("1", { vendor: { [NUMBER]: true } })],
  ] as const) {
    it(`${how} in ${field} is refused, and not told what it was`, () => {
      assert.ok(fault.kind === "refused");
      assert.equal(fault.refusal.reason, "invalidParams");
      assert.match(JSON.stringify(fault.refusal), new RegExp(`${field} looks like the number of a card`));
      assert.doesNotMatch(JSON.stringify(fault.refusal), /4111/);
    });
  }

  for (const requestId of [
    "20261129130435123",
    "1764421475125",
    "01KBG5T4W4RJ8QXK2M3N",
    "3f2a4111-1111-4111-8111-111111111111",
    "4111111111111112",
    `A${NUMBER.slice(1)}`,
    "000000012345674",
  ]) {
    it(`is not ${requestId}`, () => {
      assert.equal(refusalOf(requestId, { reference: requestId }).kind, "done");
    });
  }

  it("is not one whose original bears a number that the vendor gave", () => {
    const original = { terminalReferences: { payment: NUMBER } };
    assert.equal(refusalOf("1", { type: "refund", original }).kind, "done");
  });
});
