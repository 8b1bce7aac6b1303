import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { HttpAnswer, HttpRequest } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { commandOf, command } from "../../../src/drivers/getnet-cloud/asked.ts";
import { getnetCloudWire } from "../../../src/drivers/getnet-cloud/codec.ts";
import type { CloudMessage, CloudRequest } from "../../../src/drivers/getnet-cloud/messages.ts";
import {
  ARGENTINA,
  ars,
  FakeKeys,
  httpAnswer,
  ID,
  orderOf,
  ORDERS,
  saleResponse,
  settingsWith,
  SOLD,
  textOf,
  TRANSACTION,
} from "./support.ts";

const KEYS = new FakeKeys();
const AUTH: CloudRequest = { kind: "auth", country: "CL", clientId: "a+b", env: "prod" };
const LOOK: CloudRequest = { kind: "look", idPosTxs: ID };
const SALE_ASKED = { kind: "sale", ticket: TRANSACTION, amountMinor: 1_250 } as const;
const POST = commandOf(SALE_ASKED, ORDERS.sale, settingsWith());

const sent = (message: CloudMessage): HttpRequest => getnetCloudWire.encode(message);
const sealed = (message: CloudMessage): HttpRequest => getnetCloudWire.seal(sent(message), KEYS);
const opened = (answer: HttpAnswer, asked: CloudMessage) => getnetCloudWire.open(answer, sent(asked), KEYS);

function toldBy(value: JsonObject, asked: CloudMessage, status = 200) {
  const told = opened(httpAnswer(status, JSON.stringify(value)), asked);
  assert(told.kind === "message", JSON.stringify(told));
  return told.message;
}

describe("access is asked for", () => {
  it("in Chile's spelling, with the secret only when it leaves", () => {
    const plain = sent(AUTH);
    assert.deepEqual([plain.method, plain.path], ["POST", "/auth"]);
    assert.equal(plain.headers["Content-Type"], "application/x-www-form-urlencoded");
    assert.equal(textOf(plain.body), "clientId=a%2Bb&clientSecret=");
    assert.equal(textOf(sealed(AUTH).body), "clientId=a%2Bb&clientSecret=a%20secret%26more");
    assert.equal("country" in plain.headers, false);
  });

  it("in Argentina's, with what it wants to know", () => {
    const plain = sealed({ ...AUTH, country: "AR" });
    assert.equal(textOf(plain.body), "ClientId=a%2Bb&ClientSecret=a%20secret%26more");
    const { env, country, app } = plain.headers;
    assert.deepEqual([env, country, app], ["prod", "ar", "posintegrado"]);
  });

  it("the token is taken out of the answer", () => {
    const told = opened(httpAnswer(200, '{"data":{"token":"eyJh.b.c"}}'), AUTH);
    assert.deepEqual(told, {
      kind: "message",
      message: { kind: "token", label: "newAccess" },
      secrets: { newAccess: "eyJh.b.c" },
    });
  });

  it("a token that could break a header, or is none, is not one", () => {
    for (const token of ['"a b"', '"a\\r\\nHost: x"', '""', "7", "null", `"${"a".repeat(9_000)}"`]) {
      assert.equal(opened(httpAnswer(200, `{"data":{"token":${token}}}`), AUTH).kind, "garbled", token.slice(0, 20));
    }
  });

  it("wrong credentials are told, and the cloud's troubles are not taken for them", () => {
    for (const status of [400, 401, 403]) {
      const told = toldBy({ message: "no" }, AUTH, status);
      assert.deepEqual(told, { kind: "credentialsRefused", status, text: "no" });
    }
    assert.deepEqual(toldBy({}, AUTH, 503), { kind: "unavailable", status: 503 });
  });
});

describe("commands", () => {
  it("a sale in Chile: whole pesos, the branch as a number", () => {
    const request = sealed(POST);
    assert.deepEqual([request.method, request.path], ["POST", "/sale"]);
    assert.equal(request.headers["Authorization"], "Bearer token.1");
    assert.equal(
      textOf(request.body),
      `{"idTerminal":"70000001","idSucursal":1,"serialNumber":"SIM0000001","command":100,"amount":1250,"ticketNumber":"${TRANSACTION}",` +
        `"printOnPos":true,"saleType":0,"employeeId":1,"customId":"${TRANSACTION}"}`,
    );
  });

  it("a sale in Argentina: minor units, the branch as text, and its own fields", () => {
    const settings = settingsWith(ARGENTINA);
    const asked = { kind: "sale", ticket: TRANSACTION, amountMinor: 125_050 } as const;
    const { body } = commandOf(asked, orderOf({ type: "sale", amount: ars(125_050) }), settings);
    const { amount, idSucursal, tip, installments, planId, interest, skipConfirmation } = body;
    assert.deepEqual([amount, idSucursal, tip], [125_050, "0000087294", 0]);
    assert.deepEqual([installments, planId, interest, skipConfirmation], [1, "contado", 0, false]);
  });

  it("the POS's options go along", () => {
    const order = orderOf({
      ...ORDERS.sale.operation,
      options: { print: false, employee: "7", saleType: "saleExempted" },
    });
    const { body } = commandOf(SALE_ASKED, order, settingsWith());
    assert.deepEqual([body["printOnPos"], body["employeeId"], body["saleType"]], [false, 7, 3]);
  });

  it("voids, refunds and the end of a batch have paths of their own", () => {
    const settings = settingsWith();
    const told = [
      commandOf({ kind: "void", operationId: 12, amountMinor: 1_250 }, ORDERS.void, settings),
      commandOf({ kind: "refund", authorizationCode: "250349", amountMinor: 500 }, ORDERS.refund, settings),
      commandOf({ kind: "reconciliation" }, ORDERS.reconciliation, settings),
    ].map(({ path, body }) => [path, body["command"], body["operationId"], body["authorizationCode"], body["amount"]]);
    assert.deepEqual(told, [
      ["refund", 102, 12, undefined, undefined],
      ["return", 108, undefined, "250349", 500],
      ["close", 103, undefined, undefined, undefined],
    ]);
  });

  it("a refund in Argentina names the day of the sale, in Chile nothing of it", () => {
    const asked = { kind: "refund", authorizationCode: "250349", amountMinor: 500 } as const;
    const order = orderOf({ type: "refund" }, SOLD);
    assert.equal(commandOf(asked, order, settingsWith(ARGENTINA)).body["originalTransDate"], "2026-01-02");
    assert.equal("originalTransDate" in commandOf(asked, order, settingsWith()).body, false);
  });

  it("what became of one is asked by its name", () => {
    const request = sealed(LOOK);
    assert.deepEqual([request.method, request.path, request.body.length], ["GET", `/${ID}`, 0]);
  });

  it("no unsealed request has a secret in it", () => {
    for (const message of [AUTH, POST, LOOK, command("poll", {}, "", settingsWith())]) {
      assert.doesNotMatch(
        JSON.stringify(sent(message).headers) + textOf(sent(message).body),
        /token\.1|secret&|secret%26/,
      );
    }
  });
});

describe("answers", () => {
  it("a command that was taken is called something, as a number or as text", () => {
    for (const idPosTxs of [1_000_001, "1000001"]) {
      const told = toldBy({ code: 2, status: "OK", data: { idPosTxs, customId: TRANSACTION } }, POST);
      assert.deepEqual(told, { kind: "accepted", idPosTxs: ID, customId: TRANSACTION });
    }
  });

  it("names that are none: too long for a number, or with what would lead elsewhere", () => {
    for (const idPosTxs of ["1e300", '"../auth"', '""', "12345678901234567890", "1.5", "null", "{}"]) {
      assert.equal(
        opened(httpAnswer(200, `{"code":2,"data":{"idPosTxs":${idPosTxs}}}`), POST).kind,
        "garbled",
        idPosTxs,
      );
    }
  });

  it("code 2 is pending and code 1 is finished, with what the terminal said by the cable's names", () => {
    assert.deepEqual(toldBy({ code: 2, data: { idPosTxs: ID } }, LOOK), { kind: "pending" });
    const told = toldBy({ code: 1, data: { idPosTxs: ID, customId: "", response: saleResponse() } }, LOOK);
    assert(told.kind === "finished" && told.reply !== undefined);
    const { functionCode, responseCode, text, fields } = told.reply;
    assert.deepEqual([functionCode, responseCode, text, told.customId], [100, 0, "Aprobado", undefined]);
    assert.deepEqual([fields["Ticket"], fields["Last4Digits"], fields["OperationId"]], [TRANSACTION, "0042", 12]);
  });

  it("nothing of the card is kept but brand and last four digits, also deep down", () => {
    const record = saleResponse({
      accountNumber: "4111111111111111",
      note: "4111 1111 1111 1111",
      pan: 4_111_111_111_111_111,
    });
    for (const response of [
      record,
      { functionCode: 105, responseCode: 0, saleDetails: [record, { more: [record] }] },
    ]) {
      const told = JSON.stringify(toldBy({ code: 1, data: { response } }, LOOK));
      assert.doesNotMatch(told, /41111|3012/);
      assert.match(told, /0042/);
      assert.match(told, new RegExp(TRANSACTION));
    }
  });

  it("a look that is about another transaction, or neither pending nor finished, is not believed", () => {
    for (const value of [
      { code: 1, data: { idPosTxs: 7, response: saleResponse() } },
      { code: 3, message: "?", data: { idPosTxs: ID } },
      { code: "1", data: { response: saleResponse() } },
      {},
    ]) {
      assert.equal(opened(httpAnswer(200, JSON.stringify(value)), LOOK).kind, "garbled");
    }
  });

  it("finished without a word of the terminal is no result", () => {
    const told = toldBy({ code: 1, data: { idPosTxs: ID } }, LOOK);
    assert(told.kind === "finished");
    assert.equal(told.reply, undefined);
  });

  it("statuses: refused, access lost, not available", () => {
    assert.deepEqual(toldBy({ message: "x" }, POST, 401), { kind: "accessRefused", text: "x" });
    assert.deepEqual(toldBy({ data: { idPosTxs: 5 } }, POST, 422), {
      kind: "refused",
      status: 422,
      text: "",
      idPosTxs: "5",
    });
    for (const status of [429, 500, 502, 520])
      assert.deepEqual(toldBy({}, POST, status), { kind: "unavailable", status });
  });

  it("a firewall's page with 403 is a refusal, a login page with 200 is not believed", () => {
    const page = "<!DOCTYPE html><html></html>";
    const told = opened(httpAnswer(403, page), POST);
    assert.deepEqual(told, {
      kind: "message",
      message: { kind: "refused", status: 403, text: "", idPosTxs: undefined },
    });
    const login = opened(httpAnswer(200, page), POST);
    assert(login.kind === "garbled");
    assert.match(login.why, /login/);
  });

  it("bytes that are no answer are not believed, whatever was asked", () => {
    const whole = JSON.stringify({ code: 1, data: { idPosTxs: ID, response: saleResponse() } });
    const bad = [
      "",
      "[]",
      "7",
      '"x"',
      "null",
      whole.slice(0, -1),
      whole.slice(0, 40),
      `${whole}}`,
      '{"code":1,"code":1}',
      "\uFEFF{}",
    ];
    for (const asked of [AUTH, POST, LOOK]) {
      for (const text of bad) assert.equal(opened(httpAnswer(200, text), asked).kind, "garbled", text.slice(0, 20));
      for (const status of [204, 302, 101]) assert.equal(opened(httpAnswer(status, ""), asked).kind, "garbled");
      const utf16 = { status: 200, headers: {}, body: new Uint8Array([0xff, 0xfe, 0x7b, 0]) };
      assert.equal(opened(utf16, asked).kind, "garbled");
      assert.equal(opened(httpAnswer(200, "[".repeat(100_000)), asked).kind, "garbled");
    }
  });

  it("texts for people are one line and not long", () => {
    const told = toldBy({ message: `a\u0000\nb${"x".repeat(2_000)}` }, POST, 400);
    assert(told.kind === "refused");
    assert.match(told.text, /^a bx+$/);
    assert.ok(told.text.length <= 500);
  });
});
