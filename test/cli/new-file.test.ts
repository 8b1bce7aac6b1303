import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CommandFailure } from "../../src/cli/exit.ts";
import { writeNewFile } from "../../src/cli/new-file.ts";
import { freshFolder } from "../support/home-folder.ts";

describe("a file that a command writes for its caller", () => {
  it("does not take the place of another one, unless that was said", (t) => {
    const file = join(freshFolder(t), "evidence.txt");
    writeFileSync(file, "before");

    assert.throws(() => writeNewFile(file, "after", "never"), CommandFailure);
    assert.equal(readFileSync(file, "utf8"), "before");

    writeNewFile(file, "after", "yes");
    assert.equal(readFileSync(file, "utf8"), "after");
  });

  it("takes the place of a link, and leaves what that leads to", { skip: process.platform === "win32" }, (t) => {
    const folder = freshFolder(t);
    const precious = join(folder, "precious");
    const file = join(folder, "bundle.tar.gz");
    writeFileSync(precious, "as it was");
    symlinkSync(precious, file);

    writeNewFile(file, "a bundle", "yes");

    assert.equal(readFileSync(precious, "utf8"), "as it was");
    assert.equal(readFileSync(file, "utf8"), "a bundle");
  });

  it("leaves nothing where it cannot be written", (t) => {
    const folder = freshFolder(t);

    assert.throws(() => writeNewFile(join(folder, "nowhere", "file"), "text", "yes"), /there is no such folder/);
    assert.throws(() => writeNewFile(folder, "text", "yes"), CommandFailure);

    assert.deepEqual(readdirSync(folder), []);
    assert.ok(existsSync(folder));
  });
});
