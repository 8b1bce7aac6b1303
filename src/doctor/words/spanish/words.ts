import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";

export const words: DoctorWords = {
  ...machine,
  examination: {
    late: (seconds) => `No se averiguó nada en ${seconds} s.`,
    failed: (why) => `No se pudo examinar: ${why}`,
    more: (count) => `No se muestran otros ${count} resultados.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} El servicio dice: ${detail}.` },
};
