import assert from "node:assert/strict";
import { test } from "node:test";
import { isJsonObject, type Json } from "../../src/core/json.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { codec } from "../fuzz/codecs.ts";
import { CARD_NUMBERS, fromLatin1, latin1Of } from "../fuzz/inputs.ts";

const SPELLINGS: readonly (string | number)[] = [
  ...CARD_NUMBERS,
  ...CARD_NUMBERS.map(Number),
  "4111 1111 1111 1111",
  "4111-1111-1111-1111",
];

/** The JSON that is in a recorded answer, and what stands around it. */
type Recording = { readonly before: string; readonly content: Json; readonly after: string };

for (const vendor of vendors) {
  test(`whatever field a terminal of ${vendor.name} says a card number in, the number goes no further than the codec`, async () => {
    const { seeds, run } = await codec(vendor, Infinity);
    const recordings = seeds.map(latin1Of).flatMap(recordingsIn);
    assert(recordings.length > 0, "something of the simulated terminal is recorded");
    for (const { before, content, after } of recordings) {
      for (const changed of withCards(content)) {
        const said = before + JSON.stringify(changed) + after;
        try {
          await run(fromLatin1(said));
        } catch (error) {
          assert.fail(`${String(error)}: ${said}`);
        }
      }
    }
  });
}

function recordingsIn(text: string): readonly Recording[] {
  const [from, to] = [text.indexOf("{"), text.lastIndexOf("}") + 1];
  const content = jsonIn(text.slice(Math.max(0, from), to));
  return content === undefined ? [] : [{ before: text.slice(0, from), content, after: text.slice(to) }];
}

function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** With a card number in the place of each value and each name, one at a time; also in JSON that is a text within JSON. */
function* withCards(value: Json): Generator<Json> {
  yield* SPELLINGS;
  if (typeof value === "string") {
    const inner = value.startsWith("{") ? jsonIn(value) : undefined;
    for (const changed of inner === undefined ? [] : withCards(inner)) yield JSON.stringify(changed);
  } else if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    for (const [index, item] of items.entries()) {
      for (const changed of withCards(item)) yield items.with(index, changed);
    }
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      for (const changed of withCards(member)) yield { ...value, [name]: changed };
      const { [name]: _, ...others } = value;
      for (const spelling of SPELLINGS) yield { ...others, [String(spelling)]: member };
    }
  }
}
