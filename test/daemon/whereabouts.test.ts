import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { writeDownWhereabouts } from "../../src/daemon/whereabouts.ts";
import { freshFolder } from "../support/home-folder.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { until } from "../support/until.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const DAEMON = { pid: 7, host: "127.0.0.1", port: 8455 };

describe("where the daemon listens", () => {
  it("is written down for as long as it runs", async (context) => {
    const file = join(freshFolder(context), "daemon.json");

    const whereabouts = await writeDownWhereabouts(file, DAEMON, { clock: createVirtualClock(), log: createKeptLog() });

    assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), DAEMON);
    await whereabouts[Symbol.asyncDispose]();
    assert.equal(existsSync(file), false);
  });

  it("is written down later where it cannot be at once, and nothing ends over it", async (context) => {
    const folder = join(freshFolder(context), "data");
    const file = join(folder, "daemon.json");
    const [clock, log] = [createVirtualClock(), createKeptLog()];

    await using _whereabouts = await writeDownWhereabouts(file, DAEMON, { clock, log });

    assert.match(log.lines.join("\n"), /No command finds the service/);
    await clock.advance(10_000);
    mkdirSync(folder);
    await clock.advance(10_000);
    await until(() => existsSync(file));
    assert.equal(log.lines.length, 1, "said once");
  });
});
