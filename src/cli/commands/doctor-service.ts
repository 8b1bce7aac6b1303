import { fault, ok, unknown, warning, type Examination, type Finding } from "../../doctor/check.ts";
import { SupervisorFailure, type ServiceReport, type SystemSupervisor } from "../supervision/supervisor.ts";

const ID = "service.state";

/** What the system's own service manager says, which the service itself cannot ask. */
export function serviceExamination(supervisor: SystemSupervisor): Examination {
  const examine = async () => {
    try {
      return [stateCheck(await supervisor.report())];
    } catch (error) {
      if (error instanceof SupervisorFailure) return [unknown(ID, error.message)];
      throw error;
    }
  };
  return { id: ID, examine };
}

function stateCheck({ state, startsAtBoot, account, restarts = 0, lastFailure }: ServiceReport): Finding {
  const tell = "`tillbridge service status` tells more.";
  switch (state.kind) {
    case "notInstalled":
      return warning(
        ID,
        "No service is installed: nothing starts Tillbridge with the machine, or again after a crash.",
        "`sudo tillbridge service install` from an unpacked program, or install the package.",
      );
    case "stopped":
      return fault(
        ID,
        `The service is stopped${state.why === undefined ? "" : `: it ${state.why}`}.`,
        `\`sudo tillbridge service start\`. ${tell}`,
      );
    case "starting":
    case "stopping":
      return warning(ID, `The service is ${state.kind}.`, `Wait a moment, and look again. ${tell}`);
    case "running":
      break;
  }
  const runs = `The service runs as ${account ?? state.account}, process ${state.pid}`;
  if (restarts > 0) {
    const times = restarts === 1 ? "once" : `${restarts} times`;
    const how = lastFailure === undefined ? "" : `; it ${lastFailure}`;
    return warning(ID, `${runs}. It ended by itself and was started again ${times}${how}.`, tell);
  }
  if (!startsAtBoot) {
    return warning(
      ID,
      `${runs}, and does not start with the machine.`,
      "`sudo systemctl enable tillbridge`; on Windows, `sc config Tillbridge start= auto` as administrator.",
    );
  }
  return ok(ID, `${runs}, and starts with the machine.`);
}
