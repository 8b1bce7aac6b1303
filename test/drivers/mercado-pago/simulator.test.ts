import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import {
  at,
  codeOf,
  idOf,
  order,
  priced,
  SimulatedCloud,
  START,
  statusOf,
  TERMINAL,
  textAt,
} from "./simulated-cloud.ts";

const AT_TERMINAL = { headers: { "x-allow-cancelable-status": "at_terminal" } };
const LONG_MS = 3_600_000;

/** A cloud under one rule. */
const ruled = (command: string, ...then: readonly JsonObject[]): JsonObject => ({
  rules: [{ when: { command }, then }],
});

const whatOf = ({ told }: SimulatedCloud): string => told.map(({ what }) => what).join(" ");

test("an order goes to the terminal, and is paid there in its time", () => {
  const cloud = new SimulatedCloud();
  const created = cloud.create({ description: "two coffees" });

  assert.match(idOf(created), /^ORD[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.match(textAt(created, "transactions.payments.0.id"), /^PAY[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.equal(statusOf(created), "created created created -");
  assert.deepEqual(
    ["external_reference", "expiration_time", "currency", "description"].map((name) => created[name]),
    ["A1", "PT15M", "MXN", "two coffees"],
  );
  cloud.elapse(499);
  assert.equal(statusOf(cloud.get(idOf(created))), "created created created -");
  cloud.elapse(1);
  assert.equal(statusOf(cloud.get(idOf(created))), "at_terminal at_terminal at_terminal at_terminal");
  cloud.elapse(1_050);

  const paid = cloud.get(idOf(created));
  assert.equal(statusOf(paid), "processed processed processed accredited");
  assert.equal(at(paid, "transactions.payments.0.paid_amount"), "24.90");
  assert.equal(at(paid, "transactions.payments.0.refunded_amount"), "0.00");
  assert.equal(at(paid, "transactions.payments.0.tip_amount"), undefined);
  assert.deepEqual(cloud.ledger, [
    {
      at: new Date(START + 1_550).toISOString(),
      kind: "sale",
      orderId: created["id"],
      externalReference: "A1",
      paymentId: at(created, "transactions.payments.0.id"),
      referenceId: at(paid, "transactions.payments.0.reference_id"),
      amount: 2_490,
      tip: 0,
      currency: "MXN",
      terminalId: TERMINAL,
    },
  ]);
});

test("amounts are read as the account's currency has them", () => {
  const cases: readonly (readonly [country: string, amount: string, moved: number | undefined])[] = [
    ["MX", "10", 1_000],
    ["MX", "10.5", 1_050],
    ["BR", "0.01", 1],
    ["AR", "10.00", 1_000],
    ["CL", "1500", 1_500],
    ["CL", "1500.00", 1_500],
    ["CL", "1500.50", undefined],
    ["MX", "0.00", undefined],
  ];
  for (const [country, amount, moved] of cases) {
    const cloud = new SimulatedCloud({ country });
    const { status } = cloud.ask("POST", "/v1/orders", order(priced(amount)), { key: "1" });
    cloud.elapse(LONG_MS);
    assert.equal(status, moved === undefined ? 400 : 201, amount);
    assert.deepEqual(
      cloud.ledger.map((line) => line["amount"]),
      moved === undefined ? [] : [moved],
    );
  }
});

test("a request without sense is refused in the vendor's words", () => {
  const point = { terminal_id: TERMINAL };
  const cases: readonly (readonly [body: Json | Uint8Array, code: string])[] = [
    [new TextEncoder().encode("{"), "json_syntax_error"],
    [[], "property_type"],
    [{}, "minimum_properties"],
    [{ type: "point" }, "required_properties"],
    [order({ surprise: 1 }), "unsupported_properties"],
    [order({ type: "online" }), "property_value"],
    [order({ external_reference: "a b" }), "property_value"],
    [order({ external_reference: "x".repeat(65) }), "property_value"],
    [order({ external_reference: 7 }), "property_type"],
    [order({ expiration_time: "PT29S" }), "property_value"],
    [order({ expiration_time: "PT3H1S" }), "property_value"],
    [order({ description: "x".repeat(151) }), "property_value"],
    [order({ transactions: { payments: [] } }), "minimum_items"],
    [order({ transactions: { payments: [{ amount: "1" }, { amount: "2" }] } }), "maximum_items"],
    [order({ transactions: { payments: [{}] } }), "minimum_properties"],
    [order({ transactions: { payments: [{ amount: 24.9 }] } }), "property_type"],
    [order(priced("24,90")), "property_value"],
    [order(priced("24.901")), "property_value"],
    [order(priced("-1")), "property_value"],
    [order({ config: {} }), "minimum_properties"],
    [order({ config: { point: { terminal_id: "NEWLAND_N950_SIM7000" } } }), "property_value"],
    [order({ config: { point: { terminal_id: "VERIFONE_P400__1" } } }), "property_value"],
    [order({ config: { point: { ...point, print_on_terminal: true } } }), "property_type"],
    [order({ config: { point, payment_method: { default_type: "cash" } } }), "property_value"],
  ];
  for (const [body, code] of cases) {
    const cloud = new SimulatedCloud();
    const answer = cloud.ask("POST", "/v1/orders", body, { key: "1" });
    assert.deepEqual([answer.status, codeOf(answer.body)], [400, code], JSON.stringify(body));
    cloud.elapse(LONG_MS);
    assert.deepEqual(cloud.ledger, []);
  }
  const cloud = new SimulatedCloud({
    terminals: [
      { id: TERMINAL, owner: "own" },
      { id: "PAX_A910__9", owner: "other" },
    ],
  });
  const asked: readonly (readonly [
    method: string,
    path: string,
    body: Json | undefined,
    key: string,
    answer: string,
  ])[] = [
    ["POST", "/v1/orders", order(), "", "400 empty_required_header"],
    [
      "POST",
      "/v1/orders",
      order({ config: { point: { terminal_id: "PAX_A910__9" } } }),
      "1",
      "403 forbidden_checking_terminal_owner",
    ],
    ["GET", "/v1/orders/ORD1", undefined, "", "400 invalid_path_param"],
    ["GET", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3DU", undefined, "", "400 invalid_path_param"],
    ["GET", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3D3", undefined, "", "404 order_not_found"],
    ["POST", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3D3/cancel", undefined, "", "400 empty_required_header"],
    ["POST", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3D3/cancel", undefined, "1", "404 order_not_found"],
    ["POST", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3D3/refund", undefined, "1", "404 order_not_found"],
    ["GET", "/v1/orders", undefined, "", "400 required_properties"],
    ["GET", "/v2/orders", undefined, "", "404 not_found"],
    ["DELETE", "/v1/orders", undefined, "", "405 method_not_allowed"],
  ];
  for (const [method, path, body, key, expected] of asked) {
    const { status, body: told } = cloud.ask(method, path, body, key === "" ? {} : { key });
    assert.equal(`${status} ${codeOf(told)}`, expected, path);
  }
});

test("the same key and body make one order; another body is told; the key lives for 24 hours", () => {
  const cloud = new SimulatedCloud();
  const first = cloud.create({}, "key");
  cloud.elapse(LONG_MS);

  assert.deepEqual(cloud.create({}, "key"), first);
  const other = cloud.ask("POST", "/v1/orders", order({ external_reference: "A2" }), { key: "key" });
  assert.deepEqual([other.status, codeOf(other.body)], [409, "idempotency_key_already_used"]);
  cloud.elapse(LONG_MS);
  assert.equal(cloud.ledger.length, 1);

  cloud.elapse(23 * LONG_MS);
  assert.notEqual(cloud.create({}, "key")["id"], first["id"]);
});

test("a repeat can be told how the order stands now", () => {
  const cloud = new SimulatedCloud({ repeat: "currentState" });
  cloud.create({}, "key");
  cloud.elapse(LONG_MS);
  assert.equal(statusOf(cloud.create({}, "key")), "processed processed processed accredited");
});

test("a key that is being worked on is locked", () => {
  const cloud = new SimulatedCloud(ruled("createOrder", { kind: "slow", ms: 2_000, phase: "arrival" }));
  const first = cloud.send("POST", "/v1/orders", order(), { key: "key" });

  const second = cloud.ask("POST", "/v1/orders", order(), { key: "key" });
  assert.deepEqual([second.status, codeOf(second.body)], [423, "resource_locked"]);
  cloud.elapse(2_000);
  assert.equal(cloud.answerTo(first).status, 201);
  assert.equal(cloud.ask("POST", "/v1/orders", order(), { key: "key" }).status, 201);
  cloud.elapse(LONG_MS);
  assert.equal(cloud.ledger.length, 1);
});

test("a terminal has one living order", () => {
  const cloud = new SimulatedCloud({ queuedCode: "already_queued_order_on_terminal" });
  cloud.create();
  const second = cloud.ask("POST", "/v1/orders", order(), { key: "2" });
  assert.deepEqual([second.status, codeOf(second.body)], [409, "already_queued_order_on_terminal"]);
  cloud.elapse(LONG_MS);
  cloud.create();
});

test("an order that nobody pays expires by itself, also where the terminal never loads it", () => {
  for (const place of ["created", "at_terminal"]) {
    const cloud = new SimulatedCloud(ruled("createOrder", { kind: "stays", in: place }));
    const id = idOf(cloud.create({ expiration_time: "PT30S" }));
    cloud.elapse(29_999);
    assert.equal(cloud.get(id)["status"], place);
    cloud.elapse(1);
    assert.equal(statusOf(cloud.get(id)), "expired expired expired expired");
    cloud.elapse(LONG_MS);
    assert.deepEqual(cloud.ledger, []);
  }
  const cloud = new SimulatedCloud({ customer: "waits" });
  const id = idOf(cloud.create());
  cloud.elapse(899_999);
  assert.equal(cloud.get(id)["status"], "at_terminal");
  cloud.elapse(1);
  assert.equal(cloud.get(id)["status"], "expired");
});

test("what has gone to the host when the time is over ends there", () => {
  const cloud = new SimulatedCloud({ stageMs: 20_000 });
  const id = idOf(cloud.create({ expiration_time: "PT30S" }));
  cloud.elapse(40_000);
  assert.equal(cloud.get(id)["status"], "at_terminal");
  cloud.elapse(1_000);
  assert.equal(cloud.get(id)["status"], "processed");
  assert.equal(cloud.ledger.length, 1);
});

test("a cancel is final before the terminal has the order, and a wish from then on", () => {
  const early = new SimulatedCloud();
  const id = idOf(early.create());
  const canceled = early.ask("POST", `/v1/orders/${id}/cancel`, undefined, { key: "c" });
  assert.equal(canceled.status, 200);
  assert.equal(statusOf(canceled.body), "canceled canceled canceled canceled_by_api");
  const again = early.ask("POST", `/v1/orders/${id}/cancel`, undefined, { key: "d" });
  assert.deepEqual([again.status, codeOf(again.body)], [409, "order_already_canceled"]);
  early.elapse(LONG_MS);
  assert.deepEqual(early.ledger, []);

  const late = new SimulatedCloud({ customerMs: 5_000 });
  const path = `/v1/orders/${idOf(late.create())}/cancel`;
  late.elapse(1_000);
  const refused = late.ask("POST", path, undefined, { key: "c" });
  assert.deepEqual([refused.status, codeOf(refused.body)], [409, "cannot_cancel_order"]);
  const asked = late.ask("POST", path, undefined, { key: "e", ...AT_TERMINAL });
  assert.equal(asked.status, 202);
  assert.equal(statusOf(asked.body), "at_terminal at_terminal at_terminal cancellation_requested");
  late.elapse(LONG_MS);
  assert.equal(statusOf(late.get(idOf(asked.body))), "canceled canceled canceled canceled");
  assert.deepEqual(late.ledger, []);
});

test("a cancel that comes too late, or loses by rule, does not keep the money from moving", () => {
  const host = new SimulatedCloud();
  const id = idOf(host.create());
  host.elapse(1_300);
  assert.equal(host.ask("POST", `/v1/orders/${id}/cancel`, undefined, { key: "c", ...AT_TERMINAL }).status, 202);
  host.elapse(LONG_MS);
  assert.equal(host.get(id)["status"], "processed");

  for (const waits of [0, 1_000]) {
    const loses = new SimulatedCloud({ customer: "waits", ...ruled("cancelOrder", { kind: "losesRace" }) });
    const created = loses.create();
    loses.elapse(waits);
    const path = `/v1/orders/${idOf(created)}/cancel`;
    assert.equal(loses.ask("POST", path, undefined, { key: "c", ...AT_TERMINAL }).status, 202);
    loses.elapse(10_000);
    assert.equal(statusOf(loses.get(idOf(created))), "processed processed processed accredited");
    assert.equal(loses.ledger.length, 1);
  }
  const old = new SimulatedCloud({ cancelsAtTerminal: false, customer: "waits" });
  const path = `/v1/orders/${idOf(old.create())}/cancel`;
  old.elapse(1_000);
  assert.equal(old.ask("POST", path, undefined, { key: "c", ...AT_TERMINAL }).status, 409);
});

test("each end at the terminal shows on the wire, and in the ledger only where the customer was charged", () => {
  const cases: readonly (readonly [reaction: JsonObject, status: string, moved: readonly number[]])[] = [
    [{ kind: "declines" }, "failed failed failed rejected_by_issuer", []],
    [{ kind: "declines", detail: "insufficient_amount" }, "failed failed failed insufficient_amount", []],
    [{ kind: "declines", detail: "in_review" }, "failed failed failed in_review", []],
    [{ kind: "declines", detail: "in_review", moved: true }, "failed failed failed in_review", [2_490]],
    [{ kind: "actionRequired" }, "action_required action_required action_required check_on_terminal", []],
    [
      { kind: "actionRequired", detail: "waiting_payment", moved: true },
      "action_required action_required action_required waiting_payment",
      [2_490],
    ],
    [{ kind: "cancels" }, "canceled canceled canceled canceled_on_terminal", []],
    [{ kind: "cancels", at: "pin" }, "canceled canceled canceled canceled_on_terminal", []],
    [{ kind: "tip", amount: 300 }, "processed processed processed accredited", [2_790]],
    [{ kind: "paidAmount", amount: 1_000 }, "processed processed processed accredited", [1_000]],
    [{ kind: "paidAmount", amount: 1_000, told: true }, "processed processed processed accredited", [2_490]],
    [{ kind: "card", id: "master", type: "credit_card" }, "processed processed processed accredited", [2_490]],
  ];
  for (const [reaction, status, moved] of cases) {
    const cloud = new SimulatedCloud(ruled("createOrder", reaction));
    const id = idOf(cloud.create());
    cloud.elapse(LONG_MS);
    assert.equal(statusOf(cloud.get(id)), status);
    assert.deepEqual(
      cloud.ledger.map((line) => line["amount"]),
      moved,
    );
  }
  const tipped = new SimulatedCloud(ruled("createOrder", { kind: "tip", amount: 300 }));
  const id = idOf(tipped.create());
  tipped.elapse(LONG_MS);
  const payment = at(tipped.get(id), "transactions.payments.0");
  assert.deepEqual([at(payment, "paid_amount"), at(payment, "tip_amount")], ["27.90", "3.00"]);
});

test("what becomes of a request: money only where it was carried out, and what was carried out is known to a repeat", () => {
  const cases: readonly (readonly [reaction: JsonObject, dialogue: string])[] = [
    [{ kind: "linkCut", at: "request" }, "cut money 201"],
    [{ kind: "linkCut", at: "request", command: "stops" }, "cut 201 money"],
    [{ kind: "linkCut", at: "done" }, "cut money 201"],
    [{ kind: "linkCut", at: "done", how: "end" }, "end money 201"],
    [{ kind: "linkCut", at: "midReply" }, "201 cut money 201"],
    [{ kind: "linkCut", at: "afterReply" }, "201 cut money 201"],
    [{ kind: "silent" }, "201 money"],
    [{ kind: "silent", from: "done" }, "money 201"],
    [{ kind: "slow", ms: 9_000 }, "money 201 201"],
    [{ kind: "error" }, "500 201 money"],
    [{ kind: "error", status: 503, moved: true }, "503 money 201"],
    [{ kind: "rateLimited", retryAfterS: 7 }, "429 201 money"],
    [{ kind: "locked" }, "423 201 money"],
    [{ kind: "queued", code: "already_queued_order_for_device" }, "409 201 money"],
    [{ kind: "unauthorized" }, "401 201 money"],
    [{ kind: "portal" }, "200 201 money"],
    [{ kind: "portal", moved: true }, "200 money 201"],
    [{ kind: "outage", at: "request", ms: 5_000 }, "switchOff switchOn 201 money"],
    [{ kind: "outage", at: "done", ms: 5_000 }, "switchOff money switchOn 201"],
    [{ kind: "truncated" }, "201 money 201"],
    [{ kind: "raw", status: 502, body: "<html>" }, "502 money 201"],
  ];
  for (const [reaction, dialogue] of cases) {
    const cloud = new SimulatedCloud({ rules: [{ when: { command: "createOrder", nth: 1 }, then: [reaction] }] });
    for (let time = 0; time < 2; time += 1) {
      cloud.send("POST", "/v1/orders", order(), { key: "key" });
      cloud.elapse(20_000);
    }
    assert.equal(whatOf(cloud), dialogue, JSON.stringify(reaction));
  }
});
