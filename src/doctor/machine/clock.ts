import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../core/ports.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { verifyRecent } from "../../journal/verify.ts";
import { fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import type { RunProgram } from "../program.ts";

/** Terminals and clouds forgive seconds. */
const JUMP_MS = 5_000;
/** Before this program was made no clock of a shop showed it right. */
const RELEASED_MS = Date.UTC(2026, 0, 1);
/** Certificates end long before. */
const FAR_MS = RELEASED_MS + 15 * 365 * 86_400_000;

type Look = {
  readonly clock: Clock;
  readonly dataDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly run: RunProgram;
  readonly systemRoot: string;
  /** How far the wall clock has moved against the one that only grows, since this process began. Undefined where it is too young to tell. */
  readonly movedMs: (() => number) | undefined;
  readonly root?: string;
};

/** The time of this machine, without asking anybody outside: against what it has written down, and against itself. */
export function clockExaminations(look: Look): readonly Examination[] {
  return [
    { id: "clock.time", examine: async () => [timeCheck(look)] },
    { id: "clock.synchronized", examine: async (signal) => [await synchronizedCheck(look, signal)] },
    ...(look.movedMs === undefined ? [] : [jumpExamination(look.movedMs)]),
  ];
}

const SET_IT: Said = ({ clock: words }) => words.setIt;

function timeCheck({ clock, dataDirectory }: Look): Finding {
  const id = "clock.time";
  const nowMs = clock.now();
  const now = new Date(nowMs).toISOString();
  if (nowMs < RELEASED_MS || nowMs > FAR_MS) return fault(id, ({ clock: words }) => words.cannotBe(now), SET_IT);
  const newestAt = newestIn(dataDirectory);
  if (newestAt !== undefined && Date.parse(newestAt) > nowMs + JUMP_MS) {
    return fault(id, ({ clock: words }) => words.behind(now, newestAt), SET_IT);
  }
  return ok(id, ({ clock: words }) => words.shows(now));
}

/** Another examination tells what is wrong with the journal. */
function newestIn(dataDirectory: string): string | undefined {
  if (!existsSync(join(dataDirectory, "journal.db"))) return undefined;
  try {
    return verifyRecent(dataDirectory, 1).newestAt;
  } catch (error) {
    if (error instanceof JournalFailure) return undefined;
    throw error;
  }
}

async function synchronizedCheck(
  { platform, run, systemRoot, root = "" }: Look,
  signal: AbortSignal,
): Promise<Finding> {
  const id = "clock.synchronized";
  if (platform === "win32") return windowsCheck(id, run, systemRoot, signal);
  const ran = await run("timedatectl", ["show", "--property=NTPSynchronized,NTP"], signal);
  const said = ran.kind === "ended" && ran.code === 0 ? /^NTPSynchronized=(yes|no)$/m.exec(ran.stdout)?.[1] : undefined;
  if (said === "yes") return ok(id, ({ clock: words }) => words.kept("timedatectl: NTPSynchronized=yes"));
  if (said === "no") return warning(id, ({ clock: words }) => words.notKept("timedatectl: NTPSynchronized=no"), SET_IT);
  if (existsSync(`${root}/run/systemd/timesync/synchronized`))
    return ok(id, ({ clock: words }) => words.kept(words.keptSinceStart));
  const why: Said = (words) =>
    ran.kind === "absent"
      ? words.program.absent("timedatectl")
      : ran.kind === "failed"
        ? ran.why(words)
        : words.program.silent("timedatectl");
  return unknown(id, (words) => words.clock.notKnown(why(words)));
}

/**
 * Assumed of `w32tm /query /status`, from Microsoft's documentation and not seen on a real machine: its words are in the language of
 * the system, and its first number is the leap indicator, 3 where the clock is not synchronized.
 */
async function windowsCheck(id: string, run: RunProgram, systemRoot: string, signal: AbortSignal): Promise<Finding> {
  const ran = await run(`${systemRoot}\\System32\\w32tm.exe`, ["/query", "/status"], signal);
  const indicator = ran.kind === "ended" && ran.code === 0 ? /:\s*(\d)\s*\(/.exec(ran.stdout)?.[1] : undefined;
  if (indicator === undefined) {
    return warning(
      id,
      ({ clock: words }) => words.windowsSilent,
      ({ clock: words }) => words.windowsStart,
    );
  }
  return indicator === "3"
    ? warning(
        id,
        ({ clock: words }) => words.windowsNotSet,
        ({ clock: words }) => words.windowsSet,
      )
    : ok(id, ({ clock: words }) => words.windowsKept(indicator));
}

function jumpExamination(movedMs: () => number): Examination {
  const id = "clock.jumps";
  const examine = async () => {
    const moved = movedMs();
    const seconds = Math.round(Math.abs(moved) / 1_000);
    if (Math.abs(moved) < JUMP_MS) return [ok(id, ({ clock: words }) => words.steady)];
    return [warning(id, ({ clock: words }) => (moved > 0 ? words.forward(seconds) : words.back(seconds)), SET_IT)];
  };
  return { id, examine };
}
