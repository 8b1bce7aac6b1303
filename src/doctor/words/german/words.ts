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
    late: (seconds) => `Innerhalb von ${seconds} s war nichts herauszufinden.`,
    failed: (why) => `Es ließ sich nicht untersuchen: ${why}`,
    more: (count) => `${count} weitere Ergebnisse werden nicht gezeigt.`,
  },
};
