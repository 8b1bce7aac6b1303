import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Witness } from "../../src/home/witness.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { Broadcast } from "../../src/daemon/broadcast.ts";
import { assertNotBehind, WitnessKeeper } from "../../src/daemon/witness.ts";
import { accepted, APPROVED, dispatched, settled } from "../journal/facts.ts";
import { live } from "../journal/conformance.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const AT = "2026-11-28T18:00:00.000Z";

describe("a journal and what it was seen to know", () => {
  it("is believed when it knows as much, or more", async () => {
    const journal = createMemoryJournal();
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    await assertNotBehind(journal, undefined);
    await assertNotBehind(journal, { journal: journal.id, at: AT, told: { "till-1": 2, "till-2": 0 } });
    await assertNotBehind(journal, { journal: journal.id, at: AT, told: { "till-1": 1 } });
  });

  it("is an older copy when it lacks a single event of one POS", async () => {
    const journal = createMemoryJournal();
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);

    await assert.rejects(
      assertNotBehind(journal, { journal: journal.id, at: AT, told: { "till-1": 3 } }),
      /older copy.*At 2026-11-28T18.*till-1 3 events, now it knows of 2.*`tillbridge journal adopt`/,
    );
  });

  it("is not held against a witness of another journal", async () => {
    await assertNotBehind(createMemoryJournal("J2"), { journal: "J1", at: AT, told: { "till-1": 3 } });
  });
});

describe("the witness", () => {
  function keeper(names: readonly string[] = ["till-1"]) {
    const clock = createVirtualClock();
    const journal = createMemoryJournal();
    const events = new Broadcast();
    const log = createKeptLog();
    const written: Witness[] = [];
    const disk = { isFull: false };
    const start = () =>
      WitnessKeeper.start({
        journal,
        events,
        names,
        clock,
        log,
        write: async (witness) => {
          if (disk.isFull) throw new HomeFailure("the disk is full");
          written.push(witness);
        },
      });
    /** As the daemon tells it, after the commit. */
    const tell = (pos: string, seq: number) =>
      events.emit({
        kind: "alarm",
        pos,
        seq,
        at: AT,
        alarm: { severity: "warning", code: "personNeeded", text: "x", remedy: "x" },
      });
    return { clock, journal, log, written, disk, start, tell };
  }

  it("is written at the start with what the journal knows by then, and not at all where that is nothing", async () => {
    const { journal, written, start } = keeper();
    await (await start()).close();
    assert.deepEqual(written, []);
    await live(journal, "A", [accepted("R1"), dispatched("K1"), settled(APPROVED)]);

    await (await start()).close();

    assert.deepEqual(
      written.map(({ journal: id, told }) => [id, told]),
      [["J1", { "till-1": 3 }]],
    );
  });

  it("follows what is told, once in thirty seconds and never on the way of a sale", async () => {
    const { clock, written, start, tell } = keeper();
    const kept = await start();
    for (let seq = 1; seq <= 20; seq += 1) {
      tell("till-1", seq);
      await clock.advance(1_000);
    }
    assert.deepEqual(written, []);

    await clock.advance(10_000);

    assert.deepEqual(
      written.map(({ told }) => told),
      [{ "till-1": 20 }],
    );
    await clock.advance(600_000);
    assert.equal(written.length, 1, "nothing new, nothing written");
    await kept.close();
    assert.equal(clock.pendingTimers(), 0);
  });

  it("has the last word at an orderly end", async () => {
    const { clock, written, start, tell } = keeper();
    const kept = await start();
    tell("till-2", 4);
    await clock.advance(0);

    await kept.close();

    assert.deepEqual(written.at(-1)?.told, { "till-2": 4 });
  });

  it("that cannot be written stops nothing, is said once, and is tried again with the next news", async () => {
    const { clock, written, disk, log, start, tell } = keeper();
    disk.isFull = true;
    const kept = await start();
    for (const seq of [1, 2]) {
      tell("till-1", seq);
      await clock.advance(31_000);
    }
    assert.equal(log.lines.filter((line) => line.includes("could not be noted")).length, 1);

    disk.isFull = false;
    await kept.close();

    assert.deepEqual(written.at(-1)?.told, { "till-1": 2 });
  });
});
