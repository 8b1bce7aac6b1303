import type { Clock } from "../core/ports.ts";

/** The clock of the browser or of Node. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, ring) => {
    const timer = setTimeout(ring, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};
