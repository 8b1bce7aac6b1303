import type { Clock } from "../../core/ports.ts";

/** `flooding`: so much over the limit that the socket should not be read for a second. */
export type Admission = "admitted" | "refused" | "flooding";

const FLOOD_FACTOR = 4;
const SECOND_MS = 1_000;

/** A bucket that holds one second's messages and fills evenly. */
export function createRateLimit(clock: Clock, perSecond: number): () => Admission {
  let room = perSecond;
  let refusedInARow = 0;
  let lastMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    room = Math.min(perSecond, room + ((nowMs - lastMs) * perSecond) / SECOND_MS);
    lastMs = nowMs;
    if (room >= 1) {
      room -= 1;
      refusedInARow = 0;
      return "admitted";
    }
    refusedInARow += 1;
    if (refusedInARow < perSecond * (FLOOD_FACTOR - 1)) return "refused";
    refusedInARow = 0;
    return "flooding";
  };
}
