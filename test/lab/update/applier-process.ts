// `applier-process.ts PROGRAM HOME PACKAGE STEP`: puts a package in as `tillbridge update apply` does, with the service manager that the test
// plays, and kills itself at the step that is named.
import { resolveHome } from "../../../src/home/paths.ts";
import type { Call } from "../../../src/cli/call.ts";
import { updateCommands } from "../../../src/cli/commands/update.ts";
import { createOutput } from "../../../src/cli/output.ts";
import type { ServiceState, Supervisor } from "../../../src/cli/supervision/supervisor.ts";

const [programFolder = "", home = "", file = "", step = ""] = process.argv.slice(2);

function asked(what: string): Promise<ServiceState> {
  return new Promise((resolve) => {
    process.once("message", (answer) => resolve(answer as ServiceState));
    process.send?.(what);
  });
}

const supervisor: Supervisor = {
  state: () => asked("state"),
  start: () => asked("start").then(() => undefined),
  stop: () => asked("stop").then(() => undefined),
  restart: () => asked("restart").then(() => undefined),
};

const { apply } = updateCommands({
  programFolder,
  supervisor,
  reached: (reached) => {
    if (reached === step) process.kill(process.pid, "SIGKILL");
  },
});
const given: Readonly<Record<string, string>> = { limit: "6", wait: "10" };
const call: Call = {
  arguments: [file],
  text: (name) => given[name],
  texts: () => [],
  flag: () => false,
  home: resolveHome(home, {}, process.platform),
  homeOption: home,
  yes: true,
  out: createOutput(true),
  composition: {
    homeOf: (named) => resolveHome(named, {}, process.platform),
    runDaemon: () => Promise.reject(new Error("no daemon is run here")),
    loadTerminalCheck: () => Promise.resolve(() => []),
    loadNativeParts: () => Promise.resolve([]),
    loadVendors: () => Promise.resolve([]),
  },
};
process.exitCode = await apply(call);
process.disconnect();
