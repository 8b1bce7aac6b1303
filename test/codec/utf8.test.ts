import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, property, string, uint8Array } from "../support/properties.ts";
import { toHex } from "../../src/codec/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../../src/codec/utf8.ts";

describe("UTF-8", () => {
  it("encodes like the platform, lone surrogates included", () => {
    hold(
      property(string({ unit: "binary" }), (text) => {
        assert.deepEqual(encodeUtf8(text), new Uint8Array(new TextEncoder().encode(text)));
      }),
    );
    assert.equal(toHex(encodeUtf8("\ud800x")), "EFBFBD78");
  });

  it("decodes what is UTF-8 and nothing else, like a strict platform decoder", () => {
    const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    hold(
      property(uint8Array({ maxLength: 12 }), (bytes) => {
        let expected: string | undefined;
        try {
          expected = strict.decode(bytes);
        } catch {
          expected = undefined;
        }
        assert.equal(decodeUtf8(bytes), expected);
      }),
    );
  });

  it("brings every text back", () => {
    hold(
      property(string({ unit: "grapheme", maxLength: 200 }), (text) => {
        assert.equal(decodeUtf8(encodeUtf8(text)), text);
      }),
    );
  });

  for (const [what, hex] of [
    ["an overlong slash", "C0AF"],
    ["a surrogate", "EDA080"],
    ["beyond U+10FFFF", "F4908080"],
    ["a torn sequence", "E282"],
    ["a lone continuation", "80"],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(decodeUtf8(Buffer.from(hex, "hex")), undefined));
  }

  it("decodes more characters than a function call takes", () => {
    const long = "é€😀x".repeat(50_000);
    assert.equal(decodeUtf8(encodeUtf8(long)), long);
  });
});
