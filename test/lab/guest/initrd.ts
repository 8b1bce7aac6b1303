import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Kernel } from "./kernel.ts";

/** What every guest needs: the files of the machine that it runs on. */
const HOST_MODULES = ["virtio_pci", "9pnet_virtio", "9p"];

/** What a guest does from its start to its power-off. */
export type GuestScript = {
  /** A kernel module, and behind a blank its parameters. */
  readonly modules: readonly string[];
  /** Shell lines. The files of this machine are at `/host`, read-only; `/proc`, `/sys` and `/dev` are there. */
  readonly lines: readonly string[];
  /**
   * What lies in the guest's memory at `/files`: from where it is taken, by its path there. The files of this machine are read
   * one by one through the emulation, where a program of a thousand small ones takes half a minute to start.
   */
  readonly files?: readonly { readonly to: string; readonly from: string }[];
};

/** Busybox, the modules that the guest needs, and its script. */
export function makeInitrd(folder: string, kernel: Kernel, script: GuestScript): string {
  const root = join(folder, "initrd");
  for (const name of ["bin", "dev", "host", "modules", "proc", "sys"]) mkdirSync(join(root, name), { recursive: true });
  copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
  for (const { to, from } of script.files ?? []) cpSync(from, join(root, "files", to), AS_THEY_ARE);
  const parameters = new Map(script.modules.map((module) => [fileName(module), module.split(" ").slice(1)]));
  const names = [...HOST_MODULES, ...script.modules].map((module) => module.split(" ")[0] ?? "");
  const insmods = kernel.moduleFiles(names).map((file) => {
    copyFileSync(file, join(root, "modules", basename(file)));
    return ["insmod", `/modules/${basename(file)}`, ...(parameters.get(basename(file)) ?? [])].join(" ");
  });
  writeFileSync(join(root, "init"), initScript(insmods, script.lines), { mode: 0o755 });
  const archive = join(folder, "initrd.cpio");
  execFileSync("sh", ["-c", 'cd "$1" && find . | cpio --quiet -o -H newc > "$2"', "sh", root, archive]);
  return archive;
}

const AS_THEY_ARE = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const;

function fileName(module: string): string {
  return `${module.split(" ")[0]}.ko`;
}

function initScript(insmods: readonly string[], lines: readonly string[]): string {
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
stty -F /dev/ttyS0 raw -echo
${insmods.join("\n")}
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro host /host
${lines.join("\n")}
poweroff -f
`;
}
