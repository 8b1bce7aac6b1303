import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { newestReport, writeCrashReport } from "../../../src/daemon/supervision/crash-report.ts";
import { lineOf } from "../../../src/daemon/log-line.ts";
import { recentLines } from "../../../src/daemon/supervision/recent-lines.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const CARD = "4111111111111111";
const TOKEN = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

type Report = {
  readonly what: string;
  readonly stack: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly memoryBytes: { readonly rss: number };
  readonly lastLines: readonly { readonly message: string }[];
};

const read = (path: string | undefined): Report => JSON.parse(readFileSync(path ?? "", "utf8")) as Report;

describe("the report of a crash", () => {
  it("says what happened, where, and what led to it", (context) => {
    const directory = freshFolder(context);
    const clock = createVirtualClock();
    const recent = recentLines();
    for (let number = 1; number <= 60; number += 1) {
      recent.keep(lineOf(clock, "info", "daemon.ready", `line ${number}`, {}));
    }
    const path = writeCrashReport({ directory, clock, lastLines: recent.last }, new TypeError("that does not hold"));
    const report = read(path);
    assert.equal(report.what, "TypeError: that does not hold");
    assert.match(report.stack.join("\n"), /test\/daemon\/supervision\/crash-report\.test\.ts:\d+/);
    assert.equal(report.versions["node"], process.versions.node);
    assert.ok(report.memoryBytes.rss > 1_000_000);
    assert.deepEqual(
      [report.lastLines.length, report.lastLines[0]?.message, report.lastLines.at(-1)?.message],
      [50, "line 11", "line 60"],
    );
  });

  it("holds no number of a card, no secret and no name of a person's folder", (context) => {
    const directory = freshFolder(context);
    const clock = createVirtualClock();
    const error = new Error(
      `cannot store ${CARD} with ${TOKEN} in ${join(homedir(), "till", "file.db")} or C:\\Users\\ana\\x.db`,
    );
    error.stack = `${error.stack ?? ""}\n    at open (/home/ana/secret place/store.ts:12:3)\n    at ${CARD}`;
    const path = writeCrashReport({ directory, clock, lastLines: () => [] }, error) ?? "";
    const text = readFileSync(path, "utf8");
    for (const hidden of [CARD, TOKEN, homedir() + "/", "/home/ana", "Users", process.cwd()]) {
      assert.ok(!text.includes(hidden), `${hidden} stands in ${text}`);
    }
    assert.match(text, /1111/, "the last four digits may");
    assert.match(text, /store\.ts:12:3/, "and where it was");
  });

  it("is one of at most ten, of a limited size, and the newest is found by the next start", async (context) => {
    const directory = freshFolder(context);
    writeFileSync(join(directory, "tillbridge.log"), "stays");
    const clock = createVirtualClock();
    const long = lineOf(clock, "info", "daemon.ready", "x", {});
    const lastLines = () => Array.from({ length: 50 }, () => ({ ...long, text: "y".repeat(20_000) }));
    let last: string | undefined;
    for (let crash = 1; crash <= 12; crash += 1) {
      await clock.advance(1_000);
      last = writeCrashReport({ directory, clock, lastLines }, new Error("z".repeat(1_000_000)));
    }
    const names = readdirSync(directory);
    assert.equal(names.filter((name) => name.startsWith("crash-")).length, 10);
    assert.ok(names.includes("tillbridge.log"));
    assert.ok(readFileSync(last ?? "").length <= 131_072);
    assert.equal(newestReport(directory, clock.now()), last);
    assert.equal(newestReport(directory, clock.now() + 1), undefined, "an older one is not of this run");
  });

  it("that cannot be written hinders nothing", (context) => {
    const folder = freshFolder(context);
    writeFileSync(join(folder, "file"), "");
    const place = { directory: join(folder, "file"), clock: createVirtualClock(), lastLines: () => [] };
    assert.equal(writeCrashReport(place, new Error("any")), undefined);
    assert.equal(newestReport(place.directory, 0), undefined);
  });

  it("is written for whatever was thrown", (context) => {
    const place = { directory: freshFolder(context), clock: createVirtualClock(), lastLines: () => [] };
    assert.equal(read(writeCrashReport(place, "a text")).what, "a text");
  });
});
