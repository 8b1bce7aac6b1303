import assert from "node:assert/strict";
import { chown, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import type { Run, RunAs } from "../../../src/cli/supervision/run.ts";
import { ownerOf, preflightOf } from "../../../src/cli/update/preflight-process.ts";
import { resolveHome } from "../../../src/home/paths.ts";

const SERVICE = { uid: 4_711, gid: 4_712 };
const isRoot = process.getuid?.() === 0;

/** Of the service's user, where the test may give it away. */
async function foreignFolder(t: TestContext): Promise<{ readonly folder: string; readonly owner: RunAs }> {
  const folder = await mkdtemp(join(tmpdir(), "tillbridge-preflight-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  if (isRoot) await chown(folder, SERVICE.uid, SERVICE.gid);
  const { uid, gid } = await stat(folder);
  return { folder, owner: { uid, gid } };
}

test("given data of the service's user, when root has a new program try it, then that is done as the service's user", async (t) => {
  const { folder, owner } = await foreignFolder(t);

  assert.deepEqual(await ownerOf(folder, 0), owner);
  assert.equal(await ownerOf(folder, 4_713), undefined);
  assert.equal(await ownerOf("/", 0), undefined);
  assert.equal(await ownerOf(join(folder, "nowhere"), 0), undefined);
});

test("given a home that was named relative to where the command is, when the new program is asked, then it is of the same home", async (t) => {
  const { folder, owner } = await foreignFolder(t);
  const asked: { readonly args: readonly string[]; readonly as: RunAs | undefined }[] = [];
  const run: Run = (_program, args, as) => {
    asked.push({ args, as });
    return Promise.resolve({ kind: "ended", code: 0, output: '{"kind":"passed"}', complaint: "" });
  };
  const home = { ...resolveHome("shop", {}, "linux"), dataDirectory: folder };

  assert.deepEqual(await preflightOf("/opt/x", { home, homeOption: "shop" }, run), { kind: "passed" });

  const [{ args, as } = { args: [], as: undefined }] = asked;
  assert.equal(args[args.indexOf("--home") + 1], resolve("shop"));
  assert.deepEqual(as, isRoot ? owner : undefined);
});
