import { basename, dirname, join } from "node:path";
import { readIfThere } from "../store.ts";

/**
 * The folder that an installed service runs from: a folder `versions/VERSION` for each program that is kept, and two small files
 * that also the shell script and the Windows service that start it can read.
 */
export const CURRENT_FILE = "current";
export const TRIAL_FILE = "trial";

/**
 * A version that has not proved itself: as long as the file is there, it takes no money, and its second start goes back to
 * the version before. Lines of `name=value`.
 */
export type Trial = {
  readonly from: string;
  readonly to: string;
  /** How often `to` was started. Whoever starts the service adds one before. */
  readonly starts: number;
  /** On its own, without the word that it is healthy, it ends after so long. */
  readonly limitSeconds: number;
};

/** Where installed programs lie when this program's folder is one of them; undefined for a clone and an unpacked folder. */
export function installationOf(programFolder: string): string | undefined {
  const versions = dirname(programFolder);
  return basename(versions) === "versions" ? dirname(versions) : undefined;
}

export async function readTrial(installation: string): Promise<Trial | undefined> {
  const text = await readIfThere(join(installation, TRIAL_FILE));
  return text === undefined ? undefined : trialOf(text);
}

/** The host's note of a trial's start, in the home folder of Windows' service. */
const START_MARK_FILE = "trial-started";

/**
 * Whether Windows' service has counted the start of a trial. Its account may not write where programs lie, or a daemon that was broken
 * into could choose what an administrator runs; so it keeps the count in its home folder (installers/windows/host/versions.c).
 *
 * @param programData `%ProgramData%`; undefined where there is none
 */
export async function isCountedByHost(trial: Trial, programData: string | undefined): Promise<boolean> {
  if (programData === undefined) return false;
  const mark = await readIfThere(join(programData, "tillbridge", START_MARK_FILE));
  return mark?.split("\n")[0] === `to=${trial.to}`;
}

/**
 * In a trial's file: that its version was found healthy. The file goes at once after that, but on Windows a power cut can bring a file back
 * that was removed.
 */
export const PROVED_LINE = "proved=yes\n";

/**
 * A file that is not whole speaks of no trial: it is written before the version changes, so nothing has changed yet. Nor does one whose
 * version was found healthy.
 */
function trialOf(text: string): Trial | undefined {
  const values = new Map(
    text.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  const [from, to] = [values.get("from"), values.get("to")];
  const [starts, limitSeconds] = [Number(values.get("starts")), Number(values.get("limitSeconds"))];
  if (values.get("proved") === "yes") return undefined;
  if (from === undefined || to === undefined || !Number.isInteger(starts) || !(limitSeconds > 0)) return undefined;
  return { from, to, starts, limitSeconds };
}

export function trialText({ from, to, starts, limitSeconds }: Trial): string {
  return `from=${from}\nto=${to}\nstarts=${starts}\nlimitSeconds=${limitSeconds}\n`;
}
