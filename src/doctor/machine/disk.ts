import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { HomePaths } from "../../home/paths.ts";
import { codeOf } from "../../home/store.ts";
import { asItIs, fault, NotSeen, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import { WRITE_FAULTS, type WriteFault } from "../words/machine-words.ts";

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
  const looks: readonly [id: string, folder: string, look: (signal: AbortSignal) => Promise<Finding>][] = [
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

async function spaceCheck(id: string, folder: string, disk: Disk): Promise<Finding> {
  const looked = await measured(id, folder, disk);
  if ("verdict" in looked) return looked;
  const { bytesFree, bytes, filesFree } = looked;
  const seen: Said = ({ disk: words }) => words.free(inWords(bytesFree), inWords(bytes), folder);
  const remedy: Said = ({ disk: words }) => words.freeSome(folder);
  if (filesFree !== undefined && filesFree < TOO_FEW_FILES)
    return fault(
      id,
      ({ disk: words }) => words.fewFiles(inWords(bytesFree), inWords(bytes), folder, filesFree),
      remedy,
    );
  if (bytesFree < TOO_FEW_BYTES) return fault(id, seen, remedy);
  return bytesFree < FEW_BYTES ? warning(id, seen, remedy) : ok(id, seen);
}

/** The journal is the memory of money: it has to outlive the power, and SQLite needs locks that count. */
async function kindCheck(folder: string, disk: Disk): Promise<Finding> {
  const id = "disk.kind";
  const looked = await measured(id, folder, disk);
  if ("verdict" in looked) return looked;
  const remedy: Said = ({ disk: words }) => words.putElsewhere;
  const memory = IN_MEMORY.get(looked.type);
  if (memory !== undefined) return fault(id, ({ disk: words }) => words.inMemory(folder, memory), remedy);
  const network = NETWORK_DISKS.get(looked.type);
  if (network !== undefined) return fault(id, ({ disk: words }) => words.onNetwork(folder, network), remedy);
  return ok(id, ({ disk: words }) => words.local(folder));
}

async function syncCheck(folder: string, appendLimitMs: number, disk: Disk, signal: AbortSignal): Promise<Finding> {
  const id = "disk.sync";
  const remedy: Said = ({ disk: words }) => words.seeWhatWrites;
  try {
    const times = (await disk.syncs(folder, signal)).toSorted((one, other) => one - other);
    const most = Math.round(times.at(-1) ?? 0);
    const usual = Math.round(times[Math.floor(times.length / 2)] ?? 0);
    const seen: Said = ({ disk: words }) => words.takes(folder, usual, most, times.length);
    if (most >= appendLimitMs)
      return fault(id, ({ disk: words }) => words.tooSlow(folder, usual, most, times.length, appendLimitMs), remedy);
    return usual >= SLOW_MS ? warning(id, seen, remedy) : ok(id, seen);
  } catch (error) {
    const code = codeOf(error);
    if (isWriteFault(code))
      return fault(
        id,
        ({ disk: words }) => words.notWritable(folder, words.writeFaults[code]),
        ({ disk: words }) => words.writeRemedies[code],
      );
    const why = error instanceof NotSeen ? error.why : asItIs(code === "" ? String(error) : code);
    return unknown(id, (words) => words.disk.notWritten(folder, why(words)));
  }
}

function isWriteFault(code: string): code is WriteFault {
  return WRITE_FAULTS.some((known) => known === code);
}

async function measured(id: string, folder: string, disk: Disk): Promise<FileSystem | Finding> {
  try {
    return await disk.fileSystem(folder);
  } catch (error) {
    const why = codeOf(error) || String(error);
    return unknown(id, ({ disk: words }) => words.notSeen(folder, why));
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
      throw new NotSeen(({ disk: words }) => words.ofAnotherUser);
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
