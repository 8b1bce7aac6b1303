import type { Clock } from "../../core/ports.ts";

/** Borders of hours lie on quarters of an hour in every time zone. */
const QUARTER_MS = 15 * 60_000;
const KEPT_MS = 48 * 3_600_000;
/** As many quarters, whatever the clock is set to. */
const MOST_QUARTERS = KEPT_MS / QUARTER_MS + 1;
/** More than can be configured, so that those that were removed a moment ago are still told. */
const MOST_TERMINALS = 512;

export type LossCount = { readonly terminal: string; readonly count: number };

/** Which links were lost when: in memory, for two days, a few numbers for each terminal. */
export class LinkLosses {
  readonly #clock: Clock;
  readonly #begunMs: number;
  /** By terminal: how many in the quarter of an hour that began then. */
  readonly #quarters = new Map<string, Map<number, number>>();
  readonly #totals = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#begunMs = clock.now();
  }

  lost(terminal: string): void {
    this.#totals.set(terminal, this.total(terminal) + 1);
    const quarters = this.#quarters.get(terminal) ?? new Map<number, number>();
    // Put last again: whose last loss is the longest ago goes first.
    this.#quarters.delete(terminal);
    this.#quarters.set(terminal, quarters);
    const began = Math.floor(this.#clock.now() / QUARTER_MS) * QUARTER_MS;
    quarters.set(began, (quarters.get(began) ?? 0) + 1);
    removeFirst(quarters, MOST_QUARTERS);
    removeFirst(this.#quarters, MOST_TERMINALS);
  }

  /** Its series ends; what was lost before is still told for its hours. */
  removed(terminal: string): void {
    this.#totals.delete(terminal);
  }

  /** Since the service began. */
  total(terminal: string): number {
    return this.#totals.get(terminal) ?? 0;
  }

  /** Nothing is known of the time before. */
  get sinceMs(): number {
    return Math.max(this.#begunMs, this.#clock.now() - KEPT_MS);
  }

  /** Of quarters that begin in this time, by terminal; those that lost none are left out. */
  between(fromMs: number, toMs: number): readonly LossCount[] {
    const oldestMs = this.#clock.now() - KEPT_MS - QUARTER_MS;
    return [...this.#quarters]
      .map(([terminal, quarters]) => {
        const those = [...quarters].filter(([began]) => began >= fromMs && began < toMs && began > oldestMs);
        return { terminal, count: those.reduce((sum, [, count]) => sum + count, 0) };
      })
      .filter(({ count }) => count > 0)
      .sort((one, other) => (one.terminal < other.terminal ? -1 : 1));
  }
}

function removeFirst<Key>(map: Map<Key, unknown>, most: number): void {
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
