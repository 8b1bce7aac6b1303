import assert from "node:assert/strict";
import { createPublicKey, verify } from "node:crypto";
import { describe, it } from "node:test";
import { assert as hold, jsonValue, property, uint8Array } from "../../support/properties.ts";
import { calls } from "../../../src/drivers/poynt-cloud/callback.ts";
import { poyntCloudWire } from "../../../src/drivers/poynt-cloud/codec.ts";
import { messageOf, requestOf } from "../../../src/drivers/poynt-cloud/asked.ts";
import { requestIdOf } from "../../../src/drivers/poynt-cloud/identity.ts";
import type { CloudRequest } from "../../../src/drivers/poynt-cloud/messages.ts";
import { grantBy, refreshed, searchFor } from "../../../src/drivers/poynt-cloud/requests.ts";
import {
  APP,
  BUSINESS,
  bytesOf,
  CALLED_AT,
  declined,
  DEVICE,
  httpAnswer,
  KEYS,
  ORDERS,
  orderOf,
  PUBLIC_PEM,
  SALE,
  SALE_ID,
  settingsWith,
  START,
  STORE,
  textOf,
  TRANSACTION,
  transaction,
} from "./support.ts";

const crypto = { sha256: (bytes: Uint8Array) => bytes, randomBytes: (count: number) => new Uint8Array(count).fill(1) };
const context = { now: START - 60_000, vendorNow: START, crypto, secrets: {} };
const UUID = "14aa9011-8165-4f2b-a03a-b40ca4d4fc58";

type Parsed = Readonly<Record<string, unknown>>;
const parsed = (text: unknown): Parsed => JSON.parse(String(text)) as Parsed;
const sealed = (request: CloudRequest) => poyntCloudWire.seal(poyntCloudWire.encode(request), KEYS);
const message = (canBeCalled: boolean, form: "flat" | "nested" = "flat") =>
  messageOf(
    { command: "sale", askedMinor: 1_000 },
    orderOf({ ...SALE, reference: "order 7" }),
    settingsWith({ dataForm: form }),
    { requestId: UUID, canBeCalled },
  );
const search = searchFor(TRANSACTION, START, settingsWith(), context);
const open = (status: number, body: Parameters<typeof httpAnswer>[1], asked: CloudRequest = search) =>
  poyntCloudWire.open(httpAnswer(status, body), poyntCloudWire.encode(asked), KEYS);

function openedAs<Kind extends string>(opened: ReturnType<typeof open>, kind: Kind) {
  assert(opened.kind === "message" && opened.message.kind === kind, JSON.stringify(opened));
  return opened.message as Extract<typeof opened.message, { kind: Kind }>;
}

describe("a token", () => {
  it("is asked for by a JWT that the application signed, for five minutes by the vendor's clock (poynt.md 2.2)", () => {
    const request = sealed(grantBy(settingsWith(), context));
    assert.deepEqual([request.method, request.path], ["POST", "/token"]);
    assert.deepEqual(request.headers["Content-Type"], "application/x-www-form-urlencoded");
    const form = new URLSearchParams(textOf(request.body));
    assert.equal(form.get("grantType"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    const [head = "", claims = "", mark = ""] = (form.get("assertion") ?? "").split(".");
    const decoded = (part: string) => parsed(Buffer.from(part, "base64url").toString());
    assert.deepEqual(decoded(head), { alg: "RS256", typ: "JWT" });
    const { jti, ...rest } = decoded(claims);
    const iat = START / 1_000;
    assert.deepEqual(rest, { iss: APP, sub: APP, aud: "https://services.poynt.net", iat, exp: iat + 300 });
    assert.match(String(jti), /^[0-9a-f-]{36}$/);
    const signature = Buffer.from(mark, "base64url");
    assert.ok(verify("sha256", Buffer.from(`${head}.${claims}`), createPublicKey(PUBLIC_PEM), signature));
    assert.equal(request.headers["Authorization"], undefined);
  });

  it("is renewed by the refresh token, which stands in no request before it leaves", () => {
    const request = poyntCloudWire.encode(refreshed(context));
    assert.equal(textOf(request.body), "grantType=REFRESH_TOKEN&refreshToken=refresh");
    const form = new URLSearchParams(textOf(poyntCloudWire.seal(request, KEYS).body));
    assert.deepEqual(
      [...form],
      [
        ["grantType", "REFRESH_TOKEN"],
        ["refreshToken", "1:1:1:refresh/token"],
      ],
    );
  });

  it("is taken out of the answer", () => {
    const body = {
      accessToken: "ey.a.b",
      expiresIn: 86_400,
      refreshToken: "1:1:1:x",
      scope: "ALL",
      tokenType: "BEARER",
    };
    assert.deepEqual(open(200, body, refreshed(context)), {
      kind: "message",
      message: { kind: "token", access: "newAccess", refresh: "newRefresh", expiresInS: 86_400 },
      secrets: { newAccess: "ey.a.b", newRefresh: "1:1:1:x" },
    });
  });

  it("lives no longer than a year here", () => {
    const opened = open(200, { accessToken: "ey.a.b", expiresIn: 4_111_111_111_111_111 }, refreshed(context));
    assert(opened.kind === "message" && opened.message.kind === "token");
    assert.equal(opened.message.expiresInS, 366 * 24 * 3_600);
  });

  it("that could end a header is none", () => {
    assert.equal(open(200, { accessToken: "a\r\nX: y" }, refreshed(context)).kind, "garbled");
  });

  it("goes with every other request, in place of its name", () => {
    assert.equal(poyntCloudWire.encode(search).headers["Authorization"], "access");
    assert.equal(sealed(search).headers["Authorization"], "BEARER eyJ.access.token");
    assert.equal(sealed(search).headers["Api-Version"], "1.2");
  });
});

describe("a message to the terminal", () => {
  it("names business, store and terminal, and lives for 45 s at most (poynt.md 2.3)", () => {
    const request = sealed(message(false));
    assert.deepEqual(
      [request.method, request.path, request.headers["Poynt-Request-Id"]],
      ["POST", "/cloudMessages", UUID],
    );
    const { data, ...envelope } = parsed(textOf(request.body));
    assert.deepEqual(envelope, { businessId: BUSINESS, storeId: STORE, deviceId: DEVICE, ttl: 45 });
    assert.deepEqual(parsed(data), {
      action: "sale",
      purchaseAmount: 1_000,
      currency: "USD",
      referenceId: TRANSACTION,
      disableCash: true,
      disableTip: false,
      multiTender: false,
      references: [
        { id: TRANSACTION, type: "CUSTOM", customType: "referenceId" },
        { id: "order 7", type: "CUSTOM", customType: "externalReferenceId" },
      ],
    });
  });

  it("of the second generation holds a payment as text in its text", () => {
    const data = parsed(parsed(textOf(sealed(message(false, "nested")).body))["data"]);
    assert.deepEqual(Object.keys(data), ["payment"]);
    const payment = parsed(data["payment"]);
    assert.deepEqual([payment["amount"], payment["referenceId"], payment["action"]], [1_000, TRANSACTION, undefined]);
  });

  for (const form of ["flat", "nested"] as const) {
    it(`tells where it can be called only when it leaves, ${form}`, () => {
      const unsealed = poyntCloudWire.encode(message(true, form));
      assert.ok(!textOf(unsealed.body).includes("till.example"));
      const { callbackUrl } = parsed(parsed(textOf(poyntCloudWire.seal(unsealed, KEYS).body))["data"]);
      const url = `${CALLED_AT}?ref=${TRANSACTION}`;
      assert.equal(callbackUrl, form === "flat" ? encodeURIComponent(url) : url);
    });
  }

  it("to a merchant's own app is not looked into", () => {
    const body = { recipient: { packageName: "a.b", className: "a.b.C" }, data: '{"callbackUrl":"callback?ref=x"}' };
    const request: CloudRequest = {
      kind: "request",
      method: "POST",
      path: "/cloudMessages",
      requestId: UUID,
      content: { kind: "json", body },
      access: "access",
    };
    assert.deepEqual(parsed(textOf(sealed(request).body)), body);
  });

  it("was taken for delivery whatever the answer holds", () => {
    for (const body of ["", "{}", '{"id":"x"}', "ok"]) openedAs(open(202, body, message(false)), "accepted");
  });
});

describe("a request about a transaction", () => {
  const posted = (command: "void" | "refund" | "capture" | "adjustment", order = ORDERS[command]) => {
    const request = requestOf({ command, transactionId: SALE_ID, askedMinor: 1_000 }, order, settingsWith(), UUID);
    const { method, path, body } = poyntCloudWire.encode(request);
    return [method, path.replace(`/businesses/${BUSINESS}`, ""), body.length === 0 ? undefined : parsed(textOf(body))];
  };

  it("has the vendor's paths and bodies (poynt.md 2.6)", () => {
    assert.deepEqual(posted("void"), ["POST", `/transactions/${SALE_ID}/void`, undefined]);
    const references = [{ id: TRANSACTION, type: "CUSTOM", customType: "referenceId" }];
    assert.deepEqual(posted("refund"), ["POST", "/transactions", { action: "REFUND", parentId: SALE_ID, references }]);
    const part = orderOf({ type: "refund", amount: { value: 300, currency: "USD" } });
    const amounts = { transactionAmount: 300, orderAmount: 300, tipAmount: 0, currency: "USD" };
    assert.deepEqual(posted("refund", part)[2], { action: "REFUND", parentId: SALE_ID, amounts, references });
    const whole = { transactionAmount: 1_200, orderAmount: 1_000, tipAmount: 200, currency: "USD" };
    assert.deepEqual(posted("adjustment"), ["PATCH", `/transactions/${SALE_ID}`, { amounts: whole }]);
    assert.equal(posted("capture")[1], `/transactions/${SALE_ID}/capture`);
  });

  it("has an id that is made of ours, so that a recovery knows it", () => {
    const own = requestIdOf(TRANSACTION, crypto);
    assert.match(own, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(requestIdOf(TRANSACTION, crypto), own);
  });
});

describe("an answer", () => {
  it("tells transactions by a list of what is wanted: no card number, no chip data", () => {
    const { found, isWhole } = openedAs(
      open(200, { transactions: [transaction(), declined()], links: [] }),
      "transactions",
    );
    assert.deepEqual([found.length, isWhole], [2, true]);
    assert.deepEqual([found[0]?.tender.id, found[0]?.references, found[0]?.deviceId], [SALE_ID, [TRANSACTION], DEVICE]);
    assert.equal(found[0]?.createdAt, START + 20_000);
    assert.ok(!/411111|DOE/.test(JSON.stringify(found)));
  });

  it("names its terminal whole, whatever its digits look like", () => {
    const device = "urn:tid:00000000-0000-4000-8000-000000000001";
    const { found } = openedAs(
      open(200, { transactions: [transaction({ context: { storeDeviceId: device } })] }),
      "transactions",
    );
    assert.equal(found[0]?.deviceId, device);
  });

  it("with a next page is not all there is", () => {
    const links = [{ rel: "next", href: "/x", method: "GET" }];
    assert.equal(openedAs(open(200, { transactions: [], links }), "transactions").isWhole, false);
  });

  it("that is an error says which", () => {
    const body = {
      httpStatus: 401,
      code: "INVALID_ACCESS_TOKEN",
      message: "x",
      developerMessage: "The token is wrong",
    };
    assert.deepEqual(openedAs(open(401, body), "error"), {
      kind: "error",
      status: 401,
      code: "INVALID_ACCESS_TOKEN",
      text: "The token is wrong",
    });
    assert.equal(openedAs(open(503, "<html>busy</html>"), "error").code, "");
  });

  for (const [what, status, body] of [
    ["a captive portal's page", 200, "<!DOCTYPE html><title>Sign in</title>"],
    ["a redirect", 302, ""],
    ["nothing", 200, ""],
    ["JSON without a list", 200, {}],
    ["a list of something else", 200, { transactions: ["x"] }],
    ["more than was asked for", 200, { transactions: Array.from({ length: 101 }, () => transaction()) }],
    ["the same name twice", 200, '{"transactions":[],"transactions":[]}'],
  ] as const) {
    it(`that is ${what} is not believed`, () => {
      assert.equal(open(status, body as never).kind, "garbled");
    });
  }

  it("never makes it throw", () => {
    const requests = [search, message(false), refreshed(context)];
    hold(
      property(jsonValue(), uint8Array(), (value, bytes) => {
        for (const asked of requests) {
          open(200, value as never, asked);
          poyntCloudWire.open({ status: 200, headers: {}, body: bytes }, poyntCloudWire.encode(asked), KEYS);
        }
      }),
    );
  });
});

describe("a call of the terminal", () => {
  const call = (body: unknown, query = "") =>
    calls.open({ query, headers: {}, body: bytesOf(typeof body === "string" ? body : JSON.stringify(body)) }, KEYS, 0);

  it("names the payment, its status and its transactions, and nothing of the card (poynt.md 2.5)", () => {
    const opened = call(
      { referenceId: TRANSACTION, status: "PROCESSED", transactions: [transaction()] },
      `ref=${TRANSACTION}`,
    );
    assert.deepEqual(opened, {
      kind: "message",
      message: { kind: "callback", referenceId: TRANSACTION, status: "PROCESSED", transactionIds: [SALE_ID] },
    });
  });

  it("of a canceled payment may lack our id: the address has it", () => {
    const opened = call({ status: "CANCELED" }, `ref=${TRANSACTION}`);
    assert(opened.kind === "message" && opened.message.kind === "callback");
    assert.equal(opened.message.referenceId, TRANSACTION);
  });

  it("may have in its address only an id of ours: anything else is as if it were not there", () => {
    const isHidden = ["4111111111111111", "41111111111111110000", "x", "0D3K7QX9TABCDEFGHJKM0", "0d3k7qx9tabcdefghjkm"];
    for (const ref of isHidden) {
      assert.deepEqual(call({ status: "CANCELED" }, `ref=${ref}`), { kind: "garbled", why: "it names no payment" });
      const opened = call({ referenceId: TRANSACTION, status: "CANCELED" }, `ref=${ref}`);
      assert(opened.kind === "message" && opened.message.kind === "callback");
      assert.equal(opened.message.referenceId, TRANSACTION);
    }
  });

  for (const [what, body, query] of [
    ["no JSON", "<html>", ""],
    ["no payment", [], ""],
    ["without an id", { status: "CANCELED" }, ""],
    ["about another payment than its address", { referenceId: "OTHER", status: "CANCELED" }, `ref=${TRANSACTION}`],
    ["with an id that is none", { referenceId: "a b\n", status: "CANCELED" }, ""],
    ["with more transactions than there can be", { referenceId: "x", transactions: Array(25).fill({}) }, ""],
  ] as const) {
    it(`${what} is refused`, () => {
      assert.equal(call(body, query).kind, "garbled");
    });
  }
});
