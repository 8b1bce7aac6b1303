import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { at, codeOf, idOf, order, SimulatedCloud, statusOf, TERMINAL, textAt } from "./simulated-cloud.ts";

const LONG_MS = 3_600_000;
const DAY_MS = 86_400_000;
const amountsOf = ({ ledger }: SimulatedCloud): readonly (Json | undefined)[] => ledger.map((line) => line["amount"]);

/** A cloud with one order that was paid. */
function paid(scenario: JsonObject = {}): {
  readonly cloud: SimulatedCloud;
  readonly id: string;
  readonly payment: string;
} {
  const cloud = new SimulatedCloud(scenario);
  const created = cloud.create();
  cloud.elapse(10_000);
  const payment = textAt(created, "transactions.payments.0.id");
  return { cloud, id: idOf(created), payment };
}

let keys = 0;
function refund(
  cloud: SimulatedCloud,
  id: string,
  part?: JsonObject,
): { readonly status: number; readonly body: JsonObject } {
  keys += 1;
  const body = part === undefined ? undefined : { transactions: [part] };
  return cloud.ask("POST", `/v1/orders/${id}/refund`, body, { key: `refund ${keys}` });
}

test("a refund gives the money back, whole or in parts, and never more than was paid", () => {
  const { cloud, id, payment } = paid();
  const first = refund(cloud, id, { id: payment, amount: "5.00" });
  assert.equal(first.status, 201);
  assert.equal(statusOf(first.body), "processed partially_refunded processed accredited");
  assert.equal(at(first.body, "transactions.payments.0.refunded_amount"), "5.00");
  const tooMuch = refund(cloud, id, { id: payment, amount: "19.91" });
  assert.deepEqual([tooMuch.status, codeOf(tooMuch.body)], [400, "refund_amount_exceeds"]);

  const rest = refund(cloud, id);

  assert.equal(statusOf(rest.body), "refunded refunded refunded refunded");
  assert.match(textAt(rest.body, "transactions.refunds.1.id"), /^REF[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.deepEqual(amountsOf(cloud), [2_490, -500, -1_990]);
  const again = refund(cloud, id);
  assert.deepEqual([again.status, codeOf(again.body)], [409, "order_already_refunded"]);
});

test("the same key refunds once", () => {
  const { cloud, id } = paid();
  const answers = [1, 2].map(() => cloud.ask("POST", `/v1/orders/${id}/refund`, undefined, { key: "key" }));
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(amountsOf(cloud), [2_490, -2_490]);
});

test("what cannot be refunded is refused in the vendor's words", () => {
  const rule = (reaction: JsonObject): JsonObject => ({
    rules: [{ when: { command: "createOrder" }, then: [reaction] }],
  });
  const whole = undefined;
  const cases: readonly (readonly [scenario: JsonObject, part: Json | undefined, afterMs: number, answer: string])[] = [
    [rule({ kind: "declines" }), whole, 0, "409 cannot_refund_order"],
    [rule({ kind: "stays", in: "created" }), whole, 0, "409 cannot_refund_order"],
    [{}, { id: "PAY01JQ4S4KY8HWQ6NA5PXD9C2C8G", amount: "1.00" }, 0, "404 transaction_not_found"],
    [{}, { amount: "1.00" }, 0, "400 required_properties"],
    [{}, { id: "own", amount: "0.00" }, 0, "400 refund_amount_exceeds"],
    [rule({ kind: "tip", amount: 100 }), { id: "own", amount: "1.00" }, 0, "403 partial_refund_forbidden_with_tips"],
    [rule({ kind: "card", type: "qr" }), { id: "own", amount: "1.00" }, 0, "400 unsupported_partially_refunds"],
    [{}, whole, 89 * DAY_MS, "201 "],
    [{}, whole, 91 * DAY_MS, "409 refund_period_exceeded"],
    [{}, whole, 93 * DAY_MS, "404 order_not_found"],
  ];
  for (const [scenario, part, afterMs, expected] of cases) {
    const { cloud, id, payment } = paid(scenario);
    cloud.elapse(afterMs);
    const named = part === undefined ? undefined : { ...(part as JsonObject) };
    const { status, body } = refund(cloud, id, named?.["id"] === "own" ? { ...named, id: payment } : named);
    assert.equal(`${status} ${status === 201 ? "" : codeOf(body)}`, expected, JSON.stringify([scenario, part]));
    assert.equal(
      cloud.ledger.some((line) => line["kind"] === "refund"),
      status === 201,
    );
  }
});

test("a refund can stand for a while before the money moves, or never move it", () => {
  for (const ends of ["processed", "failed"]) {
    const then = [{ kind: "refundPends", ms: 60_000, ends }];
    const { cloud, id } = paid({ rules: [{ when: { command: "refundOrder" }, then }] });

    const asked = refund(cloud, id);

    assert.equal(statusOf(asked.body), "refunded refunded refunded refunded");
    assert.equal(at(asked.body, "transactions.refunds.0.status"), "processing");
    assert.deepEqual(amountsOf(cloud), [2_490]);
    const second = refund(cloud, id, { id: "x", amount: "1.00" });
    assert.equal(second.status, 409);
    cloud.elapse(60_000);
    const order = cloud.get(id);
    assert.equal(at(order, "transactions.refunds.0.status"), ends);
    assert.equal(order["status"], ends === "processed" ? "refunded" : "processed");
    assert.deepEqual(amountsOf(cloud), ends === "processed" ? [2_490, -2_490] : [2_490]);
  }
  const { cloud, id, payment } = paid({ refundMs: 60_000 });
  refund(cloud, id, { id: payment, amount: "1.00" });
  assert.equal(codeOf(refund(cloud, id).body), "refund_in_progress");
});

test("the vendor's own way to simulate brings an order to each end", () => {
  const cases: readonly (readonly [event: JsonObject, status: string, moved: readonly number[]])[] = [
    [
      { status: "processed", payment_method_id: "master", payment_method_type: "credit_card", installments: 3 },
      "processed",
      [2_490],
    ],
    [{ status: "failed", status_detail: "insufficient_amount" }, "failed", []],
    [{ status: "canceled" }, "canceled", []],
    [{ status: "expired" }, "expired", []],
    [{ status: "action_required" }, "action_required", []],
  ];
  for (const [event, status, moved] of cases) {
    const cloud = new SimulatedCloud({ customer: "waits" });
    const id = idOf(cloud.create());
    assert.equal(cloud.ask("POST", `/v1/orders/${id}/events`, event).status, 204);
    cloud.elapse(500);
    assert.equal(cloud.get(id)["status"], "at_terminal");
    cloud.elapse(500);
    assert.equal(cloud.get(id)["status"], status);
    assert.deepEqual(amountsOf(cloud), moved);
  }
  const { cloud, id } = paid();
  assert.equal(cloud.ask("POST", `/v1/orders/${id}/events`, { status: "refunded" }).status, 204);
  cloud.elapse(1_000);
  assert.equal(cloud.get(id)["status"], "refunded");
  assert.deepEqual(amountsOf(cloud), [2_490, -2_490]);
});

test("an event that cannot be is refused", () => {
  const { cloud, id } = paid();
  const path = `/v1/orders/${id}/events`;
  const events: readonly Json[] = [
    {},
    { status: "created" },
    { status: "processed" },
    { status: "failed", status_detail: "?" },
  ];
  for (const event of events) assert.equal(cloud.ask("POST", path, event).status, 400, JSON.stringify(event));
  const missing = cloud.ask("POST", "/v1/orders/ORD01JQ4S4KY8HWQ6NA5PXB65B3D3/events", { status: "processed" });
  assert.deepEqual([missing.status, codeOf(missing.body)], [404, "order_not_found"]);
  const live = paid({ liveMode: true });
  const refused = live.cloud.ask("POST", `/v1/orders/${live.id}/events`, { status: "refunded" });
  assert.deepEqual([refused.status, codeOf(refused.body)], [403, "forbidden"]);
});

test("a search finds an order by its reference, once it has come there", () => {
  const { cloud, id } = paid({ searchLagMs: 30_000 });
  const search = (more: string): JsonObject =>
    cloud.ask("GET", `/v1/orders?begin_date=2026-01-01T00%3A00%3A00Z&end_date=2026-01-03T00:00:00.000Z${more}`).body;
  const idsOf = (body: JsonObject): readonly string[] => (body["data"] as readonly JsonObject[]).map(idOf);
  assert.deepEqual(idsOf(search("")), []);
  cloud.elapse(20_000);
  const second = idOf(cloud.create({ external_reference: "A2" }));
  cloud.elapse(30_000);
  assert.deepEqual(idsOf(search("")), [second, id]);
  assert.deepEqual(idsOf(search("&sort_order=asc")), [id, second]);
  assert.deepEqual(idsOf(search("&external_reference=A2")), [second]);
  assert.deepEqual(idsOf(search("&status=canceled")), []);
  const page = search("&page=2&page_size=1");
  assert.deepEqual(idsOf(page), [id]);
  assert.deepEqual(page["paging"], { total: "2", total_pages: "2", offset: "1", limit: "1" });
});

test("another system's order is in the way, and its money is told apart", () => {
  const then = [{ kind: "otherOrder", amount: 7_700, ends: "pays" }];
  const cloud = new SimulatedCloud({ rules: [{ when: { command: "createOrder", nth: 1 }, then }] });
  const refused = cloud.ask("POST", "/v1/orders", order(), { key: "1" });
  assert.deepEqual([refused.status, codeOf(refused.body)], [409, "already_queued_order_for_terminal"]);
  cloud.elapse(LONG_MS);
  assert.deepEqual(
    cloud.ledger.map(({ by, amount }) => [by, amount]),
    [["anotherSystem", 7_700]],
  );
  assert.equal(cloud.ask("POST", "/v1/orders", order(), { key: "1" }).status, 201);
});

test("a terminal that is taken out of integrated mode takes no order, until it is back", () => {
  const then = [{ kind: "standalone", at: "done" }];
  const cloud = new SimulatedCloud({ rules: [{ when: { command: "createOrder" }, then }] });
  const id = idOf(cloud.create());
  cloud.elapse(60_000);
  assert.equal(cloud.get(id)["status"], "created");
  assert.equal(at(cloud.ask("GET", "/terminals/v1/list").body, "data.terminals.0.operating_mode"), "STANDALONE");
  const setup = cloud.ask("PATCH", "/terminals/v1/setup", { terminals: [{ id: TERMINAL, operating_mode: "PDV" }] });
  assert.deepEqual(setup, { status: 200, body: { terminals: [{ id: TERMINAL, operating_mode: "PDV" }] } });
  cloud.elapse(60_000);
  assert.equal(cloud.get(id)["status"], "processed");
});

test("a cloud that is started again goes on where it was, at every moment of a payment", () => {
  for (let killedMs = 0; killedMs <= 1_600; killedMs += 50) {
    const before = new SimulatedCloud();
    const id = idOf(before.create({}, "key"));
    before.elapse(killedMs);
    const after = new SimulatedCloud({}, before.memory);
    after.elapse(LONG_MS);
    assert.equal(after.get(id)["status"], "processed");
    assert.equal(idOf(after.create({}, "key")), id);
    assert.deepEqual([...amountsOf(before), ...amountsOf(after)], [2_490], `killed after ${killedMs} ms`);
  }
});

test("the older API: an intent is an order by another name", () => {
  const cloud = new SimulatedCloud();
  const device = `/point/integration-api/devices/${TERMINAL}`;
  const reference = { external_reference: "A1" };
  const created = cloud.ask("POST", `${device}/payment-intents`, { amount: 1_500, additional_info: reference });
  assert.deepEqual([created.status, created.body["state"], created.body["amount"]], [201, "OPEN", 1_500]);
  const id = idOf(created.body);
  const state = (): string => textAt(cloud.ask("GET", `/point/integration-api/payment-intents/${id}`).body, "state");
  const conflict = cloud.ask("POST", `${device}/payment-intents`, { amount: 1_500 });
  assert.deepEqual([conflict.status, codeOf(conflict.body)], [409, "conflict_error"]);

  cloud.elapse(500);
  assert.equal(state(), "ON_TERMINAL");
  assert.equal(cloud.ask("DELETE", `${device}/payment-intents/${id}`).status, 409);
  cloud.elapse(900);
  assert.equal(state(), "PROCESSING");
  cloud.elapse(1_000);
  assert.equal(state(), "FINISHED");

  const payment = at(cloud.ask("GET", `/point/integration-api/payment-intents/${id}`).body, "payment.id");
  const { body } = cloud.ask("GET", `/v1/payments/${Number(payment)}`);
  assert.deepEqual([body["status"], body["transaction_amount"], body["external_reference"]], ["approved", 15, "A1"]);
  assert.deepEqual(amountsOf(cloud), [1_500]);
});

test("the older API: cancels, limits, refusals", () => {
  const device = `/point/integration-api/devices/${TERMINAL}`;
  const bad: readonly Json[] = [
    {},
    { amount: "1500" },
    { amount: 499 },
    { amount: 35_000_001 },
    { amount: 1_500, surprise: 1 },
    [],
  ];
  for (const body of bad) {
    const { status, body: told } = new SimulatedCloud().ask("POST", `${device}/payment-intents`, body);
    assert.deepEqual([status, codeOf(told)], [400, "bad_request"], JSON.stringify(body));
  }
  const cloud = new SimulatedCloud({ rules: [{ when: { amount: 6_666 }, then: [{ kind: "declines" }] }] });
  const id = idOf(cloud.ask("POST", `${device}/payment-intents`, { amount: 1_500 }).body);
  assert.deepEqual(cloud.ask("DELETE", `${device}/payment-intents/${id}`), { status: 200, body: { id } });
  assert.equal(cloud.ask("DELETE", `${device}/payment-intents/${id}`).body["code"], "101");

  const refused = idOf(cloud.ask("POST", `${device}/payment-intents`, { amount: 6_666 }).body);
  cloud.elapse(LONG_MS);
  const { body } = cloud.ask("GET", `/point/integration-api/payment-intents/${refused}`);
  assert.equal(body["state"], "FINISHED");
  assert.equal(cloud.ask("GET", `/v1/payments/${Number(at(body, "payment.id"))}`).body["status"], "rejected");
  assert.deepEqual(cloud.ledger, []);
});

test("the older API: a refund at the terminal, in Brazil", () => {
  const cloud = new SimulatedCloud({ country: "BR" });
  const device = `/point/integration-api/devices/${TERMINAL}`;
  const intent = idOf(cloud.ask("POST", `${device}/payment-intents`, { amount: 1_500 }).body);
  cloud.elapse(LONG_MS);
  const payment = at(cloud.ask("GET", `/point/integration-api/payment-intents/${intent}`).body, "payment.id") ?? null;
  const asked = cloud.ask("POST", `${device}/refund`, { payment_id: payment });
  assert.deepEqual([asked.status, asked.body["state"]], [201, "OPEN"]);
  cloud.elapse(LONG_MS);
  assert.equal(cloud.ask("GET", `/point/integration-api/refund/${idOf(asked.body)}`).body["state"], "FINISHED");
  assert.deepEqual(amountsOf(cloud), [1_500, -1_500]);
  assert.equal(cloud.ask("POST", `${device}/refund`, { payment_id: payment }).status, 400);
});
