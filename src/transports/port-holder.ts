import { readdir, readlink, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../core/ports.ts";

/** A program that has a device open. */
export type PortHolder = {
  /** Of its executable: `ModemManager`. */
  readonly name: string;
  readonly pid: number;
};

const LOOK_LIMIT_MS = 200;
const MOST_PROCESSES = 4_096;
const MOST_DESCRIPTORS = 1_024;
const MOST_NAME_CHARACTERS = 40;

/**
 * Which other program has this device open, as Linux tells it in `/proc`. Undefined where that cannot be seen: on another system,
 * for a program of another user, or when looking takes too long.
 */
export async function portHolder(path: string, clock: Clock): Promise<PortHolder | undefined> {
  if (process.platform !== "linux") return undefined;
  const tooLate = Promise.withResolvers<undefined>();
  const look: Look = { isOver: false };
  const timer = clock.after(LOOK_LIMIT_MS, () => tooLate.resolve(undefined));
  try {
    return await Promise.race([lookThrough(path, look), tooLate.promise]);
  } finally {
    look.isOver = true;
    timer.cancel();
  }
}

type Look = { isOver: boolean };

/** Newer programs first: most often it was started by what was plugged in, or by hand. */
async function lookThrough(path: string, look: Look): Promise<PortHolder | undefined> {
  const device = await deviceNumber(path);
  if (device === undefined) return undefined;
  const processes = (await namesIn("/proc"))
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .toSorted((one, other) => other - one)
    .slice(0, MOST_PROCESSES);
  for (const pid of processes) {
    if (look.isOver) return undefined;
    if (await hasOpen(pid, device)) return { pid, name: await nameOf(pid) };
  }
  return undefined;
}

async function hasOpen(pid: number, device: number): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = (await namesIn(folder)).slice(0, MOST_DESCRIPTORS);
  const found = await Promise.all(descriptors.map((name) => isDevice(join(folder, name), device)));
  return found.includes(true);
}

/** Only what lies in `/dev` is looked at: a file of a network disk that is away would keep us waiting. */
async function isDevice(descriptor: string, device: number): Promise<boolean> {
  const target = await readlink(descriptor).catch(() => "");
  return target.startsWith("/dev/") && (await deviceNumber(descriptor)) === device;
}

/** The same for every name that a device has. Undefined where there is none, or nothing that may be looked at. */
async function deviceNumber(path: string): Promise<number | undefined> {
  const node = await stat(path).catch(() => undefined);
  return node?.isCharacterDevice() === true ? node.rdev : undefined;
}

/** None where this user may not look. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

/** Whoever makes a program names it: what a console or a page would take for more than a name is left out. */
async function nameOf(pid: number): Promise<string> {
  const executable = await readlink(`/proc/${pid}/exe`).catch(() => "");
  const name = basename(executable.replace(/ \(deleted\)$/, "")).replace(/[^\w.+-]/g, "");
  return name === "" ? "another program" : name.slice(0, MOST_NAME_CHARACTERS);
}
