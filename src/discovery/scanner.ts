import type { Sighting } from "./sighting.ts";

/** Looks in one way, as long as it is told. */
export interface Scanner<Seen extends Sighting = Sighting> {
  /** What it can see. */
  readonly kinds: readonly Seen["kind"][];
  /** Aborting `signal` ends it at once with what was seen by then. Never rejects: what could not be looked at is a trouble. */
  scan(forMs: number, signal: AbortSignal): Promise<Scanned<Seen>>;
}

export type Scanned<Seen extends Sighting = Sighting> = {
  readonly sightings: readonly Seen[];
  readonly troubles: readonly Trouble[];
};

/** What was not seen, and why. */
export type Trouble = {
  /** The card of which nothing is known now; absent where only a part was left out. */
  readonly card?: string;
  /** The kind of which nothing is known now. */
  readonly kind?: Sighting["kind"];
  /** For people: what happened, where, what to do about it. */
  readonly text: string;
};
