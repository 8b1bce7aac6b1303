import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const CSS = ["look.css", "features.css"]
  .map((name) => readFileSync(new URL(`../../../src/daemon/page/look/${name}`, import.meta.url), "utf8"))
  .join("\n");
const ENOUGH = 4.5;
/** Of the edge of a field, which is no text. */
const ENOUGH_FOR_EDGES = 3;

type Look = "light" | "dark";

/** The colours of `light-dark(#..., #...)`, by their names. */
const COLOURS = new Map(
  [...CSS.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, { light, dark }] as const,
  ),
);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** As WCAG 2 defines it. */
function contrast(one: string, other: string, look: Look): number {
  const [lighter = 0, darker = 0] = [one, other]
    .map((name) => luminance(COLOURS.get(name)?.[look] ?? assert.fail(`there is no colour ${name}`)))
    .sort((first, second) => second - first);
  return (lighter + 0.05) / (darker + 0.05);
}

const GROUNDS = ["ground", "surface"];
const PAIRS: readonly (readonly [text: string, grounds: readonly string[]])[] = [
  ["text", [...GROUNDS, "raised", "good-ground", "warning-ground", "bad-ground", "active-ground"]],
  ["muted", [...GROUNDS, "good-ground", "warning-ground", "bad-ground"]],
  ["accent", [...GROUNDS, "active-ground", "bad-ground"]],
  ["on-accent", ["accent"]],
  ["on-bad", ["bad"]],
  ...["good", "active", "warning", "bad"].map((tone) => [tone, GROUNDS] as const),
];

for (const look of ["light", "dark"] as const) {
  test(`in the ${look} look every text has a contrast of 4.5 or more to its ground`, () => {
    for (const [text, grounds] of PAIRS) {
      for (const ground of grounds) {
        const found = contrast(text, ground, look);
        assert.ok(found >= ENOUGH, `${text} on ${ground}: ${found.toFixed(2)}`);
      }
    }
    for (const ground of GROUNDS) assert.ok(contrast("strong-line", ground, look) >= ENOUGH_FOR_EDGES, ground);
  });
}

test("no colour stands outside the list at the beginning, and nothing is fetched from anywhere", () => {
  const outside = CSS.replaceAll(/ {2}--[\w-]+: light-dark\(.*\);\n/g, "");
  assert.deepEqual(outside.match(/#[0-9a-f]{3,8}\b/gi), null);
  assert.ok(!/url\(|@font-face|@import (?!"\.\/)/.test(CSS));
});
