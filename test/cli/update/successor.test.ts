import assert from "node:assert/strict";
import { test } from "node:test";
import type { Program } from "../../../src/home/program/program.ts";
import { successorFault } from "../../../src/cli/update/successor.ts";
import { programOf } from "../../support/update-machine.ts";

const RUNNING = programOf("1.2.0", { journal: { schema: 3, oldestReader: 2 } });
const next = (version: string, more: Partial<Program> = {}) =>
  programOf(version, { journal: { schema: 3, oldestReader: 2 }, ...more });

test("given a newer version for this machine, when it is asked about, then it may follow", () => {
  for (const version of ["1.2.1", "1.10.0", "2.0.0-rc.1"]) {
    assert.equal(successorFault(RUNNING, next(version), "newerOnly"), undefined, version);
  }
});

test("given a version of another platform, when it is asked about, then it is refused", () => {
  assert.match(successorFault(RUNNING, next("1.3.0", { platform: "win-x64" }), "newerOnly") ?? "", /is for win-x64/);
});

test("given the same version or an older one, when it is asked about, then only a downgrade that was asked for goes", () => {
  assert.match(successorFault(RUNNING, next("1.2.0"), "downgradeAllowed") ?? "", /runs already/);
  for (const older of ["1.1.9", "1.2.0-rc.1"]) {
    assert.match(successorFault(RUNNING, next(older), "newerOnly") ?? "", /is older than 1\.2\.0.*--downgrade/);
    assert.equal(successorFault(RUNNING, next(older), "downgradeAllowed"), undefined);
  }
});

test("given a version after which the one that runs could not read the journal, when it is asked about, then there is no way back, and so none there", () => {
  const oneWay = next("2.0.0", { journal: { schema: 9, oldestReader: 4 } });
  assert.match(successorFault(RUNNING, oneWay, "newerOnly") ?? "", /no way back/);
});

test("given an older version that cannot read what was written, when a downgrade to it is asked for, then it is refused", () => {
  const old = next("1.0.0", { journal: { schema: 1, oldestReader: 1 } });
  assert.match(successorFault(RUNNING, old, "downgradeAllowed") ?? "", /cannot read the journal/);
});
