import type { TerminalClockWords } from "../terminal-clock-words.ts";

export const terminalClock: TerminalClockWords = {
  terminalClock: {
    shows: (localTime, here) => `When it answered last, its clock showed ${localTime}; here it was ${here}.`,
    ahead: (duration) => `It is ${duration} ahead.`,
    behind: (duration) => `It is ${duration} behind.`,
    wholeHours: "Whole hours: it, or this machine, is likely set to another time zone.",
    setIt:
      "Set the clock in the terminal's own menu, or have its provider do it: Tillbridge does not. Where this machine is the one that is wrong, `clock.time` and `clock.synchronized` tell.",
  },
};
