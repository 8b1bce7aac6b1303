import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { root, runNpm } from "../setup.mjs";
import { unpackChecked } from "./archive.ts";
import type { Platform } from "./platforms.ts";

/** One entry of package-lock.json. */
export type LockedPackage = {
  /** Where npm puts it, from the root: `node_modules/ws`. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly integrity?: string;
  /** An SPDX expression. */
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
};

export type Lock = ReadonlyMap<string, LockedPackage>;

const MODULES = "node_modules/";
const CACHE = join(root, ".cache", "build");

export async function readLock(): Promise<Lock> {
  const lock = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Omit<LockedPackage, "path" | "name">>>;
  };
  return new Map(
    Object.entries(lock.packages)
      .filter(([path]) => path.startsWith(MODULES))
      .map(([path, entry]) => [path, { ...entry, path, name: path.slice(path.lastIndexOf(MODULES) + MODULES.length) }]),
  );
}

/** As Node finds it from a package's folder: in its own `node_modules`, then in those above. */
export function resolveLocked(lock: Lock, name: string, from = ""): LockedPackage {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf(`/${MODULES}`)))) {
    const found = lock.get(folder === "" ? `${MODULES}${name}` : `${folder}/${MODULES}${name}`);
    if (found !== undefined) return found;
    if (folder === "") throw new Error(`package-lock.json has no ${name}${from === "" ? "" : ` for ${from}`}.`);
  }
}

/** Linux means the GNU C library here: the pinned Node is built for it. */
export function isFor({ os, cpu, libc }: LockedPackage, platform: Platform): boolean {
  return (
    (os === undefined || os.includes(platform.os)) &&
    (cpu === undefined || cpu.includes(platform.cpu)) &&
    (libc === undefined || libc.includes("glibc"))
  );
}

/** The folder with a locked package's files: the installed one, or one that is fetched because it is another platform's. */
export async function folderOf({ path, name, version, integrity }: LockedPackage): Promise<string> {
  const installed = join(root, path);
  if (existsSync(join(installed, "package.json"))) return installed;
  return fetchPackage(name, version, integrity);
}

/**
 * Fetched once into `.cache/build`. What the lock knows is checked against its sum; another version of the runtime, which is
 * asked for by name, against the sum that npm gets with it.
 */
export async function fetchPackage(name: string, version: string, integrity: string | undefined): Promise<string> {
  const file = `${name.replace("@", "").replace("/", "-")}-${version}`;
  const folder = join(CACHE, file);
  if (existsSync(folder)) return join(folder, "package");
  await mkdir(CACHE, { recursive: true });
  const archive = join(CACHE, `${file}.tgz`);
  if (!runNpm(["pack", `${name}@${version}`, "--pack-destination", CACHE, "--ignore-scripts", "--loglevel=error"])) {
    throw new Error(`${name}@${version} was not fetched: see npm's message above. It needs a package registry.`);
  }
  const sum = `sha512-${createHash("sha512")
    .update(await readFile(archive))
    .digest("base64")}`;
  if (integrity !== undefined && integrity !== sum) {
    await rm(archive);
    throw new Error(`${name}@${version} is not the one in package-lock.json: its sum is ${sum}.`);
  }
  const fresh = `${folder}.${process.pid}`;
  await unpackChecked(archive, fresh);
  await rename(fresh, folder);
  await rm(archive);
  return join(folder, "package");
}
