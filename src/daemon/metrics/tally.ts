import type { Labels, Sample } from "./family.ts";

/** Counts, one for each set of labels that was met. */
export class Tally {
  readonly #counts = new Map<string, { readonly labels: Labels; count: number }>();

  add(labels: Labels, times = 1): void {
    const key = keyOf(labels);
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, count: times });
    else known.count += times;
  }

  samples(): readonly Sample[] {
    return [...this.#counts.values()].map(({ labels, count }) => [labels, count]);
  }
}

/** The same for the same labels in the same order, as one place in the program writes them. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(labels);
}
