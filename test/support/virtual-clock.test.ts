import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "./virtual-clock.ts";

test("timers ring in the order of their times, those set on the way included", async () => {
  const clock = createVirtualClock(1000);
  const rung: string[] = [];
  clock.after(20, () => rung.push(`late at ${clock.monotonicMs()}`));
  clock.after(10, () => {
    rung.push("early");
    void Promise.resolve().then(() => clock.after(5, () => rung.push(`between at ${clock.now()}`)));
  });
  clock.after(31, () => rung.push("never"));
  clock.after(1, () => rung.push("canceled")).cancel();

  await clock.advance(30);

  assert.deepEqual(rung, ["early", "between at 1015", "late at 20"]);
  assert.equal(clock.pendingTimers(), 1);
});

test("a wall clock that is set back moves no timer", async () => {
  const clock = createVirtualClock(10_000);
  let rang = false;
  clock.after(100, () => (rang = true));

  clock.setWallClock(0);
  await clock.advance(100);

  assert.ok(rang);
  assert.equal(clock.now(), 100);
  assert.equal(clock.monotonicMs(), 100);
});
