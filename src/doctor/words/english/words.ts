import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";

export const words: DoctorWords = {
  ...machine,
  examination: {
    late: (seconds) => `Nothing was found out within ${seconds} s.`,
    failed: (why) => `It could not be looked at: ${why}`,
    more: (count) => `${count} more findings are not shown.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} The service says: ${detail}.` },
};
