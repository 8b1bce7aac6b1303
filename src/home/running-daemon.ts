import { rename, rm, writeFile } from "node:fs/promises";
import { failureOf } from "./store.ts";

/** Where the daemon of a home listens. */
export type RunningDaemon = { readonly pid: number; readonly host: string; readonly port: number };

/** For the commands of this home. Whole or not there, but not durable: after a power cut no daemon runs. */
export async function writeRunningDaemon(path: string, daemon: RunningDaemon): Promise<void> {
  const temporary = `${path}.new`;
  try {
    await writeFile(temporary, `${JSON.stringify(daemon)}\n`);
    await rename(temporary, path);
  } catch (error) {
    throw failureOf(error, path, "written");
  }
}

export async function removeRunningDaemon(path: string): Promise<void> {
  await rm(path, { force: true });
}
