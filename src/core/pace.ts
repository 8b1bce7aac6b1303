import type { Clock } from "./ports.ts";

const SECOND_MS = 1_000;

/**
 * How fast something from outside is read, for those who push it back instead of losing it: `atOnce`, and from then on
 * `perSecond`. Answers for how long nothing more should be read after so much was.
 */
export function createPace(
  clock: Clock,
  { perSecond, atOnce }: { readonly perSecond: number; readonly atOnce: number },
): (amount: number) => number {
  let room = atOnce;
  let lastMs = clock.monotonicMs();
  return (amount) => {
    const nowMs = clock.monotonicMs();
    room = Math.min(atOnce, room + ((nowMs - lastMs) * perSecond) / SECOND_MS) - amount;
    lastMs = nowMs;
    return room >= 0 ? 0 : Math.ceil((-room * SECOND_MS) / perSecond);
  };
}
