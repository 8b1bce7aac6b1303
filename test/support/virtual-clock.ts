import type { Clock, Timer } from "../../src/core/ports.ts";

/** A clock that stands still until a test moves it. */
export interface VirtualClock extends Clock {
  /**
   * Moves both clocks on, rings every timer that falls due, in the order of their times (first set, first rung), and lets the
   * code under test come to rest after each. Timers set on the way ring as well when they fall due.
   */
  advance(durationMs: number): Promise<void>;
  /** Waits until no promise has a next step: all microtasks have run, and one turn of the event loop. */
  settle(): Promise<void>;
  /** Sets the wall clock alone, as a person or NTP does. The monotonic clock and the timers do not notice. */
  setWallClock(nowMs: number): void;
  /** Timers that neither rang nor were canceled. */
  pendingTimers(): number;
}

type Pending = { readonly dueMs: number; readonly order: number; readonly ring: () => void };

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export function createVirtualClock(startMs: number = START_MS): VirtualClock {
  const pending = new Set<Pending>();
  let elapsedMs = 0;
  let wallStartMs = startMs;
  let order = 0;

  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  const nextDue = (limitMs: number): Pending | undefined => {
    let next: Pending | undefined;
    for (const timer of pending) {
      if (timer.dueMs > limitMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  };

  return {
    now: () => wallStartMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    after: (delayMs, ring): Timer => {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), order: order++, ring };
      pending.add(timer);
      return { cancel: () => void pending.delete(timer) };
    },
    advance: async (durationMs) => {
      const endMs = elapsedMs + durationMs;
      await settle();
      for (let timer = nextDue(endMs); timer !== undefined; timer = nextDue(endMs)) {
        pending.delete(timer);
        elapsedMs = timer.dueMs;
        timer.ring();
        await settle();
      }
      elapsedMs = endMs;
    },
    settle,
    setWallClock: (nowMs) => {
      wallStartMs = nowMs - elapsedMs;
    },
    pendingTimers: () => pending.size,
  };
}
