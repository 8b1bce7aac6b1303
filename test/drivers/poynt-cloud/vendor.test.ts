import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { schemaFaults } from "../../../src/core/schema.ts";
import { poyntCloudAccount } from "../../../src/drivers/poynt-cloud/account-driver.ts";
import { poyntCloudSettingsSchema } from "../../../src/drivers/poynt-cloud/settings.ts";
import { poyntCloud } from "../../../src/drivers/poynt-cloud/vendor.ts";
import { APP, BUSINESS, DEVICE, SALE, SALE_ID, settingsWith, STORE, usd } from "./support.ts";

const settings = settingsWith();
const refusal = (operation: Operation) => poyntCloud.refuses(operation, settings);
const about = (transactionId: string) => ({ original: { terminalReferences: { transactionId } } });
const withVendor = (vendor: JsonObject): Operation => ({ ...SALE, vendor });

describe("the settings", () => {
  const given = {
    appId: APP,
    privateKey: { secret: "k" },
    businessId: BUSINESS,
    storeId: STORE,
    deviceId: DEVICE,
    currency: "USD",
  };
  const faults = (changes: JsonObject) =>
    schemaFaults(poyntCloudSettingsSchema, { ...settings, ...changes }).map(({ field }) => field);

  it("have a default for everything but whose terminal it is", () => {
    assert.deepEqual(schemaFaults(poyntCloudSettingsSchema, settings), []);
    for (const name of Object.keys(given)) {
      const { [name]: _left, ...rest } = settings as JsonObject;
      assert.deepEqual(
        schemaFaults(poyntCloudSettingsSchema, rest).map(({ field }) => field),
        [name],
      );
    }
  });

  for (const [field, value] of [
    ["appId", "urn:aid:x"],
    ["deviceId", BUSINESS],
    ["businessId", "x"],
    ["ttlSeconds", 46],
    ["quickMs", 999],
    ["slowMs", 5_001],
    ["dataForm", "both"],
    ["capturePath", "/../x"],
  ] as const) {
    it(`refuse ${field} ${value}`, () => {
      assert.deepEqual(faults({ [field]: value }), [field]);
    });
  }

  it("refuse a key in place of its name", () => {
    assert.deepEqual(faults({ privateKey: "-----BEGIN" }), ["privateKey"]);
  });
});

describe("the vendor", () => {
  it("is reached at the vendor's servers, and names the account and the terminal", () => {
    assert.deepEqual(poyntCloud.linkDefaults, { cloud: { baseUrl: "https://services.poynt.net" } });
    assert.equal(poyntCloud.deviceOf?.(settings), DEVICE);
    const named = (baseUrl: string) => poyntCloudAccount.nameOf(settings, { type: "cloud", baseUrl });
    assert.equal(named("https://services.poynt.net"), `poynt https://services.poynt.net ${APP}/${BUSINESS}`);
    assert.equal(named("https://services-eu.poynt.net"), `poynt https://services-eu.poynt.net ${APP}/${BUSINESS}`);
    assert.deepEqual(poyntCloudAccount.secretsOf(settings), [
      { name: "privateKey", setting: "privateKey", secret: "poynt-key", holds: "rsaPrivateKey" },
    ]);
  });

  it("never sends a message again; what the cloud does by itself may come again", () => {
    for (const type of ["sale", "preauthorization"] as const)
      assert.equal(poyntCloud.repeats?.(type, settings), undefined);
    for (const type of ["void", "refund", "capture", "adjustment", "releaseAuthorization"] as const)
      assert.equal(poyntCloud.repeats?.(type, settings)?.memory.kind, "survivesRestart");
  });

  it("takes its time: the delivery, the customer, what the cloud needs to know of it, and some", () => {
    const limit = (operation: Operation) => poyntCloud.limits(settings, operation).answerMs;
    assert.equal(limit(SALE), 45_000 + 15_000 + 120_000 + 15_000 + 15_000);
    assert.equal(limit({ ...SALE, options: { timeoutSeconds: 30 } }), 45_000 + 15_000 + 30_000 + 15_000 + 15_000);
    assert.equal(limit({ type: "void", ...about(SALE_ID) }), 60_000);
  });
});

describe("an operation", () => {
  it("is taken", () => {
    for (const operation of [
      SALE,
      { ...SALE, tip: usd(100), cashback: usd(50), options: { tenders: true } },
      { type: "refund", amount: usd(100) },
      { type: "refund", ...about(SALE_ID) },
      { type: "void", ...about(SALE_ID) },
    ] as const)
      assert.equal(refusal(operation), undefined, operation.type);
  });

  for (const [what, operation, reason] of [
    ["a reconciliation", { type: "reconciliation" }, "unsupportedOperation"],
    ["another currency", { type: "sale", amount: { value: 1, currency: "EUR" } }, "unsupportedCurrency"],
    ["nothing", { type: "sale", amount: usd(0) }, "amountOutOfRange"],
    ["a void of nothing", { type: "void" }, "invalidParams"],
    ["a void of no UUID", { type: "void", ...about("7") }, "invalidParams"],
    ["an employee", { ...SALE, options: { employee: "7" } }, "invalidParams"],
    ["a receipt", withVendor({ receiptPreference: { receiptType: "PAPER" } }), "invalidParams"],
    ["card data", withVendor({ readCardDataOnly: true }), "invalidParams"],
    [
      "what does not fit into a message",
      withVendor({
        notes: "é".repeat(256),
        actionLabel: "x",
        order: {
          items: Array.from({ length: 40 }, (_, place) => ({
            name: `article number ${place}`,
            unitPrice: 1,
            quantity: 1,
          })),
        },
      }),
      "invalidParams",
    ],
  ] as const) {
    it(`of ${what} is refused`, () => {
      assert.equal(refusal(operation)?.reason, reason);
    });
  }
});
