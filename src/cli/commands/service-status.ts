import { access, constants } from "node:fs/promises";
import { RequestRefused } from "../../client/errors.ts";
import { CURRENT_FILE, readTrial, type Trial } from "../../home/program/installed.ts";
import { codeOf, HomeFailure, readIfThere } from "../../home/store.ts";
import type { AnswerOf } from "../../client/calls.ts";
import type { Call } from "../call.ts";
import { CommandFailure, EXIT, type ExitCode } from "../exit.ts";
import { findDaemon } from "../local-daemon.ts";
import { styled } from "../output.ts";
import type { ServiceMachine } from "../supervision/installer.ts";
import { STARTS_FILE } from "../supervision/linux-installer.ts";
import type { ServiceReport } from "../supervision/supervisor.ts";
import { facts } from "../table.ts";
import { askDaemon } from "../with-session.ts";

/** What the daemon itself says, or why it says nothing. */
type Answering =
  | { readonly kind: "answers"; readonly url: string; readonly health: AnswerOf<"diagnostics.health"> }
  | { readonly kind: "silent"; readonly why: string }
  /** This user may not talk to it, which is no fault of the service. */
  | { readonly kind: "hidden" };

/** Tells how the service is, and answers 0 where it runs and takes payments. */
export async function tellStatus(
  call: Call,
  machine: ServiceMachine,
  installation: string,
  report: ServiceReport,
): Promise<ExitCode> {
  const { state } = report;
  if (state.kind === "notInstalled") {
    call.out.result({ state: state.kind, startsAtBoot: false }, () => NOT_INSTALLED);
    return EXIT.refused;
  }
  const version = (await readIfThere(`${installation}/${CURRENT_FILE}`))?.trim();
  const trial = await readTrial(installation);
  const crashes = await crashesInARow(machine);
  const answering = state.kind === "running" ? await ask(call) : undefined;
  const health = answering?.kind === "answers" ? answering.health : undefined;
  const address = answering?.kind === "answers" ? answering.url : undefined;
  const result = {
    ...report,
    state: state.kind,
    ...(state.kind === "running" ? { processId: state.pid } : {}),
    ...(state.kind === "stopped" && state.why !== undefined ? { why: state.why } : {}),
    ...(version === undefined ? {} : { version }),
    ...(address === undefined ? {} : { address }),
    ...(health === undefined ? {} : { health: health.status, intake: health.intake ?? "open" }),
    ...(answering?.kind === "silent" ? { silent: answering.why } : {}),
    ...(trial === undefined ? {} : { trial }),
    ...(crashes === undefined ? {} : { crashesInARow: crashes }),
  };
  call.out.result(result, () =>
    [
      facts([
        ["service", stateInWords(report)],
        ["version", version],
        ["account", report.account],
        ["at boot", report.startsAtBoot ? "starts by itself" : styled("warning", startsNot(machine))],
        ["address", address],
        ["payments", health === undefined ? undefined : paymentsInWords(health)],
        ["last end", report.lastFailure === undefined ? undefined : `it ${report.lastFailure}`],
      ]),
      ...warnings(answering, trial, crashes),
    ].join("\n"),
  );
  if (state.kind !== "running") return EXIT.refused;
  return answering?.kind === "silent" ? EXIT.unreachable : EXIT.done;
}

/** `install` says it to the system again; so does the system's own word, where a package has made the service. */
function startsNot({ platform }: ServiceMachine): string {
  const remedy = platform === "win32" ? "sc config Tillbridge start= delayed-auto" : "sudo systemctl enable tillbridge";
  return `does not start by itself: \`${remedy}\` lets it`;
}

const NOT_INSTALLED =
  "No service is installed. `tillbridge service install`, as administrator and from an unpacked program, makes one; so does the package.";

async function ask(call: Call): Promise<Answering> {
  try {
    if (await isHidden(call.home.runningDaemonFile)) return { kind: "hidden" };
    const { url } = findDaemon(call.home, call.homeOption);
    return { kind: "answers", url, health: await askDaemon(call, "diagnostics.health", {}) };
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof RequestRefused)
      return { kind: "silent", why: error.message };
    throw error;
  }
}

async function isHidden(file: string): Promise<boolean> {
  try {
    await access(file, constants.R_OK);
    return false;
  } catch (error) {
    return ["EACCES", "EPERM"].includes(codeOf(error));
  }
}

/** As `start-version` counts them, which waits longer after each. Undefined where this user may not know. */
async function crashesInARow({ root, platform }: ServiceMachine): Promise<number | undefined> {
  if (platform === "win32") return undefined;
  try {
    const text = await readIfThere(`${root}${STARTS_FILE}`);
    return Number(/^crashes=(\d{1,9})$/m.exec(text ?? "")?.[1] ?? "0");
  } catch (error) {
    if (error instanceof HomeFailure) return undefined;
    throw error;
  }
}

function stateInWords({ state, sinceMs, restarts }: ServiceReport): string {
  const since = sinceMs === undefined ? "" : `, since ${new Date(sinceMs).toISOString().replace(".000Z", "Z")}`;
  const again =
    restarts === undefined || restarts === 0
      ? ""
      : `, started again by itself ${restarts === 1 ? "once" : `${restarts} times`}`;
  switch (state.kind) {
    case "running":
      return `${styled("good", "running")}, process ${state.pid}${since}${again}`;
    case "stopped":
      return `${styled("fault", "stopped")}${state.why === undefined ? "" : `: it ${state.why}`}${since}`;
    case "starting":
    case "stopping":
      return `${styled("warning", state.kind)}${since}${again}`;
    case "notInstalled":
      return "not installed";
  }
}

function paymentsInWords({ status, intake = "open" }: AnswerOf<"diagnostics.health">): string {
  if (status === "degraded")
    return styled("fault", "are not taken: the journal does not work. `tillbridge status` tells why");
  switch (intake) {
    case "open":
      return "are taken";
    case "held":
      return styled("warning", "are held back: an update or a stop waits for those that run");
    case "trial":
      return styled("warning", "are not taken yet: this version has to prove itself first");
    case "stopping":
      return styled("warning", "are not taken any more: the service ends");
  }
}

const MANY_CRASHES = 2;

function warnings(answering: Answering | undefined, trial: Trial | undefined, crashes = 0): readonly string[] {
  const lines: string[] = [];
  if (answering?.kind === "silent") lines.push(answering.why);
  if (answering?.kind === "hidden")
    lines.push("Administrators are also told its address, and whether payments are taken.");
  if (trial !== undefined) {
    lines.push(
      `Version ${trial.to} is on trial in place of ${trial.from}: it takes payments when it has proved itself, or ${trial.from} comes back.`,
    );
  }
  if (crashes >= MANY_CRASHES) {
    lines.push(
      styled(
        "fault",
        `It ended by itself ${crashes} times in a row, soon after each start, and is started again after longer and longer waits.`,
      ),
      "`journalctl --unit tillbridge --lines 50` tells why; `tillbridge service start` starts it at once.",
    );
  }
  return lines;
}
