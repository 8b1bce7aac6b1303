import type { Clock } from "../core/ports.ts";

/** The machine's clocks. Timers keep the process alive: who sets one cancels it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
