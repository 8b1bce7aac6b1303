import assert from "node:assert/strict";
import { test } from "node:test";
import { isVersion } from "../../../src/home/program/program.ts";
import { compareVersions } from "../../../src/home/program/version-order.ts";

const VERSIONS = ["0.0.0", "1.0.0", "10.20.30", "1.0.0-rc.1", "1.0.0-0", "1.0.0-alpha-2.x", "1.0.0-1a", "1.0.0--"];
const NONE = [
  "",
  "1.0",
  "01.0.0",
  "1.00.0",
  "1.0.0-",
  "1.0.0-01",
  "1.0.0-a..b",
  "1.0.0-a.",
  "1.0.0-.a",
  "1.0.0+b",
  "v1.0.0",
  "100000.0.0",
  "1.0.0\n",
];

test("given a text, when it is taken for a version, then versions can be put in order by it", () => {
  for (const text of VERSIONS) {
    assert.equal(isVersion(text), true, text);
    assert.equal(compareVersions(text, text), 0, text);
  }
  for (const text of [...NONE, `1.0.0-${"a".repeat(60)}`]) assert.equal(isVersion(text), false, JSON.stringify(text));
});

test("given versions before a release, when they are put in order, then the release is the newest and numbers count as numbers", () => {
  const order = ["1.0.0-alpha", "1.0.0-rc.2", "1.0.0-rc.10", "1.0.0", "1.0.1-rc.1", "1.10.0"];
  assert.deepEqual(order.toReversed().toSorted(compareVersions), order);
});
