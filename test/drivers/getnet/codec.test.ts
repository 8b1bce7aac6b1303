import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  assert as hold,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  property,
  string,
  uint8Array,
} from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { getnetWire, signOf } from "../../../src/drivers/getnet/codec.ts";
import { request, type GetnetMessage } from "../../../src/drivers/getnet/messages.ts";
import { readVoucher } from "../../../src/drivers/getnet/voucher.ts";
import { crypto } from "./support.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const decode = (text: string) => getnetWire.decode(bytesOf(text), crypto);
const signed = (inner: string): string => JSON.stringify({ JsonSerialized: inner, Sign: signOf(inner, crypto) });
const decodeInner = (content: JsonObject): GetnetMessage => {
  const decoded = decode(signed(JSON.stringify(content)));
  assert(decoded.kind === "message", JSON.stringify(decoded));
  return decoded.message;
};
const replyFields = (content: JsonObject): JsonObject => {
  const message = decodeInner({ FunctionCode: 100, ResponseCode: 0, ResponseMessage: "", ...content });
  assert(message.kind === "reply");
  return message.fields;
};

/** getnet.md 2, "Golden vectors". */
const POLL_WIRE =
  '{"JsonSerialized":"{\\"Command\\":106,\\"DateTime\\":\\"2026-01-02T03:04:05.000Z\\"}",' +
  '"Sign":"026F9282B5C4F42BD42F69260904484894F96AFE82A7F9FE7913F60D517F2397"}';
const POLL_REPLY = '{"FunctionCode":106,"ResponseCode":0,"ResponseMessage":"Aprobado","Connected":true}';
const POLL_REPLY_SIGN = "A0FAA8DF704B7B2E3D4EC6489642B4A435484C1861164A9F187F401FA472B9C0";

describe("the signed JSON of the terminal", () => {
  it("is written as the page's vector has it", () => {
    const poll = request(106, {}, Date.UTC(2026, 0, 2, 3, 4, 5));
    assert.equal(textOf(getnetWire.encode(poll, crypto)), POLL_WIRE);
    assert.equal(textOf(getnetWire.encode({ kind: "acknowledgement", received: true }, crypto)), '{"Received":true}');
  });

  it("is read as the page's vector has it", () => {
    assert.equal(signOf(POLL_REPLY, crypto), POLL_REPLY_SIGN);
    assert.deepEqual(decode(JSON.stringify({ JsonSerialized: POLL_REPLY, Sign: POLL_REPLY_SIGN })), {
      kind: "message",
      message: {
        kind: "reply",
        functionCode: 106,
        responseCode: 0,
        text: "Aprobado",
        fields: { Connected: true },
      },
    });
  });

  it("may be encoded twice inside", () => {
    const inner = JSON.stringify(POLL_REPLY);
    assert.equal(decode(signed(inner)).kind, "message");
  });

  for (const [what, text] of [
    ["a wrong Sign", JSON.stringify({ JsonSerialized: POLL_REPLY, Sign: POLL_REPLY_SIGN.replace("A0", "A1") })],
    ["no Sign", JSON.stringify({ JsonSerialized: POLL_REPLY })],
    ["no signature around it", POLL_REPLY],
    ["an inner text that is no object", signed("[1]")],
    ["an inner text that is no JSON", signed("{")],
    ["Received as text", '{"Received":"true"}'],
    ["nothing in it", "{}"],
    ["nesting without end", signed(`{"a":${"[".repeat(100)}${"]".repeat(100)}}`)],
  ] as const) {
    it(`is garbled with ${what}`, () => assert.equal(decode(text).kind, "garbled"));
  }

  it("is garbled in another charset", () => {
    assert.equal(getnetWire.decode(Uint8Array.of(0x7b, 0x22, 0xf3, 0x22, 0x7d), crypto).kind, "garbled");
  });

  it("takes an intermediate message with and without FunctionCode 112, and whatever its Sign", () => {
    for (const [inner, more] of [
      ['{"MessageCode":81,"MessageText":"Entrada de PIN"}', {}],
      ['{"FunctionCode":112,"MessageCode":81,"MessageText":"Entrada de PIN"}', { functionCode: 112 }],
    ] as const) {
      const message = { kind: "intermediate", code: 81, text: "Entrada de PIN", ...more };
      assert.deepEqual(decode(signed(inner)), { kind: "message", message });
      assert.deepEqual(decode(JSON.stringify({ JsonSerialized: inner, Sign: "00" })), { kind: "message", message });
    }
  });

  it("has no responseCode where the wire has no integer for it", () => {
    for (const ResponseCode of ["0", 0.5, null, true]) {
      const message = decodeInner({ FunctionCode: 100, ResponseCode });
      assert(message.kind === "reply");
      assert.equal(message.responseCode, undefined);
    }
  });

  it("is no reply without an integer FunctionCode", () => {
    assert.equal(decodeInner({ FunctionCode: "100", ResponseCode: 0 }).kind, "other");
  });

  it("comes back as it was sent", () => {
    const name = string({ unit: constantFrom("a", "b", "C", "D"), minLength: 1, maxLength: 6 });
    const fields = dictionary(name, integer({ min: 0, max: 999_999_999_999 }), { maxKeys: 5, noNullPrototype: true });
    hold(
      property(fields, integer({ min: 1, max: 200 }), integer({ min: 0, max: 9999 }), (some, functionCode, code) => {
        const message = { kind: "reply", functionCode, responseCode: code, text: "Aprobado", fields: some } as const;
        const decoded = getnetWire.decode(getnetWire.encode(message, crypto), crypto);
        assert.deepEqual(decoded, { kind: "message", message });
      }),
    );
  });
});

describe("card data", () => {
  it("ends at the last four, which are four digits whether they came as text or as a number", () => {
    for (const [told, read] of [
      ["0042", "0042"],
      [42, "0042"],
      ["************4242", "4242"],
      ["411111******1881", "1881"],
      [null, null],
    ] as const) {
      assert.equal(replyFields({ Last4Digits: told })["Last4Digits"], read);
    }
    assert.equal(replyFields({ AccountNumber: "411111******1881" })["AccountNumber"], "************1881");
  });

  it("is no part of a record where its last four are more than four digits", () => {
    for (const told of ["4111111111111111", "************4242", "411111", 4_111_111]) {
      assert.equal(readVoucher({ Last4Digits: told }, 100).last4, undefined);
    }
    assert.equal(readVoucher({ Last4Digits: "0042" }, 100).last4, "0042");
  });

  it("is masked wherever it turns up", () => {
    const pan = "4111111111111111";
    const content = {
      Note: `x${pan}`,
      Deep: { List: [pan, Number(pan)] },
      [pan]: 1,
      Ticket: pan,
      ResponseMessage: pan,
    };
    const message = decodeInner({ FunctionCode: 100, ResponseCode: 0, ...content });
    assert.doesNotMatch(JSON.stringify(message), /4111/);
  });

  it("leaves our tickets alone, whatever digits they hold", () => {
    for (const ticket of ["0D3K4111111111111111", "04111111111111111111", "A4111111111111111"]) {
      assert.equal(replyFields({ Ticket: ticket })["Ticket"], ticket);
    }
  });
});

describe("whatever arrives", () => {
  it("never makes the decoder throw", () => {
    hold(property(uint8Array({ maxLength: 300 }), (bytes) => void getnetWire.decode(bytes, crypto)));
    hold(property(jsonValue(), (value) => void decode(JSON.stringify(value))));
    hold(property(jsonValue(), (value) => void decode(signed(JSON.stringify(value)))));
    hold(property(string(), (inner) => void decode(signed(inner))));
  });

  it("a frame of the size of a long day's Details fits", () => {
    const records = Array.from({ length: 1500 }, (_, index) => ({ Ticket: `T${index}`, Text: "x".repeat(400) }));
    const frame = signed(JSON.stringify({ FunctionCode: 105, ResponseCode: 0, SaleDetails: records }));
    const pieces = getnetWire.createFramer().push(bytesOf(frame));
    assert.deepEqual(
      pieces.map(({ kind }) => kind),
      ["frame"],
    );
  });
});
