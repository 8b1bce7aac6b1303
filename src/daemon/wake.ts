import type { Clock, Timer } from "../core/ports.ts";

const LOOK_MS = 1_000;
/** The clock that a sleeping machine stops falls behind the one that goes on; where none stops, the look itself comes late. */
const GAP_MS = 5_000;

/**
 * Notices that the machine slept: a laptop's lid, a shop's PC at night. Every link that was open then is as good as dead, and nobody says so. A
 * clock that is set forward looks the same.
 */
export function watchForWake(clock: Clock, woke: (gapMs: number) => void): Disposable {
  let [wallMs, monotonicMs] = [clock.now(), clock.monotonicMs()];
  let timer: Timer;

  const look = (): void => {
    const [wallNow, monotonicNow] = [clock.now(), clock.monotonicMs()];
    const passedMs = monotonicNow - monotonicMs;
    const gapMs = Math.max(wallNow - wallMs - passedMs, passedMs - LOOK_MS);
    [wallMs, monotonicMs] = [wallNow, monotonicNow];
    if (gapMs >= GAP_MS) woke(gapMs);
    timer = clock.after(LOOK_MS, look);
  };
  timer = clock.after(LOOK_MS, look);
  return { [Symbol.dispose]: () => timer.cancel() };
}
