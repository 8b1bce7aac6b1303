import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "../support/properties.ts";
import { descriptorText } from "../../src/discovery/descriptor-text.ts";

describe("what a device says of itself", () => {
  it("is told as it is, where people can read it", () => {
    for (const text of ["PAX Technology", "A920-0001", "Señal № 7", "端末", "😀"])
      assert.equal(descriptorText(text), text);
  });

  it("is one line that moves no cursor and turns no text around", () => {
    assert.equal(descriptorText("A\nB\r\u001b[2K\u0000C\u202eD\u2028E\u200bF\u009bG"), "A B  [2K C D E F G");
    assert.equal(descriptorText("\u0000 \t A1 \n"), "A1");
    assert.equal(descriptorText("\u0000\u0001"), "");
  });

  it("has 100 characters at most, and no half ones", () => {
    assert.equal(descriptorText("x".repeat(100_000)), "x".repeat(100));
    const cut = descriptorText(`${"x".repeat(99)}😀`);
    assert.equal(cut.isWellFormed(), true);
    assert.equal(descriptorText("A\ud800B").isWellFormed(), true);
  });

  it("stays what it is when it is cleaned again: by it a device is found again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const once = descriptorText(text);
        assert.equal(descriptorText(once), once);
        assert(once.length <= 100);
        assert.doesNotMatch(once, /[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
