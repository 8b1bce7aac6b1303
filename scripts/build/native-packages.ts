import { cp, mkdir, readdir } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { folderOf, isFor, resolveLocked, type Lock, type LockedPackage } from "./locked-packages.ts";
import type { Platform } from "./platforms.ts";

type NativePackage = {
  readonly name: string;
  /** Where it is not used, it is not shipped. */
  readonly on: readonly Platform["os"][];
};

/** Packages with a compiled part, which no bundle can hold: they lie in `node_modules` of the program. */
const NATIVE: readonly NativePackage[] = [
  { name: "@serialport/bindings-cpp", on: ["linux", "win32"] },
  { name: "usb", on: ["linux", "win32"] },
  // The simulator's pseudo-terminals, which Windows does not have.
  { name: "@lydell/node-pty", on: ["linux"] },
  // What the daemon tells systemd.
  { name: "koffi", on: ["linux"] },
];

/** What these packages name for compilers and type checkers, and never load. */
const NEVER_LOADED = /^(@types\/.*|node-addon-api)$/;

export const EXTERNAL = NATIVE.map(({ name }) => name);

/** The native packages of a platform and all that they load, each once. */
export function nativePackages(lock: Lock, platform: Platform): readonly LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  const add = (one: LockedPackage): void => {
    if (found.has(one.path) || NEVER_LOADED.test(one.name) || !isFor(one, platform)) return;
    found.set(one.path, one);
    for (const name of Object.keys({ ...one.dependencies, ...one.optionalDependencies })) {
      add(resolveLocked(lock, name, one.path));
    }
  };
  for (const { name, on } of NATIVE) if (on.includes(platform.os)) add(resolveLocked(lock, name));
  return [...found.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Copies what Node loads: no sources, types, maps or documents, and no part that is compiled for another platform. */
export async function copyNative(one: LockedPackage, platform: Platform, program: string): Promise<void> {
  const from = await folderOf(one);
  const files = (await readdir(from, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => isLoaded(path, platform));
  for (const path of files) {
    const to = join(program, one.path, path);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(from, path), to);
  }
}

function isLoaded(path: string, platform: Platform): boolean {
  if (/^(node_modules|tests?|docs?|build|vendor)\//.test(path) || /(^|[./])musl[._]/.test(path)) return false;
  if (path.startsWith("prebuilds/") && !path.startsWith(`prebuilds/${platform.os}-${platform.cpu}/`)) return false;
  return path === "package.json" || /\.(c?js|node)$/.test(path);
}
