import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";
import { terminalClock } from "./terminal-clock.ts";

export const words: DoctorWords = {
  ...machine,
  ...terminalClock,
  examination: {
    late: (seconds) => `No se averiguó nada en ${seconds} s.`,
    failed: (why) => `No se pudo examinar: ${why}`,
    more: (count) => `No se muestran otros ${count} resultados.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} El servicio dice: ${detail}.` },
};
