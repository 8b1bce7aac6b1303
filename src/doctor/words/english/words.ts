import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";
import { terminalClock } from "./terminal-clock.ts";

export const words: DoctorWords = {
  ...machine,
  ...terminalClock,
  examination: {
    late: (seconds) => `Nothing was found out within ${seconds} s.`,
    failed: (why) => `It could not be looked at: ${why}`,
    more: (count) => `${count} more findings are not shown.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} The service says: ${detail}.` },
};
