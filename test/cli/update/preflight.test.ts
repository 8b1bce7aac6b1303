import assert from "node:assert/strict";
import { mkdirSync, readdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { resolveHome } from "../../../src/home/paths.ts";
import type { NativePart } from "../../../src/cli/call.ts";
import { preflight } from "../../../src/cli/update/preflight.ts";
import { openJournal } from "../../../src/journal/sqlite.ts";
import { freshFolder } from "../../support/home-folder.ts";

const LOADS: NativePart = { name: "usb", load: () => Promise.resolve() };
const BROKEN: NativePart = {
  name: "koffi",
  load: () => Promise.reject(new Error("koffi.node: invalid ELF header\n    at Module.load")),
};

async function homeWithJournal(t: TestContext): Promise<{ readonly folder: string; readonly journal: string }> {
  const folder = freshFolder(t);
  const directory = join(folder, "data");
  mkdirSync(directory);
  await (await openJournal({ directory })).close();
  return { folder, journal: join(directory, "journal.db") };
}

function tried(folder: string, parts: readonly NativePart[]) {
  return preflight(resolveHome(folder, {}, process.platform), {
    loadTerminalCheck: () => Promise.resolve(() => []),
    loadNativeParts: () => Promise.resolve(parts),
  });
}

test("given a new version of which one native part does not load, when it is asked, then it says which one, and that it cannot run", async (t) => {
  const { folder } = await homeWithJournal(t);

  assert.deepEqual(await tried(folder, [LOADS]), { kind: "passed" });
  assert.deepEqual(await tried(folder, [LOADS, BROKEN]), {
    kind: "failed",
    why: "its native part koffi does not load on this system: koffi.node: invalid ELF header.",
  });
});

test("given a package that looked for its native part in several places, when it loads from none, then the system's own word is told", async (t) => {
  const { folder } = await homeWithJournal(t);
  const system = new Error("/opt/x/usb.node: file too short", { cause: new Error("Cannot find module './usb.node'") });
  const advice = new Error("Cannot find native binding. Please try `npm i` again", { cause: system });

  assert.deepEqual(await tried(folder, [{ name: "usb", load: () => Promise.reject(advice) }]), {
    kind: "failed",
    why: "its native part usb does not load on this system: /opt/x/usb.node: file too short.",
  });
});

test("given a journal that is too large for a copy, when a new version is asked, then it reads it and says what it has not tried", async (t) => {
  const { folder, journal } = await homeWithJournal(t);
  // Behind its last page, which nobody reads.
  truncateSync(journal, 600 * 1_048_576);

  const before = readdirSync(join(folder, "data"));

  const answer = await tried(folder, [LOADS]);

  assert.equal(answer.kind, "passed");
  assert.match(answer.note ?? "", /has 630 MB, .* tried with what is not decided in it, and not with all of it/);
  assert.deepEqual(readdirSync(join(folder, "data")), before);
});

test("given a journal that is too large for a copy and cannot be read, when a new version is asked, then it cannot run", async (t) => {
  const { folder, journal } = await homeWithJournal(t);
  truncateSync(journal, 0);
  truncateSync(journal, 600 * 1_048_576);

  const answer = await tried(folder, [LOADS]);

  assert.equal(answer.kind, "failed");
});
