import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Retention } from "../../src/daemon/retention.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { accepted, acknowledged, NOT_PERFORMED, settled } from "../journal/facts.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const NOW = Date.parse("2027-06-01T00:00:00.000Z");
const TEN_MINUTES_MS = 600_000;
const SIX_HOURS_MS = 6 * 3_600_000;

/** 150 transactions of March 2026, then so many of this moment. */
async function setUp(context: TestContext, young: number) {
  const clock = createVirtualClock(NOW);
  const log = createKeptLog();
  const journal = createMemoryJournal();
  await sell(journal, "old", 150, "2026-03-01T10:00:00.000Z");
  await sell(journal, "young", young, "2027-05-31T10:00:00.000Z");
  const steps: number[] = [];
  const watched: Pick<Journal, "list" | "prune"> = {
    list: (query) => journal.list(query),
    prune: async (...asked) => {
      const pruned = await journal.prune(...asked);
      steps.push(pruned.transactions);
      return pruned;
    },
  };
  const retention = new Retention({ journal: watched, clock, log, days: () => 400 });
  context.after(() => retention[Symbol.dispose]());
  const left = async () => (await journal.list({ limit: 500 })).transactions.length;
  return { clock, log, journal, retention, steps, left };
}

async function sell(journal: Journal, name: string, count: number, at: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const first = accepted(`${name}-${index}`, { at });
    await journal.append({
      transaction: `${name}-${index}`,
      place: 0,
      facts: [first, settled(NOT_PERFORMED), acknowledged(1)],
    });
  }
}

describe("retention", () => {
  it("prunes what is old a little at a time, ten minutes after the start, and again later", async (context) => {
    const { clock, steps, left, log, journal } = await setUp(context, 120);
    await clock.advance(TEN_MINUTES_MS - 1);
    assert.deepEqual(steps, []);

    await clock.advance(1);
    assert.deepEqual(steps, [20], "one step, then a pause");
    await clock.advance(60_000);
    assert.deepEqual(steps, [20, 20, 20, 20, 20, 20, 20, 10]);
    assert.equal(await left(), 120);
    assert.deepEqual(log.lines, ["info Old transactions were pruned"]);

    await sell(journal, "late", 1, "2026-03-02T10:00:00.000Z");
    await sell(journal, "newest", 1, "2027-05-31T10:00:00.000Z");
    await clock.advance(SIX_HOURS_MS);
    assert.equal(await left(), 121);
  });

  it("takes nothing for old because the clock jumped ahead, and leaves the newest hundred in any case", async (context) => {
    const { clock, steps, left } = await setUp(context, 60);
    clock.setWallClock(Date.parse("2099-01-01T00:00:00.000Z"));

    await clock.advance(TEN_MINUTES_MS + SIX_HOURS_MS);

    assert.deepEqual(steps, [0, 0], "the hundredth newest is of March 2026");
    assert.equal(await left(), 210);
  });

  it("takes nothing for old while the clock is behind", async (context) => {
    const { clock, left } = await setUp(context, 120);
    clock.setWallClock(Date.parse("2020-01-01T00:00:00.000Z"));

    await clock.advance(TEN_MINUTES_MS + SIX_HOURS_MS);

    assert.equal(await left(), 270);
  });

  it("goes on at its next run after the journal failed", async (context) => {
    const { clock, journal, left, log } = await setUp(context, 120);
    journal.failNext(1);

    await clock.advance(TEN_MINUTES_MS + 60_000);
    assert.equal(await left(), 270);
    assert.deepEqual(log.lines, ["debug Old transactions were not pruned"]);

    await clock.advance(SIX_HOURS_MS);
    assert.equal(await left(), 120);
  });

  it("stops between two steps and leaves no timer behind when it is over", async (context) => {
    const { clock, steps, retention } = await setUp(context, 120);
    await clock.advance(TEN_MINUTES_MS);

    retention[Symbol.dispose]();

    assert.equal(clock.pendingTimers(), 0);
    await clock.advance(SIX_HOURS_MS);
    assert.deepEqual(steps, [20]);
  });
});
