import { constants } from "node:fs";
import { appendFile, chmod, mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf, failureOf, HomeFailure, readIfThere, replaceFile, syncDirectory } from "../store.ts";
import { CURRENT_FILE, PROVED_LINE, TRIAL_FILE, trialText, type Trial } from "./installed.ts";
import { isVersion } from "./program.ts";

/** What was changed, one line each: time, what, from, to, why. */
const UPDATES_LOG = "updates.log";
const MAX_LOG_BYTES = 262_144;

export function versionsFolder(installation: string): string {
  return join(installation, "versions");
}

export function versionFolder(installation: string, version: string): string {
  return join(versionsFolder(installation), version);
}

/** The version that runs; undefined where nothing is installed yet. */
export async function readCurrent(installation: string): Promise<string | undefined> {
  const text = (await readIfThere(join(installation, CURRENT_FILE)))?.trim();
  if (text === undefined || isVersion(text)) return text;
  throw new HomeFailure(
    `${join(installation, CURRENT_FILE)} names no version. Write the name of a folder in ${versionsFolder(installation)} into it.`,
  );
}

/** Durable when it returns, as everything here: whatever starts the service next goes by it. */
export async function writeCurrent(installation: string, version: string): Promise<void> {
  await replaceFile(join(installation, CURRENT_FILE), `${version}\n`, "everybodyReads");
}

export async function writeTrial(installation: string, trial: Trial): Promise<void> {
  await replaceFile(join(installation, TRIAL_FILE), trialText(trial), "everybodyReads");
}

/**
 * To a version that runs on trial, and is current, this is the word that it may take money. It is said once it is noted on the disk: to
 * every reader the file is none from then on, and the next update removes what is left of it.
 *
 * @returns why the file is still there, where it could be noted and not removed
 */
export async function endProved(installation: string): Promise<HomeFailure | undefined> {
  const proof = await noteProved(join(installation, TRIAL_FILE));
  try {
    await removeTrial(installation);
    return undefined;
  } catch (error) {
    if (proof === "notNoted" || !(error instanceof HomeFailure)) throw error;
    return error;
  }
}

/** What cannot be noted, as on a full disk, is proved all the same where the file can be removed: the note is for the one who finds it again. */
async function noteProved(path: string): Promise<"noted" | "notNoted"> {
  try {
    // Not made anew where whoever starts the service has ended the trial in this moment.
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      await file.writeFile(PROVED_LINE);
      await file.sync();
    } finally {
      await file.close();
    }
    return "noted";
  } catch (error) {
    if (codeOf(error) === "") throw error;
    return "notNoted";
  }
}

/** To a version that runs on trial, and is current, this is the same word as `endProved`: first another one has to be current. */
export async function removeTrial(installation: string): Promise<void> {
  const path = join(installation, TRIAL_FILE);
  try {
    await rm(path, { force: true });
    await syncDirectory(installation);
  } catch (error) {
    throw failureOf(error, path, "removed");
  }
}

/** For people: what cannot be written there is no reason to stop half way. */
export async function noteChange(installation: string, line: string): Promise<void> {
  const path = join(installation, UPDATES_LOG);
  try {
    const { size } = (await stat(path).catch(() => undefined)) ?? { size: 0 };
    if (size > MAX_LOG_BYTES) {
      const text = (await readIfThere(path)) ?? "";
      await replaceFile(path, text.slice(text.indexOf("\n", text.length / 2) + 1), "everybodyReads");
    }
    await appendFile(path, `${line.replaceAll(/\s+/g, " ")}\n`, { mode: 0o644, flush: true });
  } catch (error) {
    if (!(error instanceof HomeFailure) && codeOf(error) === "") throw error;
  }
}

export async function lastChange(installation: string): Promise<string | undefined> {
  return (await readIfThere(join(installation, UPDATES_LOG)))?.trimEnd().split("\n").at(-1);
}

/** What is being unpacked has a name that no version has, so that what is left of it after a power cut is known as that. */
export function unfinishedFolder(installation: string, version: string): string {
  return join(versionsFolder(installation), `.${version}`);
}

/** Makes it empty. */
export async function makeEmpty(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    // The service's own user has to get through, whatever the mask of whoever makes it.
    await chmod(dirname(folder), 0o755);
  } catch (error) {
    throw failureOf(error, folder, "made");
  }
}

/** Of an update that did not come to its end. */
export async function removeUnfinished(installation: string): Promise<void> {
  await removeVersions(installation, (name) => name.startsWith("."));
}

export async function removeVersionsBut(installation: string, kept: readonly string[]): Promise<void> {
  await removeVersions(installation, (name) => !kept.includes(name));
}

/** A file that Windows holds open stays until the next time. */
async function removeVersions(installation: string, doomed: (name: string) => boolean): Promise<void> {
  const folder = versionsFolder(installation);
  for (const name of await namesIn(folder)) {
    if (doomed(name)) await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw failureOf(error, folder, "read");
  }
}
