import type { Clock } from "../core/ports.ts";
import type { Opened } from "./transport.ts";

export type Failure = Opened & { readonly kind: "failed" };

/** Of work that goes on after its attempt was over: nobody hears it, since the attempt has answered why. */
export const OVER: Failure = { kind: "failed", why: "it was given up" };

/** One try to open something, which ends in time whatever the library beneath does. */
export interface Attempt {
  /** Asked after each step: where it is, what was opened is closed, and `OVER` answered. */
  isOver(): boolean;
  /** What it is at, for the message when the time is over: completes "it did not open in time: ...". */
  at(step: string): void;
  /** Resolves after that time, and at once when the attempt is over. */
  rest(durationMs: number): Promise<void>;
}

/**
 * Works until there is a result, the time is over or `signal` aborts. What comes about after that is handed to `undo`: a device
 * that opens too late is closed.
 */
export async function attempt<Result>(
  clock: Clock,
  limit: { readonly what: string; readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
  work: (attempt: Attempt) => Promise<Result>,
  undo: (result: Result) => void,
): Promise<Result | Failure> {
  const atEnd = new Set<() => void>();
  let over: Failure | undefined;
  let step = "";
  const end = (why: string): void => {
    over ??= { kind: "failed", why };
    for (const run of [...atEnd]) run();
  };
  const ended = new Promise<void>((resolve) => atEnd.add(resolve));
  const giveUp = (): void => end(`opening ${limit.what} was given up`);
  const timer = clock.after(limit.timeoutMs, () =>
    end(`${limit.what} did not open within ${limit.timeoutMs} ms${step}`),
  );
  if (limit.signal?.aborted === true) giveUp();
  limit.signal?.addEventListener("abort", giveUp, { once: true });

  const rest = (durationMs: number): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        pause.cancel();
        atEnd.delete(wake);
        resolve();
      };
      const pause = clock.after(over === undefined ? durationMs : 0, wake);
      atEnd.add(wake);
    });

  const worked = work({
    isOver: () => over !== undefined,
    at: (words) => {
      step = `: ${words}`;
    },
    rest,
  });
  try {
    await Promise.race([worked, ended]);
    if (over === undefined) return await worked;
    worked.then(undo, () => {});
    return over;
  } finally {
    timer.cancel();
    limit.signal?.removeEventListener("abort", giveUp);
  }
}
