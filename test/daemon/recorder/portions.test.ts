import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeptEntry } from "../../../src/daemon/recorder/kept-entry.ts";
import { newestOf, portionOf } from "../../../src/daemon/recorder/portions.ts";

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

test("of a process that ends the newest entries are kept, as many as fit", () => {
  const numbers = (entries: readonly KeptEntry[]) => entries.map(({ number }) => number);
  assert.deepEqual(numbers(newestOf(entriesOf(100, 100, 100), 250)), [2, 3]);
  assert.deepEqual(numbers(newestOf(entriesOf(100, 100, 100), 300)), [1, 2, 3]);
  assert.deepEqual(numbers(newestOf(entriesOf(10, 400, 100), 300)), [3], "none is left out between others");
  assert.deepEqual(newestOf([], 300), []);
});
