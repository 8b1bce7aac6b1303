import { lockHome } from "../../home/lock.ts";
import { makeOwnerOnly } from "../../home/secrets.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Call } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";

/** Does something in the home folder: alone under its lock, or otherwise where a daemon has it. */
export async function inHome<Result>(
  { home }: Call,
  work: { alone(): Promise<Result>; besideDaemon(): Promise<Result> },
): Promise<Result> {
  try {
    await makeOwnerOnly(home.dataDirectory);
    const locked = lockHome(home.dataDirectory);
    if (locked.kind === "held") return await work.besideDaemon();
    using _lock = locked.lock;
    return await work.alone();
  } catch (error) {
    throw error instanceof HomeFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
}
