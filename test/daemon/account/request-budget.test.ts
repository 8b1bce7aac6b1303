import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RequestBudget, type Urgency } from "../../../src/daemon/account/request-budget.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const NEVER = new AbortController().signal;

/** Requests that leave as the budget lets them: when each left, in order. */
function shop(requestsPerSecond: number, burst: number) {
  const clock = createVirtualClock();
  const budget = new RequestBudget(clock, { requestsPerSecond, burst });
  const left: { readonly name: string; readonly atMs: number }[] = [];
  const refused: string[] = [];
  const ask = (name: string, urgency: Urgency, maxWaitMs?: number, signal = NEVER) => {
    void budget.admit(urgency, signal, maxWaitMs).then((admission) => {
      if (admission.kind === "admitted") left.push({ name, atMs: clock.monotonicMs() });
      else refused.push(`${name}: ${admission.why}`);
    });
  };
  return { clock, budget, ask, left, refused };
}

describe("the budget of an account", () => {
  it("lets so many leave at once, and the others at its pace", async () => {
    const { clock, ask, left } = shop(10, 3);
    for (let number = 1; number <= 6; number += 1) ask(`request ${number}`, "operation");
    await clock.advance(1_000);
    assert.deepEqual(
      left.map(({ atMs }) => atMs),
      [0, 0, 0, 100, 200, 300],
    );
  });

  it("is never overdrawn, whoever asks whenever", async () => {
    const { clock, ask, left } = shop(5, 5);
    for (let second = 0; second < 20; second += 1) {
      for (let number = 0; number < 13; number += 1)
        ask(`${second}.${number}`, number % 2 === 0 ? "operation" : "device");
      await clock.advance(1_000);
    }
    for (const { atMs } of left) {
      const within = left.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000);
      // A burst at the beginning, and the pace besides.
      assert(within.length <= 10, `${within.length} left within a second of ${atMs}`);
    }
    assert(left.length <= 5 + 20 * 5, `${left.length} left in twenty seconds`);
  });

  it("lets access go before money, money before recovery, and both before looks", async () => {
    const { clock, ask, left } = shop(10, 1);
    ask("first", "device");
    for (const urgency of ["device", "operation", "recovery", "commits", "access"] as const) ask(urgency, urgency);
    await clock.advance(1_000);
    assert.deepEqual(
      left.map(({ name }) => name),
      ["first", "access", "commits", "recovery", "operation", "device"],
    );
  });

  it("keeps the order among equals, also of one who comes when there is room again", async () => {
    const { clock, ask, left } = shop(10, 1);
    for (const name of ["a", "b", "c"]) ask(name, "operation");
    await clock.advance(100);
    ask("d", "operation");
    await clock.advance(1_000);
    assert.deepEqual(
      left.map(({ name }) => name),
      ["a", "b", "c", "d"],
    );
  });

  it("rests for everybody when the servers ask for it", async () => {
    const { clock, budget, ask, left } = shop(10, 10);
    budget.rest(2_500);
    ask("a", "commits");
    ask("b", "operation");
    await clock.advance(2_499);
    assert.deepEqual(left, []);
    await clock.advance(1);
    assert.deepEqual(
      left.map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("rests also for those who wait already", async () => {
    const { clock, budget, ask, left } = shop(1, 1);
    ask("a", "operation");
    ask("b", "operation");
    await clock.settle();
    budget.rest(5_000);
    await clock.advance(4_999);
    assert.deepEqual(
      left.map(({ name }) => name),
      ["a"],
    );
    await clock.advance(1);
    assert.equal(left.length, 2);
  });

  it("tells whoever cannot wait how long the servers want to be left in peace", async () => {
    const { clock, budget, ask, left, refused } = shop(10, 10);
    budget.rest(60_000);
    ask("a sale", "commits", 5_000);
    await clock.advance(5_000);
    assert.deepEqual(left, []);
    assert.deepEqual(refused, ["a sale: the vendor's servers asked for a pause of 55 s more"]);
    await clock.advance(60_000);
    assert.deepEqual(left, [], "and it does not leave later");
  });

  it("forgets who is not wanted any more", async () => {
    const { clock, budget, ask, left, refused } = shop(10, 10);
    const closing = new AbortController();
    budget.rest(1_000);
    ask("a", "operation", undefined, closing.signal);
    closing.abort();
    ask("b", "operation", undefined, closing.signal);
    await clock.advance(10_000);
    assert.deepEqual([left, refused.length], [[], 2]);
    assert.equal(clock.pendingTimers(), 0);
  });
});
