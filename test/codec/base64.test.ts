import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assert as hold, property, string, uint8Array } from "../support/properties.ts";
import { decodeBase64, encodeBase64 } from "../../src/codec/base64.ts";

const textBytes = (text: string) => new TextEncoder().encode(text);

describe("base64", () => {
  // RFC 4648, section 10.
  for (const [text, encoded] of [
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ] as const) {
    it(`${JSON.stringify(text)} is ${JSON.stringify(encoded)}`, () => {
      assert.equal(encodeBase64(textBytes(text)), encoded);
      assert.deepEqual(decodeBase64(encoded), textBytes(text));
    });
  }

  it("encodes like the platform, and comes back", () => {
    hold(
      property(uint8Array({ maxLength: 100 }), (bytes) => {
        assert.equal(encodeBase64(bytes), Buffer.from(bytes).toString("base64"));
        assert.deepEqual(decodeBase64(encodeBase64(bytes)), bytes);
      }),
    );
  });

  for (const [what, text] of [
    ["missing padding", "Zg"],
    ["too much padding", "Zg==="],
    ["padding in the middle", "Zg==Zg=="],
    ["nothing but padding", "===="],
    ["white space", "Zm9v\nYmFy"],
    ["the URL's alphabet", "_-8="],
    ["bits that belong to no byte", "Zh=="],
    ["a character beyond ASCII", "Zm9é"],
  ] as const) {
    it(`refuses ${what}`, () => assert.equal(decodeBase64(text), undefined));
  }

  it("never throws", () => {
    hold(property(string(), (text) => void decodeBase64(text)));
  });
});
