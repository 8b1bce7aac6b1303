import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OPERATION_TYPES, type Operation } from "../../../src/core/operation.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { CapabilitiesSchema } from "../../../src/core/terminal.ts";
import { getnetSettingsSchema } from "../../../src/drivers/getnet/settings.ts";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { REFUND, REPRINT, SALE, settingsWith, VOID } from "./support.ts";

const SETTINGS = settingsWith();
const refuses = (operation: Operation) => getnet.refuses(operation, SETTINGS)?.reason;
const eur = { value: 100, currency: "EUR" };
const clp = { value: 100, currency: "CLP" };
const named = (terminalReferences: Readonly<Record<string, string>>) => ({ original: { terminalReferences } });

describe("the settings", () => {
  it("need a currency, and nothing else", () => {
    const empty = withDefaults(getnetSettingsSchema, {});
    assert.deepEqual(
      schemaFaults(getnetSettingsSchema, empty).map(({ field }) => field),
      ["currency"],
    );
    assert.deepEqual(schemaFaults(getnetSettingsSchema, SETTINGS), []);
  });

  it("keep the ticket within what is unique and what fits", () => {
    for (const ticketLength of [9, 21]) {
      assert.equal(schemaFaults(getnetSettingsSchema, { ...SETTINGS, ticketLength }).length, 1);
    }
  });
});

describe("before acceptance", () => {
  it("refuses what has no command", () => {
    const refused = OPERATION_TYPES.filter(
      (type) => refuses({ type, amount: clp, ...named({ operationId: "1", authorizationCode: "A" }) }) !== undefined,
    );
    assert.deepEqual(refused, [
      "preauthorization",
      "incrementAuthorization",
      "capture",
      "releaseAuthorization",
      "adjustment",
      "balance",
      "verification",
    ]);
    assert.equal(refuses({ type: "preauthorization", amount: clp }), "unsupportedOperation");
  });

  for (const [what, operation, reason] of [
    ["a refund without original", { type: "refund", amount: clp }, "unsupportedOperation"],
    ["another currency", { type: "sale", amount: eur }, "unsupportedCurrency"],
    ["another currency in a refund", { ...REFUND, amount: eur }, "unsupportedCurrency"],
    ["a tip", { ...SALE, tip: { value: 1, currency: "CLP" } }, "unsupportedOperation"],
    ["cashback", { ...SALE, cashback: { value: 1, currency: "CLP" } }, "unsupportedOperation"],
    ["installments", { ...SALE, installments: 3 }, "unsupportedOperation"],
    ["a sale of nothing", { type: "sale", amount: { value: 0, currency: "CLP" } }, "amountOutOfRange"],
    ["an employee that is no number", { ...SALE, options: { employee: "ana" } }, "invalidParams"],
    ["an unknown sale type", { ...SALE, options: { saleType: "7" } }, "invalidParams"],
    ["vendor fields, which could carry card data", { ...SALE, vendor: { track2: "x" } }, "invalidParams"],
    ["a void by no OperationId", { type: "void", ...named({ operationId: "x" }) }, "invalidParams"],
    ["a refund by no AuthorizationCode", { type: "refund", amount: clp, ...named({}) }, "invalidParams"],
    ["a refund of an unknown amount", { type: "refund", ...named({ authorizationCode: "A" }) }, "invalidParams"],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(refuses(operation), reason));
  }

  for (const [what, operation] of [
    ["a sale", SALE],
    ["a sale with a tip of nothing", { ...SALE, tip: { value: 0, currency: "CLP" } }],
    ["a sale with choices", { ...SALE, options: { employee: "0", saleType: "saleAffects", partial: true } }],
    ["a void of ours", VOID],
    ["a void by the terminal's reference", { type: "void", ...named({ operationId: "17" }) }],
    ["a refund of ours", REFUND],
    ["a reconciliation", { type: "reconciliation" }],
    ["a reprint", REPRINT],
  ] as const) {
    it(`takes ${what}`, () => assert.equal(refuses(operation), undefined));
  }
});

describe("the descriptor", () => {
  it("says what the terminal can do, in the contract's words", () => {
    const capabilities = getnet.capabilities(SETTINGS);
    assert.deepEqual(schemaFaults(CapabilitiesSchema, capabilities), []);
    assert.deepEqual(capabilities.currencies, ["CLP"]);
    assert.equal(capabilities.operations.sale?.recovery, "R2");
    assert.equal(capabilities.operations.reconciliation?.recovery, "R0");
    assert.equal(capabilities.operations.preauthorization, undefined);
  });

  it("fences what the next sale would wipe the evidence of", () => {
    assert.deepEqual(
      OPERATION_TYPES.filter((type) => getnet.fences(type)),
      ["sale", "refund", "void"],
    );
  });

  it("gives the terminal the vendor's own time and 10 s, or what the POS wants if that is longer", () => {
    assert.equal(getnet.limits(SETTINGS, SALE).answerMs, 130_000);
    assert.equal(getnet.limits(SETTINGS, { ...SALE, options: { timeoutSeconds: 30 } }).answerMs, 130_000);
    assert.equal(getnet.limits(SETTINGS, { ...SALE, options: { timeoutSeconds: 300 } }).answerMs, 300_000);
  });

  it("has no port for TCP, because none is documented", () => {
    assert.deepEqual(getnet.linkDefaults.tcp, undefined);
    assert.deepEqual(getnet.linkDefaults.serial, { baudRate: 115_200, dataBits: 8, stopBits: 1, parity: "none" });
  });
});
