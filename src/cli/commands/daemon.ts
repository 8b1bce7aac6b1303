import type { Command } from "../call.ts";
import { wrongUsage } from "../exit.ts";
import { readWhole } from "../typed-values.ts";

const HIGHEST_PORT = 65_535;

/** Runs the service in the foreground until it is asked to end. */
export const daemon: Command = async (call) => {
  const port = readWhole(call, "port");
  if (port !== undefined && port > HIGHEST_PORT) throw wrongUsage(`--port is 0 to ${HIGHEST_PORT}, not ${port}.`);
  return call.composition.runDaemon({
    ...(call.homeOption === undefined ? {} : { home: call.homeOption }),
    ...(port === undefined ? {} : { port }),
    ...(call.flag("verbose") ? { verbose: true } : {}),
  });
};
