import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

/** What the program in the guest said, and how many writes the disk had taken by then: never fewer than it had when that was said. */
export type Said = { readonly line: string; readonly logBytes: number };

const MODULES = ["virtio_pci", "virtio_blk", "crc32c_generic", "ext4", "9pnet_virtio", "9p"];

/**
 * Boots a guest over this machine's own files, read-only, with an empty ext4 disk of its own, runs a program there with the disk's
 * folder as argument, and cuts the power as soon as it has said enough. Every write to the disk is in the log.
 */
export async function runUntilPowerCut(
  folder: string,
  program: string,
  enough: (said: readonly Said[]) => boolean,
): Promise<{ readonly said: readonly Said[]; readonly image: string; readonly log: string }> {
  const kernel = newestKernel();
  const [image, disk, log] = ["empty.img", "disk.img", "writes.log"].map((name) => join(folder, name));
  if (image === undefined || disk === undefined || log === undefined) throw new Error("three files were named");
  execFileSync("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", image, "96M"]);
  copyFileSync(image, disk);
  writeFileSync(log, "");
  const initrd = makeInitrd(folder, kernel, program);
  const machine = spawn("qemu-system-x86_64", argumentsOf({ folder, kernel, initrd, disk, log }), {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: Said[] = [];
  let complaint = "";
  machine.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const ended = once(machine, "exit");
  for await (const line of createInterface({ input: machine.stdout })) {
    said.push({ line, logBytes: statSync(log).size });
    if (!enough(said)) continue;
    machine.kill("SIGKILL");
    await ended;
    return { said, image, log };
  }
  const console = readFileSync(join(folder, "console.txt"), "utf8").slice(-2_000);
  throw new Error(`the guest ended by itself after ${said.length} lines: ${complaint}${console}`);
}

function argumentsOf({ folder, kernel, initrd, disk, log }: Readonly<Record<string, string>>): readonly string[] {
  const logged = `driver=blklogwrites,node-name=logged,file.driver=file,file.filename=${disk},log.driver=file,log.filename=${log}`;
  return [
    ...["-accel", "tcg,thread=multi", "-cpu", "max", "-machine", "q35", "-smp", "2", "-m", "768"],
    ...["-nodefaults", "-display", "none", "-no-reboot"],
    ...["-kernel", `/boot/vmlinuz-${kernel}`, "-initrd", initrd ?? ""],
    ...["-append", "console=ttyS1 quiet panic=-1 mitigations=off nokaslr no_timer_check tsc=reliable"],
    ...["-chardev", "stdio,id=said,signal=off", "-device", "isa-serial,chardev=said"],
    ...[
      "-chardev",
      `file,id=console,path=${join(folder ?? "", "console.txt")}`,
      "-device",
      "isa-serial,chardev=console",
    ],
    ...["-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"],
    ...["-blockdev", logged, "-device", "virtio-blk-pci,drive=logged"],
  ];
}

function newestKernel(): string {
  const kernels = readdirSync("/boot").filter((file) => file.startsWith("vmlinuz-"));
  const newest = kernels.toSorted((one, other) => one.localeCompare(other, "en", { numeric: true })).at(-1);
  if (newest === undefined) throw new Error("there is no kernel in /boot");
  return newest.slice("vmlinuz-".length);
}

/** Busybox, the modules that the guest needs, and a script that runs the program. */
function makeInitrd(folder: string, kernel: string, program: string): string {
  const root = join(folder, "initrd");
  for (const name of ["bin", "dev", "host", "modules", "proc"]) mkdirSync(join(root, name), { recursive: true });
  copyFileSync("/bin/busybox", join(root, "bin", "busybox"));
  const files = MODULES.flatMap((module) =>
    execFileSync("modprobe", ["--set-version", kernel, "--show-depends", module], { encoding: "utf8" })
      .split("\n")
      .flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []),
  );
  const names = [...new Set(files)].map((file) => {
    copyFileSync(file, join(root, "modules", basename(file)));
    return basename(file);
  });
  writeFileSync(join(root, "init"), initScript(names, program), { mode: 0o755 });
  const archive = join(folder, "initrd.cpio");
  execFileSync("sh", ["-c", 'cd "$1" && find . | cpio --quiet -o -H newc > "$2"', "sh", root, archive]);
  return archive;
}

function initScript(modules: readonly string[], program: string): string {
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t devtmpfs dev /dev
${modules.map((name) => `insmod /modules/${name}`).join("\n")}
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro host /host
mount -t ext4 /dev/vda /host/mnt
mount -t tmpfs tmpfs /host/tmp
mount --move /proc /host/proc
mount --move /dev /host/dev
stty -F /host/dev/ttyS0 raw -echo
chroot /host ${process.execPath} ${program} /mnt > /host/dev/ttyS0 2> /host/dev/ttyS1
poweroff -f
`;
}
