import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, jsonValue, property, uint8Array } from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { mercadoPagoWire } from "../../../src/drivers/mercado-pago/codec.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import {
  answerOf,
  KEYS,
  ORDER,
  OTHER_ORDER,
  PAYMENT,
  refundItem,
  REFUND,
  resource,
  TERMINAL,
  textOf,
  TRANSACTION,
} from "./support.ts";

const { encode, seal, open } = mercadoPagoWire;

const GET: MercadoPagoMessage = { kind: "getOrder", order: ORDER };
const CREATE: MercadoPagoMessage = { kind: "createOrder", key: TRANSACTION, body: { type: "point" } };
const SEARCH: MercadoPagoMessage = {
  kind: "searchOrders",
  externalReference: TRANSACTION,
  beginDate: "2026-01-01T00:00:00.000Z",
  endDate: "2026-01-03T00:00:00.000Z",
};
const CANCEL: MercadoPagoMessage = { kind: "cancelOrder", order: ORDER, key: "k" };
const LIST: MercadoPagoMessage = { kind: "listTerminals", offset: 0 };
const TOKEN: MercadoPagoMessage = { kind: "refreshToken", clientId: "1234", grant: "refresh" };

const answered = (message: MercadoPagoMessage, status: number, body: JsonObject | string) =>
  open(answerOf(status, body), encode(message), KEYS);

function messageOf(message: MercadoPagoMessage, status: number, body: JsonObject | string): MercadoPagoMessage {
  const opened = answered(message, status, body);
  assert(opened.kind === "message", JSON.stringify(opened));
  return opened.message;
}

function garbledWhy(message: MercadoPagoMessage, status: number, body: JsonObject | string): string {
  const opened = answered(message, status, body);
  return opened.kind === "garbled" ? opened.why : "believed";
}

describe("a request", () => {
  for (const [message, method, path, headers, body] of [
    [
      CREATE,
      "POST",
      "/v1/orders",
      { "Content-Type": "application/json", "X-Idempotency-Key": TRANSACTION },
      '{"type":"point"}',
    ],
    [GET, "GET", `/v1/orders/${ORDER}`, {}, ""],
    [
      SEARCH,
      "GET",
      `/v1/orders?begin_date=2026-01-01T00%3A00%3A00.000Z&end_date=2026-01-03T00%3A00%3A00.000Z&external_reference=${TRANSACTION}`,
      {},
      "",
    ],
    [
      CANCEL,
      "POST",
      `/v1/orders/${ORDER}/cancel`,
      {
        "Content-Type": "application/json",
        "X-Idempotency-Key": "k",
        "x-allow-cancelable-status": "at_terminal",
      },
      "",
    ],
    [
      { kind: "refundOrder", order: ORDER, key: "k" },
      "POST",
      `/v1/orders/${ORDER}/refund`,
      { "Content-Type": "application/json", "X-Idempotency-Key": "k" },
      "",
    ],
    [
      { kind: "refundOrder", order: ORDER, key: "k", part: { payment: PAYMENT, amount: "5.00" } },
      "POST",
      `/v1/orders/${ORDER}/refund`,
      { "Content-Type": "application/json", "X-Idempotency-Key": "k" },
      `{"transactions":[{"id":"${PAYMENT}","amount":"5.00"}]}`,
    ],
    [{ kind: "listTerminals", offset: 50 }, "GET", "/terminals/v1/list?limit=50&offset=50", {}, ""],
    [
      { kind: "setupTerminal", terminal: TERMINAL },
      "PATCH",
      "/terminals/v1/setup",
      { "Content-Type": "application/json" },
      `{"terminals":[{"id":"${TERMINAL}","operating_mode":"PDV"}]}`,
    ],
    [
      { kind: "setupDevice", terminal: TERMINAL },
      "PATCH",
      `/point/integration-api/devices/${TERMINAL}`,
      { "Content-Type": "application/json" },
      '{"operating_mode":"PDV"}',
    ],
  ] as const) {
    it(`${message.kind} is ${method} ${path.slice(0, 60)} ${body.slice(0, 20)}`, () => {
      const request = encode(message);
      assert.deepEqual(
        [request.method, request.path, request.headers, textOf(request.body)],
        [method, path, headers, body],
      );
    });
  }

  it("gets its token only when it leaves", () => {
    const request = encode(CREATE);
    assert.doesNotMatch(JSON.stringify(request), /APP_USR/);
    assert.equal(seal(request, KEYS).headers["Authorization"], "Bearer APP_USR-1-access");
  });

  it("for a token gets its secrets only when it leaves, and no other token", () => {
    const request = encode(TOKEN);
    assert.deepEqual(JSON.parse(textOf(request.body)), {
      client_id: "1234",
      client_secret: "clientSecret",
      grant_type: "refresh_token",
      refresh_token: "refresh",
    });
    const sealed = seal(request, KEYS);
    assert.equal(sealed.headers["Authorization"], undefined);
    assert.deepEqual(JSON.parse(textOf(sealed.body)), {
      client_id: "1234",
      client_secret: "the application's",
      grant_type: "refresh_token",
      refresh_token: "TG-renewed",
    });
  });
});

describe("an order", () => {
  it("is read by what is wanted of it, and no digit of the card but the last four", () => {
    const message = messageOf(GET, 200, resource());
    assert.deepEqual(message, {
      kind: "order",
      order: {
        id: ORDER,
        status: "processed",
        detail: "accredited",
        type: "point",
        user: "5238400195",
        externalReference: TRANSACTION,
        currency: "MXN",
        terminal: TERMINAL,
        payments: [
          {
            id: PAYMENT,
            status: "processed",
            detail: "accredited",
            amount: "24.90",
            paid: "24.90",
            reference: "104927382511",
            methodId: "visa",
            methodType: "credit_card",
            last4: "0042",
          },
        ],
        refunds: [],
      },
    });
    assert.doesNotMatch(JSON.stringify(message), /411111/);
  });

  it("tells its refunds", () => {
    const { payments } = resource()["transactions"] as JsonObject;
    const message = messageOf(
      GET,
      200,
      resource({ transactions: { payments: payments ?? [], refunds: [refundItem()] } }),
    );
    assert(message.kind === "order");
    assert.deepEqual(message.order.refunds, [
      { id: REFUND, status: "processed", payment: PAYMENT, reference: "2001", amount: "24.90" },
    ]);
  });

  it("tells no digits where they are not the last four", () => {
    for (const last_digits of ["11110042", "42", 42, "004x"]) {
      const message = messageOf(GET, 200, resource({}, { card: { last_digits } }));
      assert(message.kind === "order");
      assert.equal(message.order.payments[0]?.last4, undefined);
    }
  });

  it("is masked wherever a card number stands", () => {
    const message = messageOf(GET, 200, resource({ status_detail: "4111111111111111" }));
    assert.doesNotMatch(JSON.stringify(message), /411111/);
  });

  for (const [what, body, words] of [
    ["an id of another grammar", resource({ id: "7" }), /cannot be read/],
    ["an id in small letters", resource({ id: ORDER.toLowerCase() }), /cannot be read/],
    ["a payment without an id", resource({}, { id: "PAY1" }), /cannot be read/],
    ["no status", resource({ status: null }), /cannot be read/],
    ["more payments than anybody makes", resource({ transactions: { payments: Array(9).fill({}) } }), /cannot be read/],
    ["the id of another order", resource({ id: OTHER_ORDER }), /another order/],
  ] as const) {
    it(`with ${what} is not believed`, () => {
      assert.match(garbledWhy(GET, 200, body), words);
    });
  }
});

describe("a search", () => {
  it("lists orders, and how many there are", () => {
    const message = messageOf(SEARCH, 200, { data: [resource()], paging: { total: "1", offset: 0 } });
    assert(message.kind === "orders");
    assert.deepEqual([message.orders.map(({ id }) => id), message.total], [[ORDER], 1]);
    const many = messageOf(SEARCH, 200, { data: [], paging: { total: 70 } });
    assert(many.kind === "orders");
    assert.equal(many.total, 70);
    const inText = messageOf(SEARCH, 200, { data: [resource()], paging: { total: "200", limit: "30" } });
    assert(inText.kind === "orders");
    assert.equal(inText.total, 200);
  });

  for (const total of ["1234567890", "70 orders", 4_111_111_111_111_111, -1, 0.5, true, {}]) {
    it(`that tells ${JSON.stringify(total)} as its length is not believed: ours may be among what it does not show`, () => {
      assert.match(garbledWhy(SEARCH, 200, { data: [], paging: { total } }), /does not tell how long it is/);
    });
  }

  it("that tells no length is believed to show all", () => {
    for (const paging of [undefined, null, {}, { total: null }]) {
      const message = messageOf(SEARCH, 200, { data: [resource()], ...(paging === undefined ? {} : { paging }) });
      assert(message.kind === "orders");
      assert.equal(message.total, 1);
    }
  });

  it("with an order that cannot be read is not believed: it may be ours", () => {
    assert.match(garbledWhy(SEARCH, 200, { data: [resource({ id: "7" })] }), /cannot be read/);
    assert.match(garbledWhy(SEARCH, 200, {}), /cannot be read/);
  });
});

describe("an error", () => {
  for (const [what, status, body, code, text] of [
    [
      "in the list of errors",
      400,
      { errors: [{ code: "property_value", message: "bad", details: ["amount"] }] },
      "property_value",
      "bad: amount",
    ],
    [
      "that stands alone",
      401,
      { code: "unauthorized", message: "authorization value not present" },
      "unauthorized",
      "authorization value not present",
    ],
    [
      "without words",
      409,
      { errors: [{ code: "already_queued_order_on_terminal" }] },
      "already_queued_order_on_terminal",
      "",
    ],
  ] as const) {
    it(`${what} is the vendor's`, () => {
      assert.deepEqual(messageOf(CREATE, status, body), { kind: "refusal", status, code, text });
    });
  }

  it("of the renewal names itself otherwise", () => {
    const body = { error: "invalid_grant", message: "revoked", status: 400 };
    assert.deepEqual(messageOf(TOKEN, 400, body), {
      kind: "refusal",
      status: 400,
      code: "invalid_grant",
      text: "revoked",
    });
    assert.match(garbledWhy(CREATE, 400, body), /without the vendor's own error/);
  });

  for (const [what, status, body] of [
    ["a captive portal's page", 200, "<html><body>Welcome to the hotel</body></html>"],
    ["a captive portal's refusal", 401, "<html>log in</html>"],
    ["a gateway's page", 502, "<html>Bad Gateway</html>"],
    ["an empty answer", 500, ""],
    ["somebody else's JSON", 403, '{"detail":"blocked by policy"}'],
    ["an empty list of errors", 400, '{"errors":[]}'],
    ["a redirect", 302, "{}"],
    ["a list", 200, "[]"],
  ] as const) {
    it(`that is ${what} is nobody's word`, () => {
      assert.notEqual(garbledWhy(CREATE, status, body), "believed");
    });
  }
});

describe("a cancel", () => {
  it("that the terminal was asked for is not done", () => {
    assert.deepEqual(messageOf(CANCEL, 202, resource({ status: "at_terminal" })), { kind: "cancelTaken" });
    assert.equal(messageOf(CANCEL, 200, resource({ status: "canceled" })).kind, "order");
  });
});

describe("the account's terminals", () => {
  it("are read by what the settings can name, whatever form their numbers have", () => {
    const listed = [
      { id: TERMINAL, pos_id: 47792476, store_id: "47792478", external_pos_id: "SUC0101POS", operating_mode: "PDV" },
      { id: "../../x", operating_mode: "PDV" },
      { id: "PAX_A910__SMARTPOS1", operating_mode: "STANDALONE" },
    ];
    assert.deepEqual(
      messageOf(LIST, 200, { data: { terminals: listed }, paging: { total: 3, offset: 0, limit: 50 } }),
      {
        kind: "terminals",
        told: 3,
        total: 3,
        terminals: [
          { id: TERMINAL, mode: "PDV", pos: "47792476", store: "47792478", externalPos: "SUC0101POS" },
          { id: "PAX_A910__SMARTPOS1", mode: "STANDALONE" },
        ],
      },
    );
    const device = { kind: "listDevices", offset: 0 } as const;
    const message = messageOf(device, 200, { devices: listed, paging: { total: 3, offset: 0, limit: 50 } });
    assert(message.kind === "terminals");
    assert.equal(message.terminals.length, 2);
  });
});

describe("a token", () => {
  it("is taken out of the answer", () => {
    const opened = answered(TOKEN, 200, {
      access_token: "APP_USR-2",
      refresh_token: "TG-2",
      token_type: "bearer",
      expires_in: 15_552_000,
      user_id: 5238400195,
    });
    assert.deepEqual(opened, {
      kind: "message",
      message: {
        kind: "tokens",
        access: "newAccess",
        refresh: "newRefresh",
        expiresInSeconds: 15_552_000,
        user: "5238400195",
      },
      secrets: { newAccess: "APP_USR-2", newRefresh: "TG-2" },
    });
  });

  it("lives no longer than a year here", () => {
    const message = messageOf(TOKEN, 200, { access_token: "a", expires_in: 4_111_111_111_111_111 });
    assert(message.kind === "tokens");
    assert.equal(message.expiresInSeconds, 366 * 24 * 3_600);
  });

  for (const body of [
    { access_token: "a b", expires_in: 1 },
    { access_token: "a\r\nX: y", expires_in: 1 },
    { access_token: "a" },
    { access_token: "a", expires_in: 0 },
    { access_token: "a", expires_in: 60, refresh_token: 7 },
  ]) {
    it(`is not in ${JSON.stringify(body)}`, () => {
      assert.notEqual(garbledWhy(TOKEN, 200, body), "believed");
    });
  }
});

describe("whatever comes back", () => {
  it("is a message or garbled, and never throws", () => {
    const requests = [CREATE, GET, SEARCH, CANCEL, LIST, TOKEN].map(encode);
    const anyJson = property(jsonValue(), (value) => {
      for (const request of requests)
        for (const status of [200, 201, 202, 401, 409, 500]) {
          open(answerOf(status, JSON.stringify(value)), request, KEYS);
        }
    });
    hold(anyJson);
    const anyBytes = property(uint8Array(), (body) => {
      for (const request of requests) open({ status: 200, headers: {}, body }, request, KEYS);
    });
    hold(anyBytes);
  });
});
