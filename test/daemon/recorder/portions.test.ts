import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptEntry } from "../../../src/daemon/recorder/kept-entry.ts";
import { portionOf } from "../../../src/daemon/recorder/portions.ts";

const entriesOf = (...sizes: readonly number[]): readonly KeptEntry[] =>
  sizes.map((size, index) => {
    const source = { terminal: "counter-1", vendor: "acme", driver: "1" };
    return { kind: "link", state: "open", number: index + 1, atMs: 0, size, source };
  });

const portionsOf = (entries: readonly KeptEntry[]): readonly number[] => {
  const counts: number[] = [];
  for (let from = 0; from < entries.length; from += counts.at(-1) ?? 0) counts.push(portionOf(entries, from).length);
  return counts;
};

test("a recording is made text of in portions: small entries by their number, large ones each alone, and none is left out", () => {
  assert.deepEqual(portionsOf(entriesOf(...Array.from({ length: 60 }, () => 120))), [25, 25, 10]);
  assert.deepEqual(portionsOf(entriesOf(65_536, 65_536, 65_536)), [1, 1, 1]);
  assert.deepEqual(portionsOf(entriesOf(4_000, 4_000, 4_000, 4_000)), [3, 1]);
  assert.deepEqual(portionsOf([]), []);
});
