// `npm start` and its like: a shim on the machine's Node that becomes the script on the pinned runtime.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

const script = `
process.on("SIGTERM", () => { console.log("ended in order"); process.exit(7); });
console.log(process.argv.slice(2).join(" "));
if (process.argv[2] === "wait") setInterval(() => {}, 60_000);
else process.exitCode = 3;
`;

describe("scripts/run.mjs", () => {
  let clone: string;

  before(async () => {
    clone = await realpath(await mkdtemp(join(tmpdir(), "tillbridge-run-")));
    await mkdir(join(clone, "scripts"));
    for (const file of ["package.json", "package-lock.json", "scripts/run.mjs", "scripts/setup.mjs"]) {
      await cp(join(repository, file), join(clone, file));
    }
    await symlink(join(repository, "node_modules"), join(clone, "node_modules"), "junction");
    await writeFile(join(clone, "scripts", "try.ts"), script);
  });
  after(() => rm(clone, { recursive: true }));

  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, ["scripts/run.mjs", "scripts/try.ts", ...args], { cwd: clone });

  async function nextLine(child: ChildProcess): Promise<string> {
    assert.ok(child.stdout);
    const [text] = (await once(child.stdout, "data")) as [Buffer];
    return text.toString().trim();
  }

  test("passes the arguments on and the exit code back", async () => {
    const child = start("--once", "two words");
    const exited = once(child, "exit");

    assert.equal(await nextLine(child), "--once two words");
    assert.deepEqual(await exited, [3, null]);
  });

  test("passes SIGTERM on and ends with what the script ends with", async () => {
    const child = start("wait");
    await nextLine(child);
    const exited = once(child, "exit");

    child.kill("SIGTERM");

    assert.equal(await nextLine(child), "ended in order");
    assert.deepEqual(await exited, [7, null]);
  });

  const onWindows = process.platform === "win32"; // there, npm ends the whole tree
  test("ends the script in order when npm has ended only the shell between them", { skip: onWindows }, async () => {
    const environment = { ...process.env, npm_lifecycle_event: "start" };
    const command = `"${process.execPath}" scripts/run.mjs scripts/try.ts wait & wait`;
    const shell = spawn("sh", ["-c", command], { cwd: clone, env: environment });
    await nextLine(shell);

    shell.kill("SIGKILL");

    assert.equal(await nextLine(shell), "ended in order");
  });
});
