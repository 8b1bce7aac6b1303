import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { placeVersion } from "../../../src/cli/supervision/program-version.ts";
import { Undoing } from "../../../src/cli/supervision/undoing.ts";
import { HomeFailure } from "../../../src/home/store.ts";
import { freshFolder } from "../../support/home-folder.ts";

/** An unpacked program, and the installed one, of which a part is spoilt. */
function programs(t: TestContext) {
  const folder = freshFolder(t);
  const [source, target] = [join(folder, "unpacked"), join(folder, "versions", "1.0.0")];
  for (const [place, text] of [
    [source, "whole"],
    [target, "spoilt"],
  ] as const) {
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "main.js"), text);
  }
  return { source, target, versions: join(folder, "versions") };
}

test("given an installed version that is spoilt, when it is put right, then it is whole and nothing is left beside", async (t) => {
  const { source, target, versions } = programs(t);

  assert.equal(await placeVersion(source, target, new Undoing()), "changed");

  assert.equal(readFileSync(join(target, "main.js"), "utf8"), "whole");
  assert.deepEqual(readdirSync(versions), ["1.0.0"]);
});

test("given an installed version that is spoilt, when there is nothing whole to put in its place, then it was never moved away: a service may run from it", async (t) => {
  const { source, target, versions } = programs(t);
  symlinkSync("main.js", join(source, "z-link"));
  const changedMs = statSync(target).ctimeMs;

  await assert.rejects(placeVersion(source, target, new Undoing()), HomeFailure);

  // A folder that got another name, and its own again, was changed.
  assert.equal(statSync(target).ctimeMs, changedMs);
  assert.deepEqual(readdirSync(versions), ["1.0.0"]);
});
