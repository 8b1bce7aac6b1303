import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Freshness } from "../../../src/daemon/terminal/freshness.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const LIMITS = { probeMs: 30_000, replyMs: 10_000, restMs: 250, pairMs: 1_000 };

describe("rule 10, a link", () => {
  it("is trusted with money for as long after the terminal was heard, and no longer", async () => {
    const clock = createVirtualClock();
    const freshness = new Freshness(clock, LIMITS);
    await clock.advance(29_999);
    assert.equal(freshness.isFresh, true);
    await clock.advance(1);
    assert.equal(freshness.isFresh, false);
    freshness.heard();
    assert.equal(freshness.isFresh, true);
  });

  it("is not made fresh, nor stale, by a wall clock that jumps", async () => {
    const clock = createVirtualClock();
    const freshness = new Freshness(clock, LIMITS);
    clock.setWallClock(clock.now() + 3_600_000);
    assert.equal(freshness.isFresh, true);
    await clock.advance(30_000);
    clock.setWallClock(clock.now() - 7_200_000);
    assert.equal(freshness.isFresh, false);
  });

  it("is probed while idle before it is stale, and left alone for its rest", async () => {
    const clock = createVirtualClock();
    const freshness = new Freshness(clock, LIMITS);
    assert.deepEqual([freshness.probeInMs, freshness.restLeftMs], [15_000, 250]);
    await clock.advance(100);
    assert.deepEqual([freshness.probeInMs, freshness.restLeftMs], [14_900, 150]);
    await clock.advance(20_000);
    assert.deepEqual([freshness.probeInMs, freshness.restLeftMs], [0, 0]);
  });
});
