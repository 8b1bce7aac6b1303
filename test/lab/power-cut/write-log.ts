import { closeSync, copyFileSync, openSync, readSync, statSync, writeSync } from "node:fs";

/** The format of dm-log-writes, as QEMU's `blklogwrites` writes it: a superblock, then each write behind a header of one sector. */
const SECTOR_BYTES = 512;
const FLUSH = 1;
const FUA = 2;
const DISCARD = 4;

type LoggedWrite = {
  /** Where its data lies in the log, and where it ends. */
  readonly at: number;
  readonly end: number;
  readonly position: number;
  readonly length: number;
  /** What was written before it, and where it says so itself, is on the disk for good. */
  readonly flushes: boolean;
  readonly isDurable: boolean;
};

/** The writes that lie in the log whole, in their order. */
export function readLog(path: string): readonly LoggedWrite[] {
  const logBytes = statSync(path).size;
  const log = openSync(path, "r");
  const header = Buffer.alloc(32);
  const writes: LoggedWrite[] = [];
  try {
    for (let at = SECTOR_BYTES; at + SECTOR_BYTES <= logBytes;) {
      readSync(log, header, 0, header.length, at);
      const [sector = 0, sectors = 0, flags = 0] = [0, 8, 16].map((field) => Number(header.readBigUInt64LE(field)));
      if (sector === 0 && sectors === 0 && flags === 0) break;
      const length = (flags & DISCARD) === 0 ? sectors * SECTOR_BYTES : 0;
      const end = at + SECTOR_BYTES + length;
      if (end > logBytes) break;
      writes.push({
        at: at + SECTOR_BYTES,
        end,
        position: sector * SECTOR_BYTES,
        length,
        flushes: (flags & FLUSH) !== 0,
        isDurable: (flags & FUA) !== 0,
      });
      at = end;
    }
    return writes;
  } finally {
    closeSync(log);
  }
}

/**
 * Makes images of a disk whose power was cut: behind so many writes, where of those that no flush followed each one may have been
 * lost by itself, as in the cache of a disk.
 */
export class CutDisk {
  readonly #log: number;
  readonly #writes: readonly LoggedWrite[];
  readonly #stable: string;
  #applied = 0;

  /** @param image as the disk was before the first write; changed by this */
  constructor(image: string, log: string, writes: readonly LoggedWrite[]) {
    this.#stable = image;
    this.#log = openSync(log, "r");
    this.#writes = writes;
  }

  /** @param after as many writes; never fewer than before */
  cut(after: number, image: string, survives: () => boolean): void {
    const before = this.#writes.slice(0, after);
    const flushed = before.findLastIndex(({ flushes }) => flushes) + 1;
    this.#write(this.#stable, before.slice(this.#applied, flushed));
    this.#applied = Math.max(this.#applied, flushed);
    copyFileSync(this.#stable, image);
    const kept = before.slice(flushed).filter(({ isDurable }) => isDurable || survives());
    this.#write(image, kept);
  }

  close(): void {
    closeSync(this.#log);
  }

  #write(image: string, writes: readonly LoggedWrite[]): void {
    const disk = openSync(image, "r+");
    try {
      for (const { at, position, length } of writes) {
        const data = Buffer.alloc(length);
        readSync(this.#log, data, 0, length, at);
        writeSync(disk, data, 0, length, position);
      }
    } finally {
      closeSync(disk);
    }
  }
}
