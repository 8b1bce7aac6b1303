import assert from "node:assert/strict";
import { test } from "node:test";
import type { Run } from "../../../src/cli/supervision/run.ts";
import { windowsPath } from "../../../src/cli/supervision/windows-path.ts";

const FOLDER = "C:\\Program Files\\Tillbridge";

/** `reg.exe`, which tells this as the PATH of all users, and keeps what it is told to write. */
function registryWith(path: string) {
  const written: string[] = [];
  const run: Run = (_program, args) => {
    if (args[0] === "add") written.push(args[args.indexOf("/d") + 1] ?? "");
    const output = `\r\nHKEY_LOCAL_MACHINE\\SYSTEM\r\n    Path    REG_EXPAND_SZ    ${path}\r\n\r\n`;
    return Promise.resolve({ kind: "ended", code: 0, output, complaint: "" });
  };
  return { path: windowsPath(run, "C:\\Windows"), written };
}

test("given a PATH, when the folder is added and taken away, then the rest of it stays as it is", async () => {
  const without = registryWith("%SystemRoot%\\system32;C:\\Tools (x86)");
  assert.equal(await without.path.add(FOLDER), "added");
  assert.deepEqual(without.written, [`%SystemRoot%\\system32;C:\\Tools (x86);${FOLDER}`]);

  const with_ = registryWith(`%SystemRoot%\\system32;${FOLDER};C:\\Tools (x86)`);
  assert.equal(await with_.path.add(FOLDER), "there");
  await with_.path.remove(FOLDER);
  assert.deepEqual(with_.written, ["%SystemRoot%\\system32;C:\\Tools (x86)"]);
});

// Its console has another alphabet than ours: `ü` may come as a byte that is none, as two letters, or as a question mark.
for (const spoilt of ["C:\\Programme f\uFFFDr alle", "C:\\Programme f\u00C3\u00BCr alle", "C:\\Programme f?r alle"]) {
  test(`given a PATH with letters that \`reg.exe\` does not tell for certain (${spoilt}), when the folder is added or taken away, then nothing is written`, async () => {
    const { path, written } = registryWith(`C:\\Windows;${spoilt};${FOLDER}`);
    const missing = registryWith(`C:\\Windows;${spoilt}`);

    assert.equal(await missing.path.add(FOLDER), "unreadable");
    await missing.path.remove(FOLDER);
    await assert.rejects(path.remove(FOLDER), /out of PATH by hand/);

    assert.deepEqual([...written, ...missing.written], []);
  });
}
