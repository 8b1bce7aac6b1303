import type { Family, Labels, SpreadSample } from "./family.ts";
import { keyOf } from "./tally.ts";

type Kept = { readonly labels: Labels; readonly counts: number[]; sum: number; count: number };

/** How values are spread over fixed bounds, for each set of labels that was met: room for the labels, whatever comes. */
export class Histogram {
  readonly #about: { readonly name: string; readonly help: string; readonly bounds: readonly number[] };
  readonly #kept = new Map<string, Kept>();

  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#about = { name, help, bounds };
  }

  add(labels: Labels, value: number): void {
    const { bounds } = this.#about;
    const key = keyOf(labels);
    const kept = this.#kept.get(key) ?? {
      labels,
      counts: new Array<number>(bounds.length + 1).fill(0),
      sum: 0,
      count: 0,
    };
    this.#kept.set(key, kept);
    const within = bounds.findIndex((bound) => value <= bound);
    const place = within === -1 ? bounds.length : within;
    kept.counts[place] = (kept.counts[place] ?? 0) + 1;
    kept.sum += value;
    kept.count += 1;
  }

  family(): Family {
    const samples = [...this.#kept.values()].map(({ labels, counts, sum, count }): SpreadSample => [
      labels,
      { counts: [...counts], sum, count },
    ]);
    return { kind: "histogram", ...this.#about, samples };
  }
}
