import type { KeptEntry } from "./kept-entry.ts";

export type RingLimits = { readonly entries: number; readonly characters: number };

/** The last entries: when there is no room for one more, the oldest give way, and are counted. */
export class Ring {
  #entries: (KeptEntry | undefined)[] = [];
  /** Those before it have given way, and nothing is there any more. */
  #first = 0;
  #characters = 0;
  #missing = 0;

  get last(): KeptEntry | undefined {
    return this.#entries.at(-1);
  }

  /** So many have given way. */
  get missing(): number {
    return this.#missing;
  }

  get characters(): number {
    return this.#characters;
  }

  get length(): number {
    return this.#entries.length - this.#first;
  }

  push(entry: KeptEntry, limits: RingLimits): void {
    this.#entries.push(entry);
    this.#characters += entry.size;
    this.shrink(limits);
  }

  shrink({ entries, characters }: RingLimits): void {
    while (this.length > entries || (this.#characters > characters && this.length > 0)) {
      this.#characters -= this.#entries[this.#first]?.size ?? 0;
      this.#entries[this.#first] = undefined;
      this.#first += 1;
      this.#missing += 1;
    }
    // Half a list at a time, so that each entry is moved about once.
    if (this.#first * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#first);
    this.#first = 0;
  }

  /** The oldest first. What comes later does not change it. */
  all(): readonly KeptEntry[] {
    return this.#entries.slice(this.#first).filter((entry) => entry !== undefined);
  }
}
