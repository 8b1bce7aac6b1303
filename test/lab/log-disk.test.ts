// needs: root
// The log on a disk that fills up in the middle of a line, and has room again.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { logEvents, type LogEvent } from "../../src/core/log-events.ts";
import { createLog } from "../../src/daemon/logging.ts";
import { lastFirst } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const events = Object.keys(logEvents) as LogEvent[];

test("a full disk costs lines of the log, which is said once beside it, and how many stands in it when there is room again", async (context) => {
  const ending = lastFirst(context);
  const directory = freshFolder(ending);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", directory]);
  ending.after(() => void execFileSync("umount", [directory]));
  writeFileSync(join(directory, "filler"), Buffer.alloc(768_000));
  const clock = createVirtualClock();
  const told: string[] = [];
  const full = Promise.withResolvers<undefined>();
  const settings = { level: "info", maxFileBytes: 10_000_000, maxFiles: 2 } as const;
  let lines = 0;
  {
    await using log = createLog({
      directory,
      settings,
      clock,
      sinks: [
        ({ event, message }) => {
          if (event !== "log.notWritten" || message === "filling") return;
          told.push(message);
          full.resolve(undefined);
        },
      ],
    });
    await log.open();
    for (; lines < 600; lines += 1) {
      log.info(events[lines % events.length] ?? "daemon.ready", "filling", { text: "x".repeat(990) });
    }
    await full.promise;
    rmSync(join(directory, "filler"));
    await clock.advance(10_000);
    log.info("daemon.quiet", "there is room again");
  }

  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /ENOSPC/);
  const text = readFileSync(join(directory, "tillbridge.log"), "utf8").trimEnd().split("\n");
  const whole = text.filter((line) => line.startsWith("{") && line.endsWith("}"));
  assert.equal(text.length - whole.length, 1, "the line that met the end of the disk is alone");
  const parsed = whole.map((line) => JSON.parse(line) as { readonly event: string; readonly lostLines?: number });
  const lost = parsed.filter(({ event, lostLines }) => event === "log.lost" && lostLines !== undefined);
  assert.equal(lost.length, 1);
  assert.equal(parsed.length - 2 + (lost[0]?.lostLines ?? 0), lines, "each line is written or counted");
});
