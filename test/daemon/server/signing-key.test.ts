import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import { signingKeyFault } from "../../../src/daemon/server/signing-key.ts";

const fromHex = (hex: string) => Buffer.from(hex, "hex").toString("base64url");

test("every key that a program made is taken", () => {
  for (let n = 0; n < 50; n += 1) {
    const { publicKey } = generateKeyPairSync("ed25519");
    assert.equal(signingKeyFault(String(publicKey.export({ format: "jwk" }).x)), undefined);
  }
});

test("the keys of RFC 8032 are taken", () => {
  assert.equal(signingKeyFault(fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")), undefined);
  assert.equal(signingKeyFault(fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")), undefined);
});

describe("a key is refused", () => {
  const zeros = (bytes: number) => "00".repeat(bytes);
  const small: Readonly<Record<string, string>> = {
    "of zeros": zeros(32),
    "that is the neutral point": `01${zeros(31)}`,
    "of order 2": `ec${"ff".repeat(30)}7f`,
    "of order 4": `${zeros(31)}80`,
    "of order 8": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "of order 8, its opposite": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  };
  for (const [what, hex] of Object.entries(small)) {
    test(what, () => assert.match(signingKeyFault(fromHex(hex)) ?? "", /small order/));
  }

  const none: Readonly<Record<string, string>> = {
    "that is no point": `02${zeros(31)}`,
    "of a number that is too large": "ff".repeat(32),
    "that is the neutral point, written otherwise": `ee${"ff".repeat(30)}7f`,
  };
  for (const [what, hex] of Object.entries(none)) {
    test(what, () => assert.match(signingKeyFault(fromHex(hex)) ?? "", /no point/));
  }

  test("that is too short, or has bits beyond its 32 bytes", () => {
    assert.match(signingKeyFault("AAAA") ?? "", /32 bytes/);
    const key = fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const next = String.fromCharCode(key.charCodeAt(42) + 1);
    assert.match(signingKeyFault(`${key.slice(0, 42)}${next}`) ?? "", /32 bytes/);
  });
});
