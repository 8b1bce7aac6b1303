import { rename, rm } from "node:fs/promises";
import { freeOn, syncTree } from "../../home/program/durable-tree.ts";
import { readTrial } from "../../home/program/installed.ts";
import { readProgram } from "../../home/program/program.ts";
import {
  makeEmpty,
  noteChange,
  readCurrent,
  removeTrial,
  removeUnfinished,
  unfinishedFolder,
  versionFolder,
  versionsFolder,
  writeCurrent,
} from "../../home/program/switching.ts";
import { failureOf, HomeFailure, syncDirectory } from "../../home/store.ts";
import type { Candidate, UpdatePorts, UpdateResult, UpdateSettings } from "./ports.ts";
import { mustBeSeen, stopTaking } from "./standstill.ts";
import { tryOut } from "./trial-run.ts";
import { wordsOf } from "./words.ts";

/** Beside what is unpacked: for the journal to go on, and for what the system needs. */
const RESERVE_BYTES = 64 * 1_048_576;

/**
 * Puts another program in the place of the one that runs, once nothing is under way, and goes back where it does not prove itself.
 * The journal is the new one's to go on with, and stays where it is.
 */
export async function updateTo(
  candidate: Candidate,
  settings: UpdateSettings,
  ports: UpdatePorts,
): Promise<UpdateResult> {
  const { installation, from } = candidate;
  const to = candidate.to.version;
  try {
    const standstill = await stopTaking(to, settings.waitMs, ports);
    if (standstill.kind === "postponed") return { from, to, outcome: "postponed", ...standstill.because };
    await using still = standstill;
    await ports.reached("held");
    await place(candidate, ports);
    await still.mustLast();
    if (still.service === "notInstalled") {
      await writeCurrent(installation, to);
      return { from, to, outcome: "updated" };
    }
    return await tryOut(candidate, still, settings, ports);
  } catch (error) {
    const why = wordsOf(error);
    if (why === undefined) throw error;
    return { from, to, outcome: "refused", why };
  } finally {
    await removeUnfinished(installation);
  }
}

/** Into a folder of its own beside the one that runs, where it answers for itself before anything is switched. */
async function place(
  { installation, to, needs, fill }: Candidate,
  ports: Pick<UpdatePorts, "preflight" | "tell" | "reached">,
): Promise<void> {
  const folder = unfinishedFolder(installation, to.version);
  await makeEmpty(folder);
  await mustFit(installation, needs);
  ports.tell(`Unpacking version ${to.version}.`);
  await fill(folder);
  await synced(folder);
  await ports.reached("unpacked");
  const unpacked = await readProgram(folder);
  if (unpacked?.version !== to.version || unpacked.platform !== to.platform) {
    throw new HomeFailure(`What was unpacked is not version ${to.version}. Nothing was changed.`);
  }
  ports.tell(`Asking version ${to.version} whether it can run here.`);
  const preflight = await ports.preflight(folder);
  if (preflight.kind === "failed") {
    throw new HomeFailure(`Version ${to.version} says that it cannot run here: ${preflight.why} Nothing was changed.`);
  }
  if (preflight.note !== undefined) ports.tell(preflight.note);
  await ports.reached("preflightPassed");
  const target = versionFolder(installation, to.version);
  try {
    // What is there was not in use: it was tried and taken back, or is an older one.
    await rm(target, { recursive: true, force: true });
    await rename(folder, target);
    await syncDirectory(versionsFolder(installation));
  } catch (error) {
    throw failureOf(error, target, "written");
  }
  await ports.reached("inPlace");
}

async function synced(folder: string): Promise<void> {
  try {
    await syncTree(folder);
  } catch (error) {
    throw failureOf(error, folder, "written");
  }
}

async function mustFit(installation: string, needs: Candidate["needs"]): Promise<void> {
  const free = await freeOn(installation);
  const missing = needs.bytes + RESERVE_BYTES - free.bytes;
  if (missing > 0) {
    throw new HomeFailure(
      `The disk of ${installation} is too full: ${inMegabytes(missing)} MB more have to be free. Free some space and try again. Nothing was changed.`,
    );
  }
  if (free.entries < needs.entries) {
    throw new HomeFailure(
      `The disk of ${installation} has no room for ${needs.entries} more files. Remove some and try again. Nothing was changed.`,
    );
  }
}

function inMegabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

/**
 * Brings an update that was broken off to its end: the version before runs again, for the other one has not proved itself. Nothing
 * where there is none.
 */
export async function settleInterrupted(
  installation: string,
  { supervisor, service, tell, clock }: Pick<UpdatePorts, "supervisor" | "service" | "tell" | "clock">,
): Promise<void> {
  await removeUnfinished(installation);
  const trial = await readTrial(installation);
  if (trial !== undefined) {
    const { from, to } = trial;
    tell(`The update from ${from} to ${to} was broken off. Version ${from} runs again before anything else.`);
    const { kind } = await supervisor.state();
    const look = await service.look();
    const isUp = kind === "running" || kind === "starting";
    // Whoever starts the service may have gone back long ago, and payments run: none is broken off by a guess.
    if (isUp) mustBeSeen(kind, look);
    if ((await readCurrent(installation)) === to) await writeCurrent(installation, from);
    const takesNone = look.kind === "answers" ? look.version === to : true;
    // Whoever starts the service ends the trial, because it is not about the current version any more.
    if (isUp && takesNone) await supervisor.restart();
    const why = "the update was broken off";
    await noteChange(installation, `${new Date(clock.now()).toISOString()} rolledBack ${to} ${from} ${why}`);
  }
  await removeTrial(installation);
}
