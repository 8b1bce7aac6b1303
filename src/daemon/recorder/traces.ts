import { mkdirSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { Clock, Log } from "../../core/ports.ts";
import type { WrittenBecause } from "./conversation-recorder.ts";
import { newestOf, portionOf } from "./portions.ts";
import { headOf, recorded } from "./recorded.ts";
import type { Recorder, Snapshot } from "./recorder.ts";

export type TracesPorts = {
  /** The folder of the log; they lie in `traces` below it. */
  readonly directory: string;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: TraceLimits;
  /** On the disk of this folder. */
  readonly bytesFree?: (folder: string) => Promise<number>;
};

export type TraceLimits = {
  readonly files: number;
  readonly bytesInAll: number;
  /** Recordings that wait to be written: what comes while there are more is left out. */
  readonly waiting: number;
};

export const TRACE_LIMITS: TraceLimits = { files: 60, bytesInAll: 24 * 1024 * 1024, waiting: 16 };

/** What the journal has set aside for the ends of payments is for them: on a disk with less than this a trace would eat of it. */
const LEFT_FREE_BYTES = 64 * 1024 * 1024;

const FOLDER = "traces";
const TRACE = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}\.\d{3}Z-[A-Za-z0-9._-]+\.jsonl$/;
const OWNER_ONLY = 0o600;

/**
 * Writes recordings down when something has gone wrong, and only then. Whoever asks waits for nothing, and hears of no failure: a payment does
 * not depend on it.
 */
export class Traces {
  readonly #ports: TracesPorts;
  readonly #limits: TraceLimits;
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isFailing = false;

  constructor(ports: TracesPorts) {
    this.#ports = ports;
    this.#limits = ports.limits ?? TRACE_LIMITS;
  }

  /** What is known of this terminal at this moment. */
  write(terminal: string, reason: WrittenBecause, transaction: string): void {
    if (this.#waiting >= this.#limits.waiting) return;
    const { recorder, clock } = this.#ports;
    this.#waiting += 1;
    const snapshot = recorder.snapshot(terminal);
    const about = { atMs: clock.now(), terminal, reason, transaction };
    this.#writing = this.#writing.then(() => this.#write(snapshot, about)).finally(() => (this.#waiting -= 1));
  }

  /** When what was asked for so far is written, or never will be. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #write(snapshot: Snapshot, about: About): Promise<void> {
    const { directory, log, bytesFree = bytesFreeOn } = this.#ports;
    const folder = join(directory, FOLDER);
    const path = join(folder, nameOf(about));
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.#makeRoom(folder);
      leaveRoom(await bytesFree(folder));
      await writeWhole(path, snapshot, about);
      this.#isFailing = false;
      const { terminal, transaction } = about;
      log.info("trace.written", "what happened at a terminal was written down", { terminal, transaction, file: path });
    } catch (error) {
      await rm(`${path}${UNFINISHED}`, { force: true }).catch(() => undefined);
      if (this.#isFailing) return;
      this.#isFailing = true;
      const why = error instanceof Error ? error.message : "";
      log.error("trace.notWritten", "what happened at a terminal could not be written down; payments go on", {
        terminal: about.terminal,
        why,
      });
    }
  }

  /** The oldest give way. */
  async #makeRoom(folder: string): Promise<void> {
    const names = (await readdir(folder)).filter(isTrace);
    const sizes = await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
    for (const name of tooMany(sizes, this.#limits)) await rm(join(folder, name), { force: true });
  }
}

async function bytesFreeOn(folder: string): Promise<number> {
  return bytesFreeBy(await statfs(folder));
}

/** A file system that tells nothing of itself is no full one. */
function bytesFreeBy({ blocks, bavail, bsize }: Readonly<Record<"blocks" | "bavail" | "bsize", number>>): number {
  return blocks === 0 ? Number.POSITIVE_INFINITY : bavail * bsize;
}

function leaveRoom(bytesFree: number): void {
  if (bytesFree < LEFT_FREE_BYTES) throw new Error("the disk is nearly full, and payments need what is left of it");
}

type About = {
  readonly atMs: number;
  readonly terminal: string;
  readonly reason: string;
  readonly transaction?: string;
};

const UNFINISHED = ".new";
/** All terminals, where a file is not about one. */
const ALL = "all";
/** Of a process that ends: the next one, which takes payments again, starts when they are written. A shop with one terminal has no more. */
const LAST_CHARACTERS = 512 * 1024;

/**
 * The newest of what is known of every terminal, in one turn, because a process that made a mistake gets no other one. Answers where it is;
 * undefined where it cannot be written, or where there is nothing. It never throws.
 */
export function writeLastTrace(directory: string, recorder: Recorder, clock: Clock): string | undefined {
  try {
    const snapshot = recorder.snapshot();
    if (snapshot.entries.length === 0) return undefined;
    const folder = join(directory, FOLDER);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const sizes = readdirSync(folder)
      .filter(isTrace)
      .map((name) => [name, statSync(join(folder, name)).size] as const);
    for (const name of tooMany(sizes, TRACE_LIMITS)) rmSync(join(folder, name), { force: true });
    leaveRoom(bytesFreeBy(statfsSync(folder)));
    const about = { atMs: clock.now(), terminal: ALL, reason: "crash" };
    const newest = newestOf(snapshot.entries, LAST_CHARACTERS);
    const missing = snapshot.missing + snapshot.entries.length - newest.length;
    const head = headOf({ reason: "crash", missing }, about.atMs);
    const path = join(folder, nameOf(about));
    writeFileSync(path, [head, ...newest.map(recorded)].map(asLine).join(""), { mode: OWNER_ONLY });
    return path;
  } catch {
    return undefined;
  }
}

/** The file is there when it is complete, or under a name that says that it is not. */
async function writeWhole(path: string, { entries, missing }: Snapshot, about: About): Promise<void> {
  const { atMs, reason, terminal, transaction } = about;
  const head = headOf({ reason, missing, terminal, ...(transaction === undefined ? {} : { transaction }) }, atMs);
  const file = await open(`${path}${UNFINISHED}`, "w", OWNER_ONLY);
  try {
    await file.writeFile(asLine(head));
    for (let from = 0; from < entries.length;) {
      const portion = portionOf(entries, from);
      await file.writeFile(portion.map((entry) => asLine(recorded(entry))).join(""));
      await turn();
      from += portion.length;
    }
  } finally {
    await file.close();
  }
  await rename(`${path}${UNFINISHED}`, path);
}

function asLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

/** An account's or a terminal's name has no character that a file's name cannot have. */
function nameOf({ atMs, terminal, reason }: About): string {
  return `${new Date(atMs).toISOString().replaceAll(":", "-")}-${terminal}-${reason}.jsonl`;
}

function isTrace(name: string): boolean {
  return TRACE.test(name) || name.endsWith(`.jsonl${UNFINISHED}`);
}

/** The oldest ones, so that one more has room: their names begin with their times. */
function tooMany(sizes: readonly (readonly [string, number])[], { files, bytesInAll }: TraceLimits): readonly string[] {
  let kept = 0;
  let bytes = 0;
  const newestFirst = sizes.toSorted(([one], [other]) => (one < other ? 1 : -1));
  return newestFirst
    .filter(([, size]) => {
      kept += 1;
      bytes += size;
      return kept > files - 1 || bytes > bytesInAll;
    })
    .map(([name]) => name);
}
