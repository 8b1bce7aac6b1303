import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  ask,
  BUSINESS,
  CLOUD_MESSAGES,
  DEVICE,
  flat,
  found,
  given,
  ledger,
  NOBODY,
  send,
  sold,
  STORE,
  stringOf,
  TRANSACTIONS,
  under,
  type Asking,
  type CloudBench,
} from "./simulator-client.ts";

const amounts = (total: number, tipAmount = 0, currency = "USD"): JsonObject => ({
  amounts: { transactionAmount: total, orderAmount: total - tipAmount, tipAmount, currency },
});
const refund = (bench: CloudBench, parentId: string, more: JsonObject = {}, asking: Asking = {}) =>
  ask(bench, `POST ${TRANSACTIONS}`, { body: { action: "REFUND", parentId, ...more }, ...asking });
const voided = (bench: CloudBench, id: string, asking?: Asking) =>
  ask(bench, `POST ${TRANSACTIONS}/${id}/void`, asking);
const captured = (bench: CloudBench, id: string, body: JsonObject = {}) =>
  ask(bench, `POST ${TRANSACTIONS}/${id}/capture`, { body });
const adjusted = (bench: CloudBench, id: string, body: JsonObject) =>
  ask(bench, `PATCH ${TRANSACTIONS}/${id}`, { body });

const authorized = (bench: CloudBench, data: JsonObject = {}) => sold(bench, { action: "authorize", ...data });

test("a transaction is told by its id, with where it was made and by whom it was asked for", () => {
  const bench = given();
  const id = sold(bench, { references: [{ id: "ORDER-7", type: "CUSTOM", customType: "externalReferenceId" }] });
  const { status, body } = ask(bench, `GET ${TRANSACTIONS}/${id.toUpperCase()}`);
  const { context, references, action } = body as { readonly context: JsonObject } & JsonObject;
  assert.deepEqual([status, body["id"], action, body["status"]], [200, id, "SALE", "CAPTURED"]);
  assert.deepEqual([context["storeDeviceId"], context["storeId"], context["businessId"]], [DEVICE, STORE, BUSINESS]);
  assert.deepEqual(references, [
    { id: "ORDER-7", type: "CUSTOM", customType: "externalReferenceId" },
    { type: "CUSTOM", customType: "referenceId", id: "ABC1234" },
  ]);
  const unknown = ask(bench, `GET ${TRANSACTIONS}/${NOBODY}`);
  assert.deepEqual([unknown.status, unknown.code], [404, "TRANSACTION_NOT_FOUND"]);
});

test("a search looks at references, time, place and kind", () => {
  const bench = given();
  sold(bench, { referenceId: "ONE-A" });
  bench.elapse(60_000);
  const second = sold(bench, { referenceId: "ONE-B" });
  const at = (offsetS: number) =>
    encodeURIComponent(new Date(Date.UTC(2026, 0, 2, 3, 5, 5) + offsetS * 1_000).toISOString());
  const cases: readonly (readonly [query: string, references: readonly string[]])[] = [
    ["", ["ONE-B", "ONE-A"]],
    ["searchKey=one-a", ["ONE-A"]],
    ["searchKey=ONE", ["ONE-B", "ONE-A"]],
    [`searchKey=${second}`, ["ONE-B"]],
    ["searchKey=NONE", []],
    [`startAt=${at(0)}`, ["ONE-B"]],
    [`startAt=${at(1)}`, []],
    [`endAt=${at(-1)}`, ["ONE-A"]],
    [`startAt=2026-01-02T03%3A05%3A05%2B00%3A00`, ["ONE-B"]],
    [`deviceId=${encodeURIComponent(DEVICE)}&storeId=${STORE}`, ["ONE-B", "ONE-A"]],
    [`deviceId=${NOBODY}`, []],
    [`storeId=${NOBODY}`, []],
    ["action=SALE&status=CAPTURED&unsettledOnly=true", ["ONE-B", "ONE-A"]],
    ["action=REFUND", []],
    ["status=VOIDED", []],
    ["authOnly=true", []],
    [`transactionIds=${second},${NOBODY}`, ["ONE-B"]],
    ["limit=1", ["ONE-B"]],
    ["limit=1&startOffset=1", ["ONE-A"]],
    ["limit=1&startOffset=2", []],
  ];
  for (const [query, references] of cases) {
    assert.deepEqual(
      found(bench, query).map((told) => told.references?.at(-1)?.["id"]),
      references,
      query,
    );
  }
});

test("a time in a search is of when it was made, or of when it was changed where that is asked", () => {
  const bench = given();
  const id = sold(bench);
  bench.elapse(60_000);
  voided(bench, id);
  const since = `startAt=${encodeURIComponent("2026-01-02T03:04:30Z")}`;
  assert.equal(found(bench, since).length, 0);
  assert.equal(found(bench, `${since}&timeType=updatedAt`).length, 1);
});

test("there are 10 on a page, or as many as are asked for, and a link to the next", () => {
  const bench = given({ searchOrder: "oldestFirst" });
  for (let count = 0; count < 12; count += 1) sold(bench, { referenceId: `N${count}` });
  const first = ask(bench, `GET ${TRANSACTIONS}?searchKey=N`).body as {
    readonly transactions: readonly JsonObject[];
    readonly links: readonly JsonObject[];
  };
  assert.deepEqual([first.transactions.length, first.links[0]?.["rel"]], [10, "next"]);
  const next = ask(bench, `GET ${stringOf(first.links[0]?.["href"])}`).body as typeof first;
  assert.deepEqual([next.transactions.length, next.links], [2, []]);
  assert.equal(new Set([...first.transactions, ...next.transactions].map(({ id }) => id)).size, 12);
  for (const query of ["limit=0", "limit=101", "limit=x", "limit=", "startOffset=-1", "startAt=today", "endAt=2026"])
    assert.equal(ask(bench, `GET ${TRANSACTIONS}?${query}`).code, "INVALID_PARAMETER", query);
  assert.equal(found(bench, "limit=100").length, 12);
});

test("a sale is refunded in parts and as a whole, and what is refunded is found by its own references", () => {
  const bench = given();
  const id = sold(bench);
  const references = [{ type: "CUSTOM", customType: "referenceId", id: "R1" }];
  const part = refund(bench, id, { ...amounts(250), references });
  assert.deepEqual([part.status, part.body["status"], part.body["parentId"]], [201, "REFUNDED", id]);
  assert.equal(ask(bench, `GET ${TRANSACTIONS}/${id}`).body["status"], "PARTIALLY_REFUNDED");
  assert.equal(refund(bench, id, amounts(1_001)).code, "INVALID_PARAMETER");
  assert.equal(refund(bench, id, amounts(0)).code, "INVALID_PARAMETER");
  assert.equal(refund(bench, id, amounts(10, 0, "EUR")).code, "INVALID_PARAMETER");
  assert.equal(refund(bench, id).status, 201);
  const again = refund(bench, id);
  assert.deepEqual([again.status, again.code], [400, "TXN_ALREADY_REFUNDED"]);
  assert.equal(voided(bench, id).code, "TXN_ALREADY_REFUNDED");
  assert.deepEqual(ledger(bench), [
    ["sale", "ABC1234", 1_250],
    ["refund", "R1", -250],
    ["refund", "ABC1234", -1_000],
  ]);
  assert.deepEqual(
    found(bench, "searchKey=R1").map(({ action }) => action),
    ["REFUND"],
  );
  assert.deepEqual(
    found(bench, "searchKey=ABC1234").map(({ action }) => action),
    ["SALE"],
  );
});

test("where the scenario wants it a refund is found by its parent's references as well, and answered with 200", () => {
  const bench = given({ childReferences: "parents", createdStatus: 200 });
  assert.equal(refund(bench, sold(bench)).status, 200);
  assert.deepEqual(
    found(bench, "searchKey=ABC1234").map(({ action }) => action),
    ["REFUND", "SALE"],
  );
});

test("a void gives everything back, once", () => {
  const bench = given();
  const id = sold(bench);
  const first = voided(bench, id);
  assert.deepEqual(
    [first.status, first.body["status"], first.body["action"], first.body["voided"]],
    [200, "VOIDED", "SALE", true],
  );
  assert.equal(voided(bench, id).code, "TXN_ALREADY_VOIDED");
  assert.equal(refund(bench, id).code, "TXN_ALREADY_VOIDED");
  assert.deepEqual(ledger(bench), [
    ["sale", "ABC1234", 1_250],
    ["void", "ABC1234", -1_250],
  ]);
});

test("an authorization is captured in parts, adjusted or voided", () => {
  const bench = given();
  const id = authorized(bench);
  assert.equal(refund(bench, id).code, "UNSUPPORTED_TXN_TYPE");
  const change = adjusted(bench, id, amounts(1_400, 150));
  assert.deepEqual([change.status, change.body["adjusted"], change.body["status"]], [200, true, "AUTHORIZED"]);
  assert.equal(captured(bench, id, amounts(1_251)).code, "CAPTURE_EXCEEDS_PREAUTH_BAL");
  assert.equal(captured(bench, id, amounts(1_000)).status, 201);
  assert.equal(adjusted(bench, id, amounts(1)).code, "TXN_ALREADY_CAPTURED");
  assert.equal(voided(bench, id).code, "TXN_ALREADY_CAPTURED");
  const rest = ask(bench, `POST ${TRANSACTIONS}`, { body: { action: "CAPTURE", parentId: id } });
  assert.deepEqual([rest.status, rest.body["action"]], [201, "CAPTURE"]);
  assert.equal(captured(bench, id).code, "TXN_ALREADY_CAPTURED");
  assert.equal(captured(bench, stringOf(rest.body["id"])).code, "CAPTURE_NOT_ALLOWED");
  const other = authorized(bench, { referenceId: "P" });
  assert.equal(voided(bench, other).status, 200);
  assert.equal(captured(bench, other).code, "TXN_ALREADY_VOIDED");
  assert.deepEqual(
    ledger(bench).map(([kind, , amount]) => [kind, amount]),
    [
      ["preauthorization", 0],
      ["adjustment", 0],
      ["capture", 1_000],
      ["capture", 250],
      ["preauthorization", 0],
      ["void", 0],
    ],
  );
});

test("what makes no sense changes nothing", () => {
  const bench = given();
  const id = sold(bench);
  const declined = given(under("sale", { kind: "declines" }));
  ask(declined, CLOUD_MESSAGES, flat());
  const [none] = found(declined, "");
  assert.equal(refund(declined, none?.id ?? "").code, "TXN_NEVER_PROCESSED");
  const cases: readonly (readonly [line: string, body: JsonObject, status: number, code: string])[] = [
    [`POST ${TRANSACTIONS}`, { action: "REFUND" }, 400, "MISSING_PARAMETER"],
    [`POST ${TRANSACTIONS}`, { action: "REFUND", parentId: NOBODY }, 404, "TRANSACTION_NOT_FOUND"],
    [`POST ${TRANSACTIONS}`, { action: "REFUND", parentId: id, amounts: 7 }, 400, "INVALID_PARAMETER"],
    [
      `POST ${TRANSACTIONS}`,
      { action: "REFUND", parentId: id, amounts: { transactionAmount: "7" } },
      400,
      "INVALID_PARAMETER",
    ],
    [
      `POST ${TRANSACTIONS}`,
      { action: "REFUND", parentId: id, amounts: { transactionAmount: 7, orderAmount: 6 } },
      400,
      "INVALID_PARAMETER",
    ],
    [
      `POST ${TRANSACTIONS}`,
      { action: "REFUND", parentId: id, amounts: { currency: "dollars" } },
      400,
      "INVALID_PARAMETER",
    ],
    [`POST ${TRANSACTIONS}`, { action: "SALE" }, 404, "RESOURCE_NOT_FOUND"],
    [`POST ${TRANSACTIONS}/${NOBODY}/void`, {}, 404, "TRANSACTION_NOT_FOUND"],
    [`POST ${TRANSACTIONS}/${id}/explode`, {}, 404, "RESOURCE_NOT_FOUND"],
    [`POST ${TRANSACTIONS}/${id}/void/now`, {}, 404, "RESOURCE_NOT_FOUND"],
    [`DELETE ${TRANSACTIONS}/${id}`, {}, 404, "RESOURCE_NOT_FOUND"],
    [`POST /businesses/${NOBODY}/transactions/${id}/void`, {}, 404, "BUSINESS_NOT_FOUND"],
    ["GET /", {}, 404, "RESOURCE_NOT_FOUND"],
    ["GET /token", {}, 404, "RESOURCE_NOT_FOUND"],
    ["POST /cloudMessages/", {}, 404, "RESOURCE_NOT_FOUND"],
    [`GET /businesses/${BUSINESS}/hooks`, {}, 404, "RESOURCE_NOT_FOUND"],
  ];
  for (const [line, body, status, code] of cases) {
    const told = ask(bench, line, { body });
    assert.deepEqual([told.status, told.code], [status, code], `${line} ${JSON.stringify(body)}`);
  }
  assert.equal(voided(bench, id, { requestId: "7" }).code, "INVALID_PARAMETER");
  assert.equal(ledger(bench).length, 1);
});

test("an error has the vendor's form", () => {
  const requestId = randomUUID();
  const { body } = ask(given(), `POST ${TRANSACTIONS}/${NOBODY}/void`, { requestId });
  assert.deepEqual(body, {
    httpStatus: 404,
    code: "TRANSACTION_NOT_FOUND",
    message: "transaction not found",
    developerMessage: "There is no such transaction",
    moreInfo: "",
    requestId,
  });
});

test("the same request with the same id is answered the same and done once; another request with it is refused", () => {
  const bench = given();
  const id = sold(bench);
  const requestId = randomUUID();
  const first = refund(bench, id, amounts(250), { requestId });
  const second = refund(bench, id, amounts(250), { requestId: requestId.toUpperCase() });
  assert.deepEqual(second, first);
  const other = refund(bench, id, amounts(251), { requestId });
  assert.deepEqual([other.status, other.code], [400, "REQUEST_ID_DUPLICATE"]);
  assert.equal(voided(bench, id, { requestId }).code, "REQUEST_ID_DUPLICATE");
  const next = given({}, bench.memory());
  assert.deepEqual(refund(next, id, amounts(250), { requestId }), first, "also after a restart");
  assert.equal(ledger(bench).length + ledger(next).length, 2);
});

test("a request whose id is being worked on is told so, and an error is not kept", () => {
  const bench = given({ stageMs: 1_000 });
  send(bench, CLOUD_MESSAGES, flat());
  bench.elapse(5_000);
  const [sale] = found(bench, "");
  assert(sale !== undefined);
  const requestId = randomUUID();
  send(bench, `POST ${TRANSACTIONS}/${sale.id}/void`, { requestId });
  assert.equal(voided(bench, sale.id, { requestId }).code, "REQUEST_IN_PROGRESS");
  bench.elapse(2_000);
  assert.equal(voided(bench, sale.id, { requestId }).body["status"], "VOIDED");

  const failing = given({ rules: [{ when: { command: "restVoid", nth: 1 }, then: [{ kind: "declines" }] }] });
  const id = sold(failing);
  assert.equal(voided(failing, id, { requestId }).code, "PROCESSOR_DECLINED");
  assert.equal(voided(failing, id, { requestId }).status, 200);
});

test("two requests that would give back more than there is are not both carried out", () => {
  const bench = given({ stageMs: 10, customerMs: 0 });
  send(bench, CLOUD_MESSAGES, flat());
  bench.elapse(1_000);
  const [sale] = found(bench, "");
  const body = { action: "REFUND", parentId: sale?.id ?? "", ...amounts(1_000) };
  for (let count = 0; count < 2; count += 1) send(bench, `POST ${TRANSACTIONS}`, { body });
  bench.elapse(1_000);
  assert.deepEqual(
    ledger(bench).map(([, , amount]) => amount),
    [1_250, -1_000],
  );
});

test("what is hidden is not found for a while, by a search or by anybody", () => {
  for (const [scenario, byId] of [
    [{ searchLagMs: 30_000 }, 200],
    [under("sale", { kind: "hidden", ms: 30_000 }), 200],
    [under("sale", { kind: "hidden", ms: 30_000, from: "everybody" }), 404],
  ] as const) {
    const bench = given(scenario);
    const id = sold(bench);
    bench.elapse(29_000);
    assert.equal(found(bench, "searchKey=ABC1234").length, 0);
    assert.equal(ask(bench, `GET ${TRANSACTIONS}/${id}`).status, byId);
    bench.elapse(1_000);
    assert.equal(found(bench, "searchKey=ABC1234").length, 1);
    assert.equal(ask(bench, `GET ${TRANSACTIONS}/${id}`).status, 200);
  }
});
