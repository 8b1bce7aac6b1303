import { complaintOf, type Ran, type Run } from "./run.ts";
import { SupervisorFailure, type ServiceReport, type ServiceState, type SystemSupervisor } from "./supervisor.ts";

export const UNIT = "tillbridge.service";

const LOOK_AT_LOG = `\`journalctl --unit ${UNIT} --lines 50\` tells more.`;
const PROPERTIES = [
  "LoadState",
  "ActiveState",
  "SubState",
  "UnitFileState",
  "MainPID",
  "User",
  "Result",
  "ExecMainCode",
  "ExecMainStatus",
  "NRestarts",
  "StateChangeTimestamp",
] as const;

type Shown = Readonly<Record<(typeof PROPERTIES)[number], string>>;

/** Linux's service manager, by its command: it asks for no library, and is the same over D-Bus or without it. */
export function systemdSupervisor(run: Run): SystemSupervisor {
  const systemctl = (...args: readonly string[]) => run("systemctl", ["--no-ask-password", "--no-pager", ...args]);
  const show = async () => shownIn(await systemctl("show", UNIT, `--property=${PROPERTIES.join(",")}`));

  const change = async (verb: "start" | "stop" | "restart") => {
    if (stateOf(await show()).kind === "notInstalled") throw notInstalled();
    // Systemd refuses what failed too often, until somebody says that it was mended. There may be nothing to forget.
    if (verb !== "stop") await systemctl("reset-failed", UNIT);
    const complaint = complaintOf(await systemctl(verb, UNIT));
    if (complaint !== undefined) throw await refusal(verb, complaint);
    const state = stateOf(await show());
    const wanted = verb === "stop" ? "stopped" : "running";
    if (state.kind !== wanted) throw await refusal(verb, inWords(state));
  };

  const refusal = async (verb: string, complaint: string) => {
    if (isAboutRights(complaint)) {
      return new SupervisorFailure(`The service was not asked to ${verb}: this user may not. Say it with sudo.`);
    }
    const failure = failureOf(await show());
    const why = failure === undefined ? complaint : `${complaint} It ${failure}.`;
    return new SupervisorFailure(`systemd did not ${verb} the service: ${withStop(why)} ${LOOK_AT_LOG}`);
  };

  return {
    state: async () => stateOf(await show()),
    report: async () => reportOf(await show()),
    start: () => change("start"),
    stop: () => change("stop"),
    restart: () => change("restart"),
  };
}

function notInstalled(): SupervisorFailure {
  return new SupervisorFailure(
    `No service is installed: systemd knows no ${UNIT}. \`tillbridge service install\` makes one.`,
  );
}

function shownIn(ran: Ran): Shown {
  const complaint = complaintOf(ran);
  if (ran.kind === "failed" || complaint !== undefined) {
    throw new SupervisorFailure(
      `systemd does not answer: ${withStop(complaint ?? "")} On a system without it, run \`tillbridge daemon\` under the service manager that it has.`,
    );
  }
  const values = new Map(
    ran.output.split("\n").map((line) => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)] as const;
    }),
  );
  return Object.fromEntries(PROPERTIES.map((name) => [name, values.get(name) ?? ""])) as Shown;
}

function stateOf(shown: Shown): ServiceState {
  if (shown.LoadState === "not-found" || shown.LoadState === "") return { kind: "notInstalled" };
  switch (shown.ActiveState) {
    case "active":
    case "reloading":
    case "refreshing":
      return { kind: "running", pid: Number(shown.MainPID), account: accountOf(shown) };
    case "activating":
      return { kind: "starting" };
    case "deactivating":
      return { kind: "stopping" };
    default: {
      const why = shown.LoadState === "loaded" ? failureOf(shown) : `its unit is ${shown.LoadState}`;
      return why === undefined ? { kind: "stopped" } : { kind: "stopped", why };
    }
  }
}

function reportOf(shown: Shown): ServiceReport {
  const state = stateOf(shown);
  if (state.kind === "notInstalled") return { state, startsAtBoot: false };
  const sinceMs = timeOf(shown.StateChangeTimestamp);
  const lastFailure = failureOf(shown);
  return {
    state,
    startsAtBoot: shown.UnitFileState === "enabled",
    account: accountOf(shown),
    restarts: Number(shown.NRestarts),
    ...(sinceMs === undefined ? {} : { sinceMs }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

function accountOf({ User }: Shown): string {
  return User === "" ? "root" : User;
}

/** As siginfo_t numbers them, which is what systemd shows. */
const EXITED = "1";

/** How it failed; undefined where it did not. */
function failureOf({ Result, ExecMainCode, ExecMainStatus }: Shown): string | undefined {
  switch (Result) {
    case "success":
    case "":
      return undefined;
    case "exit-code":
      return ExecMainCode === EXITED ? `ended with the code ${ExecMainStatus}` : "ended with an error before it began";
    case "signal":
      return `was ended by the signal ${ExecMainStatus}`;
    case "core-dump":
      return `crashed with the signal ${ExecMainStatus}`;
    case "watchdog":
      return "gave no sign of life, and was ended by the watchdog";
    case "timeout":
      return "took too long to start or to end";
    case "oom-kill":
      return "was ended because the memory was full";
    case "start-limit-hit":
      return "failed too often in a short time";
    default:
      return `failed (${Result})`;
  }
}

/** `Sun 2026-11-29 16:48:03 UTC`: the command runs in that time zone. */
function timeOf(text: string): number | undefined {
  const [, date, time] = /^\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return date === undefined || time === undefined ? undefined : Date.parse(`${date}T${time}Z`);
}

function isAboutRights(complaint: string): boolean {
  return /authentication required|access denied|permission denied|not permitted/i.test(complaint);
}

function inWords(state: ServiceState): string {
  return state.kind === "stopped" && state.why !== undefined ? `it ${state.why}` : `it is ${state.kind}`;
}

function withStop(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
