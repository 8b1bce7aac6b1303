import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseJson } from "../../src/codec/json-text.ts";

describe("reading JSON", () => {
  it("answers undefined for what is not JSON", () => {
    for (const text of ["", "{", "{'a':1}", "undefined", '{"a":1}{"b":2}']) assert.equal(parseJson(text, 8), undefined);
  });

  it("counts objects and lists towards the depth", () => {
    assert.deepEqual(parseJson('{"a":[1]}', 2), { a: [1] });
    assert.equal(parseJson('{"a":[1]}', 1), undefined);
  });

  it("survives a nesting that no stack would", () => {
    assert.equal(parseJson("[".repeat(200_000) + "]".repeat(200_000), 8), undefined);
  });
});
