import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { diskExaminations, systemDisk, type Disk, type FileSystem } from "../../../src/doctor/machine/disk.ts";
import { resolveHome } from "../../../src/home/paths.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf, foundBy, plant } from "./examined.ts";

const MEGABYTE = 1_048_576;
const EXT4: FileSystem = { type: 0xef53, bytesFree: 9_000 * MEGABYTE, bytes: 100_000 * MEGABYTE, filesFree: 1_000_000 };
const FAST = [3, 4, 5, 6, 7];

function pathsIn(t: TestContext) {
  const folder = freshFolder(t);
  plant(folder, { "data/x": "", "logs/x": "" });
  return resolveHome(folder, {}, "linux");
}

async function look(
  t: TestContext,
  id: string,
  seen: { file?: Partial<FileSystem>; syncs?: () => Promise<readonly number[]> },
) {
  const disk: Disk = {
    fileSystem: () => Promise.resolve({ ...EXT4, ...seen.file }),
    syncs: seen.syncs ?? (() => Promise.resolve(FAST)),
  };
  return checkOf(id, diskExaminations(pathsIn(t), 2_000, disk));
}

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

test("space: enough is well, little a warning, nearly none a fault, and so is no more file", async (t) => {
  assert.equal((await look(t, "disk.space", {})).verdict, "ok");
  assert.match((await look(t, "disk.space", {})).evidence, /^9000 MB of 97 GB are free on the disk of /);
  assert.equal((await look(t, "disk.space", { file: { bytesFree: 499 * MEGABYTE } })).verdict, "warning");
  assert.equal((await look(t, "disk.space", { file: { bytesFree: 49 * MEGABYTE } })).verdict, "fault");
  assert.equal((await look(t, "disk.logs", { file: { bytesFree: 0 } })).verdict, "fault");
  const noFiles = await look(t, "disk.space", { file: { filesFree: 99 } });
  assert.deepEqual([noFiles.verdict, noFiles.evidence.includes("99 more files")], ["fault", true]);
  assert.equal((await look(t, "disk.space", { file: { filesFree: undefined } })).verdict, "ok");
});

test("kind: a memory of money in memory, or on a disk of the network, is a fault", async (t) => {
  assert.equal((await look(t, "disk.kind", {})).verdict, "ok");
  assert.match((await look(t, "disk.kind", { file: { type: 0x0102_1994 } })).evidence, /in memory \(tmpfs\)/);
  assert.match((await look(t, "disk.kind", { file: { type: 0x6969 } })).evidence, /network \(NFS\)/);
  assert.equal((await look(t, "disk.kind", { file: { type: 0xff53_4d42 } })).verdict, "fault");
});

test("sync: what takes milliseconds is well, a tenth of a second and more a warning, as long as the journal waits a fault", async (t) => {
  const after = (...times: readonly number[]) => ({ syncs: () => Promise.resolve(times) });

  const well = await look(t, "disk.sync", {});
  assert.deepEqual([well.verdict, well.evidence.includes("takes 5 ms, and 7 ms at most of 5")], ["ok", true]);
  assert.equal((await look(t, "disk.sync", after(1, 1, 1, 1, 900))).verdict, "ok", "one is an accident");
  assert.equal((await look(t, "disk.sync", after(200, 200, 200))).verdict, "warning");
  assert.equal((await look(t, "disk.sync", after(1, 1, 2_000))).verdict, "fault");
});

test("sync: a disk on which nothing can be written is a fault that says why", async (t) => {
  for (const [code, why] of [
    ["ENOSPC", /the disk is full/],
    ["EROFS", /the disk is read-only/],
    ["EACCES", /this user may not/],
    ["EIO", /reports an error/],
  ] as const) {
    const check = await look(t, "disk.sync", { syncs: failing(code) });
    assert.deepEqual(
      [check.verdict, why.test(check.evidence), check.remedy === undefined],
      ["fault", true, false],
      code,
    );
  }
  assert.equal((await look(t, "disk.sync", { syncs: failing("EMFILE") })).verdict, "unknown");
});

test("given folders that are not there, then nothing is said of their disks", async (t) => {
  const paths = resolveHome(freshFolder(t), {}, "linux");

  assert.deepEqual(await foundBy(...diskExaminations(paths, 2_000, systemDisk)), []);
});

test("the disk of this machine is measured, and nothing is left behind", async (t) => {
  const folder = freshFolder(t);

  const times = await systemDisk.syncs(folder, new AbortController().signal);
  const { bytes, bytesFree } = await systemDisk.fileSystem(folder);

  assert.equal(times.length, 5);
  assert.ok(bytes > bytesFree && bytesFree > 0);
  assert.deepEqual(readdirSync(folder), []);
});
