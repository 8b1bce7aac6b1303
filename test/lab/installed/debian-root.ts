import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = fileURLToPath(new URL("../../../.cache/lab", import.meta.url));

/** What a shop's PC has of itself, and a minimal Debian has not: the package of Tillbridge finds its dependencies there. */
const INCLUDED = ["systemd", "systemd-sysv", "udev", "dbus", "libsystemd0", "libstdc++6", "procps"];

/** The folder of a Debian that was never started, of this machine's release. Made once, in a minute and a half. */
export function debianRoot(): string {
  const release = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "stable";
  const folder = join(CACHE, `debian-${release}`);
  const list = join(folder, "etc", "tillbridge-lab");
  const wanted = `${INCLUDED.join("\n")}\n`;
  if (existsSync(list) && readFileSync(list, "utf8") === wanted) return folder;
  mkdirSync(CACHE, { recursive: true });
  const fresh = `${folder}.${process.pid}`;
  try {
    execFileSync("debootstrap", ["--variant=minbase", `--include=${INCLUDED.join(",")}`, release, fresh], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    execFileSync("chroot", [fresh, "apt-get", "clean"]);
    // Each machine gets its own at its first start.
    writeFileSync(join(fresh, "etc", "machine-id"), "");
    writeFileSync(join(fresh, "etc", "tillbridge-lab"), wanted);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}
