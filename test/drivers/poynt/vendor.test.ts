import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { OPERATION_TYPES, type Operation } from "../../../src/core/operation.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { CapabilitiesSchema } from "../../../src/core/terminal.ts";
import { matchOf } from "../../../src/discovery/fingerprints.ts";
import { poyntSettingsSchema } from "../../../src/drivers/poynt/settings.ts";
import { poynt } from "../../../src/drivers/poynt/vendor.ts";
import { SALE, SALE_ID, settingsWith, usd } from "./support.ts";

const SETTINGS = settingsWith();
const refuses = (operation: Operation) => poynt.refuses(operation, SETTINGS);
const original = { transaction: "older" };
const named = { terminalReferences: { transactionId: SALE_ID } };
const withVendor = (vendor: JsonObject, operation = SALE): Operation => ({ ...operation, vendor });

describe("the settings", () => {
  it("need a currency, and nothing else", () => {
    const empty = withDefaults(poyntSettingsSchema, {});
    assert.deepEqual(
      schemaFaults(poyntSettingsSchema, empty).map(({ field }) => field),
      ["currency"],
    );
    assert.deepEqual(schemaFaults(poyntSettingsSchema, SETTINGS), []);
  });

  it("take a client's name that a header can carry", () => {
    for (const clientName of ["", "till\r\nSignature: x", "Kasse ä", "x".repeat(33)]) {
      assert.equal(schemaFaults(poyntSettingsSchema, { ...SETTINGS, clientName }).length, 1, clientName);
    }
  });

  it("ask often enough while in doubt", () => {
    assert.equal(schemaFaults(poyntSettingsSchema, { ...SETTINGS, askEveryMs: 5_001 }).length, 1);
  });
});

describe("before acceptance", () => {
  it("refuses what has no command", () => {
    const refused = OPERATION_TYPES.filter((type) => {
      const reason = refuses({ type, amount: usd(100), ...(type === "sale" ? {} : { original }) })?.reason;
      return reason === "unsupportedOperation";
    });
    assert.deepEqual(refused, ["incrementAuthorization", "balance", "verification", "duplicateReceipt"]);
  });

  for (const [what, operation, reason, words] of [
    ["another currency", { type: "sale", amount: { value: 1, currency: "EUR" } }, "unsupportedCurrency", /takes USD/],
    ["a sale of nothing", { type: "sale", amount: usd(0) }, "amountOutOfRange", /needs an amount/],
    ["a release of nothing", { type: "releaseAuthorization" }, "invalidParams", /names its original/],
    ["a capture of nothing", { type: "capture", amount: usd(1) }, "invalidParams", /names its original/],
    [
      "an original without a UUID",
      { type: "void", original: { terminalReferences: { transactionId: "17" } } },
      "invalidParams",
      /must be a UUID/,
    ],
    ["an employee", { ...SALE, options: { employee: "7" } }, "invalidParams", /no place/],
    ["a sale type", { ...SALE, options: { saleType: "x" } }, "invalidParams", /no place/],
    ["what would answer with card data", withVendor({ readCardDataOnly: true }), "invalidParams", /card data/],
    ["what would bring card data", withVendor({ cardSessionId: "x" }), "invalidParams", /card data/],
    ["an unknown field", withVendor({ colour: "red" }), "invalidParams", /is not known here/],
    ["a field of the wrong type", withVendor({ disableCash: "yes" }), "invalidParams", /disableCash/],
    ["a flag that makes it another operation", withVendor({ authzOnly: true }), "invalidParams", /authzOnly/],
    ["a flag that makes it a refund", withVendor({ nonReferencedCredit: true }), "invalidParams", /nonReferenced/],
    ["a card number in a note", withVendor({ notes: "4111 1111 1111 1111" }), "invalidParams", /card number/],
    [
      "a card number in the cart",
      withVendor({ order: { items: [{ name: "x", sku: "4111111111111111", unitPrice: 1, quantity: 1 }] } }),
      "invalidParams",
      /card number/,
    ],
    ["two tenders at once", withVendor({ cashOnly: true, creditOnly: true }), "invalidParams", /allows one of/],
    ["cash and no cash", withVendor({ cashOnly: true, disableCash: true }), "invalidParams", /both/],
    ["an e-mail to nobody", withVendor({ receiptPreference: { receiptType: "EMAIL" } }), "invalidParams", /recipient/],
    [
      "paper to somebody",
      withVendor({ receiptPreference: { receiptType: "PAPER", recipient: "a@b.example" } }),
      "invalidParams",
      /recipient/,
    ],
    [
      "a voice authorization of a reservation",
      withVendor({ voiceApprovalCode: "1" }, { type: "preauthorization", amount: usd(1) }),
      "invalidParams",
      /voiceApprovalCode/,
    ],
    ["flags on a void", withVendor({ disableCash: true }, { type: "void", original }), "invalidParams", /disableCash/],
    [
      "a cart that is too long to be stored",
      withVendor({
        order: { items: Array.from({ length: 200 }, () => ({ name: "é".repeat(128), unitPrice: 1, quantity: 1 })) },
      }),
      "invalidParams",
      /longer than/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const { reason: told, why = "" } = refuses(operation) ?? {};
      assert.equal(told, reason);
      assert.match(why, words);
    });
  }

  for (const [what, operation] of [
    ["a sale", SALE],
    ["a sale with tip and cashback", { ...SALE, tip: usd(0), cashback: usd(100), reference: "order 7" }],
    ["a sale with choices", { ...SALE, options: { print: true, partial: true, tenders: true, timeoutSeconds: 10 } }],
    ["card restrictions", withVendor({ disableEMVCL: true, creditOnly: true, skipReceiptScreen: true })],
    [
      "a cart with articles",
      withVendor({ order: { items: [{ name: "Tea", sku: "0000000000000", unitPrice: 250, quantity: 1.5, tax: 20 }] } }),
    ],
    ["references", withVendor({ references: [{ id: "stay-1", type: "POYNT_STAY" }] }, { type: "refund", original })],
    ["a voice authorization", withVendor({ voiceApprovalCode: "12345A" })],
    ["a void of ours", { type: "void", original }],
    ["a void by the terminal's id", { type: "void", original: named }],
    ["a refund of a part by the terminal's id", { type: "refund", amount: usd(1), original: named }],
    ["an unreferenced refund", { type: "refund", amount: usd(1) }],
    ["a capture", { type: "capture", amount: usd(1), tip: usd(1), original }],
    ["a settlement", withVendor({ closeBatch: true }, { type: "reconciliation" })],
  ] as const) {
    it(`takes ${what}`, () => assert.equal(refuses(operation), undefined));
  }
});

describe("the descriptor", () => {
  it("says what the terminal can do, in the contract's words", () => {
    const capabilities = poynt.capabilities(SETTINGS);
    assert.deepEqual(schemaFaults(CapabilitiesSchema, capabilities), []);
    assert.deepEqual(capabilities.currencies, ["USD"]);
    assert.deepEqual(capabilities.operations.sale, {
      recovery: "R3",
      cancel: "queuedOnly",
      tip: true,
      cashback: true,
      partial: true,
      installments: false,
    });
    assert.equal(capabilities.operations.reconciliation?.recovery, "R0");
    assert.deepEqual(capabilities.device, ["print", "display", "scan"]);
  });

  it("fences all that moves money and can be asked about", () => {
    assert.equal(poynt.fences("refund"), true);
    assert.equal(poynt.fences("reconciliation"), false);
  });

  it("repeats everything but a settlement, and nothing that may have been forgotten", () => {
    const repeats = (type: Operation["type"], settings = SETTINGS) => poynt.repeats?.(type, settings);
    assert.deepEqual(repeats("sale"), {
      windowMs: 930_000,
      memory: { kind: "oneRun", restartSuspicionMs: 10_000 },
      mostRepeats: 10,
    });
    assert.deepEqual([repeats("reconciliation"), repeats("balance")], [undefined, undefined]);
    assert.equal(repeats("void", settingsWith({ repeatWindowMs: 5_000 }))?.windowMs, 5_000);
  });

  it("waits longer than the terminal was told to take", () => {
    assert.deepEqual(poynt.limits(SETTINGS, SALE), { answerMs: 90_000, cancelGraceMs: 0 });
    assert.equal(poynt.limits(SETTINGS, { ...SALE, options: { timeoutSeconds: 300 } }).answerMs, 330_000);
    assert.equal(poynt.limits(settingsWith({ answerMarginMs: 10_000 }), SALE).answerMs, 70_000);
  });

  it("waits for a pairing for as long as the question stands on the terminal, and longer", () => {
    assert.ok(poynt.deviceLimits(SETTINGS).pairMs > 45_000);
  });
});

describe("discovery", () => {
  const vendors = [{ id: "poynt", fingerprints: poynt.fingerprints ?? [] }];
  const seen = (name: string, type = "_http._tcp") => matchOf({ type, name }, new Map(), vendors);

  it("knows a terminal by its name, whatever stands around it", () => {
    for (const name of ["PoyntPOSConnector", "PoyntPOSConnector (2)", "poyntposconnector"]) {
      assert.deepEqual([seen(name)?.vendor, seen(name)?.link?.type], ["poynt", "http"]);
    }
    assert.equal(seen("Printer"), undefined);
    assert.equal(seen("PoyntPOSConnector", "_ipp._tcp"), undefined);
  });

  it("sees the HTTPS variant, and says why it cannot be added by itself", () => {
    const match = seen("PoyntPOSConnector-HTTPS");
    assert.deepEqual([match?.vendor, match?.link], ["poynt", undefined]);
    assert.match(match?.why ?? "", /neither the port nor the certificate is documented/);
  });

  it("finds what the simulator announces", () => {
    assert.equal(seen(poynt.announcement?.name ?? "", poynt.announcement?.type)?.link?.type, "http");
    assert.deepEqual(poynt.linkDefaults.http, { port: 55_555 });
  });
});
