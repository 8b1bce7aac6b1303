import type { Moment } from "./moments.ts";
import type { Fault } from "./plan.ts";
import type { Ending } from "./stricken.ts";

export type Counts<Key extends string> = Readonly<Partial<Record<Key, number>>>;

/** One run of kills. */
export type KillRun = {
  readonly commit: string;
  /** RFC 3339. */
  readonly date: string;
  readonly seed: number;
  readonly shops: number;
  readonly seconds: number;
  /** How often a kill hit at this moment with this fault. */
  readonly kills: Readonly<Partial<Record<Moment, Counts<Fault>>>>;
  /** Requests of all tills, and movements in the ledgers. */
  readonly asked: number;
  readonly moved: number;
  /** How the sales that the kills hit ended, by the moment of the kill. */
  readonly stricken: Readonly<Partial<Record<Moment, Counts<Ending>>>>;
  /** Recoveries by the longest that they took, in ms: what the terminal knew, and what was proved by its absence. */
  readonly knownMs: Counts<string>;
  readonly absentMs: Counts<string>;
  readonly violations: Counts<string>;
};

/** One run of random worlds under virtual time. */
export type WorldRun = {
  readonly commit: string;
  readonly date: string;
  readonly worlds: number;
  readonly violations: number;
  readonly seconds: number;
  readonly processes: number;
};

export type ProofRecord = {
  readonly version: 1;
  readonly kills: readonly KillRun[];
  readonly worlds: readonly WorldRun[];
};

export function countInto<Key extends string>(counts: Counts<Key>, key: Key): Counts<Key> {
  return { ...counts, [key]: (counts[key] ?? 0) + 1 };
}
