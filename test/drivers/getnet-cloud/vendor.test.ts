import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { schemaFaults } from "../../../src/core/schema.ts";
import { getnetCloudSettingsSchema } from "../../../src/drivers/getnet-cloud/settings.ts";
import { getnetCloud } from "../../../src/drivers/getnet-cloud/vendor.ts";
import { ARGENTINA, ars, clp, SALE, settingsWith } from "./support.ts";

const refused = (operation: Operation, settings: JsonObject = {}): string | undefined =>
  getnetCloud.refuses(operation, settingsWith(settings))?.reason;

const named = (terminalReferences: Readonly<Record<string, string>>) => ({ original: { terminalReferences } });

describe("the descriptor", () => {
  it("names the terminal by its id and its hardware", () => {
    assert.equal(getnetCloud.deviceOf?.(settingsWith()), "70000001/SIM0000001");
  });

  it("is Chile's where the link says nothing else", () => {
    assert.deepEqual(getnetCloud.linkDefaults, {
      cloud: { baseUrl: "https://api-getnet-posintegrado.ione.cl/api/postxs" },
    });
  });

  it("says what can be found out again", () => {
    const { operations, idleProof } = getnetCloud.capabilities(settingsWith());
    const classes = Object.entries(operations).map(([type, own]) => `${type} ${own.recovery} ${own.cancel}`);
    assert.deepEqual(classes, [
      "sale R2 anytime",
      "void R2 queuedOnly",
      "refund R2 queuedOnly",
      "reconciliation R0 queuedOnly",
      "duplicateReceipt R0 queuedOnly",
    ]);
    assert.equal(idleProof, false);
    assert.equal(getnetCloud.repeats, undefined);
    assert.deepEqual(
      ["sale", "void", "refund"].map((type) => getnetCloud.fences(type as "sale")),
      [true, true, true],
    );
    assert.equal(getnetCloud.fences("reconciliation"), false);
  });

  it("gives an operation the longer of the two limits", () => {
    const { answerMs } = getnetCloud.limits(settingsWith(), SALE);
    assert.equal(answerMs, 140_000);
    assert.equal(getnetCloud.limits(settingsWith(), { ...SALE, options: { timeoutSeconds: 300 } }).answerMs, 300_000);
  });
});

describe("what is refused before it is accepted", () => {
  it("takes what it can do", () => {
    for (const operation of [
      SALE,
      { type: "void", ...named({ operationId: "12" }) },
      { type: "refund", amount: clp(5), ...named({ authorizationCode: "1" }) },
      { type: "refund", amount: clp(5), original: { transaction: "x" } },
      { type: "reconciliation" },
      { type: "duplicateReceipt" },
    ] as const) {
      assert.equal(refused(operation), undefined, operation.type);
    }
  });

  it("refuses what the terminal has no command or field for", () => {
    assert.equal(refused({ type: "preauthorization", amount: clp(5) }), "unsupportedOperation");
    assert.equal(refused({ ...SALE, tip: clp(1) }), "unsupportedOperation");
    assert.equal(refused({ ...SALE, installments: 3 }), "unsupportedOperation");
    assert.equal(refused({ type: "sale", amount: ars(5) }), "unsupportedCurrency");
    assert.equal(refused({ ...SALE, vendor: { x: 1 } }), "invalidParams");
    assert.equal(refused({ type: "void", ...named({ operationId: "x" }) }), "invalidParams");
  });

  it("in Argentina a refund that the POS names itself needs the day of the sale", () => {
    const refund = (references: Readonly<Record<string, string>>): Operation => ({
      type: "refund",
      amount: ars(5),
      ...named({ authorizationCode: "1", ...references }),
    });
    assert.equal(refused(refund({}), ARGENTINA), "invalidParams");
    assert.equal(refused(refund({ date: "yesterday" }), ARGENTINA), "invalidParams");
    assert.equal(refused(refund({ date: "2026-01-02" }), ARGENTINA), undefined);
  });
});

describe("settings", () => {
  for (const [field, value] of [
    ["country", "BR"],
    ["clientId", "a b"],
    ["clientId", ""],
    ["clientSecret", "in clear"],
    ["clientSecret", { secret: "a b" }],
    ["idTerminal", "../x"],
    ["idSucursal", "one"],
    ["idSucursal", "1234567890123456"],
    ["serialNumber", ""],
    ["currency", "pesos"],
    ["env", "UAT!"],
    ["lookEveryMs", 500],
    ["refusalStatuses", [500]],
    ["unknown", 1],
  ] as const) {
    it(`${field} ${JSON.stringify(value)} is refused`, () => {
      const faults = schemaFaults(getnetCloudSettingsSchema, { ...settingsWith(), [field]: value });
      assert.equal(faults.length > 0, true);
    });
  }

  it("what is not documented is called assumed", () => {
    const { properties } = getnetCloudSettingsSchema as unknown as {
      readonly properties: Readonly<Record<string, { readonly description?: string; readonly default?: unknown }>>;
    };
    for (const name of [
      "tokenMs",
      "requestsPerSecond",
      "env",
      "refusalStatuses",
      "timeoutIsFinal",
      "quietMs",
      "ticketEchoed",
    ]) {
      assert.match(properties[name]?.description ?? "", /assumed/, name);
    }
    for (const [name, { description, default: fallback }] of Object.entries(properties)) {
      assert.ok((description ?? "") !== "", name);
      const mustBeGiven = [
        "country",
        "clientId",
        "clientSecret",
        "idTerminal",
        "idSucursal",
        "serialNumber",
        "currency",
      ];
      assert.equal(fallback === undefined, mustBeGiven.includes(name), name);
    }
  });
});
