import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { watchJournal } from "../../src/daemon/journal-watch.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const entry = { at: "2026-01-02T03:04:05.000Z", what: "pos.added", by: "cli", detail: "till-1" };

function setUp() {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const memory = createMemoryJournal();
  const watch = watchJournal(memory, clock, log);
  return { clock, log, memory, watch };
}

describe("the watch over the journal", () => {
  it("says that it works until a write fails, and says so aloud once", async () => {
    const { log, memory, watch } = setUp();
    assert.equal(watch.works(), true);
    memory.failNext(2, "the disk is full.");

    await assert.rejects(watch.journal.audit(entry), JournalFailure);
    await assert.rejects(watch.journal.audit(entry), JournalFailure);

    assert.equal(watch.works(), false);
    assert.deepEqual(log.lines, ["error The journal cannot be written; no payment is taken until it can"]);
    watch[Symbol.dispose]();
  });

  it("tries again by itself until a write comes to the disk", async () => {
    const { clock, log, memory, watch } = setUp();
    memory.failNext(3);
    await assert.rejects(watch.journal.audit(entry), JournalFailure);

    await clock.advance(5_000);
    assert.equal(watch.works(), false);
    await clock.advance(10_000);

    assert.equal(watch.works(), true);
    assert.equal(log.lines.at(-1), "info The journal can be written again; payments are taken");
    assert.equal(clock.pendingTimers(), 0);
  });

  it("leaves no timer behind when it is over", async () => {
    const { clock, memory, watch } = setUp();
    memory.failNext(1);
    await assert.rejects(watch.journal.audit(entry), JournalFailure);

    watch[Symbol.dispose]();

    assert.equal(clock.pendingTimers(), 0);
  });
});
