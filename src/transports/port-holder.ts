import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Clock } from "../core/ports.ts";

/** Another program that has a device open. */
export type PortHolder = {
  /** `suspected`: it runs as another user, so that nobody tells us what it has open, and is known to open what is new. */
  readonly kind: "seen" | "suspected";
  /** Of its executable: `ModemManager`. */
  readonly name: string;
  readonly pid: number;
};

/** They open what looks like a modem or a braille display, and write to it to find out. */
const CURIOUS = ["ModemManager", "brltty"];

const LOOK_LIMIT_MS = 200;
const MOST_PROCESSES = 4_096;
const MOST_DESCRIPTORS = 1_024;
const MOST_NAME_CHARACTERS = 40;

/** Whether it opens whatever is plugged in. */
export function isCurious(holder: PortHolder): boolean {
  return CURIOUS.includes(holder.name);
}

/**
 * Which other program has this device open, as Linux tells it in `/proc`. Undefined where that cannot be known: on another system,
 * for most programs of another user, or when looking takes too long.
 */
export async function portHolder(path: string, clock: Clock, processes?: string): Promise<PortHolder | undefined> {
  const looked = await lookForHolder(path, clock, LOOK_LIMIT_MS, processes);
  return looked.kind === "held" ? looked.holder : undefined;
}

/** `late`: looking took too long, so that nothing is known. */
export type HolderLooked =
  { readonly kind: "held"; readonly holder: PortHolder } | { readonly kind: "nobody" } | { readonly kind: "late" };

/** The same, for who has more time, and has to know whether nobody was seen or not everybody was looked at. */
export async function lookForHolder(
  path: string,
  clock: Clock,
  limitMs: number,
  processes = "/proc",
): Promise<HolderLooked> {
  if (process.platform !== "linux") return { kind: "nobody" };
  const tooLate = Promise.withResolvers<HolderLooked>();
  const look: Look = { processes, isOver: false };
  const timer = clock.after(limitMs, () => tooLate.resolve({ kind: "late" }));
  try {
    const through = lookThrough(path, look).then((holder): HolderLooked => {
      return holder === undefined ? { kind: "nobody" } : { kind: "held", holder };
    });
    return await Promise.race([through, tooLate.promise]);
  } finally {
    look.isOver = true;
    timer.cancel();
  }
}

type Look = { readonly processes: string; isOver: boolean };

/** Newer programs first: most often it was started by what was plugged in, or by hand. */
async function lookThrough(path: string, look: Look): Promise<PortHolder | undefined> {
  const device = await deviceNumber(path);
  if (device === undefined) return undefined;
  const pids = ((await namesIn(look.processes)) ?? [])
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid)
    .toSorted((one, other) => other - one)
    .slice(0, MOST_PROCESSES);
  let suspected: PortHolder | undefined;
  for (const pid of pids) {
    if (look.isOver) return undefined;
    const found = await holderIn(join(look.processes, String(pid)), pid, device);
    if (found?.kind === "seen") return found;
    suspected ??= found;
  }
  return suspected;
}

async function holderIn(folder: string, pid: number, device: number): Promise<PortHolder | undefined> {
  const descriptors = await namesIn(join(folder, "fd"));
  if (descriptors === undefined) {
    const name = (await readFile(join(folder, "comm"), "utf8").catch(() => "")).trimEnd();
    return CURIOUS.includes(name) ? { kind: "suspected", name, pid } : undefined;
  }
  const looked = descriptors.slice(0, MOST_DESCRIPTORS).map((name) => isDevice(join(folder, "fd", name), device));
  return (await Promise.all(looked)).includes(true) ? { kind: "seen", name: await nameOf(folder), pid } : undefined;
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

/** Undefined where this user may not look. */
function namesIn(folder: string): Promise<readonly string[] | undefined> {
  return readdir(folder).catch(() => undefined);
}

/** Whoever makes a program names it: what a console or a page would take for more than a name is left out. */
async function nameOf(folder: string): Promise<string> {
  const executable = await readlink(join(folder, "exe")).catch(() => "");
  const name = basename(executable.replace(/ \(deleted\)$/, "")).replace(/[^\w.+-]/g, "");
  return name === "" ? "another program" : name.slice(0, MOST_NAME_CHARACTERS);
}
