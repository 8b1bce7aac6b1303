import { readTrial, type Trial } from "../../home/program/installed.ts";
import { lastChange, readCurrent } from "../../home/program/switching.ts";
import type { OpenTransaction, ServiceLook, UpdatePorts } from "../update/ports.ts";
import { openInWords } from "../update/words.ts";

/** Whether an update would interrupt anybody now. */
export type UpdateReport = {
  readonly safe: boolean;
  /** The version that answers; absent where none does. */
  readonly version?: string;
  /** The one that is started; absent where this program was not installed. */
  readonly current?: string;
  readonly service: ServiceLook["kind"];
  readonly open: readonly OpenTransaction[];
  readonly trial?: Trial;
  readonly lastChange?: string;
  /** Why it is not safe, or how much is known. */
  readonly why?: string;
};

export async function reportOf(
  installation: string | undefined,
  { service }: Pick<UpdatePorts, "service">,
): Promise<UpdateReport> {
  const look = await service.look();
  const open = look.kind === "answers" ? await service.open() : [];
  const trial = installation === undefined ? undefined : await readTrial(installation);
  const current = installation === undefined ? undefined : await readCurrent(installation);
  const last = installation === undefined ? undefined : await lastChange(installation);
  const why = whyNot(look, open, trial);
  return {
    safe: why === undefined,
    ...(look.kind === "answers" ? { version: look.version } : {}),
    ...(current === undefined ? {} : { current }),
    service: look.kind,
    open,
    ...(trial === undefined ? {} : { trial }),
    ...(last === undefined ? {} : { lastChange: last }),
    ...(why === undefined ? {} : { why }),
  };
}

/** On Windows the files say so first with the next update: whoever starts the service may not write there. */
function isTakenBack(look: ServiceLook, trial: Trial): boolean {
  return look.kind === "answers" && look.version === trial.from;
}

function whyNot(look: ServiceLook, open: readonly OpenTransaction[], trial: Trial | undefined): string | undefined {
  if (trial !== undefined && !isTakenBack(look, trial)) {
    return `Version ${trial.to} is on trial in place of ${trial.from}. Wait for its end: without anybody's word it goes back after ${trial.limitSeconds} s.`;
  }
  if (look.kind === "deaf") return `The service does not answer (${look.why}): nobody can tell what is under way.`;
  return open.length === 0 ? undefined : `There is ${openInWords(open)}.`;
}

export function reportInText({ safe, version, current, service, trial, why, lastChange: last }: UpdateReport): string {
  const runs = version === undefined ? "No service answers on this home." : `Version ${version} runs.`;
  const other =
    current === undefined || version === undefined || current === version
      ? []
      : trial?.from === version
        ? [
            `Version ${trial.to} was taken back: it has not proved itself. The next update tidies up what is left of it.`,
          ]
        : [`Version ${current} is to run from the next start on.`];
  const verdict = safe
    ? service === "answers"
      ? "Nothing is under way: an update interrupts nobody now."
      : "Nothing is under way."
    : `An update now would have to wait. ${why ?? ""}`.trimEnd();
  return [runs, ...other, verdict, ...(last === undefined ? [] : [`Last change: ${last}`])].join("\n");
}
