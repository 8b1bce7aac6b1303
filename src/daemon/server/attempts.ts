import type { ErrorReason } from "../../core/errors.ts";
import type { Clock } from "../../core/ports.ts";

/** Wrong answers to "who are you" that may have been guesses. */
const GUESSES: ReadonlySet<ErrorReason> = new Set<ErrorReason>(["unauthorized", "pairingFailed", "pairingLocked"]);
const GUESSES_AT_MOST = 5;
const FIRST_PAUSE_MS = 100;

/**
 * What one socket tries before it has a session. A name is never locked for wrong tokens, or a stranger could lock out a till: it is
 * the socket that gets slower with each wrong one, and ends. Nobody else waits.
 */
export interface Attempts {
  /** No more of them are looked at: the socket ends. */
  areUsedUp(): boolean;
  /** This is how an attempt ended. Resolves when it may be answered. */
  refused(reason: ErrorReason): Promise<void>;
}

export function createAttempts(clock: Clock): Attempts {
  let guesses = 0;
  return {
    areUsedUp: () => guesses >= GUESSES_AT_MOST,
    refused: (reason) => {
      if (!GUESSES.has(reason)) return Promise.resolve();
      guesses += 1;
      const pauseMs = guesses < 2 ? 0 : FIRST_PAUSE_MS * 2 ** (guesses - 2);
      return pauseMs === 0 ? Promise.resolve() : new Promise((resolve) => clock.after(pauseMs, resolve));
    },
  };
}
