import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { array, assert as hold, constantFrom, integer, json, oneof, property, string } from "../support/properties.ts";
import { JsonObjectFramer, type JsonPiece } from "../../src/codec/json-objects.ts";

const LIMITS = { maxBytes: 1000, maxDepth: 4 };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

function pieces(chunks: readonly string[], limits = LIMITS): readonly JsonPiece[] {
  const framer = new JsonObjectFramer(limits);
  return [...chunks.flatMap((chunk) => framer.push(bytesOf(chunk))), ...framer.flush()];
}

const frames = (all: readonly JsonPiece[]): readonly string[] =>
  all.filter(({ kind }) => kind === "frame").map(({ bytes }) => textOf(bytes).trim());
const whole = (all: readonly JsonPiece[]): string => all.map(({ bytes }) => textOf(bytes)).join("");

/** Cuts a text into chunks of the given lengths, over and over. */
function chunked(text: string, lengths: readonly number[]): readonly string[] {
  const chunks: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    chunks.push(text.slice(at, at + length));
    at += length;
  }
  return chunks;
}

const lengths = array(integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const object = '{"a":1}';
/** Texts that a stream is made of: objects, white space, garbage, and objects torn anywhere. */
const ingredient = oneof(
  constantFrom(
    object,
    '{"b":{"c":"}{\\"{"}}',
    "{}",
    "\r\n",
    " ",
    "garbage",
    '{"torn',
    "}",
    '{"x":[1,2,{}]}',
    "{{",
    '"',
  ),
  string({ unit: constantFrom("{", "}", '"', "\\", ":", ",", "a", " ", "[", "]"), maxLength: 10 }),
);

describe("the JSON object framer", () => {
  it("finds the same frames however the stream is chunked, and loses no byte but white space at the end", () => {
    hold(
      property(array(ingredient, { maxLength: 12 }), lengths, (ingredients, sizes) => {
        const text = ingredients.join("");
        const together = pieces([text]);
        const apart = pieces(chunked(text, sizes));
        assert.deepEqual(frames(apart), frames(together));
        for (const all of [together, apart]) {
          assert.ok(text.startsWith(whole(all)));
          assert.equal(text.slice(whole(all).length).trim(), "");
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("finds every valid object between white space", () => {
    hold(
      property(array(json({ maxDepth: 2 }), { minLength: 1, maxLength: 5 }), lengths, (values, sizes) => {
        const objects = values.map((value) => `{"value":${value}}`);
        const limits = { maxBytes: 100_000, maxDepth: 8 };
        assert.deepEqual(frames(pieces(chunked(objects.join("\r\n"), sizes), limits)), objects);
      }),
    );
  });

  it("takes glued objects apart", () => {
    assert.deepEqual(frames(pieces(['{"Received":true}{"a":"}"}{}'])), ['{"Received":true}', '{"a":"}"}', "{}"]);
  });

  it("skips white space between objects without a word", () => {
    const all = pieces([`${object}\r\n`, `${object}\r\n`]);
    assert.deepEqual(
      all.map(({ kind }) => kind),
      ["frame", "frame"],
    );
  });

  it("gives garbage back with a reason", () => {
    const [garbage, frame] = pieces([`AT+CGMI ${object}`]);
    assert.deepEqual([garbage?.kind, garbage && textOf(garbage.bytes)], ["discarded", "AT+CGMI"]);
    assert.equal(frame?.kind, "frame");
  });

  for (const torn of [
    '{"JsonSer',
    '{"JsonSerialized":"{\\"Func',
    '{"a":1',
    '{"a":tr',
    '{"a":{"b":1}',
    '{"a":1,',
    "{",
  ]) {
    it(`finds the whole object behind one that was torn at ${torn}`, () => {
      const next = '{"Received":true}';
      assert.deepEqual(frames(pieces([torn, next, next])).slice(-2), [next, next]);
    });
  }

  it("gives up an object that grows over the limit, and goes on behind it", () => {
    const endless = `{"a":"${"x".repeat(2000)}`;
    const all = pieces([endless, `"}${object}`]);
    assert.deepEqual(frames(all), [object]);
    assert.equal(whole(all), `${endless}"}${object}`);
  });

  it("holds no more than the limit of an object that never ends", () => {
    const framer = new JsonObjectFramer(LIMITS);
    let discarded = 0;
    for (let chunk = 0; chunk < 100; chunk += 1) {
      for (const piece of framer.push(bytesOf(chunk === 0 ? '{"' : "x".repeat(500)))) discarded += piece.bytes.length;
    }
    assert.ok(discarded > 99 * 500 - LIMITS.maxBytes);
  });

  it("discards white space that never ends", () => {
    const all = new JsonObjectFramer(LIMITS).push(bytesOf(" ".repeat(5000)));
    assert.equal(whole(all).length, 5000);
  });

  it("makes one piece of a stream of braces, and not one of each", () => {
    const framer = new JsonObjectFramer(LIMITS);
    const all = [
      ...framer.push(bytesOf("{".repeat(10_000))),
      ...framer.push(bytesOf(`${"{".repeat(10_000)}${object}`)),
    ];
    assert.deepEqual(frames(all), [object]);
    assert.ok(all.length <= 4, `${all.length} pieces`);
    assert.equal(whole(all), `${"{".repeat(20_000)}${object}`);
  });

  it("finds an object behind more white space than it holds, however that comes", () => {
    for (const chunks of [[`${" ".repeat(5000)}${object}`], [" ".repeat(5000), object]]) {
      assert.deepEqual(frames(pieces(chunks)), [object]);
    }
  });

  it("refuses to nest deeper than the limit", () => {
    assert.deepEqual(frames(pieces(['{"a":{"a":{"a":{"a":1}}}}'])), ['{"a":{"a":{"a":{"a":1}}}}']);
    assert.notDeepEqual(frames(pieces(['{"a":{"a":{"a":{"a":{}}}}}'])), ['{"a":{"a":{"a":{"a":{}}}}}']);
  });
});
