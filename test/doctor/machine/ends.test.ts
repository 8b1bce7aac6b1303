import assert from "node:assert/strict";
import { test } from "node:test";
import { endsExaminations } from "../../../src/doctor/machine/ends.ts";
import { beginRun } from "../../../src/daemon/supervision/last-end.ts";
import { writeCrashReport } from "../../../src/daemon/supervision/crash-report.ts";
import { resolveHome } from "../../../src/home/paths.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { checkOf, plant } from "./examined.ts";

const DAY_MS = 86_400_000;

test("a crash that left its report is a warning for seven days, with the newest one", async (t) => {
  const paths = resolveHome(freshFolder(t), {}, "linux");
  const clock = createVirtualClock();
  const look = () => checkOf("service.crashes", endsExaminations({ paths, clock, daemonPid: 42 }));
  assert.equal((await look()).verdict, "ok");
  const place = { directory: paths.logsDirectory, clock, lastLines: () => [] };
  writeCrashReport(place, new Error("first"));
  await clock.advance(3 * DAY_MS);
  const newest = writeCrashReport(place, new Error("second"));

  const check = await look();

  assert.equal(check.verdict, "warning");
  assert.ok(check.evidence.includes("2 times") && check.evidence.includes(newest ?? "none"), check.evidence);
  await clock.advance(8 * DAY_MS);
  assert.equal((await look()).verdict, "ok");
});

test("runs that did not end in order are told by the mark that they leave", async (t) => {
  const folder = freshFolder(t);
  const paths = resolveHome(folder, {}, "linux");
  const clock = createVirtualClock();
  plant(folder, { "data/x": "", "logs/x": "" });
  const look = (daemonPid: number | undefined) =>
    checkOf("service.ends", endsExaminations({ paths, clock, daemonPid }));
  assert.equal((await look(undefined)).verdict, "ok");

  const first = beginRun({ ...paths, clock });
  assert.equal((await look(42)).verdict, "ok");
  assert.equal((await look(undefined)).verdict, "warning", "its mark is there, and it is not");
  beginRun({ ...paths, clock });
  assert.match((await look(42)).evidence, /^Once within ten minutes/);
  beginRun({ ...paths, clock });
  assert.equal((await look(42)).verdict, "warning");
  const last = beginRun({ ...paths, clock });
  assert.deepEqual([(await look(42)).verdict, (await look(42)).evidence.startsWith("3 times")], ["fault", true]);
  last.endInOrder();
  assert.equal((await look(undefined)).verdict, "ok");
  first.endInOrder();
});

test("a mark that is torn still says that a run did not end in order", async (t) => {
  const folder = freshFolder(t);
  plant(folder, { "data/running.json": "{" });

  const check = await checkOf(
    "service.ends",
    endsExaminations({ paths: resolveHome(folder, {}, "linux"), clock: createVirtualClock(), daemonPid: undefined }),
  );

  assert.equal(check.verdict, "warning");
});
