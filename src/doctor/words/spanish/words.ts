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
    late: (seconds) => `No se averiguó nada en ${seconds} s.`,
    failed: (why) => `No se pudo examinar: ${why}`,
    more: (count) => `No se muestran otros ${count} resultados.`,
  },
};
