import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, constantFrom, jsonValue, property, string, uint8Array } from "../../support/properties.ts";
import type { HttpAnswer, HttpRequest } from "../../../src/core/http.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { poyntWire } from "../../../src/drivers/poynt/codec.ts";
import { isAnswer, PATHS, type Command, type PoyntAnswer } from "../../../src/drivers/poynt/messages.ts";
import { bytesOf, fixture, KEYS, paymentAnswer, REQUEST_ID, SALE_ID, signed, transaction } from "./support.ts";

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function asked(command: Command, key = "pairing"): HttpRequest {
  return poyntWire.encode({
    kind: "request",
    command,
    client: "Tillbridge",
    key,
    body: { poyntRequestId: REQUEST_ID },
  });
}

const open = (answer: HttpAnswer, command: Command = "sale", key?: string) =>
  poyntWire.open(answer, asked(command, key), KEYS);

function opened(answer: HttpAnswer, command: Command = "sale", key?: string): PoyntAnswer {
  const result = open(answer, command, key);
  assert(result.kind === "message", JSON.stringify(result));
  assert(isAnswer(result.message));
  return result.message;
}

function garbledWhy(answer: HttpAnswer, command: Command = "sale", key?: string): string {
  const result = open(answer, command, key);
  assert(result.kind === "garbled", JSON.stringify(result));
  return result.why;
}

const payment = (told: JsonObject, more: JsonObject = {}): string =>
  JSON.stringify({ payment: told, poyntRequestId: REQUEST_ID, ...more });
const COMPLETED = payment({ status: "COMPLETED", transactions: [transaction()] });

/**
 * Signatures by another implementation:
 *
 *     printf %s "$BODY" | openssl dgst -sha256 -hmac ZHED2L
 */
describe("the signature", () => {
  const body = '{"poyntRequestId":"dd9b171e-a9d9-4b58-8295-fb64b398263a"}';

  it("is HMAC-SHA256 of the exact body, in upper-case hexadecimal", () => {
    const request = poyntWire.encode({
      kind: "request",
      command: "pair",
      client: "till 3",
      key: "typed code",
      body: { poyntRequestId: "dd9b171e-a9d9-4b58-8295-fb64b398263a" },
    });
    assert.equal(textOf(request.body), body);
    const sealed = poyntWire.seal(request, KEYS);
    assert.deepEqual(sealed.headers, {
      "Poynt-Client": "till 3",
      Signature: "4615342806BFDF329F6221E5F5A12858A3857E1E7CC8A042845A25C51A437E76",
      "Content-Type": "text/plain",
    });
    assert.deepEqual([sealed.method, sealed.path, sealed.body], ["POST", "/devices/cat/pair", request.body]);
  });

  it("is not in what is stored, and no secret is either", () => {
    const { headers } = asked("sale");
    assert.deepEqual(Object.values(headers), ["Tillbridge", "pairing", "text/plain"]);
  });

  it("is none on pairWithKey", () => {
    const unsigned = poyntWire.encode({ kind: "request", command: "pairWithKey", client: "Tillbridge", body: {} });
    assert.deepEqual(Object.keys(unsigned.headers), ["Poynt-Client", "Content-Type"]);
    assert.deepEqual(poyntWire.seal(unsigned, KEYS), unsigned);
  });

  it("is over ASCII, so that every client agrees on it", () => {
    // printf %s '{"name":"Caf\u00e9 \ud83d\ude00"}' | openssl dgst -sha256 -hmac ZHED2L
    const request = poyntWire.encode({
      kind: "request",
      command: "print",
      client: "Tillbridge",
      key: "pairing",
      body: { name: "Café 😀" },
    });
    assert.equal(textOf(request.body), String.raw`{"name":"Caf\u00e9 \ud83d\ude00"}`);
    assert.equal(
      poyntWire.seal(request, KEYS).headers["Signature"],
      "03A62D21437D0E3069961F46BEDF086BB97901AE287F866AAA6767296CF58137",
    );
  });

  it("of an answer is checked, in either case of its letters", () => {
    const answer = { status: 200, body: bytesOf(PAIRED_BODY), headers: { "content-type": "application/json" } };
    const right = "957FB9AF145362F9806090C5FB436DFBC26862EFE1898A9B0CB4210EA6BD1197";
    for (const signature of [right, right.toLowerCase()]) {
      const request: HttpRequest = { ...asked("pair", "typed code"), body: bytesOf(body) };
      const result = poyntWire.open({ ...answer, headers: { ...answer.headers, signature } }, request, KEYS);
      assert.deepEqual(result, { kind: "message", message: { kind: "paired", serialNumber: "P61SWA231FS000383" } });
    }
  });

  /** As it was captured, with a blank after the first comma (poynt.md 1.6). */
  const PAIRED_BODY =
    '{"status":"SUCCESS", "poyntRequestId":"dd9b171e-a9d9-4b58-8295-fb64b398263a","serialNumber":"P61SWA231FS000383"}';

  for (const [what, headers, why] of [
    ["another one", { signature: "00".repeat(32) }, "its signature is wrong"],
    ["none", { signature: "" }, "its signature is wrong"],
    ["one that is cut", { signature: "AB" }, "its signature is wrong"],
  ] as const) {
    it(`${what} is not believed`, () => assert.equal(garbledWhy(signed(COMPLETED, { headers })), why));
  }

  it("must be there", () => {
    const { signature: _gone, ...headers } = signed(COMPLETED).headers;
    assert.equal(garbledWhy({ ...signed(COMPLETED), headers }), "it is not signed");
  });

  it("of another key, or over other bytes, is not believed", () => {
    assert.equal(garbledWhy(signed(COMPLETED, { key: "other" })), "its signature is wrong");
    assert.equal(garbledWhy(signed(COMPLETED, { body: bytesOf(`${COMPLETED} `) })), "its signature is wrong");
  });
});

describe("an answer that is believed", () => {
  it("is a payment, with what is needed of it", () => {
    const told = { status: "COMPLETED", currency: "USD", transactions: [transaction()] };
    assert.deepEqual(opened(signed(payment(told))), paymentAnswer("COMPLETED", [transaction()]));
  });

  it("names our request, in either case of its letters", () => {
    const upper = JSON.stringify({ payment: {}, poyntRequestId: REQUEST_ID.toUpperCase() });
    assert.equal(opened(signed(upper)).kind, "payment");
  });

  it("may have a charset, and blanks around", () => {
    for (const type of ["application/json", "Application/JSON; charset=utf-8", " application/json "]) {
      assert.equal(opened(signed(COMPLETED, { headers: { "content-type": type } })).kind, "payment");
    }
  });

  it("is an error, whatever its status", () => {
    const error = { error: { description: "time out", errorName: "REQUEST_TIMED_OUT", errorCode: 112 } };
    const message = { kind: "error", code: 112, name: "REQUEST_TIMED_OUT", text: "time out" };
    for (const status of [200, 400, 500]) {
      assert.deepEqual(opened(signed(JSON.stringify(error), { status })), { ...message, isAboutOurs: false });
    }
    const named = JSON.stringify({ ...error, poyntRequestId: REQUEST_ID });
    assert.deepEqual(opened(signed(named, { status: 400 })), { ...message, isAboutOurs: true });
    for (const error of ['"no"', '{"errorCode":4111111111111111}', '{"errorCode":11.2}']) {
      const unnamed = { ...message, code: 0, name: "", text: "", isAboutOurs: false };
      assert.deepEqual(opened(signed(`{"error":${error}}`)), unnamed);
    }
  });

  it("is a settlement, with or without a list", () => {
    const body = (response: JsonObject) => JSON.stringify({ ...response, poyntRequestId: REQUEST_ID });
    const settled = { kind: "settled", requestId: REQUEST_ID };
    assert.deepEqual(opened(signed(body({})), "settle"), settled);
    assert.deepEqual(opened(signed(body({ settlementResponse: { acceptedAuthorizations: ["a", "b"] } })), "settle"), {
      ...settled,
      accepted: 2,
    });
  });

  it("is no settlement where a payment came in its place: a person canceled it at the terminal", () => {
    const canceled = { payment: { status: "CANCELED" }, poyntRequestId: REQUEST_ID };
    const { kind } = opened(signed(JSON.stringify(canceled)), "settle");
    assert.equal(kind, "payment");
    const both = { ...canceled, settlementResponse: { acceptedAuthorizations: [] } };
    assert.equal(opened(signed(JSON.stringify(both)), "settle").kind, "settled");
  });

  it("is what was printed, shown or scanned, or the state of the screen", () => {
    const id = { poyntRequestId: REQUEST_ID };
    const body = (more: JsonObject) => signed(JSON.stringify({ ...more, ...id }));
    assert.deepEqual(opened(body({}), "print"), { kind: "finished" });
    assert.deepEqual(opened(body({}), "showItems"), { kind: "finished" });
    // As it was captured (poynt.md 1.6).
    const scan = `{"status":"SUCCESS", "poyntRequestId":"${REQUEST_ID}","scanResult":"036000291452"}`;
    const scanned = { kind: "scanned", isSuccess: true, text: "036000291452" };
    assert.deepEqual(opened(signed(scan), "scan"), scanned);
    assert.deepEqual(opened(signed(scan), "scanByCat"), scanned);
    assert.deepEqual(opened(body({ status: "FAILURE" }), "scan"), { kind: "scanned", isSuccess: false, text: "" });
    const { signature: _gone, ...headers } = signed('{"currentState":"IDLE"}').headers;
    const state = { ...signed('{"currentState":"IDLE"}'), headers };
    assert.deepEqual(opened(state, "paymentState"), { kind: "paymentState", text: "IDLE" });
  });
});

describe("an answer that is not believed", () => {
  const nested = (levels: number) => `{"payment":${"[".repeat(levels)}${"]".repeat(levels)}}`;
  for (const [what, answer, why] of [
    [
      "the answer to another request",
      signed(payment({}, { poyntRequestId: SALE_ID })),
      "it is the answer to another request",
    ],
    ["an id that is none", signed(payment({}, { poyntRequestId: 7 })), "it is the answer to another request"],
    ["no id", signed('{"payment":{"status":"COMPLETED"}}'), "it does not say which request it answers"],
    ["an empty id", signed('{"payment":{},"poyntRequestId":""}'), "it does not say which request it answers"],
    [
      "an error about another request",
      signed(`{"error":{},"poyntRequestId":"${SALE_ID}"}`),
      "it is the answer to another request",
    ],
    [
      "both an error and a payment",
      signed(payment({}, { error: { errorCode: 999 } })),
      "it is both an error and a payment",
    ],
    [
      "another content type",
      signed(COMPLETED, { headers: { "content-type": "text/html" } }),
      "the content type is not JSON",
    ],
    [
      "a content type that only begins so",
      signed(COMPLETED, { headers: { "content-type": "application/jsonp" } }),
      "the content type is not JSON",
    ],
    ["no JSON", signed("<html>"), "not JSON"],
    ["an empty body", signed(""), "not JSON"],
    ["a list", signed("[]"), "not a JSON object"],
    ["JSON of 10,000 levels", signed(nested(10_000)), "JSON of more than 32 levels"],
    [
      "the same name twice",
      signed(`{"poyntRequestId":"${REQUEST_ID}","payment":{"status":"COMPLETED","status":"DECLINED"}}`),
      "JSON with the same name twice in an object",
    ],
    ["neither a payment nor an error", signed(`{"poyntRequestId":"${REQUEST_ID}"}`), "neither a payment nor an error"],
    ["HTTP 500 with a payment", signed(COMPLETED, { status: 500 }), "HTTP 500 without an error"],
    [
      "transactions that are no list",
      signed(payment({ status: "CANCELED", transactions: { 0: 1 } })),
      "a payment without a list of at most 24 transactions",
    ],
    [
      "more transactions than can be",
      signed(payment({ transactions: Array.from({ length: 25 }, () => ({})) })),
      "a payment without a list of at most 24 transactions",
    ],
  ] as const) {
    it(`is ${what}`, () => assert.equal(garbledWhy(answer), why));
  }

  it("is one that is no UTF-8, rightly signed", () => {
    const body = Uint8Array.from([...bytesOf('{"a":"'), 0xff, ...bytesOf('"}')]);
    const signature = Buffer.from(KEYS.hmacSha256("pairing", body)).toString("hex");
    assert.equal(garbledWhy({ ...signed("", { headers: { signature } }), body }), "not UTF-8");
  });

  it("says that the pairing is gone, where the terminal says so", () => {
    const body = JSON.stringify({ error: { errorName: "REQUEST_SIGNATURE_MISMATCH", errorCode: 999 } });
    assert.equal(garbledWhy(signed(body, { status: 400, key: "other" })), "the terminal does not know our pairing");
  });
});

describe("a ping", () => {
  const pong = (changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
    status: 200,
    headers: {},
    body: new Uint8Array(),
    ...changes,
  });

  it("is answered by 200 and nothing, signed or not", () => {
    // printf '' | openssl dgst -sha256 -hmac ZHED2L
    const signature = "F98A4A4A052E3D7A1445424FD73B267C7487C1AD277408630EE2F963E6BD845C";
    assert.deepEqual(opened(pong(), "ping"), { kind: "pong" });
    assert.deepEqual(opened(pong({ headers: { signature } }), "ping"), { kind: "pong" });
  });

  it("is answered under another pairing by 500, or by an error that says so", () => {
    const body = JSON.stringify({ error: { errorName: "REQUEST_SIGNATURE_MISMATCH" } });
    for (const answer of [pong({ status: 500 }), signed(body, { status: 400, key: "other" })]) {
      assert.equal(opened(answer, "ping").kind, "otherPairing");
    }
  });

  for (const [what, answer] of [
    ["404", pong({ status: 404 })],
    ["a wrong signature", pong({ headers: { signature: "00" } })],
    ["a page of something else", pong({ body: bytesOf("<html>router</html>") })],
    ["a redirection", pong({ status: 302 })],
  ] as const) {
    it(`is not answered by ${what}`, () => assert.match(garbledWhy(answer, "ping"), /^a ping was answered/));
  }
});

describe("a pairing", () => {
  const success = (more: string) => signed(`{"status":"SUCCESS","poyntRequestId":"${REQUEST_ID}"${more}}`);

  it("tells no device by the serial number of the emulator", () => {
    assert.deepEqual(opened(success(',"serialNumber":"unknown"'), "pair", "pairing"), { kind: "paired" });
    assert.deepEqual(opened(success(""), "pair", "pairing"), { kind: "paired" });
  });

  it("is refused under whatever key", () => {
    const error = { error: { errorName: "REQUEST_SIGNATURE_MISMATCH", errorCode: 999, description: "re-pair" } };
    const answer = signed(JSON.stringify(error), { status: 400, key: "other" });
    const { signature: _gone, ...headers } = answer.headers;
    for (const refusal of [answer, { ...answer, headers }]) {
      assert.equal(opened(refusal, "pair").kind, "error");
    }
  });

  it("is not agreed to under another key", () => {
    assert.equal(
      garbledWhy({ ...success(""), headers: { ...success("").headers, signature: "00" } }, "pair"),
      "its signature is wrong",
    );
    assert.equal(
      garbledWhy(signed(`{"status":"MAYBE","poyntRequestId":"${REQUEST_ID}"}`), "pair"),
      "neither paired nor an error",
    );
  });

  const secretAnswer = (encrypted: string) => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: bytesOf(`{"encryptedSecret":"${encrypted}"}`),
  });

  for (const [what, breaks] of [
    ["in one line", ""],
    ["with line breaks that are escaped", String.raw`\n`],
    ["with raw line breaks", "\r\n"],
  ] as const) {
    it(`by key brings the secret, ${what}`, () => {
      const encrypted = fixture("encrypted-secret.b64").trim().replaceAll("\n", breaks);
      assert.deepEqual(open(secretAnswer(encrypted), "pairWithKey"), {
        kind: "message",
        message: { kind: "secret", label: "newPairing" },
        secrets: { newPairing: "s3cret-Ä-8f1d" },
      });
    });
  }

  for (const [what, answer, why] of [
    ["what is no base64", secretAnswer("%%%%"), "a secret that cannot be decrypted"],
    [
      "what was encrypted for another key",
      secretAnswer(Buffer.alloc(3).toString("base64")),
      "a secret that cannot be decrypted",
    ],
    ["no secret", { ...secretAnswer(""), body: bytesOf("{}") }, "neither a secret nor an error"],
    ["another status", { ...secretAnswer("AAAA"), status: 202 }, "neither a secret nor an error"],
  ] as const) {
    it(`by key does not take ${what}`, () => assert.equal(garbledWhy(answer, "pairWithKey"), why));
  }

  it("by key is refused with an error", () => {
    const body = bytesOf('{"error":{"errorName":"CANCELED","description":"no"}}');
    assert.equal(opened({ ...secretAnswer(""), status: 400, body }, "pairWithKey").kind, "error");
  });
});

describe("card data", () => {
  it("ends where bytes become values: brand, last four and entry mode are all that is left", () => {
    const told = {
      status: "COMPLETED",
      transactions: [
        transaction(
          { notes: "4111111111111111", approvalCode: "4111111111111111" },
          {},
          {
            statusMessage: "card 4111 1111 1111 1111",
            cardToken: "tok_4111111111111111",
          },
        ),
      ],
    };
    const mirror = { catResponse: { accountNumber: "411111******0042", cardHolderLastName: "DOE" } };
    const text = JSON.stringify(open(signed(payment(told, mirror))));
    assert.doesNotMatch(text, /4111|411111|DOE|JANE|2032|tok_|D3212/);
    assert.match(text, /"last4":"0042"/);
  });

  it("is not taken from what is no four digits", () => {
    for (const numberLast4 of ["4111111111111111", 42, "004", null]) {
      const told = payment({ transactions: [transaction({ fundingSource: { card: { numberLast4 } } })] });
      assert.doesNotMatch(JSON.stringify(opened(signed(told))), /last4/);
    }
  });

  it("is masked in what is scanned, and articles are not", () => {
    const scan = (scanResult: string) =>
      opened(signed(JSON.stringify({ status: "SUCCESS", poyntRequestId: REQUEST_ID, scanResult })), "scan");
    assert.deepEqual(scan("4111111111111111"), { kind: "scanned", isSuccess: true, text: "************1111" });
    // GS1: 4006381333931 is the example of a valid GTIN-13; 0000000000000 passes both check digits.
    for (const text of ["4006381333931", "0000000000000", "HELLO"])
      assert.deepEqual(scan(text), { kind: "scanned", isSuccess: true, text });
  });
});

describe("whatever arrives", () => {
  const commands = constantFrom(...(Object.keys(PATHS) as Command[]));
  const RUNS = { numRuns: 300 };

  it("never makes the driver throw, rightly signed or not", () => {
    hold(
      property(uint8Array({ maxLength: 200 }), commands, (body, command) => {
        const signature = Buffer.from(KEYS.hmacSha256("pairing", body)).toString("hex");
        open({ status: 200, headers: { signature, "content-type": "application/json" }, body }, command);
        open({ status: 200, headers: {}, body }, command);
      }),
      RUNS,
    );
    hold(
      property(jsonValue(), commands, (value, command) => void open(signed(JSON.stringify(value)), command)),
      RUNS,
    );
    hold(
      property(jsonValue(), commands, (told, command) => {
        open(signed(JSON.stringify({ poyntRequestId: REQUEST_ID, payment: told, settlementResponse: told })), command);
        open(signed(JSON.stringify({ poyntRequestId: REQUEST_ID, payment: { transactions: [told] } })), command);
      }),
      RUNS,
    );
    hold(
      property(string(), (path) => void poyntWire.open(signed(COMPLETED), { ...asked("sale"), path }, KEYS)),
      RUNS,
    );
  });
});
