import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Ending } from "../../support/ending.ts";
import { makeInitrd, type GuestScript } from "./initrd.ts";
import { debianKernel } from "./kernel.ts";

/** A guest that runs, under software emulation: its clock is right and its speed means nothing. */
export type Machine = {
  /** What was written to `/dev/ttyS0`, to the end of the guest. */
  readonly lines: AsyncIterable<string>;
  /** Writes a line that the guest can read from `/dev/ttyS0`. */
  tell(line: string): void;
  /** Ends it as a power cut does. */
  cutPower(): Promise<void>;
  /** For the message of a failure: what QEMU said, and the end of what was written to `/dev/ttyS1`. */
  lastWords(): string;
};

export type MachineParts = {
  /** Where its files are kept: a fresh one. */
  readonly folder: string;
  readonly script: GuestScript;
  /** Arguments of QEMU for the devices that this guest has beside its two serial lines. */
  readonly devices: readonly string[];
};

/** Boots Debian's kernel. Node and all other files are those of this machine. The guest is gone with the test at the latest. */
export function bootMachine(ending: Ending, { folder, script, devices }: MachineParts): Machine {
  const kernel = debianKernel();
  const initrd = makeInitrd(folder, kernel, script);
  const consoleFile = join(folder, "console.txt");
  const machine = spawn(
    "qemu-system-x86_64",
    [...BOARD, "-kernel", kernel.image, "-initrd", initrd, ...linesOf(consoleFile), ...devices],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let complaint = "";
  machine.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  machine.stdin.on("error", () => {}); // the guest is gone, which its lines tell
  const ended = once(machine, "close");
  const cutPower = async (): Promise<void> => {
    machine.kill("SIGKILL");
    await ended;
  };
  ending.after(cutPower);
  return {
    lines: createInterface({ input: machine.stdout }),
    tell: (line) => void machine.stdin.write(`${line}\n`),
    cutPower,
    lastWords: () => `${complaint}${readFileSync(consoleFile, "utf8").slice(-4_000)}`,
  };
}

const BOARD = [
  ...["-accel", "tcg,thread=multi", "-cpu", "max", "-machine", "q35", "-smp", "2", "-m", "1024"],
  ...["-nodefaults", "-display", "none", "-no-reboot"],
  ...["-append", "console=ttyS1 quiet panic=-1 mitigations=off nokaslr no_timer_check tsc=reliable"],
  ...["-virtfs", "local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap"],
];

function linesOf(consoleFile: string): readonly string[] {
  return [
    ...["-chardev", "stdio,id=said,signal=off", "-device", "isa-serial,chardev=said"],
    ...["-chardev", `file,id=console,path=${consoleFile}`, "-device", "isa-serial,chardev=console"],
  ];
}
