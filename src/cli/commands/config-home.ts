import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { lockHome, type HomeLocked } from "../../home/lock.ts";
import { asOwnerOf } from "../../home/owner.ts";
import { makeOwnerOnly } from "../../home/secrets.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Call, Home } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";

const LOOK_AGAIN_MS = 25;
const WAIT_LIMIT_MS = 10_000;

/**
 * Does something in the home folder: alone under its lock, or otherwise where a daemon has it. What root writes alone belongs to the
 * owner of the data: the service, which is not root, reads it.
 */
export async function inHome<Result>(
  { home }: Call,
  work: { alone(): Promise<Result>; besideDaemon(): Promise<Result> },
): Promise<Result> {
  try {
    await makeOwnerOnly(home.dataDirectory);
    const locked = await asOwnerOf(home.dataDirectory, () => lockedOrServed(home));
    if (locked.kind === "held") return await work.besideDaemon();
    using _lock = locked.lock;
    return await asOwnerOf(home.dataDirectory, () => work.alone());
  } catch (error) {
    throw error instanceof HomeFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
}

/** Another command is done in a moment, and a daemon that begins can be asked in one. */
async function lockedOrServed({ dataDirectory, runningDaemonFile }: Home): Promise<HomeLocked> {
  for (let waitedMs = 0; ; waitedMs += LOOK_AGAIN_MS) {
    const locked = lockHome(dataDirectory);
    if (locked.kind === "locked" || existsSync(runningDaemonFile) || waitedMs >= WAIT_LIMIT_MS) return locked;
    await pause(LOOK_AGAIN_MS);
  }
}
