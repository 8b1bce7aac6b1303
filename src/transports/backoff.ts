export type BackoffBounds = {
  readonly minMs: number;
  readonly maxMs: number;
};

/**
 * How long to wait before the next attempt: a random time between the lower bound and a limit that doubles with each failure
 * up to the upper bound ("full jitter"), so that many terminals behind one switch do not come back in step.
 *
 * @param failures how many attempts failed in a row, from 1
 * @param random a number in [0, 1)
 */
export function backoffMs(failures: number, bounds: BackoffBounds, random: number): number {
  const limitMs = Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(failures, 30));
  return bounds.minMs + Math.floor(random * (limitMs - bounds.minMs));
}
