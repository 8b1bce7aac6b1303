import type { TerminalClockWords } from "../terminal-clock-words.ts";

export const terminalClock: TerminalClockWords = {
  terminalClock: {
    shows: (localTime, here) => `Bei seiner letzten Antwort zeigte seine Uhr ${localTime}; hier war es ${here}.`,
    ahead: (duration) => `Sie geht ${duration} vor.`,
    behind: (duration) => `Sie geht ${duration} nach.`,
    wholeHours: "Ganze Stunden: Wahrscheinlich ist dort oder auf diesem Rechner eine andere Zeitzone eingestellt.",
    setIt:
      "Die Uhr im Menü des Terminals stellen oder vom Anbieter stellen lassen: Tillbridge tut es nicht. Ob dieser Rechner falsch geht, zeigen `clock.time` und `clock.synchronized`.",
  },
};
