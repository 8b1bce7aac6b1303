import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../../.cache/lab/guest", import.meta.url));

/**
 * The files of a Debian package, unpacked beside the sources and kept there. It is not installed: a guest's kernel has no
 * business in the machine's own boot menu, nor a guest's udev among its services.
 */
export function unpackedPackage(name: string): string {
  const folder = join(CACHE, name);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  const working = mkdtempSync(join(CACHE, "unpacking-"));
  try {
    withFreshLists(() => apt("apt-get", ["-qq", "download", name], working));
    const [archive = ""] = readdirSync(working);
    execFileSync("dpkg-deb", ["--extract", join(working, archive), join(working, "files")]);
    renameSync(join(working, "files"), folder);
  } finally {
    rmSync(working, { recursive: true, force: true });
  }
  return folder;
}

/** The package with the newest kernel of this release, or the one that was unpacked before. */
export function kernelPackage(): string {
  const unpacked = existsSync(CACHE) ? readdirSync(CACHE).find((name) => name.startsWith("linux-image-")) : undefined;
  return unpacked ?? withFreshLists(newestKernelPackage);
}

/** The package without a version in its name is empty and depends on the one that is not. */
function newestKernelPackage(): string {
  const named = /Depends: (linux-image-\S+)/.exec(apt("apt-cache", ["depends", "linux-image-amd64"]))?.[1];
  if (named === undefined) throw new Error("linux-image-amd64 depends on no kernel");
  return named;
}

/** Lists of packages that are missing or too old are fetched, once. */
function withFreshLists<Value>(ask: () => Value): Value {
  try {
    return ask();
  } catch {
    apt("apt-get", ["-qq", "update"]);
    return ask();
  }
}

function apt(command: "apt-get" | "apt-cache", parameters: readonly string[], cwd = tmpdir()): string {
  return execFileSync(command, parameters, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
