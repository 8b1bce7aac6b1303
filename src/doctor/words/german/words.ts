import type { DoctorWords } from "../doctor-words.ts";
import { machine } from "./machine.ts";
import { terminalClock } from "./terminal-clock.ts";

export const words: DoctorWords = {
  ...machine,
  ...terminalClock,
  examination: {
    late: (seconds) => `Innerhalb von ${seconds} s war nichts herauszufinden.`,
    failed: (why) => `Es ließ sich nicht untersuchen: ${why}`,
    more: (count) => `${count} weitere Ergebnisse werden nicht gezeigt.`,
  },
  link: { serviceSays: (seen, detail) => `${seen} Der Dienst meldet: ${detail}.` },
};
