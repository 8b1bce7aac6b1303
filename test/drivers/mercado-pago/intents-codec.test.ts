import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, constantFrom, integer, jsonValue, oneof, property, string } from "../../support/properties.ts";
import { encodeIntent, isIntentPath, openIntent } from "../../../src/drivers/mercado-pago/intents-codec.ts";
import type { IntentRequest } from "../../../src/drivers/mercado-pago/intents-messages.ts";
import {
  bytesOf,
  eventsBody,
  INTENT,
  intentBody,
  openedAs,
  paid,
  PAYMENT,
  paymentBody,
  TERMINAL,
} from "./intents-support.ts";

const ROOT = "/point/integration-api";

const REQUESTS = {
  create: { kind: "intentCreate", terminal: TERMINAL, body: { amount: 1_500 } },
  get: { kind: "intentGet", intent: INTENT },
  cancel: { kind: "intentCancel", terminal: TERMINAL, intent: INTENT },
  events: { kind: "intentEventsGet", from: "2026-01-01", to: "2026-01-03" },
  payment: { kind: "intentPaymentGet", payment: PAYMENT },
  refund: { kind: "intentRefundCreate", terminal: TERMINAL, body: { payment_id: PAYMENT } },
  refundGet: { kind: "intentRefundGet", intent: INTENT },
  refundCancel: { kind: "intentRefundCancel", terminal: TERMINAL, intent: INTENT },
} as const satisfies Record<string, IntentRequest>;

describe("a request", () => {
  for (const [what, request, method, path] of [
    ["makes an intent", REQUESTS.create, "POST", `${ROOT}/devices/${TERMINAL}/payment-intents`],
    ["asks for one", REQUESTS.get, "GET", `${ROOT}/payment-intents/${INTENT}`],
    ["takes one back", REQUESTS.cancel, "DELETE", `${ROOT}/devices/${TERMINAL}/payment-intents/${INTENT}`],
    ["lists events", REQUESTS.events, "GET", `${ROOT}/payment-intents/events?startDate=2026-01-01&endDate=2026-01-03`],
    ["asks for a payment", REQUESTS.payment, "GET", `/v1/payments/${PAYMENT}`],
    ["makes a refund", REQUESTS.refund, "POST", `${ROOT}/devices/${TERMINAL}/refund`],
    ["asks for a refund", REQUESTS.refundGet, "GET", `${ROOT}/refund/${INTENT}`],
    ["takes a refund back", REQUESTS.refundCancel, "DELETE", `${ROOT}/devices/${TERMINAL}/refund/${INTENT}`],
  ] as const) {
    it(`${what} where the vendor has that (mercado-pago.md 8)`, () => {
      const encoded = encodeIntent(request);
      assert.deepEqual([encoded.method, encoded.path], [method, path]);
      assert.equal(isIntentPath(path), true);
    });
  }

  it("is JSON without a secret where it has a body, and bare where it has none", () => {
    const { headers, body } = encodeIntent(REQUESTS.create);
    assert.deepEqual(headers, { "Content-Type": "application/json" });
    assert.equal(new TextDecoder().decode(body), '{"amount":1500}');
    const bare = encodeIntent(REQUESTS.get);
    assert.deepEqual([bare.headers, bare.body.length], [{}, 0]);
  });

  it("of the other API, or about devices, is not answered here", () => {
    for (const path of ["/v1/orders", `${ROOT}/devices?limit=50`, `${ROOT}/devices/${TERMINAL}`, "/oauth/token"])
      assert.equal(isIntentPath(path), false, path);
  });

  it("escapes what would lead elsewhere", () => {
    const { path } = encodeIntent({ kind: "intentEventsGet", from: "2026-01-01T00:00:00.000Z", to: "a&b" });
    assert.match(path, /startDate=2026-01-01T00%3A00%3A00\.000Z&endDate=a%26b$/);
  });
});

const GET = encodeIntent(REQUESTS.get);

describe("an answer", () => {
  it("tells an intent by a list of what is wanted (the vendor's example)", () => {
    const body = {
      state: "FINISHED",
      id: INTENT,
      device_id: "PAX_A910__SMARTPOS1234567890123",
      amount: 600,
      payment: { id: "11123456789" },
      additional_info: { external_reference: "4561ads-das4das4-das4754-das456" },
    };
    assert.deepEqual(openedAs(GET, 200, body), {
      kind: "message",
      message: {
        kind: "intentTold",
        intent: {
          id: INTENT,
          state: "FINISHED",
          terminal: "PAX_A910__SMARTPOS1234567890123",
          amount: 600,
          reference: "4561ads-das4das4-das4754-das456",
          payment: "11123456789",
        },
      },
    });
  });

  it("tells a refund, whose id need not be a UUID (the vendor's example)", () => {
    const id = "75j8sfa-euu6-4x56-slk8-a341f71ba2f1";
    const asked = encodeIntent({ kind: "intentRefundGet", intent: id });
    const opened = openedAs(asked, 200, {
      id,
      payment_id: "93647810056",
      device_id: "GERTEC_MP35P__8701",
      state: "FINISHED",
    });
    assert(opened.kind === "message" && opened.message.kind === "intentTold");
    assert.deepEqual([opened.message.intent.id, opened.message.intent.payment], [id, "93647810056"]);
  });

  it("tells a payment with the last four digits of its card and nothing else of whose it is", () => {
    const opened = openedAs(encodeIntent(REQUESTS.payment), 200, paymentBody("approved"));
    assert.deepEqual(opened, {
      kind: "message",
      message: {
        kind: "intentPaymentTold",
        payment: {
          id: PAYMENT,
          status: "approved",
          detail: "accredited",
          currency: "ARS",
          amount: "15",
          refunded: "0",
          paid: "15",
          approvalCode: "301299",
          methodId: "debvisa",
          last4: "0042",
        },
      },
    });
  });

  it("tells the events of a time, with their moments where they name a zone", () => {
    const body = {
      events: [
        { payment_intent_id: INTENT, status: "FINISHED", created_on: "2026-01-02T00:04:06.000-03:00" },
        { payment_intent_id: "other-1", status: "open", created_on: "2026-01-02 03:04:05" },
      ],
    };
    const opened = openedAs(encodeIntent(REQUESTS.events), 200, body);
    assert(opened.kind === "message" && opened.message.kind === "intentEventsTold");
    assert.deepEqual(opened.message.events, [
      { intent: INTENT, status: "FINISHED", atMs: Date.UTC(2026, 0, 2, 3, 4, 6) },
      { intent: "other-1", status: "OPEN" },
    ]);
  });

  for (const [what, body, code, text] of [
    ["of this API", { error: "conflict_error", message: "queued" }, "conflict_error", "queued"],
    ["of this API, by number", { error: 101, message: "unknown" }, "101", "unknown"],
    ["of authentication", { code: "unauthorized", message: "user not found" }, "unauthorized", "user not found"],
    ["of the orders", { errors: [{ code: "bad", message: "worse" }] }, "bad", "worse"],
  ] as const) {
    it(`is an error in the envelope ${what}`, () => {
      const opened = openedAs(GET, 409, body);
      assert.deepEqual(opened, { kind: "message", message: { kind: "intentError", status: 409, code, text } });
    });
  }

  for (const [what, asked, status, body] of [
    ["a portal's page", GET, 200, "<html>Welcome</html>"],
    ["a proxy's page, with a status that would refuse", GET, 403, "<html>Forbidden</html>"],
    ["an error without a word", GET, 400, {}],
    ["a list", GET, 200, "[]"],
    ["an intent without an id", GET, 200, { state: "OPEN" }],
    ["another intent", GET, 200, intentBody("OPEN", { id: "0aa0519d-d985-4e83-b62d-dda123456789" })],
    ["an id that could be a card number", encodeIntent(REQUESTS.create), 200, { id: "4111111111111111" }],
    ["a payment without a status", encodeIntent(REQUESTS.payment), 200, { id: Number(PAYMENT) }],
    ["another payment", encodeIntent(REQUESTS.payment), 200, paymentBody("approved", { id: 7 })],
    ["a cancel of another intent", encodeIntent(REQUESTS.cancel), 200, { id: "other" }],
    ["no list of events", encodeIntent(REQUESTS.events), 200, {}],
    ["an event that names no intent", encodeIntent(REQUESTS.events), 200, { events: [{ status: "OPEN" }] }],
    [
      "more events than anybody has",
      encodeIntent(REQUESTS.events),
      200,
      eventsBody(...Array<string>(5_001).fill("a-1")),
    ],
    ["no content", GET, 204, ""],
    ["a redirect", GET, 302, { error: "moved" }],
  ] as const) {
    it(`that is ${what} is not believed`, () => {
      const opened = openedAs(asked, status, body);
      assert.equal(opened.kind, "garbled");
    });
  }

  it("never throws, and tells no card number, whatever comes", () => {
    const asked = constantFrom(...Object.values(REQUESTS).map(encodeIntent));
    const body = oneof(
      jsonValue().map((value) => JSON.stringify(value)),
      jsonValue().map((value) => JSON.stringify({ id: INTENT, state: value, payment: value, additional_info: value })),
      jsonValue().map((value) => JSON.stringify({ events: [value], errors: value, status: value })),
      string(),
      constantFrom(
        JSON.stringify(paid("FINISHED", { state: "4111111111111111", device_id: "4111 1111 1111 1111" })),
        JSON.stringify(paymentBody("4111111111111111", { status_detail: "5555555555554444" })),
        JSON.stringify(paid("FINISHED", { amount: 4111111111111111 })),
        JSON.stringify(paymentBody("approved", { transaction_amount: 4111111111111111 })),
        JSON.stringify(paymentBody("approved", { transaction_amount_refunded: "4111111111111111" })),
        JSON.stringify({ error: 4111111111111111, message: "card 4111111111111111" }),
      ),
    );
    hold(
      // A status of the whole range is hardly ever one that is looked behind.
      property(
        asked,
        oneof(constantFrom(200, 201, 400), integer({ min: 100, max: 599 })),
        body,
        (request, status, text) => {
          const opened = openIntent({ status, headers: {}, body: bytesOf(text) }, request);
          assert.doesNotMatch(JSON.stringify(opened), /4111.?1111.?1111.?1111|5555555555554444|411111"/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
