import { appendFile, chmod } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { basename, dirname, resolve } from "node:path";
import { systemClock } from "../../client/clock.ts";
import { lockForChange } from "../../home/lock.ts";
import { mayChange } from "../../home/program/durable-tree.ts";
import { installationOf } from "../../home/program/installed.ts";
import { ownProgramFolder, readProgram, type Program } from "../../home/program/program.ts";
import { readCurrent, versionFolder } from "../../home/program/switching.ts";
import { compareVersions } from "../../home/program/version-order.ts";
import { failureOf, HomeFailure } from "../../home/store.ts";
import type { Call, Command } from "../call.ts";
import { confirmed, mustBeAnswerable, NOTHING_CHANGED } from "../confirm.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { isSameProgram } from "../supervision/durable-files.ts";
import { runOnThisSystem } from "../supervision/run.ts";
import type { Supervisor } from "../supervision/supervisor.ts";
import { systemdSupervisor } from "../supervision/systemd.ts";
import { windowsSupervisor } from "../supervision/windows.ts";
import { readWholeBetween } from "../typed-values.ts";
import { offerOfFolder, offerOfPackage, type Offer } from "../update/candidate.ts";
import { deployFirst } from "../update/first.ts";
import type { UpdatePorts, UpdateResult, UpdateSettings } from "../update/ports.ts";
import { preflight as preflightHere } from "../update/preflight.ts";
import { preflightOf } from "../update/preflight-process.ts";
import { daemonDoor } from "../update/daemon-door.ts";
import { successorFault } from "../update/successor.ts";
import { settleInterrupted, updateTo } from "../update/update.ts";
import { wordsOf } from "../update/words.ts";
import { reportOf, reportInText } from "./update-report.ts";

const DEFAULT_WAIT_SECONDS = 120;
const DEFAULT_LIMIT_SECONDS = 60;
const MOST_SECONDS = 3_600;
const LEAST_LIMIT_SECONDS = 5;

/** What the commands work with, so that a test can play it. */
export type UpdateParts = {
  /** The folder of the program that this command is. */
  readonly programFolder: string;
  readonly supervisor: Supervisor;
  readonly reached: UpdatePorts["reached"];
};

export function updateCommands({ programFolder, supervisor, reached }: UpdateParts) {
  const portsFor = (call: Call): UpdatePorts => ({
    supervisor,
    service: daemonDoor(call.home, call.homeOption),
    preflight: (folder) => preflightOf(folder, call),
    clock: systemClock,
    tell: (line) => call.out.note(line),
    reached,
  });

  const check: Command = async (call) => {
    const report = await reportOf(installationOf(programFolder), portsFor(call));
    call.out.result(report, () => reportInText(report));
    return report.safe ? EXIT.done : EXIT.refused;
  };

  const apply: Command = async (call) => {
    const settings = settingsOf(call);
    const [place = ""] = call.arguments;
    const installation = installationOf(programFolder);
    const running = await readProgram(programFolder);
    // Anybody's folder can be named `versions`.
    const isInstalled = installation !== undefined && (await readCurrent(installation)) !== undefined;
    if (!isInstalled || running === undefined) {
      throw new CommandFailure(
        EXIT.refused,
        "This program was not installed, so it updates nothing: unpack the new version in its place. " +
          "An installed one is updated by its own `tillbridge update apply`.",
      );
    }
    await mustHaveRights(installation, "update apply");
    mustBeAnswerable(call, "An update starts the service anew.", NOTHING_CHANGED);
    using _lock = await lockForUpdate(installation);
    const ports = portsFor(call);
    await settleInterrupted(installation, ports);
    await mustBeCurrent(installation, running);
    const offer = await offerOfPackage(resolve(place), running);
    mayFollow(running, offer, call.flag("downgrade") ? "downgradeAllowed" : "newerOnly");
    const { version } = running;
    const to = offer.to.version;
    const question = `Version ${to} takes the place of ${version}. The service starts anew once no payment runs, and payments wait meanwhile. Now?`;
    if (!(await confirmed(call, question, NOTHING_CHANGED))) return EXIT.refused;
    const result = await updateTo({ ...offer, installation, from: version }, settings, ports);
    return tellResult(call, result, "`tillbridge update apply` again puts it in.");
  };

  /** Called by the scripts of a package: by the program that runs, or by the new one where there is none yet. */
  const deploy: Command = async (call) => {
    const settings = settingsOf(call);
    const folder = resolve(call.arguments[0] ?? "");
    const installation = basename(dirname(folder)) === "package" ? dirname(dirname(folder)) : undefined;
    if (installation === undefined) {
      throw wrongUsage(`${folder} does not lie in the folder \`package\` of an installation. Nothing was changed.`);
    }
    await mustHaveRights(installation, "update deploy");
    using _lock = await lockForUpdate(installation);
    const ports = portsFor(call);
    await settleInterrupted(installation, ports);
    const offer = await offerOfFolder(folder);
    const to = offer.to.version;
    const from = await readCurrent(installation);
    const running = from === undefined ? undefined : await programIn(versionFolder(installation, from));
    if (from === undefined || running === undefined) {
      await deployFirst(installation, offer);
      return tellFirst(call, to);
    }
    if (compareVersions(to, from) === 0) {
      if (!(await isWhole(installation, from, folder))) await deployFirst(installation, offer);
      return tellFirst(call, to);
    }
    mayFollow(running, offer, "newerOnly");
    const result = await updateTo({ ...offer, installation, from }, settings, ports);
    const again = `\`${installation}/tillbridge update deploy ${folder}\` puts it in, when it is quiet.`;
    const exitCode = tellResult(call, result, again);
    return result.outcome === "postponed" ? EXIT.done : exitCode;
  };

  const preflight: Command = async (call) => {
    const answer = await preflightHere(call.home, call.composition);
    call.out.result(answer, () =>
      answer.kind === "passed" ? `This program could run here. ${answer.note ?? ""}`.trimEnd() : answer.why,
    );
    return answer.kind === "passed" ? EXIT.done : EXIT.refused;
  };

  return { check: inWords(check), apply: inWords(apply), deploy: inWords(deploy), preflight: inWords(preflight) };
}

function systemSupervisor(): Supervisor {
  if (process.platform === "win32") return windowsSupervisor(runOnThisSystem, (ms) => sleep(ms));
  return systemdSupervisor(runOnThisSystem);
}

export const { check, apply, deploy, preflight } = updateCommands({
  programFolder: ownProgramFolder(),
  supervisor: systemSupervisor(),
  reached: () => undefined,
});

function settingsOf(call: Call): UpdateSettings {
  const waitSeconds = readWholeBetween(call, "wait", 0, MOST_SECONDS) ?? DEFAULT_WAIT_SECONDS;
  const limitSeconds = readWholeBetween(call, "limit", LEAST_LIMIT_SECONDS, MOST_SECONDS) ?? DEFAULT_LIMIT_SECONDS;
  return { waitMs: waitSeconds * 1_000, limitMs: limitSeconds * 1_000 };
}

async function mustHaveRights(installation: string, command: string): Promise<void> {
  const may = await mayChange(installation);
  if (may === "yes") return;
  const remedy =
    process.platform === "win32"
      ? "Open a prompt with `Run as administrator` and say it there."
      : `Say \`sudo tillbridge ${command}\` and the rest.`;
  const why =
    may === "readOnly"
      ? `The disk of ${installation} is read-only. Mount it writable.`
      : `This user may not change ${installation}. ${remedy}`;
  throw new CommandFailure(EXIT.refused, `${why} ${NOTHING_CHANGED}`);
}

async function lockForUpdate(installation: string): Promise<Disposable> {
  const path = `${installation}/update.lock`;
  try {
    // Whoever may read it may lock it: any user of this machine could keep updates away.
    await appendFile(path, "", { mode: 0o600 });
    await chmod(path, 0o600);
  } catch (error) {
    throw failureOf(error, path, "written");
  }
  try {
    return await lockForChange(path);
  } catch (error) {
    const why = wordsOf(error) ?? "";
    throw new CommandFailure(EXIT.refused, `Another update is under way. Wait for its end. ${why}`.trim());
  }
}

/** After an update that was broken off another version may run than the one that this command is of. */
async function mustBeCurrent(installation: string, { version }: Program): Promise<void> {
  const current = await readCurrent(installation);
  if (current === version) return;
  throw new CommandFailure(
    EXIT.refused,
    `Version ${current ?? "of nobody"} runs, and this command is of ${version}. Say it again: the command is of the version that runs then.`,
  );
}

/** What does not say what it is, as after a power cut, is as good as none: a package puts another one in its place. */
async function programIn(folder: string): Promise<Program | undefined> {
  try {
    return await readProgram(folder);
  } catch (error) {
    if (error instanceof HomeFailure) return undefined;
    throw error;
  }
}

/** Who installs a package again may want it for what is broken. A disk that does not give a file back has lost it. */
async function isWhole(installation: string, version: string, folder: string): Promise<boolean> {
  return isSameProgram(folder, versionFolder(installation, version)).catch(() => false);
}

function mayFollow(running: Program, { to }: Offer, direction: "newerOnly" | "downgradeAllowed"): void {
  const fault = successorFault(running, to, direction);
  if (fault !== undefined) throw new CommandFailure(EXIT.refused, `${fault} ${NOTHING_CHANGED}`);
}

function tellFirst(call: Call, version: string): number {
  const result = { from: version, to: version, outcome: "unchanged" } as const;
  call.out.result(result, () => `Version ${version} is in its place.`);
  return EXIT.done;
}

function tellResult(call: Call, result: UpdateResult, again: string): number {
  const { from, to } = result;
  call.out.result(result, () => {
    switch (result.outcome) {
      case "updated":
        return `Version ${to} runs in the place of ${from}. The journal is the same.`;
      case "rolledBack":
        return `Version ${from} runs again: ${to} has not proved itself. ${result.why} No payment was taken meanwhile; what it said is in the log.`;
      case "refused":
        return `Version ${from} goes on running. ${result.why}`;
      case "postponed":
        return `Version ${from} goes on running. ${result.why} ${again}`;
    }
  });
  return result.outcome === "updated" ? EXIT.done : EXIT.refused;
}

/** What the world refuses is a refused update. Before anything is known of versions there is no result, but words. */
function inWords(command: Command): Command {
  return async (call) => {
    try {
      return await command(call);
    } catch (error) {
      const why = wordsOf(error);
      if (why === undefined || (error instanceof CommandFailure && error.exitCode !== EXIT.refused)) throw error;
      if (call.out.json) call.out.result({ outcome: "refused", why }, () => "");
      throw new CommandFailure(EXIT.refused, why);
    }
  };
}
