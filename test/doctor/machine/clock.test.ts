import assert from "node:assert/strict";
import { test } from "node:test";
import { clockExaminations } from "../../../src/doctor/machine/clock.ts";
import { asItIs } from "../../../src/doctor/check.ts";
import type { RunProgram } from "../../../src/doctor/program.ts";
import { accepted } from "../../journal/facts.ts";
import { journalFolder, openIn } from "../../journal/journal-folder.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { checkOf, plant, programs } from "./examined.ts";

type Changes = Partial<Parameters<typeof clockExaminations>[0]>;

function look(id: string, changes: Changes) {
  return checkOf(
    id,
    clockExaminations({
      clock: createVirtualClock(Date.UTC(2026, 5, 1)),
      dataDirectory: "/nowhere",
      platform: "linux",
      run: programs({}),
      systemRoot: "C:\\Windows",
      movedMs: () => 0,
      root: "/nowhere",
      ...changes,
    }),
  );
}

test("a time before this program was made, or far ahead, cannot be", async () => {
  const at = async (...date: readonly [number, number]) =>
    (await look("clock.time", { clock: createVirtualClock(Date.UTC(...date)) })).verdict;

  assert.equal(await at(2026, 5), "ok");
  assert.equal(await at(2025, 11), "fault");
  assert.equal(await at(1970, 0), "fault");
  assert.equal(await at(2042, 0), "fault");
});

test("a clock that is behind the newest payment was set back", async (t) => {
  const folder = journalFolder(t);
  const journal = await openIn(t, folder);
  await journal.append({ transaction: "A", place: 0, facts: [accepted("r1")] }); // 2026-03-01T10:00:00Z
  const at = (ms: number) => look("clock.time", { clock: createVirtualClock(ms), dataDirectory: folder });
  const payment = Date.UTC(2026, 2, 1, 10);

  assert.equal((await at(payment)).verdict, "ok");
  const behind = await at(payment - 5_001);
  assert.equal(behind.verdict, "fault");
  assert.match(
    behind.evidence,
    /shows 2026-03-01T09:59:54.999Z, and the newest payment is of 2026-03-01T10:00:00.000Z/,
  );
});

test("whether the system keeps its clock by the network is its own word", async (t) => {
  const says = (text: string) => look("clock.synchronized", { run: programs({ "timedatectl show": text }) });
  assert.equal((await says("NTP=yes\nNTPSynchronized=yes\n")).verdict, "ok");
  assert.equal((await says("NTP=no\nNTPSynchronized=no\n")).verdict, "warning");
  assert.equal((await says("")).verdict, "unknown");
  assert.match((await look("clock.synchronized", {})).evidence, /there is no timedatectl/);
  const root = freshFolder(t);
  plant(root, { "run/systemd/timesync/synchronized": "" });
  assert.equal((await look("clock.synchronized", { root })).verdict, "ok");
  const hung: RunProgram = () => Promise.resolve({ kind: "failed", why: asItIs("timedatectl did not answer in time") });
  assert.match((await look("clock.synchronized", { run: hung })).evidence, /did not answer in time/);
});

test("on Windows the leap indicator is the word, whatever the language of the system", async () => {
  const says = (text: string) =>
    look("clock.synchronized", { platform: "win32", run: programs({ "w32tm.exe /query /status": text }) });

  assert.equal((await says("Sprungindikator: 0(keine Warnung)\r\nStratum: 4\r\n")).verdict, "ok");
  assert.equal((await says("Leap Indicator: 3(not synchronized)\r\nStratum: 0\r\n")).verdict, "warning");
  assert.equal((await look("clock.synchronized", { platform: "win32" })).verdict, "warning");
});

test("a clock that has jumped since the service began is a warning; the command is too young to tell", async () => {
  const moved = async (ms: number) => look("clock.jumps", { movedMs: () => ms });

  assert.equal((await moved(4_999)).verdict, "ok");
  assert.match((await moved(3_600_000)).evidence, /forward by 3600 s, or the machine slept/);
  assert.match((await moved(-60_000)).evidence, /back by 60 s/);
  assert.equal((await moved(-5_000)).verdict, "warning");
  await assert.rejects(look("clock.jumps", { movedMs: undefined }), /0 checks/);
});
