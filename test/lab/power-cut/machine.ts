import { execFileSync } from "node:child_process";
import { copyFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "../../support/ending.ts";
import { bootMachine } from "../guest/machine.ts";

/** What the program in the guest said, and how many writes the disk had taken by then: never fewer than it had when that was said. */
export type Said = { readonly line: string; readonly logBytes: number };

type Cut = { readonly said: readonly Said[]; readonly image: string; readonly log: string };

const MOST_BOOTS = 3;

/**
 * Boots a guest with an empty ext4 disk of its own, runs a program there with the disk's folder as argument, and cuts the power
 * as soon as it has said enough. Every write to the disk is in the log. A guest in which Node crashes before it says a word is booted again: the
 * emulated processor does that to it now and then, and nothing was written yet.
 */
export async function runUntilPowerCut(
  ending: Ending,
  folder: string,
  program: string,
  enough: (said: readonly Said[]) => boolean,
): Promise<Cut> {
  for (let boots = 1; ; boots += 1) {
    const cut = await runOnce(ending, folder, program, enough);
    if (typeof cut !== "string") return cut;
    if (boots === MOST_BOOTS || !cut.includes("Segmentation fault")) {
      throw new Error(`the guest ended by itself before it said anything: ${cut}`);
    }
  }
}

/** Its last words, where it ended before its first. */
async function runOnce(
  ending: Ending,
  folder: string,
  program: string,
  enough: (said: readonly Said[]) => boolean,
): Promise<Cut | string> {
  const [image, disk, log] = [join(folder, "empty.img"), join(folder, "disk.img"), join(folder, "writes.log")];
  execFileSync("mkfs.ext4", ["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", image, "96M"]);
  copyFileSync(image, disk);
  writeFileSync(log, "");
  const machine = bootMachine(ending, {
    folder,
    script: { modules: ["virtio_blk", "crc32c_generic", "ext4"], lines: runOnDisk(program) },
    devices: loggedDisk(disk, log),
  });
  const said: Said[] = [];
  for await (const line of machine.lines) {
    said.push({ line, logBytes: statSync(log).size });
    if (!enough(said)) continue;
    await machine.cutPower();
    return { said, image, log };
  }
  if (said.length === 0) return machine.lastWords();
  throw new Error(`the guest ended by itself after ${said.length} lines: ${machine.lastWords()}`);
}

function loggedDisk(disk: string, log: string): readonly string[] {
  const logged = `driver=blklogwrites,node-name=logged,file.driver=file,file.filename=${disk},log.driver=file,log.filename=${log}`;
  return ["-blockdev", logged, "-device", "virtio-blk-pci,drive=logged"];
}

function runOnDisk(program: string): readonly string[] {
  return [
    "mount -t ext4 /dev/vda /host/mnt",
    "mount -t tmpfs tmpfs /host/tmp",
    "mount --move /proc /host/proc",
    "mount --move /dev /host/dev",
    `chroot /host ${process.execPath} ${program} /mnt > /host/dev/ttyS0 2> /host/dev/ttyS1`,
  ];
}
