import type { Clock } from "../../core/ports.ts";

/**
 * How long no code of a name is taken, after codes of that name died of wrong tries: longer with each one that died, so that
 * whoever guesses gets slower than people who make codes. Holds only names that an administrator made a code for.
 */
export interface Lockout {
  /** 0 where codes of this name are taken. */
  remainingMs(pos: string): number;
  wrongTry(pos: string): void;
  /** A code died. Answers for how long none is taken now. */
  codeDied(pos: string): number;
  forget(pos: string): void;
}

const FIRST_LOCK_MS = 30_000;
const LONGEST_LOCK_MS = 900_000;
const FORGOTTEN_AFTER_MS = 3_600_000;
/** More than a shop has tills. Of more, the one that was tried longest ago is forgotten. */
const MAX_NAMES = 1_000;

type Tried = { readonly deaths: number; readonly lockedUntilMs: number; readonly lastWrongMs: number };

const NEVER_TRIED: Tried = { deaths: 0, lockedUntilMs: 0, lastWrongMs: 0 };

export function createLockout(clock: Clock): Lockout {
  const names = new Map<string, Tried>();
  const triedOf = (pos: string): Tried => {
    const tried = names.get(pos);
    if (tried === undefined) return NEVER_TRIED;
    if (clock.monotonicMs() - tried.lastWrongMs < FORGOTTEN_AFTER_MS) return tried;
    names.delete(pos);
    return NEVER_TRIED;
  };
  const keep = (pos: string, tried: Tried) => {
    names.delete(pos);
    names.set(pos, tried);
    const [oldest] = names.keys();
    if (names.size > MAX_NAMES && oldest !== undefined) names.delete(oldest);
  };
  return {
    remainingMs: (pos) => Math.max(0, triedOf(pos).lockedUntilMs - clock.monotonicMs()),
    wrongTry: (pos) => keep(pos, { ...triedOf(pos), lastWrongMs: clock.monotonicMs() }),
    codeDied: (pos) => {
      const deaths = triedOf(pos).deaths + 1;
      const lockMs = lockAfter(deaths);
      const nowMs = clock.monotonicMs();
      keep(pos, { deaths, lockedUntilMs: nowMs + lockMs, lastWrongMs: nowMs });
      return lockMs;
    },
    forget: (pos) => void names.delete(pos),
  };
}

/** The first one may have been a person with fat fingers. */
function lockAfter(deaths: number): number {
  return deaths < 2 ? 0 : Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (deaths - 2));
}
