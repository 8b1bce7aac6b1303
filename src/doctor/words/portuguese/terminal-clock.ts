import type { TerminalClockWords } from "../terminal-clock-words.ts";

export const terminalClock: TerminalClockWords = {
  terminalClock: {
    shows: (localTime, here) => `Na última resposta, o relógio dele mostrava ${localTime}; aqui eram ${here}.`,
    ahead: (duration) => `Está ${duration} adiantado.`,
    behind: (duration) => `Está ${duration} atrasado.`,
    wholeHours: "São horas inteiras: é provável que lá ou neste computador esteja outro fuso horário.",
    setIt:
      "Acertar o relógio no menu do próprio terminal, ou pedir ao fornecedor: o Tillbridge não faz isso. Se é este computador que está errado, `clock.time` e `clock.synchronized` dizem.",
  },
};
