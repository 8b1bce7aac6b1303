import { randomFillSync } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { failureOf, isDiskFull } from "./failure.ts";

/**
 * Room on the disk that is held for the ends of running transactions: a file without a use of its own, given up when a result
 * meets a full disk. While it is not held no new money is taken.
 */
export type Reserve = {
  /** Whether there is room for the rest of so many transactions; takes it where the disk still has it. */
  holdFor(transactions: number): boolean;
  /** Gives the room up; false where there was none. */
  release(): boolean;
};

const FILE = "journal.reserve";
/** A result of 16 KiB with its receipts, in proposed and settled, each page of each commit in the log and in the file. */
const BYTES_EACH = 128 * 1024;
const BLOCK_BYTES = 1024 * 1024;
/** Taken at once, so that growing it is rare. */
const FEWEST_BLOCKS = 4;

export function openReserve(directory: string): Reserve {
  const file = join(directory, FILE);
  let held = statSync(file, { throwIfNoEntry: false })?.size ?? 0;

  function growTo(bytes: number): void {
    // Noise, because some file systems keep zeros in no room at all.
    const block = randomFillSync(new Uint8Array(BLOCK_BYTES));
    const handle = openSync(file, "a", 0o600);
    try {
      while (held < bytes) held += writeSync(handle, block, 0, Math.min(BLOCK_BYTES, bytes - held));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }

  return {
    holdFor(transactions) {
      const blocks = Math.max(FEWEST_BLOCKS, Math.ceil((transactions * BYTES_EACH) / BLOCK_BYTES));
      if (held >= blocks * BLOCK_BYTES) return true;
      try {
        growTo(blocks * BLOCK_BYTES);
        return true;
      } catch (error) {
        const failure = failureOf(error);
        if (failure === undefined || !isDiskFull(failure)) throw error;
        return false;
      }
    },
    release() {
      const released = held > 0;
      rmSync(file, { force: true });
      held = 0;
      return released;
    },
  };
}

/** What cannot even be opened for want of room gets the room that is held for the ends. */
export function withRoom<Result>(reserve: Reserve, open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined || !isDiskFull(failure) || !reserve.release()) throw error;
    return open();
  }
}
