import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "../../src/transports/backoff.ts";

const BOUNDS = { minMs: 250, maxMs: 30_000 };
const ALMOST_ONE = 1 - Number.EPSILON;

test("the shortest delay is the lower bound, however often it failed", () => {
  for (const failures of [1, 2, 10, 1_000_000]) assert.equal(backoffMs(failures, BOUNDS, 0), 250);
});

test("the longest delay doubles with each failure and ends at the upper bound", () => {
  const longest = [1, 2, 3, 6, 7, 8, 1_000_000].map((failures) => backoffMs(failures, BOUNDS, ALMOST_ONE));
  assert.deepEqual(longest, [499, 999, 1999, 15_999, 29_999, 29_999, 29_999]);
});

test("between them the delay follows the random number", () => {
  assert.equal(backoffMs(2, BOUNDS, 0.5), 625);
});
