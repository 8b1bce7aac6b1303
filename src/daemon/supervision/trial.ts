import type { Clock, Log, Timer } from "../../core/ports.ts";
import { installationOf, readTrial, type Trial } from "../../home/program/installed.ts";
import { ownProgramFolder, readProgram } from "../../home/program/program.ts";
import { readCurrent } from "../../home/program/switching.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Intake } from "../intake.ts";
import type { EndAsked } from "./supervision.ts";

/** What the installation says now. */
export type TrialWords = { readonly trial: Trial | undefined; readonly current: string | undefined };

export type TrialPorts = {
  /** Of the program that runs. */
  readonly version: string;
  /** The trial first: who takes a version back makes another one current before he ends its trial. */
  readonly read: () => Promise<TrialWords>;
  readonly intake: Pick<Intake, "beginTrial" | "endTrial">;
  readonly clock: Clock;
  readonly log: Log;
};

/** The exit code of a version that was not told in time that it is healthy: EX_TEMPFAIL of sysexits.h. */
export const TRIAL_OVER = 75;

const LOOK_MS = 500;

/** Where this program runs from an installation; undefined for a clone and an unpacked folder, which are never on trial. */
export async function ownTrial(): Promise<Pick<TrialPorts, "version" | "read"> | undefined> {
  const folder = ownProgramFolder();
  const installation = installationOf(folder);
  const program = installation === undefined ? undefined : await readProgram(folder);
  if (installation === undefined || program === undefined) return undefined;
  return { version: program.version, read: () => trialWordsOf(installation) };
}

/**
 * Where there is no trial, a version that cannot be read keeps nobody from paying: only Linux mends it before a start. To a version that
 * has been on trial it is no word that it is healthy.
 */
export async function trialWordsOf(installation: string): Promise<TrialWords> {
  const trial = await readTrial(installation);
  try {
    return { trial, current: await readCurrent(installation) };
  } catch (error) {
    if (trial !== undefined || !(error instanceof HomeFailure)) throw error;
    return { trial, current: undefined };
  }
}

/**
 * As long as this version is on trial it takes no money. That it is healthy is said in one way: the file is gone, and this version is still
 * the current one. `over` resolves when that was not said in time.
 */
export async function watchTrial(ports: TrialPorts): Promise<Disposable & { readonly over: Promise<EndAsked> }> {
  const first = await readOrWhy(ports);
  const trial = new TrialWatch(ports);
  if (isOnTrial(first, ports.version)) trial.begin(first);
  return trial;
}

class TrialWatch implements Disposable {
  readonly over: Promise<EndAsked>;
  readonly #end: (asked: EndAsked) => void;
  readonly #ports: TrialPorts;
  #timer: Timer | undefined;
  #limit: Timer | undefined;
  #hasEnded = false;
  #isReadable = true;

  constructor(ports: TrialPorts) {
    this.#ports = ports;
    const { promise, resolve } = Promise.withResolvers<EndAsked>();
    this.over = promise;
    this.#end = resolve;
  }

  begin(words: Read): void {
    const { intake, log, version } = this.#ports;
    intake.beginTrial();
    if (words.kind === "read") {
      log.info("daemon.onTrial", "This version is on trial: it takes no payment before it is found healthy", {
        version,
      });
    }
    this.#hear(words);
  }

  [Symbol.dispose](): void {
    this.#hasEnded = true;
    this.#timer?.cancel();
    this.#limit?.cancel();
  }

  #hear(words: Read): void {
    const { version, clock, log } = this.#ports;
    if (words.kind === "unreadable") {
      const { why } = words;
      if (this.#isReadable) {
        log.error("daemon.onTrial", "It cannot be read whether this version is on trial, so it takes no payment", {
          why,
        });
      }
    } else if (words.trial !== undefined) {
      this.#setLimit(words.trial);
    } else if (words.current === version) {
      return this.#pass();
    }
    this.#isReadable = words.kind === "read";
    this.#timer = clock.after(LOOK_MS, () => void this.#look());
  }

  async #look(): Promise<void> {
    const words = await readOrWhy(this.#ports);
    if (!this.#hasEnded) this.#hear(words);
  }

  #pass(): void {
    const { version, intake, log } = this.#ports;
    this[Symbol.dispose]();
    intake.endTrial();
    log.info("daemon.trialPassed", "This version was found healthy: payments are taken", { version });
  }

  #setLimit({ limitSeconds }: Trial): void {
    const { version, clock, log } = this.#ports;
    this.#limit ??= clock.after(limitSeconds * 1_000, () => {
      this[Symbol.dispose]();
      const why = "nobody found this version healthy in time";
      const fields = { version, limitSeconds };
      log.error("daemon.trialOver", "Nobody found this version healthy in time: the one before it comes back", fields);
      this.#end({ kind: "trialOver", why });
    });
  }
}

type Read = ({ readonly kind: "read" } & TrialWords) | { readonly kind: "unreadable"; readonly why: string };

async function readOrWhy({ read }: TrialPorts): Promise<Read> {
  try {
    return { kind: "read", ...(await read()) };
  } catch (error) {
    if (!(error instanceof HomeFailure)) throw error;
    return { kind: "unreadable", why: error.message };
  }
}

/** What cannot be read may say that it is. */
function isOnTrial(words: Read, version: string): boolean {
  return words.kind === "unreadable" || (words.trial?.to === version && words.current === version);
}
