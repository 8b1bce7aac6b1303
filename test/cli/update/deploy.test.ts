import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Call } from "../../../src/cli/call.ts";
import { updateCommands } from "../../../src/cli/commands/update.ts";
import { resolveHome } from "../../../src/home/paths.ts";
import { readProgram } from "../../../src/home/program/program.ts";
import { readCurrent, versionFolder, writeCurrent } from "../../../src/home/program/switching.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { NEW, OLD, programOf, writeProgram } from "../../support/update-machine.ts";
import { keptOutput } from "../told.ts";

/** `OLD` was installed, and a package has laid its program beside. */
async function installationOf(t: TestContext, packaged: string) {
  const installation = freshFolder(t);
  const folder = join(installation, "package", `tillbridge-${packaged}`);
  await writeProgram(versionFolder(installation, OLD), programOf(OLD));
  mkdirSync(join(installation, "package"));
  await writeProgram(folder, programOf(packaged));
  await writeCurrent(installation, OLD);
  const untouched = () => assert.fail("the service is not to be touched");
  const { deploy, apply } = updateCommands({
    programFolder: versionFolder(installation, OLD),
    supervisor: { state: untouched, start: untouched, stop: untouched, restart: untouched },
    reached: () => undefined,
  });
  const { out, told } = keptOutput();
  const call: Call = {
    arguments: [folder],
    text: () => undefined,
    texts: () => [],
    flag: () => false,
    home: resolveHome(join(installation, "home"), {}, process.platform),
    homeOption: join(installation, "home"),
    yes: true,
    out,
    composition: {} as Call["composition"],
  };
  return {
    installation,
    deploy: async () => ({ code: await deploy(call), text: told.text }),
    apply: () => apply(call),
  };
}

type Damage = (folder: string) => void;
const DAMAGES: readonly (readonly [string, Damage])[] = [
  ["a file is missing", (folder) => rmSync(join(folder, "bin", "tillbridge"))],
  ["a file is empty", (folder) => writeFileSync(join(folder, "bin", "tillbridge"), "")],
  ["its description is empty", (folder) => writeFileSync(join(folder, "program.json"), "")],
];

for (const [what, damage] of DAMAGES) {
  test(`given an installed version of which ${what}, when its package is installed again, then it is whole`, async (t) => {
    const { installation, deploy } = await installationOf(t, OLD);
    const folder = versionFolder(installation, OLD);
    damage(folder);

    const { code, text } = await deploy();

    assert.equal(code, 0);
    assert.match(text, /Version 1\.0\.0 is in its place\./);
    assert.deepEqual(readdirSync(join(installation, "versions")), [OLD]);
    assert.equal((await readProgram(folder))?.version, OLD);
    assert.ok(statSync(join(folder, "bin", "tillbridge")).size > 0);
    assert.equal(await readCurrent(installation), OLD);
  });
}

test("given an installed version that is whole, when its package is installed again, then it is left alone", async (t) => {
  const { installation, deploy } = await installationOf(t, OLD);
  const before = statSync(versionFolder(installation, OLD)).ino;

  await deploy();

  assert.equal(statSync(versionFolder(installation, OLD)).ino, before);
});

test("given an installed version whose description is empty, when the next version's package is installed, then that one is put in", async (t) => {
  const { installation, deploy } = await installationOf(t, NEW);
  writeFileSync(join(versionFolder(installation, OLD), "program.json"), "");

  const { code } = await deploy();

  assert.equal(code, 0);
  assert.equal(await readCurrent(installation), NEW);
  assert.equal((await readProgram(versionFolder(installation, NEW)))?.version, NEW);
});

test("given an unpacked program in somebody's own folder `versions`, when an update is applied, then it is refused, and nothing of theirs is removed", async (t) => {
  const { installation, apply } = await installationOf(t, NEW);
  rmSync(join(installation, "current"));
  mkdirSync(join(installation, "versions", ".git"));

  await assert.rejects(apply(), /was not installed, so it updates nothing/);

  assert.deepEqual(readdirSync(join(installation, "versions")).toSorted(), [".git", OLD]);
});
