import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NAME_PATTERN, schemaFaults, Type, withDefaults } from "../../src/core/schema.ts";

const Till = Type.Object(
  {
    port: Type.Integer({ minimum: 1, maximum: 65_535, default: 80 }),
    mode: Type.Union([Type.Literal("slow"), Type.Literal("fast")], { default: "slow" }),
    lanes: Type.Array(
      Type.Object(
        { id: Type.String({ minLength: 1 }), open: Type.Boolean({ default: true }) },
        { additionalProperties: false },
      ),
      { default: [] },
    ),
    printer: Type.Object({ width: Type.Integer({ default: 40 }) }, { additionalProperties: false, default: {} }),
  },
  { additionalProperties: false },
);
const whole = { port: 1, mode: "fast", lanes: [{ id: "a", open: false }], printer: { width: 32 } };

const faultyFields: readonly [what: string, value: unknown, field: string, why: RegExp][] = [
  ["an unknown field", { ...whole, prot: 1 }, "prot", /is not known here; known are port, mode, lanes, printer/],
  ["an unknown field further in", { ...whole, printer: { width: 1, hieght: 2 } }, "printer.hieght", /known are width$/],
  ["a wrong type", { ...whole, port: "80" }, "port", /must be integer/],
  ["a fraction", { ...whole, port: 1.5 }, "port", /must be integer/],
  ["a number below its range", { ...whole, port: 0 }, "port", /^must be 1 to 65535$/],
  ["a number above its range", { ...whole, port: 65_536 }, "port", /^must be 1 to 65535$/],
  ["a word that is none of the allowed", { ...whole, mode: "quick" }, "mode", /must be one of "slow", "fast"/],
  ["a missing field of an item", { ...whole, lanes: [{ open: true }] }, "lanes.0.id", /is missing/],
];

describe("schemaFaults", () => {
  for (const [what, value, field, why] of faultyFields) {
    it(`names the field and what is allowed: ${what}`, () => {
      const [fault, ...more] = schemaFaults(Till, value);

      assert.equal(fault?.field, field);
      assert.match(fault.why, why);
      assert.deepEqual(more, []);
    });
  }

  it("says what fits where a pattern does not match, in the words of the field", () => {
    const pattern = "^[0-9]{2}$";
    const described = Type.Object({ lane: Type.String({ pattern, description: "two digits" }) });
    const bare = Type.Object({ lane: Type.String({ pattern }) });

    assert.deepEqual(schemaFaults(described, { lane: "x" }), [{ field: "lane", why: "does not fit: two digits" }]);
    assert.match(schemaFaults(bare, { lane: "x" })[0]?.why ?? "", /must match pattern/);
  });

  it("says of a name what one is made of, also where it may be null", () => {
    const Name = Type.String({ pattern: NAME_PATTERN, description: "of the lane" });
    const named = Type.Object({ lane: Name, next: Type.Union([Name, Type.Null()]) });
    const form = "must be 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or a digit";

    for (const wrong of ["a b", "a;b", "-a", "", "a".repeat(65)])
      assert.deepEqual(
        schemaFaults(named, { lane: wrong, next: wrong }),
        [
          { field: "lane", why: form },
          { field: "next", why: form },
        ],
        wrong,
      );
  });

  it("says that nothing is known where there are no fields", () => {
    const [fault] = schemaFaults(Type.Object({}, { additionalProperties: false }), { lane: 1 });

    assert.deepEqual(fault, { field: "lane", why: "is not known here: there are no fields" });
  });

  it("names every missing field", () => {
    const fields = schemaFaults(Till, {}).map((fault) => fault.field);

    assert.deepEqual(fields, ["port", "mode", "lanes", "printer"]);
  });

  it("finds nothing wrong with a value that fits", () => {
    assert.deepEqual(schemaFaults(Till, whole), []);
  });
});

describe("withDefaults", () => {
  it("fills in what is left out, also inside of sections and items", () => {
    const filled = withDefaults(Till, { lanes: [{ id: "a" }] });

    assert.deepEqual(filled, { port: 80, mode: "slow", lanes: [{ id: "a", open: true }], printer: { width: 40 } });
  });

  it("leaves a wrong value as it is, for the check to find", () => {
    assert.deepEqual(withDefaults(Till, { printer: 7, port: "x" }), { printer: 7, port: "x", mode: "slow", lanes: [] });
  });
});
