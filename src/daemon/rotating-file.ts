import { existsSync } from "node:fs";
import { open, readdir, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { Writable } from "node:stream";
import type { LogEvent } from "../core/log-events.ts";
import { timestamp, type Clock } from "../core/ports.ts";

export type RotatingFile = {
  readonly directory: string;
  /** `tillbridge` makes `tillbridge.log`, the newest, then `tillbridge.1.log` and so on. */
  readonly name: string;
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly clock: Clock;
  /** Told once for each time that writing begins to fail. */
  readonly failed: (why: string) => void;
};

const REOPEN_MS = 10_000;
const NEWLINE = 10;

/**
 * Lines into files of a limited size and number, and so of a limited size together: also where earlier runs had other limits. A disk that is full or gone costs lines, never memory or the process; what
 * was lost is counted, and said in the file as soon as it can be written again.
 */
export function rotatingFile(file: RotatingFile): Writable {
  const { directory, name, maxFileBytes, maxFiles, clock, failed } = file;
  const pathOf = (index: number) => join(directory, index === 0 ? `${name}.log` : `${name}.${index}.log`);
  let current: { readonly handle: FileHandle; size: number } | undefined;
  let failedAtMs: number | undefined;
  let lostLines = 0;

  const openCurrent = async () => {
    await removeSurplus(file);
    const handle = await open(pathOf(0), "a+", 0o640);
    current = { handle, size: (await handle.stat()).size };
    return current;
  };

  const rotate = async () => {
    await current?.handle.close();
    current = undefined;
    for (let index = maxFiles - 2; index >= 0; index -= 1) {
      if (existsSync(pathOf(index))) await rename(pathOf(index), pathOf(index + 1));
    }
    return openCurrent();
  };

  /** What a full disk or a power cut left of a line stands alone, and not in front of the next one. */
  const opened = async () => {
    const target = await openCurrent();
    if (target.size > 0 && !(await endsALine(target))) {
      await target.handle.appendFile("\n");
      target.size += 1;
    }
    return target;
  };

  const append = async (chunk: Buffer) => {
    let target = current ?? (await opened());
    const reported = Buffer.concat([...(lostLines === 0 ? [] : [lossLine(clock, lostLines)]), chunk]);
    if (target.size > 0 && target.size + reported.length > maxFileBytes) target = await rotate();
    await target.handle.appendFile(reported);
    target.size += reported.length;
    lostLines = 0;
    failedAtMs = undefined;
  };

  const appendOrLose = async (chunk: Buffer) => {
    if (failedAtMs !== undefined && clock.monotonicMs() - failedAtMs < REOPEN_MS) {
      lostLines += 1;
      return;
    }
    try {
      await append(chunk);
    } catch (error) {
      lostLines += 1;
      if (failedAtMs === undefined) failed(error instanceof Error ? error.message : String(error));
      failedAtMs = clock.monotonicMs();
      await current?.handle.close().catch(() => undefined);
      current = undefined;
    }
  };

  return new Writable({
    write: (chunk: Buffer, _encoding, done) => void appendOrLose(chunk).then(() => done()),
    final: (done) => void Promise.resolve(current?.handle.close()).then(() => done(), done),
  });
}

/** Files of earlier runs that had more of them, or larger ones, and what is too old. There is room for the newest one to be full. */
async function removeSurplus({ directory, name, maxFileBytes, maxFiles }: RotatingFile): Promise<void> {
  const older = (await readdir(directory))
    .map((entry) => ({ path: join(directory, entry), index: indexOf(entry, name) }))
    .filter(({ index }) => index > 0)
    .sort((one, other) => one.index - other.index);
  let total = maxFileBytes;
  for (const { path, index } of older) {
    total += (await stat(path)).size;
    if (index >= maxFiles || total > maxFileBytes * maxFiles) await rm(path, { force: true });
  }
}

/** 0 where it is none of the older ones. */
function indexOf(entry: string, name: string): number {
  const index = entry.startsWith(`${name}.`) ? /^([1-9]\d{0,5})\.log$/.exec(entry.slice(name.length + 1)) : null;
  return Number(index?.[1] ?? 0);
}

async function endsALine({ handle, size }: { readonly handle: FileHandle; readonly size: number }): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

function lossLine(clock: Clock, lostLines: number): Buffer {
  const event: LogEvent = "log.lost";
  const line = {
    at: timestamp(clock),
    level: "warn",
    event,
    message: "Lines of the log were lost while it could not be written",
    lostLines,
  };
  return Buffer.from(`${JSON.stringify(line)}\n`);
}
