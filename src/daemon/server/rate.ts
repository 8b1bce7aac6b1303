import { createPace } from "../../core/pace.ts";
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

/** So many of the largest messages at once. */
const LARGE_MESSAGES_AT_ONCE = 2;
/** More than a request of a POS has, so that the limit of requests is the one that is met. */
const USUAL_CHARACTERS = 1_024;

/**
 * Reading a large message costs every other client time, so a socket reads no more of them than its share. Answers for how long
 * it should not be read now: nothing is refused, the client just waits.
 */
export function createReadingPace(
  clock: Clock,
  { messageBytes, requestsPerSecond }: { readonly messageBytes: number; readonly requestsPerSecond: number },
): (characters: number) => number {
  const perSecond = Math.max(messageBytes, requestsPerSecond * USUAL_CHARACTERS);
  return createPace(clock, { perSecond, atOnce: LARGE_MESSAGES_AT_ONCE * messageBytes });
}
