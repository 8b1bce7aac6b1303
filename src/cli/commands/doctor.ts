import { systemClock } from "../../client/clock.ts";
import { RequestRefused } from "../../client/errors.ts";
import { fault, unknown, type Check, type Examination, type Verdict } from "../../doctor/check.ts";
import { examineAll } from "../../doctor/doctor.ts";
import { examinationsOf } from "../../doctor/examinations.ts";
import { readConfig } from "../../home/config.ts";
import type { Config } from "../../home/config-schema.ts";
import { resolveHome } from "../../home/paths.ts";
import { readIfThere } from "../../home/store.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";
import { styled, type Style } from "../output.ts";
import { facts } from "../table.ts";
import { askDaemon } from "../with-session.ts";

/** What only the command can see, since the service's account may not. */
type OwnExaminations = (call: Call) => readonly Examination[];

/** The command, beside examinations of its own. Ends with 1 where something is at fault. */
export function doctorCommand(own: OwnExaminations): Command {
  return async (call) => {
    const [beside, found] = await Promise.all([examineAll(own(call), systemClock), examined(call)]);
    const checks = ofTerminal(call, [...beside, ...found]);
    call.out.result({ checks }, () => inText(checks));
    return checks.some(({ verdict }) => verdict === "fault") ? EXIT.refused : EXIT.done;
  };
}

export const doctor = doctorCommand(() => []);

/** By the daemon, whose rights count; without one, or where it says nothing, by this process. */
async function examined(call: Call): Promise<readonly Check[]> {
  try {
    const { checks } = await askDaemon(call, "diagnostics.doctor", {});
    return checks;
  } catch (error) {
    if (!(error instanceof CommandFailure || error instanceof RequestRefused)) throw error;
    return [await silence(call, error.message), ...(await examinedHere(call))];
  }
}

/** Why no daemon was asked: none runs, this user may not ask it, or it does not answer, which is the worst. */
async function silence({ home }: Call, why: string): Promise<Check> {
  const wasReady = await readIfThere(home.runningDaemonFile).catch(() => undefined);
  if (wasReady === undefined)
    return unknown("daemon.answers", `${why} What follows was seen by this command, with the rights of its user.`);
  return fault("daemon.answers", why, "`tillbridge service status` tells how the service is, and the log why.");
}

async function examinedHere(call: Call): Promise<readonly Check[]> {
  const { config, beside } = await configOf(call);
  const paths = resolveHome(call.homeOption, process.env, process.platform);
  const examinations = examinationsOf({ paths, config, clock: systemClock, platform: process.platform });
  return [...beside, ...(await examineAll(examinations, systemClock))];
}

/** One that cannot be used is a fault of its own; the rest is looked at as if it said nothing. */
async function configOf({ home }: Call): Promise<{ readonly config: Config; readonly beside: readonly Check[] }> {
  const text = await readIfThere(home.configFile).catch((error: unknown) => {
    return error instanceof Error ? error : new Error(String(error));
  });
  const read = typeof text === "string" ? readConfig(text, () => []) : undefined;
  if (read?.kind === "valid") return { config: read.config, beside: [] };
  const nothing = readConfig("{}", () => []);
  if (nothing.kind !== "valid") throw new Error("A configuration that says nothing has to be valid");
  const { config } = nothing;
  if (text === undefined) return { config, beside: [] };
  const why = read === undefined ? String(text) : read.faults.join("; ");
  const check = fault(
    "config.file",
    `${home.configFile} cannot be used: ${why}`,
    "`tillbridge config check` tells what is wrong.",
  );
  return { config, beside: [check] };
}

function ofTerminal(call: Call, checks: readonly Check[]): readonly Check[] {
  const terminal = call.text("terminal");
  if (terminal === undefined) return checks;
  const its = checks.filter((check) => check.terminal === terminal);
  if (its.length > 0) return its;
  throw new CommandFailure(
    EXIT.refused,
    `Nothing is known of a terminal ${terminal}. \`tillbridge terminals\` shows those that are configured.`,
  );
}

const WORDS: Readonly<Record<Verdict, readonly [word: string, style: Style]>> = {
  fault: ["fault", "red"],
  warning: ["warning", "yellow"],
  unknown: ["unknown", "dim"],
  ok: ["ok", "green"],
};

/** What is wrong comes first, with what was seen and what to do about it; what is well is one line each. */
function inText(checks: readonly Check[]): string {
  const order = Object.keys(WORDS);
  const sorted = checks.toSorted((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const rows = sorted.flatMap(({ id, verdict, evidence, remedy }) => {
    const [word, style] = WORDS[verdict];
    const head = `${styled(style, word.padEnd(7))}  ${styled("bold", id)}`;
    const indented = (text: string) => `         ${text.replaceAll("\n", "\\n")}`;
    return [head, indented(evidence), ...(remedy === undefined ? [] : [indented(`→ ${remedy}`)])];
  });
  const counts = order.map((verdict) => {
    const count = checks.filter((check) => check.verdict === verdict).length;
    return [verdict, String(count)] as const;
  });
  return [...rows, "", facts(counts.filter(([, count]) => count !== "0"))].join("\n");
}
