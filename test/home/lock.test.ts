import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { lockHome } from "../../src/home/lock.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { startProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";

const holder = fileURLToPath(new URL("./lock-holder.ts", import.meta.url));

describe("the lock of a home folder", () => {
  it("is held against other processes and names the holder", async (context) => {
    const folder = freshFolder(context);
    const first = startProgram(context, [holder, folder]);
    assert.equal(await first.nextLine(), "locked");

    assert.deepEqual(lockHome(folder), { kind: "held", processId: first.pid });
  });

  it("goes with a holder that is killed, although its process id is still written down", async (context) => {
    const folder = freshFolder(context);
    const first = startProgram(context, [holder, folder]);
    await first.nextLine();
    first.kill("SIGKILL");
    await first.ended;

    const second = lockHome(folder);

    assert.equal(second.kind, "locked");
    second.lock[Symbol.dispose]();
  });

  it("trusts no process id: one that is written down and alive is no holder", (context) => {
    const folder = freshFolder(context);
    writeFileSync(join(folder, "home.lock.pid"), String(process.ppid));

    const locked = lockHome(folder);

    assert.equal(locked.kind, "locked");
    locked.lock[Symbol.dispose]();
  });

  it("is free after it was given back, also within one process", (context) => {
    const folder = freshFolder(context);
    const first = lockHome(folder);
    assert.equal(first.kind, "locked");
    assert.deepEqual(lockHome(folder), { kind: "held", processId: process.pid });

    first.lock[Symbol.dispose]();

    const second = lockHome(folder);
    assert.equal(second.kind, "locked");
    second.lock[Symbol.dispose]();
  });

  it("is held as well where the holder's id cannot be written down, as on a full disk", (context) => {
    const folder = freshFolder(context);
    symlinkSync(join(folder, "not-there", "id"), join(folder, "home.lock.pid"));

    const locked = lockHome(folder);

    assert.equal(locked.kind, "locked");
    assert.deepEqual(lockHome(folder), { kind: "held", processId: undefined });
    locked.lock[Symbol.dispose]();
  });

  it("says what to do where the lock cannot be made", (context) => {
    const missing = join(freshFolder(context), "not-there");

    assert.throws(
      () => lockHome(missing),
      (error) => error instanceof HomeFailure && /home\.lock.*See that this user may write there/.test(error.message),
    );
  });
});
