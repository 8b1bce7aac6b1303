import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { momentOf, SignsOfLife } from "../../../src/daemon/terminal/signs-of-life.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { dispatchedFact, openDesk } from "./records-of.ts";

const SUSPICION_MS = 10_000;

async function watch(lastSeenAgoMs = 0) {
  const desk = openDesk();
  const { clock, journal } = desk;
  await desk.accepted("X1", dispatchedFact);
  const again = (lastSeen: string) =>
    new SignsOfLife("X1", lastSeen, SUSPICION_MS, { clock, journal, log: createKeptLog() });
  const signs = again(new Date(clock.now() - lastSeenAgoMs).toISOString());
  /** What a process that starts now would believe. */
  const afterRestart = async () => again((await journal.lastSeen("X1")) ?? "never");
  return { clock, journal, signs, afterRestart };
}

describe("whether the terminal may have restarted", () => {
  it("is not suspected as long as it gives a sign of life in time", async () => {
    const { clock, signs } = await watch();
    for (let round = 0; round < 20; round += 1) {
      await clock.advance(SUSPICION_MS - 1_000);
      signs.seen(momentOf(clock));
    }
    assert.equal(signs.suspected, false);
  });

  it("is suspected after a silence that is long enough for a restart, and for good", async () => {
    const { clock, signs } = await watch();
    await clock.advance(SUSPICION_MS + 1);
    assert.equal(signs.suspected, true);
    signs.seen(momentOf(clock));
    signs.seen(momentOf(clock));
    assert.equal(signs.suspected, true, "a sign of life after the silence may come from a terminal without memory");
  });

  it("is not hidden by an answer that was long under way: the silence began when it was asked", async () => {
    const { clock, signs, afterRestart } = await watch();
    await clock.advance(5_000);
    const askedAt = momentOf(clock);
    await clock.advance(4_000);
    signs.seen(askedAt);
    await clock.advance(SUSPICION_MS - 3_000);
    assert.equal((await afterRestart()).suspected, true);
    assert.equal(signs.suspected, true);
  });

  it("is not suspected for an older question that is answered after a later one", async () => {
    const { clock, signs } = await watch();
    const early = momentOf(clock);
    await clock.advance(6_000);
    signs.seen(momentOf(clock));
    signs.seen(early);
    await clock.advance(6_000);
    assert.equal(signs.suspected, false);
  });

  it("is suspected when this machine slept: the wall clock went on, the other one stood still", async () => {
    const { clock, signs } = await watch();
    clock.setWallClock(clock.now() + 60_000);
    assert.equal(signs.suspected, true);
  });

  it("is not hidden by a wall clock that is set back", async () => {
    const { clock, signs } = await watch();
    clock.setWallClock(clock.now() - 3_600_000);
    await clock.advance(SUSPICION_MS + 1);
    assert.equal(signs.suspected, true);
  });

  it("is known to the next process: a short restart of ours is no reason, a long one is", async () => {
    const { clock, signs, afterRestart } = await watch();
    await clock.advance(5_000);
    signs.seen(momentOf(clock));
    await clock.advance(1_000);
    assert.equal((await afterRestart()).suspected, false);
    await clock.advance(SUSPICION_MS);
    assert.equal((await afterRestart()).suspected, true);
  });

  it("stays suspected in the next process, however fresh the terminal looks by then", async () => {
    const { clock, signs, afterRestart } = await watch();
    await clock.advance(5_000);
    signs.seen(momentOf(clock));
    signs.suspect("no program listens there");
    await clock.advance(100);
    assert.equal((await afterRestart()).suspected, true);
  });

  it("is suspected where the clock was set back behind the last sign of life", async () => {
    const { signs } = await watch(-60_000);
    assert.equal(signs.suspected, true);
  });

  it("is noted no more often than it is useful", async () => {
    const { clock, journal, signs } = await watch();
    let notes = 0;
    const seen = journal.seen.bind(journal);
    journal.seen = (transaction, at) => {
      notes += 1;
      return seen(transaction, at);
    };
    for (let round = 0; round < 100; round += 1) {
      await clock.advance(100);
      signs.seen(momentOf(clock));
    }
    assert(notes >= 3 && notes <= 4, `${notes} notes in 10 s`);
  });
});
