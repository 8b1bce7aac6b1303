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
/** Nobody who has no session has more to say than its name, its token and its program's. */
export const STRANGERS_MESSAGE_CHARACTERS = 8_192;
const STRANGERS_PIECES_PER_SECOND = 20;
/** A client that pings more often than this keeps nothing alive by it. */
const PINGS_PER_SECOND = 10;

/** For how long a socket should not be read, after so much of it was: nothing is refused, the client just waits. */
export type ReadingPace = {
  /** A message, which costs its parsing. */
  readonly message: (characters: number) => number;
  /** What came at once, which costs a look at it, however small it is. */
  readonly piece: (bytes: number) => number;
  readonly ping: () => number;
};

/**
 * Reading costs every other client time, so a socket is read no faster than its share. Who has a session may say as much as its
 * requests need; a stranger, what it takes to open one.
 */
export function createReadingPace(
  clock: Clock,
  { messageBytes, requestsPerSecond }: { readonly messageBytes: number; readonly requestsPerSecond: number },
  isStranger: () => boolean,
): ReadingPace {
  const perSecond = Math.max(messageBytes, requestsPerSecond * USUAL_CHARACTERS);
  const message = createPace(clock, { perSecond, atOnce: LARGE_MESSAGES_AT_ONCE * messageBytes });
  const pieces = createPace(clock, { perSecond: 4 * requestsPerSecond, atOnce: 4 * requestsPerSecond });
  const strangersBytes = createPace(clock, {
    perSecond: STRANGERS_MESSAGE_CHARACTERS,
    atOnce: 2 * STRANGERS_MESSAGE_CHARACTERS,
  });
  const strangersPieces = createPace(clock, {
    perSecond: STRANGERS_PIECES_PER_SECOND,
    atOnce: 2 * STRANGERS_PIECES_PER_SECOND,
  });
  const pings = createPace(clock, { perSecond: PINGS_PER_SECOND, atOnce: 2 * PINGS_PER_SECOND });
  return {
    message,
    piece: (bytes) => (isStranger() ? Math.max(strangersBytes(bytes), strangersPieces(1)) : pieces(1)),
    ping: () => pings(1),
  };
}
