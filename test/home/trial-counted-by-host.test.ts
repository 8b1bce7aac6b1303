import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isCountedByHost } from "../../src/home/program/installed.ts";
import { freshFolder } from "../support/home-folder.ts";

const trial = { from: "1.0.0", to: "1.1.0", starts: 0, limitSeconds: 60 };

void test("given a trial on Windows, when the host has noted its start, then it is counted, and no other one is", async (t) => {
  const programData = freshFolder(t);
  assert.equal(await isCountedByHost(trial, programData), false);
  mkdirSync(join(programData, "tillbridge"));
  writeFileSync(join(programData, "tillbridge", "trial-started"), "to=1.1.0\ntrial=01dd802500000000\n");

  assert.equal(await isCountedByHost(trial, programData), true);
  assert.equal(await isCountedByHost({ ...trial, to: "1.1" }, programData), false);
  assert.equal(await isCountedByHost({ ...trial, to: "1.2.0" }, programData), false);
});

void test("given a system that is no Windows, then nobody has counted it there", async () => {
  assert.equal(await isCountedByHost(trial, undefined), false);
});
