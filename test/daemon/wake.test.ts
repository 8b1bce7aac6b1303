import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { watchForWake } from "../../src/daemon/wake.ts";
import { createVirtualClock, type VirtualClock } from "../support/virtual-clock.ts";

function watching(): { readonly clock: VirtualClock; readonly gaps: number[]; readonly watch: Disposable } {
  const clock = createVirtualClock();
  const gaps: number[] = [];
  return { clock, gaps, watch: watchForWake(clock, (gapMs) => void gaps.push(gapMs)) };
}
const setForward = (clock: VirtualClock, byMs: number) => clock.setWallClock(clock.now() + byMs);

describe("a sleep of the machine", () => {
  it("is noticed within a second of waking, once, where the monotonic clock stood still", async () => {
    const { clock, gaps } = watching();
    await clock.advance(10_500);
    setForward(clock, 3_600_000);
    await clock.advance(1_000);
    assert.deepEqual(gaps, [3_600_000]);
    await clock.advance(60_000);
    assert.equal(gaps.length, 1);
  });

  it("is noticed each time", async () => {
    const { clock, gaps } = watching();
    for (let night = 0; night < 3; night += 1) {
      setForward(clock, 5_000);
      await clock.advance(1_000);
    }
    assert.deepEqual(gaps, [5_000, 5_000, 5_000]);
  });

  it("is no clock that is set a little, or back", async () => {
    const { clock, gaps } = watching();
    setForward(clock, 4_999);
    await clock.advance(1_000);
    setForward(clock, -3_600_000);
    await clock.advance(10_000);
    assert.deepEqual(gaps, []);
  });

  it("is noticed by the look that comes late, where no clock stood still", () => {
    const late = { nowMs: 0, ring: () => {} };
    const clock = {
      now: () => late.nowMs,
      monotonicMs: () => late.nowMs,
      after: (_delayMs: number, ring: () => void) => {
        late.ring = ring;
        return { cancel: () => undefined };
      },
    };
    const gaps: number[] = [];
    using _watch = watchForWake(clock, (gapMs) => void gaps.push(gapMs));
    late.nowMs = 1_000;
    late.ring();
    late.nowMs = 3_600_000;
    late.ring();
    assert.deepEqual(gaps, [3_598_000]);
  });

  it("is looked for until nobody wants to know", async () => {
    const { clock, gaps, watch } = watching();
    await clock.advance(2_000);
    watch[Symbol.dispose]();
    setForward(clock, 3_600_000);
    await clock.advance(10_000);
    assert.deepEqual([gaps, clock.pendingTimers()], [[], 0]);
  });
});
