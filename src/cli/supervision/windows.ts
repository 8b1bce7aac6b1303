import { complaintOf, type Ran, type Run } from "./run.ts";
import { SupervisorFailure, type ServiceReport, type ServiceState, type SystemSupervisor } from "./supervisor.ts";

const SERVICE = "Tillbridge";
const SERVICE_KEY = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\${SERVICE}`;

const LOOK_AGAIN_MS = 250;
/** As long as payments may take to end, and a start with a large journal. */
const CHANGE_LIMIT_MS = 180_000;
const AUTOMATIC = 2;

/** What `sc.exe` ends with where there is nothing to do. */
const ALREADY_RUNS = 1056;
const NOT_STARTED = 1062;
const DENIED = 5;

/** As Windows numbers the states of a service. */
const STATES = new Map([
  [1, "stopped"],
  [2, "starting"],
  [3, "stopping"],
  [4, "running"],
] as const);

type Ends = { readonly system: number; readonly own: number };
type Queried = {
  readonly state: "stopped" | "starting" | "stopping" | "running";
  readonly ends: Ends;
  readonly pid: number;
};

/**
 * Windows' service manager. Its programs speak the language of the system, so what they say is read by its numbers and its order; what
 * never changes is read from the registry.
 */
export function windowsSupervisor(
  run: Run,
  pause: (ms: number) => Promise<void>,
  systemRoot = process.env["SystemRoot"] ?? "C:\\Windows",
): SystemSupervisor {
  // Whole paths: what else stands in PATH under these names is never run.
  const sc = (...args: readonly string[]) => run(`${systemRoot}\\System32\\sc.exe`, args);
  const valueOf = async (name: string) => {
    const ran = await run(`${systemRoot}\\System32\\reg.exe`, ["query", SERVICE_KEY, "/v", name]);
    if (ran.kind === "failed") throw new SupervisorFailure(`The registry cannot be read: ${ran.why}.`);
    return ran.code === 0 ? /\sREG_\w+\s+(.*?)\s*$/m.exec(ran.output)?.[1] : undefined;
  };

  const query = async (): Promise<Queried | undefined> => {
    if ((await valueOf("ImagePath")) === undefined) return undefined;
    const extended = await sc("queryex", SERVICE);
    return queriedIn(extended.kind === "ended" && extended.code === 0 ? extended : await sc("query", SERVICE));
  };
  const accountOf = async () => (await valueOf("ObjectName")) ?? "LocalSystem";
  const stateOf = async (queried: Queried | undefined): Promise<ServiceState> => {
    if (queried === undefined) return { kind: "notInstalled" };
    switch (queried.state) {
      case "running":
        return { kind: "running", pid: queried.pid, account: await accountOf() };
      case "starting":
      case "stopping":
        return { kind: queried.state };
      case "stopped": {
        const why = failureOf(queried.ends);
        return why === undefined ? { kind: "stopped" } : { kind: "stopped", why };
      }
    }
  };

  const change = async (verb: "start" | "stop") => {
    const before = await query();
    if (before === undefined) {
      throw new SupervisorFailure(
        `No service is installed: Windows knows no ${SERVICE}. \`tillbridge service install\` makes one.`,
      );
    }
    const wanted = verb === "start" ? "running" : "stopped";
    if (before.state === wanted) return;
    const asked = await sc(verb, SERVICE);
    if (!isTaken(asked)) throw new SupervisorFailure(refusalOf(verb, asked));
    for (let waitedMs = 0; waitedMs < CHANGE_LIMIT_MS; waitedMs += LOOK_AGAIN_MS) {
      const now = await query();
      if (now?.state === wanted) return;
      if (verb === "start" && now?.state === "stopped") {
        throw new SupervisorFailure(
          `The service ended at its start: it ${failureOf(now.ends) ?? "stopped"}. ${LOOK_AT_LOG}`,
        );
      }
      await pause(LOOK_AGAIN_MS);
    }
    throw new SupervisorFailure(`The service did not ${verb} within ${CHANGE_LIMIT_MS / 1_000} s. ${LOOK_AT_LOG}`);
  };

  return {
    state: async () => stateOf(await query()),
    report: async (): Promise<ServiceReport> => {
      const queried = await query();
      const state = await stateOf(queried);
      if (queried === undefined) return { state, startsAtBoot: false };
      const lastFailure = queried.state === "stopped" ? failureOf(queried.ends) : undefined;
      return {
        state,
        startsAtBoot: Number(await valueOf("Start")) === AUTOMATIC,
        account: await accountOf(),
        ...(lastFailure === undefined ? {} : { lastFailure }),
      };
    },
    start: () => change("start"),
    stop: () => change("stop"),
    restart: async () => {
      await change("stop");
      await change("start");
    },
  };
}

const LOOK_AT_LOG = "The event log of Windows (Application, source Tillbridge) tells more.";

/** `TYPE, STATE, WIN32_EXIT_CODE, SERVICE_EXIT_CODE, CHECKPOINT, WAIT_HINT, PID`, one a line, under names in any language. */
function queriedIn(ran: Ran): Queried {
  const numbers =
    ran.kind === "ended" && ran.code === 0
      ? [...ran.output.matchAll(/^[^:\n]*:\s+(0x[0-9a-f]+|\d+)(?=\s|$)/gim)].map(([, text]) => Number(text))
      : [];
  const [, state, system, own, , , pid] = numbers;
  const known = new Map<number | undefined, Queried["state"]>(STATES).get(state);
  if (known === undefined) {
    throw new SupervisorFailure(
      `Windows does not say how the service is: ${complaintOf(ran) ?? "its answer is not understood"}.`,
    );
  }
  return { state: known, ends: { system: system ?? 0, own: own ?? 0 }, pid: pid ?? 0 };
}

const NEVER_STARTED = 1077;
const OWN_CODE = 1066;

function failureOf({ system, own }: Ends): string | undefined {
  if (system === 0 || system === NEVER_STARTED) return undefined;
  return system === OWN_CODE ? `ended with the code ${own}` : `ended with the error ${system} of Windows`;
}

function isTaken(ran: Ran): boolean {
  return ran.kind === "ended" && [0, ALREADY_RUNS, NOT_STARTED].includes(ran.code);
}

function refusalOf(verb: string, ran: Ran): string {
  if (ran.kind === "ended" && ran.code === DENIED) {
    return `The service was not asked to ${verb}: this user may not. Open the command prompt as administrator, and say it again.`;
  }
  return `Windows did not ${verb} the service: ${complaintOf(ran) ?? "no reason was told"}. ${LOOK_AT_LOG}`;
}
