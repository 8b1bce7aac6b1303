import { asItIs, fault, ok, unknown, warning, type Examination, type Finding } from "../../doctor/check.ts";
import { SupervisorFailure, type ServiceReport, type SystemSupervisor } from "../supervision/supervisor.ts";

const ID = "service.state";

/** What the system's own service manager says, which the service itself cannot ask. */
export function serviceExamination(supervisor: SystemSupervisor): Examination {
  const examine = async () => {
    try {
      return [stateCheck(await supervisor.report())];
    } catch (error) {
      if (error instanceof SupervisorFailure) return [unknown(ID, asItIs(error.message))];
      throw error;
    }
  };
  return { id: ID, examine };
}

function stateCheck({ state, startsAtBoot, account, restarts = 0, lastFailure }: ServiceReport): Finding {
  switch (state.kind) {
    case "notInstalled":
      return warning(
        ID,
        ({ service: words }) => words.notInstalled,
        ({ service: words }) => words.install,
      );
    case "stopped": {
      const { why } = state;
      return fault(
        ID,
        ({ service: words }) => (why === undefined ? words.stopped : words.stoppedBecause(why)),
        ({ service: words }) => words.start,
      );
    }
    case "starting":
    case "stopping":
      return warning(
        ID,
        ({ service: words }) => words[state.kind],
        ({ service: words }) => words.wait,
      );
    case "running":
      break;
  }
  const { pid } = state;
  const who = account ?? state.account;
  if (restarts > 0) {
    return warning(
      ID,
      ({ service: words }) =>
        lastFailure === undefined
          ? words.restarted(who, pid, restarts)
          : words.restartedBecause(who, pid, restarts, lastFailure),
      ({ service: words }) => words.tellMore,
    );
  }
  if (!startsAtBoot) {
    return warning(
      ID,
      ({ service: words }) => words.notAtBoot(who, pid),
      ({ service: words }) => words.enable,
    );
  }
  return ok(ID, ({ service: words }) => words.runs(who, pid));
}
