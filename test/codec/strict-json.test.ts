import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, jsonValue, property, string, uint8Array } from "../support/properties.ts";
import { parseStrictJson, readStrictJson, toAsciiJson } from "../../src/codec/strict-json.ts";

const MAX_DEPTH = 32;
const read = (text: string) => readStrictJson(new TextEncoder().encode(text), MAX_DEPTH);
const why = (text: string) => {
  const { kind, ...rest } = read(text);
  return kind === "fault" && "why" in rest ? rest.why : undefined;
};

describe("reading JSON that everybody must read alike", () => {
  it("reads like the platform, once no name comes twice", () => {
    hold(
      property(jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(read(text), { kind: "value", value: JSON.parse(text) as unknown });
      }),
    );
  });

  for (const [what, text] of [
    ["a name that comes twice", '{"status":"DECLINED","status":"COMPLETED"}'],
    ["a name that comes twice further in", '[{"a":[{"b":1,"c":2,"b":3}]}]'],
    ["a name that comes twice, once in disguise", String.raw`{"status":1,"\u0073tatus":2}`],
    ["a name that comes twice behind white space", '{"a":1,"a"  \r\n\t:2}'],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(why(text), "JSON with the same name twice in an object"));
  }

  for (const [what, text] of [
    ["the same name in another object", '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}'],
    ["a value like a name", '{"a":"b","b":"a","c":["a","b","c"]}'],
    ["quotes, colons and brackets in strings", String.raw`{"a\"":":{[","b":"\\","\\":"}\":"}`],
  ] as const) {
    it(`takes ${what}`, () => assert.equal(read(text).kind, "value"));
  }

  it("refuses a nesting deeper than agreed, and takes one that deep", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    assert.equal(read(nested(MAX_DEPTH)).kind, "value");
    for (const levels of [MAX_DEPTH + 1, 10_000, 200_000])
      assert.equal(why(nested(levels)), "JSON of more than 32 levels");
    assert.equal(why('{"a":'.repeat(10_000)), "JSON of more than 32 levels");
  });

  for (const [what, bytes] of [
    ["a byte that is no UTF-8", [0x22, 0xff, 0x22]],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["UTF-16", [0x22, 0x00, 0x61, 0x00, 0x22, 0x00, 0xdc]],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.deepEqual(readStrictJson(Uint8Array.from(bytes), MAX_DEPTH), { kind: "fault", why: "not UTF-8" });
    });
  }

  for (const text of ["", "{", "\ufeff{}", "{'a':1}", '{"a":1}{"b":2}', '{"a":1,}', "NaN", '"', '"\\']) {
    it(`refuses ${JSON.stringify(text)}`, () => assert.equal(why(text), "not JSON"));
  }

  it("never throws, and looks at hostile text no longer than at any other", { timeout: 10_000 }, () => {
    hold(property(uint8Array({ maxLength: 200 }), (bytes) => void readStrictJson(bytes, MAX_DEPTH)));
    hold(property(string(), (text) => void parseStrictJson(text, MAX_DEPTH)));
    for (const piece of ['"', '\\"', '"\\', '"x" ', '"x":', "  "]) {
      assert.equal(parseStrictJson(piece.repeat(100_000), MAX_DEPTH).kind, "fault");
    }
  });
});

describe("writing JSON in ASCII", () => {
  it("escapes what is not ASCII, in UTF-16 units", () => {
    // As Python's json.dumps writes it, which escapes the same way; U+007F aside, which Python leaves.
    assert.equal(
      toAsciiJson({ a: "é€😀", ü: "\u2028" }),
      String.raw`{"a":"\u00e9\u20ac\ud83d\ude00","\u00fc":"\u2028"}`,
    );
    assert.equal(toAsciiJson('\u007f\n"\\/'), String.raw`"\u007f\n\"\\/"`);
  });

  it("says the same", () => {
    hold(
      property(jsonValue(), (value) => {
        const text = toAsciiJson(value as never);
        assert.match(text, /^[ -~]*$/);
        assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
