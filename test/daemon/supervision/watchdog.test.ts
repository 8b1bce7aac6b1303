import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { askForTimeToStart, giveSignsOfLife } from "../../../src/daemon/supervision/watchdog.ts";
import { JournalFailure } from "../../../src/journal/journal.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** A watched daemon whose journal's thread answers as the test says. */
function watched(answer: () => Promise<unknown>) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  let signs = 0;
  const supervision = { aliveEveryMs: 15_000, alive: () => void (signs += 1) };
  const life = giveSignsOfLife({ supervision, clock, log, askJournal: answer });
  return { clock, log, life, signs: () => signs };
}

describe("signs of life", () => {
  it("come while the journal's thread answers", async () => {
    const { clock, log, signs } = watched(() => Promise.resolve(0));
    await clock.advance(60_000);
    assert.equal(signs(), 5);
    assert.deepEqual(log.lines, []);
  });

  it("do not come while the journal's thread does not answer, and come again when it does", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const { clock, log, signs } = watched(() => promise);
    await clock.advance(60_000);
    assert.equal(signs(), 0);
    assert.equal(log.lines.length, 1, "it is said once");
    resolve(0);
    await clock.advance(15_000);
    assert.equal(signs(), 2);
    assert.match(log.lines[1] ?? "", /answers again/);
  });

  it("come also from a journal that fails: to start again mends no disk", async () => {
    const { clock, signs } = watched(() => Promise.reject(new JournalFailure("the disk is full")));
    await clock.advance(30_000);
    assert.equal(signs(), 3);
  });

  it("are not asked for where nobody waits for them", async () => {
    const clock = createVirtualClock();
    const supervision = { aliveEveryMs: undefined, alive: () => assert.fail() };
    giveSignsOfLife({ supervision, clock, log: createKeptLog(), askJournal: () => assert.fail() });
    await clock.advance(60_000);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("end with the service", async () => {
    const { clock, life, signs } = watched(() => Promise.resolve(0));
    await clock.advance(1);
    life[Symbol.dispose]();
    await clock.advance(60_000);
    assert.deepEqual([signs(), clock.pendingTimers()], [1, 0]);
  });
});

describe("a start that takes long", () => {
  it("asks for more time again and again, until it is over", async () => {
    const clock = createVirtualClock();
    const asked: number[] = [];
    const starting = askForTimeToStart({ moreTime: (ms) => void asked.push(ms) }, clock);
    await clock.advance(9_000);
    assert.deepEqual(asked, [], "a quick one asks for none");
    await clock.advance(21_000);
    assert.deepEqual(asked, [30_000, 30_000, 30_000]);
    starting[Symbol.dispose]();
    await clock.advance(60_000);
    assert.equal(asked.length, 3);
  });

  it("does not ask for ever: it is stuck", async () => {
    const clock = createVirtualClock();
    let asked = 0;
    askForTimeToStart({ moreTime: () => void (asked += 1) }, clock);
    await clock.advance(3_600_000);
    assert.equal(asked, 59);
    assert.equal(clock.pendingTimers(), 0);
  });
});
