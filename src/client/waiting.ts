import type { Clock } from "../core/ports.ts";

/** One loop's pauses, which anybody may end early. */
export type Waiting = {
  pause(durationMs: number, orUntil?: Promise<unknown>): Promise<void>;
  wakeUp(): void;
};

export function createWaiting(clock: Clock): Waiting {
  let end = () => {};
  return {
    pause: (durationMs, orUntil) =>
      new Promise((resolve) => {
        const timer = clock.after(durationMs, resolve);
        const endThis = () => {
          timer.cancel();
          resolve();
        };
        end = endThis;
        void orUntil?.then(endThis);
      }),
    wakeUp: () => end(),
  };
}

/** Doubles with each failure up to a limit, and takes between half and all of that, so that tills do not come in step. */
export function backoffMs(firstMs: number, longestMs: number, failures: number, random: number): number {
  const longest = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 16));
  return Math.round((longest * (1 + random)) / 2);
}
