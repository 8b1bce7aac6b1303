import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { logEvents, type LogEvent } from "../../src/core/log-events.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { LogLine } from "../../src/daemon/log-line.ts";
import { createLog } from "../../src/daemon/logging.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { freshFolder } from "../support/home-folder.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const events = Object.keys(logEvents) as LogEvent[];

describe("a disk that takes no line of the log", { skip: process.platform === "win32" }, () => {
  it("holds up no sale, fills no memory, is told, and the missing lines are counted", async (context) => {
    const directory = freshFolder(context);
    // A pipe with a writer and no reader: 64 KiB fit in, and whoever writes the next byte stands still.
    const file = join(directory, "tillbridge.log");
    execFileSync("mkfifo", [file]);
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: FAST });
    const beside: LogLine[] = [];
    const settings = { level: "debug", maxFileBytes: 1_000_000_000, maxFiles: 2 } as const;
    const log = createLog({ directory, settings, clock: world.clock, sinks: [(line) => beside.push(line)] });
    Object.assign(world.log, { debug: log.debug, info: log.info, warn: log.warn, error: log.error });
    await log.open();
    for (let line = 0; line < 5_000; line += 1) {
      log.info(events[line % events.length] ?? "daemon.ready", "filling", { text: "x".repeat(990) });
    }
    const told = beside.filter(({ event, message }) => event === "log.dropped" && message !== "filling");
    assert.equal(told.length, 1, "that lines are missing is told at once where it can be");

    await world.startReady();
    assert.equal(await world.settled(await world.accepted(world.sale(1_250))), "approved");
    assert.ok(
      beside.some(({ event }) => event === "terminal.linkOpen"),
      "lines of the sale went beside the file",
    );

    const reader = createReadStream(file, "utf8");
    let text = "";
    for await (const chunk of reader) {
      text += String(chunk);
      if (text.includes('"dropped":')) break;
      log.info("daemon.quiet", "is there room again?");
    }
    const written = text.split("\n").filter((line) => line.includes('"filling"')).length;
    const counted = Number(/"dropped":(\d+)/.exec(text)?.[1]);
    assert.ok(written > 500 && written < 2_000, `${written} lines waited`);
    assert.ok(counted > 5_000 - written, `${counted} lines are counted`);
    await log[Symbol.asyncDispose]();
  });
});
