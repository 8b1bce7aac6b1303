import type { DoctorWords } from "../doctor-words.ts";
import { command } from "./command.ts";
import { machine } from "./machine.ts";
import { network } from "./network.ts";
import { terminalClock } from "./terminal-clock.ts";
import { terminals } from "./terminals.ts";

export const words: DoctorWords = {
  ...machine,
  ...network,
  ...terminals,
  ...terminalClock,
  ...command,
  examination: {
    late: (seconds) => `Nothing was found out within ${seconds} s.`,
    failed: (why) => `It could not be looked at: ${why}`,
    more: (count) => `${count} more findings are not shown.`,
  },
};
