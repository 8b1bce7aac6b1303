import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { writeCrashReport } from "../../../src/daemon/supervision/crash-report.ts";
import { beginRun } from "../../../src/daemon/supervision/last-end.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

function home(context: TestContext) {
  const folder = freshFolder(context);
  const [dataDirectory, logsDirectory] = [join(folder, "data"), join(folder, "logs")];
  for (const directory of [dataDirectory, logsDirectory]) mkdirSync(directory, { recursive: true });
  const clock = createVirtualClock();
  return { clock, dataDirectory, logsDirectory, begin: () => beginRun({ dataDirectory, logsDirectory, clock }) };
}

describe("the end of the last run", () => {
  it("in order is not told, and leaves nothing", (context) => {
    const { begin, dataDirectory } = home(context);
    const first = begin();
    assert.equal(first.before, undefined);
    first.endInOrder();
    assert.deepEqual(readdirSync(dataDirectory), []);
    assert.equal(begin().before, undefined);
  });

  it("by a kill is told by the next one", (context) => {
    const { begin } = home(context);
    begin();
    assert.match(begin().before?.words ?? "", /process \d+, begun 2026-.*did not end in order: it was killed/);
  });

  it("by a mistake is told with the report that it left", async (context) => {
    const { begin, clock, logsDirectory } = home(context);
    writeCrashReport({ directory: logsDirectory, clock, lastLines: () => [] }, new Error("an older one"));
    await clock.advance(1_000);
    begin();
    assert.equal(begin().before?.report, undefined, "it is another run's");
    await clock.advance(1_000);
    const report = writeCrashReport({ directory: logsDirectory, clock, lastLines: () => [] }, new Error("why"));
    const { before } = begin();
    assert.equal(before?.report, report);
    assert.ok(before?.words.includes(report ?? "no report"));
  });

  it("is counted with those of the last ten minutes", async (context) => {
    const { begin, clock } = home(context);
    begin();
    const counted = [];
    for (let crash = 1; crash <= 3; crash += 1) counted.push(begin().before?.lately);
    await clock.advance(600_001);
    counted.push(begin().before?.lately);
    const last = begin();
    counted.push(last.before?.lately);
    last.endInOrder();
    begin();
    counted.push(begin().before?.lately);
    assert.deepEqual(counted, [1, 2, 3, 1, 2, 1]);
  });

  it("is told also where the power cut tore what the run had written", (context) => {
    const { begin, dataDirectory } = home(context);
    for (const torn of ["", '{"version": 1', "null", '{"disorderly": [1, null]}']) {
      writeFileSync(join(dataDirectory, "running.json"), torn);
      assert.match(begin().before?.words ?? "", /did not end in order/);
    }
  });
});
