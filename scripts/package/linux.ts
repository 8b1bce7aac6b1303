import { cp, mkdir, readdir, readFile, stat, symlink, utimes, chmod, lutimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { root } from "../setup.mjs";

/** What a package of Linux is made of, whatever its format. */
export type LinuxPackage = {
  readonly version: string;
  /** As `npm run build` made it. */
  readonly program: string;
  /** Of everything in the package, so that the same sources make the same bytes. */
  readonly sourceDate: Date;
  readonly cpu: "x64" | "arm64";
  readonly compression: Compression;
};

/** `fast` is larger and made in seconds, for trying things out. */
export type Compression = "small" | "fast";

export const NAME = "tillbridge";
export const SUMMARY = "card terminals for the POS programs of a shop";
export const DESCRIPTION = [
  "A service between POS programs and card terminals: one request moves money",
  "at most once, and the POS always learns what happened. It serves WebSockets",
  "on this machine and speaks with terminals on the network, on USB, on serial",
  "cables and in their vendors' clouds.",
];
export const LICENSE = "Apache-2.0";
export const MAINTAINER = "The Tillbridge authors <maintainers@tillbridge.invalid>";

const SOURCES = join(root, "installers", "linux");

/** Files of `service` in the program's folder, by the place that the system wants them in. */
const PLACES: Readonly<Record<string, string>> = {
  "/opt/tillbridge/tillbridge": "tillbridge",
  "/opt/tillbridge/start-version": "start-version",
  "/usr/lib/systemd/system/tillbridge.service": "tillbridge.service",
  "/usr/lib/sysusers.d/tillbridge.conf": "tillbridge.sysusers",
  "/usr/lib/udev/rules.d/91-tillbridge.rules": "91-tillbridge.rules",
};
const EXECUTABLES = new Set(["tillbridge", "start-version"]);

/** Folders that are the package's own; the others are the system's. */
export const OWN_FOLDERS = ["/opt/tillbridge", "/usr/share/doc/tillbridge"];

/** The version as package managers order it: 1.0.0~rc.1 comes before 1.0.0. */
export function orderedVersion(version: string): string {
  return version.replace("-", "~");
}

/** Lays everything in its place below a folder, with one time. */
export async function stage({ program, version, sourceDate }: LinuxPackage, folder: string): Promise<void> {
  await cp(program, join(folder, "opt/tillbridge/package", `tillbridge-${version}`), { recursive: true });
  for (const [place, name] of Object.entries(PLACES)) {
    await copy(join(program, "service", name), join(folder, place));
    await chmod(join(folder, place), EXECUTABLES.has(name) ? 0o755 : 0o644);
  }
  await mkdir(join(folder, "usr/bin"), { recursive: true });
  await symlink("/opt/tillbridge/tillbridge", join(folder, "usr/bin/tillbridge"));
  await copy(join(program, "LICENSE"), join(folder, "usr/share/doc/tillbridge/copyright"));
  await settle(folder, sourceDate);
}

/** A script of the package manager: what the two have in common, and the lines that call it. */
export async function maintainerScript(version: string, lines: readonly string[]): Promise<string> {
  const common = await readFile(join(SOURCES, "maintainer.sh"), "utf8");
  return `${common.replace("@VERSION@", version)}\n${lines.join("\n")}\n`;
}

/** One time for everything, and rights to read for everybody, whatever the builder's umask is. */
export async function settle(folder: string, time: Date): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) await lutimes(path, time, time);
    else if (entry.isFile()) {
      await chmod(path, ((await stat(path)).mode & 0o100) === 0 ? 0o644 : 0o755);
      await utimes(path, time, time);
    } else await chmod(path, 0o755);
  }
  // Folders last, each changes when something is put into it.
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) await utimes(join(entry.parentPath, entry.name), time, time);
  }
  await chmod(folder, 0o755);
  await utimes(folder, time, time);
}

async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to);
}
