import { cp, chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createPublicKey } from "node:crypto";
import { dirname, join, relative, sep } from "node:path";
import { spawnSync } from "node:child_process";
import { PROGRAM_FILE, readProgram, type Program } from "../../src/home/program/program.ts";
import { MIGRATIONS } from "../../src/journal/migrations.ts";
import { root } from "../setup.mjs";
import { bundle } from "./bundle.ts";
import { licencesOf } from "./licences.ts";
import type { Lock } from "./locked-packages.ts";
import { copyNative, nativePackages } from "./native-packages.ts";
import { packageParts, runtimePart, type OtherRuntime } from "./parts.ts";
import { EXECUTABLES, type Platform } from "./platforms.ts";
import { billOfMaterials } from "./sbom.ts";

export type Wanted = {
  readonly platform: Platform;
  readonly version: string;
  readonly runtime: OtherRuntime | undefined;
  /** In PEM. */
  readonly updateKey: string | undefined;
};

/** Makes one platform's folder. It appears whole, and the one that was there goes. */
export async function makeProgramFolder(folder: string, wanted: Wanted, lock: Lock): Promise<void> {
  const fresh = join(dirname(folder), `.${process.pid}`);
  try {
    await rm(fresh, { recursive: true, force: true });
    await fill(fresh, wanted, lock);
    await setModes(fresh);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fill(folder: string, wanted: Wanted, lock: Lock): Promise<void> {
  const { platform, version } = wanted;
  const runtime = await runtimePart(platform, wanted.runtime, lock);
  await copy(join(runtime.folder, platform.runtime.from), join(folder, platform.runtime.to));
  const bundled = await bundle(folder, version, Number(runtime.version.split(".")[0]));
  const inPages = buildPages(join(folder, "app", "page"), version);
  const native = nativePackages(lock, platform);
  for (const one of native) await copyNative(one, platform, folder);
  await copy(join(root, "installers", "program", platform.command), join(folder, platform.command));
  for (const [name, from] of Object.entries(platform.service)) {
    await copy(join(root, from), join(folder, "service", name));
  }
  platform.compiled?.compile(join(folder, "service", platform.compiled.name));
  await copy(join(root, "LICENSE"), join(folder, "LICENSE"));
  const parts = [runtime, ...(await packageParts(lock, [...bundled, ...inPages, ...native.map(({ path }) => path)]))];
  await writeFile(join(folder, "licences.txt"), await licencesOf(parts));
  await writeFile(join(folder, "sbom.cdx.json"), billOfMaterials(version, parts));
  await writeFile(join(folder, PROGRAM_FILE), `${JSON.stringify(described(wanted), null, 2)}\n`);
  await readProgram(folder);
}

function described({ platform, version, updateKey }: Wanted): Program {
  const newest = MIGRATIONS.at(-1);
  if (newest === undefined) throw new Error("The journal has no schema.");
  return {
    name: "tillbridge",
    version,
    platform: platform.name,
    journal: { schema: newest.schema, oldestReader: newest.oldestReader },
    ...(updateKey === undefined ? {} : { updateKey: rawKey(updateKey) }),
  };
}

/** The 32 bytes of a public Ed25519 key. */
function rawKey(pem: string): string {
  const { kty, crv, x } = createPublicKey(pem).export({ format: "jwk" });
  if (kty !== "OKP" || crv !== "Ed25519" || x === undefined)
    throw new Error("The update key is no public Ed25519 key.");
  return Buffer.from(x, "base64url").toString("base64");
}

/** Gives the packages of which something went in. */
function buildPages(folder: string, version: string): readonly string[] {
  const script = join(root, "scripts", "build-page.mjs");
  const args = [script, "--quiet", "--packages", `--out=${folder}`, `--version=${version}`];
  const { status, stdout } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Error("The pages for browsers were not built.");
  return JSON.parse(stdout.toString()) as string[];
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}

/** Whatever the builder's umask and checkout gave them. */
async function setModes(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const path of await everythingIn(folder)) {
    const isExecutable = path.endsWith("/") || EXECUTABLES.has(path);
    await chmod(join(folder, path), isExecutable ? 0o755 : 0o644);
  }
}

/** Sorted, with `/` between; a folder ends with one. */
export async function everythingIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => {
      const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
      return entry.isDirectory() ? `${path}/` : path;
    })
    .sort();
}
