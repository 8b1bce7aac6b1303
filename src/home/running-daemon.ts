import { rename, rm, writeFile } from "node:fs/promises";
import { failureOf, readIfThere } from "./store.ts";

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

/** What the last daemon of this home wrote. Undefined where none did, or where it cannot be made out. */
export async function readRunningDaemon(path: string): Promise<Pick<RunningDaemon, "port"> | undefined> {
  try {
    const written: unknown = JSON.parse((await readIfThere(path)) ?? "null");
    if (typeof written !== "object" || written === null) return undefined;
    return "port" in written && typeof written.port === "number" ? { port: written.port } : undefined;
  } catch {
    return undefined; // Not ours to read, or not whole: whoever asks goes by the configuration.
  }
}

export async function removeRunningDaemon(path: string): Promise<void> {
  await rm(path, { force: true });
}
