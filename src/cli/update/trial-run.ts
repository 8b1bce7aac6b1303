import { isCountedByHost, readTrial } from "../../home/program/installed.ts";
import {
  endProved,
  noteChange,
  readCurrent,
  removeTrial,
  removeVersionsBut,
  writeCurrent,
  writeTrial,
} from "../../home/program/switching.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Candidate, ServiceLook, UpdatePorts, UpdateResult, UpdateSettings } from "./ports.ts";
import { pause, readyOf, type Standstill } from "./standstill.ts";
import { wordsOf } from "./words.ts";

const LOOK_AGAIN_MS = 250;
/** The new version waits for the word that it is healthy a little longer than anybody looks at it. */
const TRIAL_RESERVE_MS = 15_000;
const OPEN_AGAIN_MS = 10_000;

type Switched = Pick<Candidate, "installation" | "from"> & { readonly to: string };
type Health = { readonly kind: "healthy" } | { readonly kind: "sick"; readonly why: string };

/**
 * Starts the new version, which takes no money before it was found healthy; else the old one runs again. The order of what is
 * written is the whole of it: the trial before the switch, its end after the proof.
 */
export async function tryOut(
  candidate: Candidate,
  still: Standstill,
  settings: UpdateSettings,
  ports: UpdatePorts,
): Promise<UpdateResult> {
  const { installation, from } = candidate;
  const to = candidate.to.version;
  const switched = { installation, from, to };
  try {
    await switchTo(switched, settings, ports);
    ports.tell(`Starting version ${to}. It takes no payments before it has proved itself.`);
    await (still.service === "ran" ? ports.supervisor.restart() : ports.supervisor.start());
    await ports.reached("restarted");
    const health = await whenHealthy(switched, still.ready, settings.limitMs, ports);
    if (health.kind === "sick") return await goBack(switched, still, health.why, ports);
    await ports.reached("healthy");
    // As long as it takes no payments: nobody holds them back afterwards, and one would be broken off.
    if (still.service === "stopped") await ports.supervisor.stop();
    const left = await endProved(installation);
    if (left !== undefined) ports.tell(`${left.message} ${LEFT_DOES_NO_HARM}`);
    await ports.reached("proved");
    // Whoever starts the service may have gone back in this very moment; the host of Windows does so without a word in `current`.
    const running = still.service === "ran" ? await whoIsOpen(ports) : undefined;
    if ((await readCurrent(installation)) !== to || running === from) {
      return await goBack(switched, still, ENDED_BY_ITSELF, ports);
    }
    if (still.service === "ran" && running === undefined) {
      ports.tell(`Version ${to} has proved itself, and does not answer now. ${SEE_STATUS}`);
    }
  } catch (error) {
    const why = wordsOf(error);
    if (why === undefined) throw error;
    return goBack(switched, still, why, ports);
  }
  await note(switched, "updated", from, to, "", ports);
  await removeVersionsBut(installation, [from, to]);
  return { from, to, outcome: "updated" };
}

async function switchTo({ installation, from, to }: Switched, { limitMs }: UpdateSettings, ports: UpdatePorts) {
  const limitSeconds = Math.ceil((limitMs + TRIAL_RESERVE_MS) / 1_000);
  await writeTrial(installation, { from, to, starts: 0, limitSeconds });
  await ports.reached("trialWritten");
  await writeCurrent(installation, to);
  await ports.reached("switched");
  // A start between the two lines finds a trial of what is not current, and ends it.
  if (!(await isOnTrial(installation, to))) throw new HomeFailure("The service was started by somebody meanwhile.");
}

async function isOnTrial(installation: string, version: string): Promise<boolean> {
  const [trial, current] = [await readTrial(installation), await readCurrent(installation)];
  return trial?.to === version && current === version;
}

const SEE_STATUS = "`tillbridge service status` tells more.";
const LEFT_DOES_NO_HARM =
  "It says that the version has proved itself, so payments are taken; the next update removes it.";
const ENDED_BY_ITSELF = "It ended before it had proved itself.";

/** It answers as what it is, its journal works, and every terminal that was ready before is ready again. */
async function whenHealthy(
  { installation, to }: Switched,
  ready: readonly string[],
  limitMs: number,
  { service, clock, tell }: UpdatePorts,
): Promise<Health> {
  const begunMs = clock.monotonicMs();
  let told: string | undefined;
  for (;;) {
    if (!(await isOnTrial(installation, to))) return { kind: "sick", why: ENDED_BY_ITSELF };
    const missing = missingIn(await service.look(), to, ready) ?? (await startedWithoutRule(installation));
    if (missing === undefined) return { kind: "healthy" };
    if (clock.monotonicMs() - begunMs >= limitMs)
      return { kind: "sick", why: `After ${limitMs / 1_000} s ${missing}.` };
    if (missing !== told && told !== undefined) tell(`Not yet healthy: ${missing}.`);
    told = missing;
    await pause(clock, LOOK_AGAIN_MS);
  }
}

function missingIn(look: ServiceLook, version: string, ready: readonly string[]): string | undefined {
  if (look.kind === "silent") return "it does not run, or is not ready yet";
  if (look.kind === "deaf") return `it does not answer (${look.why})`;
  if (look.version !== version) return `version ${look.version} answers in its place`;
  if (!look.journalWorks) return "it cannot use the journal";
  const now = new Set(readyOf(look));
  const away = ready.filter((terminal) => !now.has(terminal));
  if (away.length === 0) return undefined;
  return `terminal ${away.join(", ")} is not ready, and was before`;
}

/** Whoever starts the service counts it in the trial: else nobody would go back where it crashes. */
async function startedWithoutRule(installation: string): Promise<string | undefined> {
  const trial = await readTrial(installation);
  if (trial?.starts !== 0 || (await isCountedByHost(trial, process.env["ProgramData"]))) return undefined;
  return "nobody has counted its start, so nobody would go back if it crashed";
}

/** The program before runs again. The journal stays: what was done meanwhile is done. */
async function goBack(
  { installation, from, to }: Switched,
  still: Standstill,
  why: string,
  ports: UpdatePorts,
): Promise<UpdateResult> {
  const { supervisor, tell } = ports;
  tell(`Version ${to} has not proved itself. ${why} Going back to version ${from}.`);
  const troubles: string[] = [];
  const doing = async (act: () => Promise<void>) => {
    try {
      await act();
    } catch (error) {
      const trouble = wordsOf(error);
      if (trouble === undefined) throw error;
      troubles.push(trouble);
    }
  };
  const wasOnTrial = (await readTrial(installation)) !== undefined;
  if ((await readCurrent(installation)) === to) await doing(() => writeCurrent(installation, from));
  await ports.reached("switchedBack");
  let isOver = false;
  if (still.service === "ran") {
    const look = await ports.service.look();
    const running = look.kind === "answers" ? look.version : undefined;
    // The trial ends when the new one has ended, and not before: without it that one would take itself for healthy.
    if (running === to || (wasOnTrial && running !== from)) await doing(() => supervisor.restart());
    isOver = await runsIn(from, ports);
    if (!isOver) {
      troubles.push(`Version ${from} does not answer yet. ${SEE_STATUS}`);
    }
  } else {
    await doing(async () => {
      await supervisor.stop();
      isOver = true;
    });
  }
  await ports.reached("restartedBack");
  if (isOver && (await readCurrent(installation)) === from) await doing(() => removeTrial(installation));
  await note({ installation, from, to }, "rolledBack", to, from, why, ports);
  return { from, to, outcome: "rolledBack", why: [why, ...troubles].join(" ") };
}

const OLD_LIMIT_MS = 60_000;

async function runsIn(version: string, { service, clock }: UpdatePorts): Promise<boolean> {
  const begunMs = clock.monotonicMs();
  for (;;) {
    const look = await service.look();
    if (look.kind === "answers" && look.version === version) return true;
    if (clock.monotonicMs() - begunMs >= OLD_LIMIT_MS) return false;
    await pause(clock, LOOK_AGAIN_MS);
  }
}

/** The version that answers once no trial keeps it from taking payments: the daemon looks for itself whether its own has ended. */
async function whoIsOpen({ service, clock }: UpdatePorts): Promise<string | undefined> {
  const begunMs = clock.monotonicMs();
  let last: string | undefined;
  while (clock.monotonicMs() - begunMs < OPEN_AGAIN_MS) {
    const look = await service.look();
    last = look.kind === "answers" ? look.version : undefined;
    if (look.kind === "answers" && look.intake !== "trial") return last;
    await pause(clock, LOOK_AGAIN_MS);
  }
  return last;
}

async function note(
  { installation }: Switched,
  what: string,
  from: string,
  to: string,
  why: string,
  { clock }: UpdatePorts,
): Promise<void> {
  await noteChange(installation, `${new Date(clock.now()).toISOString()} ${what} ${from} ${to} ${why}`.trimEnd());
}
