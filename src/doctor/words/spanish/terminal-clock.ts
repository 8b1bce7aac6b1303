import type { TerminalClockWords } from "../terminal-clock-words.ts";

export const terminalClock: TerminalClockWords = {
  terminalClock: {
    shows: (localTime, here) => `En su última respuesta su reloj marcaba ${localTime}; aquí eran ${here}.`,
    ahead: (duration) => `Va adelantado ${duration}.`,
    behind: (duration) => `Va atrasado ${duration}.`,
    wholeHours: "Son horas enteras: es probable que allí o en este equipo haya otra zona horaria.",
    setIt:
      "Poner en hora el terminal en su propio menú, o pedirlo al proveedor: Tillbridge no lo hace. Si es este equipo el que anda mal, lo dicen `clock.time` y `clock.synchronized`.",
  },
};
