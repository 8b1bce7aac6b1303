import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { schemaFaults } from "../../../src/core/schema.ts";
import { mercadoPago } from "../../../src/drivers/mercado-pago/vendor.ts";
import { mxn, ORDER, settingsWith, TERMINAL } from "./support.ts";

const refusalOf = (operation: Operation, settings: JsonObject = {}) =>
  mercadoPago.refuses(operation, settingsWith(settings));

const NAMED = { original: { transaction: "older" } };

describe("the settings", () => {
  const faults = (settings: JsonObject) => schemaFaults(mercadoPago.settingsSchema, settings).map(({ field }) => field);

  it("need a currency, and no terminal", () => {
    assert.deepEqual(faults({ ...settingsWith(), terminalId: TERMINAL }), []);
    const { terminalId: _unused, ...nameless } = settingsWith();
    assert.deepEqual(faults(nameless), []);
    assert.equal(mercadoPago.deviceOf?.(nameless), undefined);
    assert.equal(mercadoPago.deviceOf?.(settingsWith()), TERMINAL);
    const { currency: _none, ...moneyless } = settingsWith();
    assert.deepEqual(faults(moneyless), ["currency"]);
  });

  for (const terminalId of ["", "N950NCB801293324", "../x__y", "NEWLAND_N950__a/b", "newland__x", "NEWLAND_N950__ x"]) {
    it(`know that ${JSON.stringify(terminalId)} is no terminal`, () => {
      assert.deepEqual(faults({ ...settingsWith(), terminalId }), ["terminalId"]);
    });
  }

  it("take the vendor's own test terminal", () => {
    assert.deepEqual(faults({ ...settingsWith(), terminalId: "NEWLAND_N950__SBX0000001" }), []);
  });

  it("describe each number, and give it a default", () => {
    const { properties } = mercadoPago.settingsSchema as { properties: Record<string, JsonObject> };
    for (const [name, { type, default: fallback, description }] of Object.entries(properties)) {
      if (type !== "integer" || name === "intentMinimum" || name === "intentMaximum") continue;
      assert.equal(typeof fallback, "number", name);
      assert.equal(typeof description, "string", name);
    }
  });
});

describe("what is refused before it is accepted", () => {
  for (const [what, operation, reason] of [
    ["a sale in another currency", { type: "sale", amount: { value: 5_000, currency: "ARS" } }, "unsupportedCurrency"],
    ["a sale of less than the least", { type: "sale", amount: mxn(499) }, "amountOutOfRange"],
    ["a sale with an original", { type: "sale", amount: mxn(5_000), ...NAMED }, "invalidParams"],
    ["a sale with an unknown field", { type: "sale", amount: mxn(5_000), vendor: { x: 1 } }, "invalidParams"],
    [
      "a sale with a card number in its words",
      { type: "sale", amount: mxn(5_000), vendor: { description: "4111111111111111" } },
      "invalidParams",
    ],
    [
      "installments of a debit card",
      { type: "sale", amount: mxn(5_000), installments: 3, vendor: { paymentType: "debit_card" } },
      "invalidParams",
    ],
    ["an employee", { type: "sale", amount: mxn(5_000), options: { employee: "7" } }, "invalidParams"],
    ["a refund without an original", { type: "refund", amount: mxn(500) }, "invalidParams"],
    ["a void of a part", { type: "void", amount: mxn(500), ...NAMED }, "invalidParams"],
    ["a refund of nothing", { type: "refund", amount: mxn(0), ...NAMED }, "amountOutOfRange"],
    [
      "a refund of an order that is none",
      { type: "refund", original: { terminalReferences: { orderId: "7" } } },
      "invalidParams",
    ],
    ["a pre-authorization", { type: "preauthorization", amount: mxn(5_000) }, "unsupportedOperation"],
    ["a reconciliation", { type: "reconciliation" }, "unsupportedOperation"],
  ] as const satisfies readonly (readonly [string, Operation, string])[]) {
    it(what, () => {
      assert.equal(refusalOf(operation)?.reason, reason);
    });
  }

  it("is not what the vendor takes", () => {
    for (const operation of [
      { type: "sale", amount: mxn(500) },
      { type: "sale", amount: mxn(5_000), installments: 3, vendor: { paymentType: "credit_card" } },
      { type: "refund", ...NAMED },
      { type: "refund", amount: mxn(1), ...NAMED },
      { type: "void", original: { terminalReferences: { orderId: ORDER } } },
    ] as const) {
      assert.equal(refusalOf(operation), undefined);
    }
  });

  it("depends on the country's least amount, which is a setting", () => {
    const sale = (value: number, currency: string): Operation => ({ type: "sale", amount: { value, currency } });
    assert.equal(refusalOf(sale(1_499, "ARS"), { currency: "ARS" })?.reason, "amountOutOfRange");
    assert.equal(refusalOf(sale(1_500, "ARS"), { currency: "ARS" }), undefined);
    assert.equal(refusalOf(sale(1, "CLP"), { currency: "CLP" }), undefined);
    assert.equal(refusalOf(sale(5, "MXN"), { minimumAmounts: { MXN: 1 } }), undefined);
  });
});

describe("the limits", () => {
  it("of a sale leave the order the shortest life that the vendor knows, and a margin", () => {
    const limits = (timeoutSeconds?: number) =>
      mercadoPago.limits(settingsWith(), {
        type: "sale",
        amount: mxn(500),
        ...(timeoutSeconds === undefined ? {} : { options: { timeoutSeconds } }),
      }).answerMs;
    assert.deepEqual([limits(), limits(10), limits(300)], [180_000, 45_000, 300_000]);
  });

  it("of a repeat are the vendor's day, through a restart", () => {
    const rules = (type: Operation["type"], settings: JsonObject = {}) =>
      mercadoPago.repeats?.(type, settingsWith(settings));
    assert.deepEqual(rules("sale"), {
      windowMs: 86_400_000,
      memory: { kind: "survivesRestart" },
      mostRepeats: 20,
    });
    assert.deepEqual([rules("reconciliation"), rules("sale", { api: "intents" })], [undefined, undefined]);
  });
});

describe("what the terminal can do", () => {
  it("is said by its API", () => {
    const orders = mercadoPago.capabilities(settingsWith());
    assert.deepEqual(
      Object.entries(orders.operations).map(([type, own]) => [type, own.recovery]),
      [
        ["sale", "R3"],
        ["refund", "R3"],
        ["void", "R3"],
      ],
    );
    assert.deepEqual([orders.currencies, orders.device], [["MXN"], ["print"]]);
    const intents = mercadoPago.capabilities(settingsWith({ api: "intents" }));
    assert.deepEqual(
      [intents.device, intents.operations.sale?.recovery, intents.operations.refund?.recovery],
      [[], "R2", "R1"],
    );
  });
});
