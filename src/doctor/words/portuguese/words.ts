import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";
import { terminalClock } from "./terminal-clock.ts";

export const words: DoctorWords = {
  ...machine,
  ...terminalClock,
  examination: {
    late: (seconds) => `Nada foi apurado em ${seconds} s.`,
    failed: (why) => `Não foi possível examinar: ${why}`,
    more: (count) => `Mais ${count} resultados não são mostrados.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} O serviço diz: ${detail}.` },
};
