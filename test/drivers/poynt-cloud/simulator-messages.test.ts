import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  ask,
  CALLBACK,
  callbackOf,
  CLOUD_MESSAGES,
  DEVICE,
  flat,
  found,
  given,
  ledger,
  movementsOf,
  nested,
  NOBODY,
  send,
  shape,
  sold,
  type Asking,
  type CloudBench,
} from "./simulator-client.ts";

const take = (bench: CloudBench, asking: Asking) => {
  assert.equal(ask(bench, CLOUD_MESSAGES, asking).status, 202);
};
const times = ({ done }: CloudBench) => done.map((entry) => `${entry.atMs} ${shape([entry])}`);
const SECOND = { serialNumber: "P61SIM000000002" };
const SECOND_ID = "urn:tid:00000000-0000-4000-8000-061000000002";

test("a message is taken at once, with an empty body, and the sale takes its time", () => {
  const bench = given({ customerMs: 500, stageMs: 275, deliveryMs: 100 });
  send(bench, CLOUD_MESSAGES, flat());
  bench.elapse(5_000);
  assert.deepEqual(times(bench), ["0 202", "1150 money"]);
  const [answered] = bench.done;
  assert(answered?.kind === "answered");
  assert.equal(answered.answer.body.length, 0);
});

test("the ledger says what moved, where, and by whose reference", () => {
  const bench = given();
  const transactionId = sold(bench, { tipAmount: 100 });
  const [movement] = movementsOf(bench);
  assert.deepEqual(movement, {
    at: "2026-01-02T03:04:05.001Z",
    kind: "sale",
    amount: 1_350,
    reserved: 0,
    total: 1_350,
    tip: 100,
    cashback: 0,
    currency: "USD",
    transactionId,
    approvalCode: "100001",
    serialNumber: "P61SIM000000001",
    ticket: "ABC1234",
    referenceId: "ABC1234",
    deviceId: DEVICE,
    via: "message",
  });
});

test("both generations of a message say the same", () => {
  for (const message of [flat({ callbackUrl: encodeURIComponent(CALLBACK) }), nested({}, { callbackUrl: CALLBACK })]) {
    const bench = given();
    take(bench, message);
    assert.deepEqual(ledger(bench), [["sale", "ABC1234", 1_250]]);
    assert.equal(bench.calls[0]?.url, CALLBACK);
    const { referenceId, status, amount } = callbackOf(bench.calls[0]);
    assert.deepEqual([referenceId, status, amount], ["ABC1234", "PROCESSED", 1_250]);
  }
});

test("each action does what it is called, in the form that has it", () => {
  const bench = given();
  const first = sold(bench);
  take(bench, flat({ action: "void", transactionId: first, referenceId: "V" }));
  const second = sold(bench, { referenceId: "B" });
  take(bench, flat({ action: "refund", transactionId: second, referenceId: "R" }));
  take(bench, flat({ action: "authorize", referenceId: "P" }));
  take(bench, flat({ action: "non-referenced-credit", referenceId: "N", purchaseAmount: 70 }));
  take(bench, nested({ authzOnly: true, referenceId: "P2" }));
  take(bench, nested({ nonReferencedCredit: true, referenceId: "N2", amount: 30 }));
  assert.deepEqual(ledger(bench), [
    ["sale", "ABC1234", 1_250],
    ["void", "ABC1234", -1_250],
    ["sale", "B", 1_250],
    ["refund", "R", -1_250],
    ["preauthorization", "P", 0],
    ["refund", "N", -70],
    ["preauthorization", "P2", 0],
    ["refund", "N2", -30],
  ]);
});

test("a refund by message is of everything, unless the scenario honors its amount", () => {
  for (const [refundAmount, amount] of [
    ["ignored", -1_250],
    ["honored", -200],
  ] as const) {
    const bench = given({ refundAmount });
    const transactionId = sold(bench);
    take(bench, flat({ action: "refund", transactionId, purchaseAmount: 200 }));
    assert.equal(movementsOf(bench).at(-1)?.["amount"], amount);
  }
});

test("a merchant who adds tips later gets an authorization for the same message", () => {
  const bench = given({ purchaseAction: "AUTHORIZE" });
  const transactionId = sold(bench);
  const [told] = found(bench, `transactionIds=${transactionId}`);
  assert.deepEqual([told?.action, told?.status, told?.["authOnly"]], ["AUTHORIZE", "AUTHORIZED", false]);
});

test("the cloud refuses what does not fit its envelope, and nothing moves", () => {
  const cases: readonly (readonly [envelope: JsonObject, status: number, code: string])[] = [
    [{ businessId: NOBODY }, 404, "BUSINESS_NOT_FOUND"],
    [{ businessId: 7 }, 404, "BUSINESS_NOT_FOUND"],
    [{ storeId: NOBODY }, 400, "INVALID_PARAMETER"],
    [{ deviceId: `urn:tid:${NOBODY}` }, 404, "STORE_DEVICE_NOT_FOUND"],
    [{ deviceId: DEVICE.slice("urn:tid:".length) }, 404, "STORE_DEVICE_NOT_FOUND"],
    [{ deviceId: SECOND_ID }, 403, "STORE_DEVICE_NOT_ACTIVATED"],
    [{ serialNum: "P61SIM000000009" }, 400, "INVALID_PARAMETER"],
    [{ ttl: 0 }, 400, "INVALID_PARAMETER"],
    [{ ttl: 2_419_201 }, 400, "INVALID_PARAMETER"],
    [{ ttl: 1.5 }, 400, "INVALID_PARAMETER"],
    [{ ttl: "45" }, 400, "INVALID_PARAMETER"],
    [{ data: { action: "sale" } }, 400, "INVALID_PARAMETER"],
    [{ data: "x".repeat(4_097) }, 400, "INVALID_PARAMETER"],
    [{ data: "é".repeat(2_049) }, 400, "INVALID_PARAMETER"],
    [{ recipient: { packageName: "com.example" } }, 400, "INVALID_PARAMETER"],
    [{ collapseKey: 1 }, 400, "INVALID_PARAMETER"],
  ];
  for (const [envelope, status, code] of cases) {
    const bench = given({ devices: [{ ...SECOND, isActivated: false }] });
    const told = ask(bench, CLOUD_MESSAGES, flat({}, envelope));
    assert.deepEqual([told.status, told.code], [status, code], JSON.stringify(envelope).slice(0, 100));
    assert.deepEqual(movementsOf(bench), []);
  }
  for (const missing of ["businessId", "data"]) {
    const { [missing]: _, ...body } = flat().body as JsonObject;
    assert.equal(ask(given(), CLOUD_MESSAGES, { body }).code, "MISSING_PARAMETER");
  }
  for (const text of ["", "[]", "no JSON"])
    assert.equal(ask(given(), CLOUD_MESSAGES, { text }).code, "INVALID_REQUEST");
});

test("the store may be left out, where the scenario does not want it", () => {
  const { storeId: _, ...body } = flat().body as JsonObject;
  assert.equal(ask(given(), CLOUD_MESSAGES, { body }).status, 202);
  assert.equal(ask(given({ storeIdRequired: true }), CLOUD_MESSAGES, { body }).code, "MISSING_PARAMETER");
});

test("data of exactly 4096 bytes is taken", () => {
  const { data } = flat({ notes: "" }).body as { readonly data: string };
  const notes = "x".repeat(4_096 - data.length);
  const bench = given();
  take(bench, flat({ notes }));
  assert.deepEqual(ledger(bench), [["sale", "ABC1234", 1_250]]);
});

test("a message that the terminal cannot make anything of is taken all the same, and nothing moves", () => {
  const cases: readonly Asking[] = [
    flat({}, { data: "no JSON" }),
    flat({}, { data: "[]" }),
    flat({ action: "SALE" }),
    flat({ action: "capture" }),
    flat({ action: 7 }),
    flat({ purchaseAmount: 0 }),
    flat({ purchaseAmount: -1 }),
    flat({ purchaseAmount: 12.5 }),
    flat({ purchaseAmount: "1250" }),
    flat({ currency: "dollars" }),
    flat({ referenceId: 7 }),
    flat({ action: "void" }),
    flat({ action: "refund", transactionId: 7 }),
    flat({ action: "void", transactionId: NOBODY }),
    flat({ action: "setCustomPcmProfile" }),
    flat({ payment: { amount: 5 } }),
    flat({ payment: "no JSON" }),
  ];
  for (const asking of cases) {
    const bench = given();
    take(bench, asking);
    assert.deepEqual(movementsOf(bench), [], JSON.stringify(asking));
  }
});

test("without a device a payment is on every terminal of the store", () => {
  const bench = given({
    devices: [SECOND, { serialNumber: "OTHER", deviceId: NOBODY }, { serialNumber: "OFF", isActivated: false }],
  });
  const { deviceId: _, ...body } = flat().body as JsonObject;
  take(bench, { body });
  assert.deepEqual(
    movementsOf(bench).map(({ deviceId, amount }) => [deviceId, amount]),
    [DEVICE, SECOND_ID, `urn:tid:${NOBODY}`].map((deviceId) => [deviceId, 1_250]),
  );
  assert.equal(found(bench, "searchKey=ABC1234").length, 3);
  assert.equal(found(bench, `searchKey=ABC1234&deviceId=${encodeURIComponent(SECOND_ID)}`).length, 1);
});

test("a message for an app of the merchant's is handed over and kept, and moves nothing", () => {
  const bench = given();
  take(
    bench,
    flat({}, { recipient: { packageName: "com.example", className: "com.example.Receiver" }, data: "hello" }),
  );
  assert.deepEqual(movementsOf(bench), []);
  const { appMessages } = bench.memory() as { readonly appMessages: readonly JsonObject[] };
  assert.deepEqual(appMessages, [
    {
      deviceId: DEVICE.slice("urn:tid:".length),
      packageName: "com.example",
      className: "com.example.Receiver",
      data: "hello",
    },
  ]);
});
