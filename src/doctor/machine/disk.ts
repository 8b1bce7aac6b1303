import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { HomePaths } from "../../home/paths.ts";
import { codeOf } from "../../home/store.ts";
import { fault, ok, unknown, warning, type Check, type Examination } from "../check.ts";

const MEGABYTE = 1_048_576;
/** A busy shop writes less in a month; updates are kept three deep. */
const FEW_BYTES = 500 * MEGABYTE;
/** Days, if something else eats it. */
const TOO_FEW_BYTES = 50 * MEGABYTE;
const TOO_FEW_FILES = 100;

const SYNCS = 5;
/** As a page of the journal. */
const SYNC_BYTES = 4_096;
/** A customer does not notice it; a disk that is well takes a few. */
const SLOW_MS = 200;

/** By the magic numbers of `statfs(2)`. */
const NETWORK_DISKS = new Map([
  [0x69_69, "NFS"],
  [0xff_53_4d_42, "CIFS"],
  [0xfe_53_4d_42, "SMB"],
  [0x51_7b, "SMB"],
]);
const IN_MEMORY = new Map([
  [0x01_02_19_94, "tmpfs"],
  [0x85_84_58_f6, "ramfs"],
]);

export type FileSystem = {
  readonly type: number;
  readonly bytesFree: number;
  readonly bytes: number;
  /** Undefined where the file system has no limit of its own. */
  readonly filesFree: number | undefined;
};

/** What is measured of a disk. */
export type Disk = {
  readonly fileSystem: (folder: string) => Promise<FileSystem>;
  /** How long each write takes until it is on the disk. Leaves nothing behind. */
  readonly syncs: (folder: string, signal: AbortSignal) => Promise<readonly number[]>;
};

/** @param appendLimitMs a slower write to the journal is a failure of the journal */
export function diskExaminations(paths: HomePaths, appendLimitMs: number, disk: Disk): readonly Examination[] {
  const { dataDirectory, logsDirectory } = paths;
  const looks: readonly [id: string, folder: string, look: (signal: AbortSignal) => Promise<Check>][] = [
    ["disk.space", dataDirectory, () => spaceCheck("disk.space", dataDirectory, disk)],
    ["disk.logs", logsDirectory, () => spaceCheck("disk.logs", logsDirectory, disk)],
    ["disk.kind", dataDirectory, () => kindCheck(dataDirectory, disk)],
    ["disk.sync", dataDirectory, (signal) => syncCheck(dataDirectory, appendLimitMs, disk, signal)],
  ];
  return looks.map(([id, folder, look]) => ({
    id,
    // A folder that is not there is told where folders are looked at.
    examine: async (signal) => (existsSync(folder) ? [await look(signal)] : []),
  }));
}

async function spaceCheck(id: string, folder: string, disk: Disk): Promise<Check> {
  const looked = await measured(id, folder, disk);
  if ("verdict" in looked) return looked;
  const { bytesFree, bytes, filesFree } = looked;
  const seen = `${inWords(bytesFree)} of ${inWords(bytes)} are free on the disk of ${folder}`;
  const remedy = `Free some space on the disk of ${folder}, or put it on a larger one: where it is full no payment is taken.`;
  if (filesFree !== undefined && filesFree < TOO_FEW_FILES)
    return fault(id, `${seen}, and ${filesFree} more files can be made there.`, remedy);
  if (bytesFree < TOO_FEW_BYTES) return fault(id, `${seen}.`, remedy);
  if (bytesFree < FEW_BYTES) return warning(id, `${seen}.`, remedy);
  return ok(id, `${seen}.`);
}

/** The journal is the memory of money: it has to outlive the power, and SQLite needs locks that count. */
async function kindCheck(folder: string, disk: Disk): Promise<Check> {
  const id = "disk.kind";
  const looked = await measured(id, folder, disk);
  if ("verdict" in looked) return looked;
  const remedy = "Put the data folder on a disk of this machine, and name it with --home or TILLBRIDGE_HOME.";
  const memory = IN_MEMORY.get(looked.type);
  if (memory !== undefined)
    return fault(id, `${folder} is in memory (${memory}): what is known of payments is lost with the power.`, remedy);
  const network = NETWORK_DISKS.get(looked.type);
  if (network !== undefined)
    return fault(
      id,
      `${folder} is on a disk of the network (${network}), which may lie about locks and syncs.`,
      remedy,
    );
  return ok(id, `${folder} is on a disk of this machine.`);
}

async function syncCheck(folder: string, appendLimitMs: number, disk: Disk, signal: AbortSignal): Promise<Check> {
  const id = "disk.sync";
  const remedy =
    "See what else writes to this disk, and whether the disk is failing (`smartctl -a`); a solid-state disk takes a few ms.";
  try {
    const times = (await disk.syncs(folder, signal)).toSorted((one, other) => one - other);
    const most = Math.round(times.at(-1) ?? 0);
    const usual = Math.round(times[Math.floor(times.length / 2)] ?? 0);
    const seen = `A write to the disk of ${folder} takes ${usual} ms, and ${most} ms at most of ${times.length}`;
    if (most >= appendLimitMs)
      return fault(id, `${seen}: at ${appendLimitMs} ms the journal counts as failed.`, remedy);
    return usual >= SLOW_MS ? warning(id, `${seen}.`, remedy) : ok(id, `${seen}.`);
  } catch (error) {
    const code = codeOf(error);
    const why = WRITE_FAULTS[code];
    if (why === undefined)
      return unknown(id, `Nothing could be written in ${folder}: ${code === "" ? String(error) : code}.`);
    return fault(id, `Nothing can be written in ${folder}: ${why}.`, WRITE_REMEDIES[code] ?? remedy);
  }
}

const WRITE_FAULTS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "this user's share of the disk is full",
  EROFS: "the disk is read-only",
  EACCES: "this user may not",
  EIO: "the disk reports an error",
};

const WRITE_REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "Free some space on it: no payment is taken until there is some.",
  EDQUOT: "Free some space, or raise the share: no payment is taken until there is some.",
  EROFS: "Mount it writable. A disk that turned read-only by itself is failing: `dmesg` tells.",
  EACCES: "Give the folder back to the service's user; `home.data` tells who has it.",
  EIO: "Exchange the disk. Copy the data folder first.",
};

async function measured(id: string, folder: string, disk: Disk): Promise<FileSystem | Check> {
  try {
    return await disk.fileSystem(folder);
  } catch (error) {
    return unknown(id, `The disk of ${folder} cannot be looked at: the system says ${codeOf(error) || String(error)}.`);
  }
}

function inWords(bytes: number): string {
  return bytes < 10_240 * MEGABYTE
    ? `${Math.floor(bytes / MEGABYTE)} MB`
    : `${Math.floor(bytes / MEGABYTE / 1_024)} GB`;
}

/** The disks of this machine. */
export const systemDisk: Disk = {
  fileSystem: async (folder) => {
    const { type, bavail, blocks, bsize, files, ffree } = await statfs(folder);
    return {
      type: type >>> 0,
      bytesFree: bavail * bsize,
      bytes: blocks * bsize,
      filesFree: files === 0 ? undefined : ffree,
    };
  },
  syncs: async (folder, signal) => {
    if (process.geteuid?.() === 0 && (await stat(folder)).uid !== 0)
      throw new Error("it is another user's, and root writes nothing there. The service measures it while it runs");
    const path = join(folder, `.doctor-${randomUUID()}`);
    const file = await open(path, "wx", 0o600);
    try {
      const times: number[] = [];
      for (let turn = 0; turn < SYNCS && !signal.aborted; turn += 1) {
        const begunMs = performance.now();
        await file.write(new Uint8Array(SYNC_BYTES));
        await file.datasync();
        times.push(performance.now() - begunMs);
      }
      return times;
    } finally {
      await file.close();
      await rm(path, { force: true });
    }
  },
};
