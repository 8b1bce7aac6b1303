import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeParts } from "../../src/daemon/native-parts.ts";
import { EXTERNAL } from "../../scripts/build/native-packages.ts";

/** The simulator's pseudo-terminals: no daemon loads them. */
const OF_NO_DAEMON = ["@lydell/node-pty"];

test("given the packages with a compiled part that a program brings, then each of them that the daemon may load is among what is tried before", () => {
  const tried = nativeParts("linux", true).map(({ name }) => name);

  assert.deepEqual(
    EXTERNAL.filter((name) => !tried.includes(name)),
    OF_NO_DAEMON,
  );
});

test("given this machine, when all that the daemon may load is loaded, then it loads", async () => {
  for (const { load } of nativeParts(process.platform, false)) await load();
});

test("given a system without systemd, then its library is not asked for", () => {
  const names = (platform: NodeJS.Platform, isSystemd: boolean) =>
    nativeParts(platform, isSystemd).map(({ name }) => name);

  assert.ok(names("linux", true).includes("libsystemd"));
  assert.ok(!names("linux", false).includes("libsystemd"));
  assert.ok(!names("win32", true).includes("koffi"));
});
