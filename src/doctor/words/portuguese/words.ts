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
    late: (seconds) => `Nada foi apurado em ${seconds} s.`,
    failed: (why) => `Não foi possível examinar: ${why}`,
    more: (count) => `Mais ${count} resultados não são mostrados.`,
  },
};
