export type Hour = { readonly fromMs: number; readonly toMs: number };

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Minutes that the clock on the wall is ahead of UTC at this moment. */
export type Offset = (atMs: number) => number;

export const localOffset: Offset = (atMs) => -new Date(atMs).getTimezoneOffset();

/**
 * The hours of a time as the clock on the wall tells them: each one begins when that shows a full hour. A day on which clocks are set
 * has 23 or 25 of them. The first and the last are cut off where the time begins and ends.
 */
export function hoursBetween(fromMs: number, toMs: number, offset: Offset = localOffset): readonly Hour[] {
  const hours: Hour[] = [];
  for (let beganMs = fromMs; beganMs < toMs;) {
    const endsMs = Math.min(toMs, nextFullHour(beganMs, offset));
    hours.push({ fromMs: beganMs, toMs: endsMs });
    beganMs = endsMs;
  }
  return hours;
}

/** Where clocks are set by half an hour, that half stands alone. */
function nextFullHour(atMs: number, offset: Offset): number {
  const aheadMs = offset(atMs) * MINUTE_MS;
  return Math.floor((atMs + aheadMs) / HOUR_MS) * HOUR_MS - aheadMs + HOUR_MS;
}
