import assert from "node:assert/strict";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { linkTree } from "../../../src/home/program/durable-tree.ts";

async function unpacked(t: TestContext): Promise<{ readonly from: string; readonly to: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tillbridge-links-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  await mkdir(join(from, "bin"), { recursive: true });
  await writeFile(join(from, "bin", "tillbridge"), "#!/bin/sh\n");
  await chmod(join(from, "bin", "tillbridge"), 0o755);
  return { from, to };
}

const inode = async (path: string) => (await stat(path)).ino;

test("given a program that is ours alone, when it is deployed, then its files have a second name and take no room", async (t) => {
  const { from, to } = await unpacked(t);

  await linkTree(from, to);

  assert.equal(await inode(join(to, "bin", "tillbridge")), await inode(join(from, "bin", "tillbridge")));
});

const FOREIGN = {
  "that everybody may write": (path: string) => chmod(path, 0o777),
  // Only root can give a file away; others see the case before.
  "that belongs to somebody else": (path: string) =>
    process.getuid?.() === 0 ? chown(path, 4_711, 4_711) : chmod(path, 0o775),
};

for (const [what, change] of Object.entries(FOREIGN)) {
  test(`given a file ${what}, when it is deployed, then what runs is a copy that nobody else can change`, async (t) => {
    const { from, to } = await unpacked(t);
    const [source, target] = [join(from, "bin", "tillbridge"), join(to, "bin", "tillbridge")];
    await change(source);

    await linkTree(from, to);

    assert.notEqual(await inode(target), await inode(source));
    assert.equal(await readFile(target, "utf8"), "#!/bin/sh\n");
    const { uid, mode } = await stat(target);
    assert.equal(uid, process.getuid?.());
    assert.equal(mode & 0o7777, 0o755);
  });
}
