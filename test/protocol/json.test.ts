import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../support/properties.ts";
import { MAX_DEPTH, readJson } from "../../src/protocol/json.ts";

const faultIn = (text: string) => {
  const read = readJson(text);
  assert.ok(read.kind === "value", text);
  return read.fault;
};

test("every spelling of an integer is that integer", () => {
  for (const [text, value] of [
    ["1250", 1250],
    ["1250.0", 1250],
    ["1250.000", 1250],
    ["1.25e3", 1250],
    ["1e3", 1000],
    ["1E+3", 1000],
    ["12500e-1", 1250],
    ["0.0", 0],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ] as const) {
    assert.deepEqual(readJson(text), { kind: "value", value }, text);
  }
});

test("a fraction is read as one, so that a schema of integers refuses it", () => {
  assert.deepEqual(readJson("12.5"), { kind: "value", value: 12.5 });
  assert.deepEqual(readJson("0.1"), { kind: "value", value: 0.1 });
});

test("a number that would not be kept exactly is a fault", () => {
  for (const text of [
    "1250.0000000000000001",
    "9007199254740993",
    "1249.99999999999999999",
    "1e400",
    "-1e400",
    "1e-400",
    "1e99999999999999999999",
  ]) {
    assert.deepEqual(faultIn(`{"amount":[${text}]}`)?.path, ["amount", 0], text);
  }
});

test("64 KiB of digits are looked at once, and not once for each of them", () => {
  const zeros = "0".repeat(60_000);
  for (const text of [`1${zeros.slice(0, 300)}.${zeros}1`, `1${zeros}1`, `1e${"9".repeat(60_000)}`, `0.${zeros}1`]) {
    const before = process.cpuUsage();
    assert.deepEqual(faultIn(`[${text}]`)?.path, [0]);
    // Looked at once for each digit it is seconds, at once it is a millisecond. Of this process alone: others may have the processor.
    const tookMs = process.cpuUsage(before).user / 1_000;
    assert.ok(tookMs < 500, `${text.slice(0, 8)}... took ${tookMs} ms`);
  }
  assert.deepEqual(readJson(`[1250.${zeros},0e${"9".repeat(400)}]`), { kind: "value", value: [1250, 0] });
});

test("minus zero is zero", () => {
  const read = readJson('{"a":-0,"b":[-0.0]}');
  assert.deepEqual(read, { kind: "value", value: { a: 0, b: [0] } });
});

test("a name twice in one object is a fault, however it is spelled, and in two objects it is none", () => {
  assert.deepEqual(faultIn('{"a":{"value":1,"b":2,"value":3}}'), { path: ["a", "value"], why: "is there twice" });
  assert.deepEqual(faultIn(String.raw`{"a":1,"\u0061":2}`)?.path, ["a"]);
  assert.equal(faultIn('{"a":{"a":1},"b":[{"a":1},{"a":1}]}'), undefined);
});

test("a name that objects inherit from is a fault, and text that is no Unicode", () => {
  assert.deepEqual(faultIn('{"v":{"__proto__":{"admin":true}}}')?.path, ["v", "__proto__"]);
  assert.deepEqual(faultIn(String.raw`["\ud800"]`)?.path, [0]);
  assert.equal(faultIn(String.raw`["\ud83d\ude00"]`), undefined);
});

test("what JSON does not allow is not read, comments and trailing commas included", () => {
  for (const text of [
    "",
    "{",
    "{'a':1}",
    '{"a":1,}',
    "// a\n1",
    "[1 2]",
    "01",
    "+1",
    "NaN",
    "undefined",
    '"\t"',
    "\u00a01",
  ]) {
    assert.equal(readJson(text).kind, "notJson", text);
  }
});

test("nesting has a limit, and 64 KiB of brackets cost no stack", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  assert.equal(readJson(nested(MAX_DEPTH)).kind, "value");
  assert.equal(readJson(nested(MAX_DEPTH + 1)).kind, "notJson");
  assert.equal(readJson(nested(32_768)).kind, "notJson");
  assert.equal(readJson("[".repeat(65_536)).kind, "notJson");
  assert.equal(readJson('{"a":'.repeat(10_000) + "1" + "}".repeat(10_000)).kind, "notJson");
});

test("whatever JSON.stringify writes is read as JSON.parse reads it, without a fault", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!text.includes("__proto__") && !/\\ud[89a-f]/i.test(text));
      assert.deepEqual(readJson(text), { kind: "value", value: JSON.parse(text) as unknown });
    }),
  );
});

test("no text makes it throw", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('{}[]:,"\\u0aeE+-.1 tn')), maxLength: 40 }), (text) => {
      const read = readJson(text);
      assert.ok(read.kind === "value" || read.why.length > 0);
    }),
  );
});

test("a text is judged the same with and without white space", () => {
  const tricky = fc.constantFrom("__proto__", "a", "b", "\u{d83d}\u{de00}", '"', "\\u0061");
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom("0", "-0", "1250.0", "1e3", "9007199254740993", "true", "null", String.raw`"\ud800"`, '"[{"'),
      fc.array(tie("json"), { maxLength: 3 }).map((items) => `[${items.join(",")}]`),
      fc
        .array(fc.tuple(tricky, tie("json")), { maxLength: 3 })
        .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${String(value)}`).join(",")}}`),
    ),
  }));
  fc.assert(fc.property(json, (text) => assert.deepEqual(readJson(text), readJson(` ${text}`))));
});
