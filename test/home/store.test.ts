import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { HomeFailure, readIfThere, replaceFile } from "../../src/home/store.ts";
import { startProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";

const writer = fileURLToPath(new URL("./endless-writer.ts", import.meta.url));
const store = new URL("../../src/home/store.ts", import.meta.url).href;
const rightsOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("readIfThere", () => {
  it("opens nothing that may never end, and says so", { timeout: 10_000 }, async (context) => {
    const folder = freshFolder(context);
    const large = join(folder, "large");
    writeFileSync(large, Buffer.alloc(5_000_000, 32));
    await assert.rejects(readIfThere(large), /large has 5000000 bytes, and at most 4194304 are read/);
    if (process.platform === "win32") return;
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    await assert.rejects(readIfThere(pipe), HomeFailure);
    await assert.rejects(readIfThere("/dev/zero"), HomeFailure);
  });
});

describe("replaceFile", () => {
  it("leaves the old text or a new one, whole, when the writer is killed in the middle", async (context) => {
    const path = join(freshFolder(context), "config.json");
    for (let round = 0; round < 5; round += 1) {
      const child = startProgram(context, [writer, path]);
      await child.nextLine();
      child.kill("SIGKILL");
      await child.ended;

      const { round: written, filler } = JSON.parse(readFileSync(path, "utf8")) as { round: number; filler: string };

      assert.ok(written >= 0);
      assert.equal(filler.length, 200_000);
    }
  });

  it("never shows a secret to others, not even for a moment: the rights are there from the first byte", async (context) => {
    const path = join(freshFolder(context), "secret");
    writeFileSync(path, "old");
    chmodSync(path, 0o644);

    await replaceFile(path, "new", "ownerOnly");

    assert.equal(rightsOf(path), "600");
    assert.equal(readFileSync(path, "utf8"), "new");
  });

  it("keeps the rights that a technician gave to a file", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, "{}");
    chmodSync(path, 0o640);

    await replaceFile(path, '{"a": 1}', "kept");

    assert.equal(rightsOf(path), "640");
  });

  it("writes through a symbolic link and leaves nothing else behind", async (context) => {
    const folder = freshFolder(context);
    const target = join(folder, "elsewhere.json");
    const link = join(folder, "config.json");
    writeFileSync(target, "{}");
    symlinkSync(target, link);

    await replaceFile(link, "[]", "kept");

    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(target, "utf8"), "[]");
    assert.deepEqual(readdirSync(folder).sort(), ["config.json", "elsewhere.json"]);
  });

  it("is all or nothing also in a shell of a packaged editor, and leaves that shell's environment as it was", async (context) => {
    const path = join(freshFolder(context), "config.json");
    const before = process.env["SNAP"];
    context.after(() => (before === undefined ? delete process.env["SNAP"] : (process.env["SNAP"] = before)));
    process.env["SNAP"] = "/snap/editor/1";
    writeFileSync(path, "old");
    const inode = statSync(path).ino;

    await replaceFile(path, "new", "kept");

    assert.notEqual(statSync(path).ino, inode, "another file was put in its place");
    assert.equal(process.env["SNAP"], "/snap/editor/1");
  });

  it("leaves the signals that end a process as they were", async (context) => {
    const counts =
      'console.log(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal)).join());';
    const path = join(freshFolder(context), "file");
    const program = `const { replaceFile } = await import(${JSON.stringify(store)});
      process.on("SIGTERM", () => {});
      ${counts} await replaceFile(${JSON.stringify(path)}, "text", "kept"); ${counts} process.exit();`;
    const child = startProgram(context, ["--input-type=module", "--eval", program]);

    assert.equal(await child.nextLine(), "0,1,0");
    assert.equal(await child.nextLine(), "0,1,0");
  });

  it("says in words why a file cannot be written, and leaves the old one", async (context) => {
    const folder = freshFolder(context);
    mkdirSync(join(folder, "config.json"));

    await assert.rejects(replaceFile(join(folder, "config.json"), "{}", "kept"), (error) => {
      assert.ok(error instanceof HomeFailure);
      assert.match(error.message, /config\.json cannot be written: there is a folder of that name/);
      return true;
    });
    assert.ok(existsSync(join(folder, "config.json")));
  });
});
