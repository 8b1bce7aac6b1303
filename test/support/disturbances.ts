/** What becomes of one message on its way, of those in one direction the one that comes after so many others. */
export type Disturbance = {
  readonly direction: Direction;
  readonly after: number;
} & (
  | { readonly kind: "lost" | "doubled" }
  /** Messages that are sent later may overtake it. */
  | { readonly kind: "late"; readonly lateMs: number }
  /** `at` counts from the start, around the end and on. */
  | { readonly kind: "corrupted"; readonly at: number; readonly mask: number }
);

export type Direction = "toTerminal" | "fromTerminal";

/** One arrival. */
export type Passing = { readonly bytes: Uint8Array; readonly lateMs: number };

export class Disturbances {
  #pending: readonly Disturbance[] = [];

  add(disturbance: Disturbance): void {
    this.#pending = [...this.#pending, disturbance];
  }

  clear(): void {
    this.#pending = [];
  }

  /** How a message arrives: once and unharmed, if nothing is to happen to it. */
  passing(direction: Direction, bytes: Uint8Array): readonly Passing[] {
    const mine = this.#pending.filter((one) => one.direction === direction);
    const [due] = mine.filter(({ after }) => after === 0);
    this.#pending = this.#pending
      .filter((one) => one !== due)
      .map((one) => (one.direction === direction && one.after > 0 ? { ...one, after: one.after - 1 } : one));
    return arrivals(bytes, due);
  }
}

function arrivals(bytes: Uint8Array, disturbance: Disturbance | undefined): readonly Passing[] {
  const unharmed = { bytes, lateMs: 0 };
  switch (disturbance?.kind) {
    case undefined:
      return [unharmed];
    case "lost":
      return [];
    case "doubled":
      return [unharmed, unharmed];
    case "late":
      return [{ bytes, lateMs: disturbance.lateMs }];
    case "corrupted": {
      if (bytes.length === 0) return [unharmed];
      const corrupted = Uint8Array.from(bytes);
      const at = disturbance.at % bytes.length;
      corrupted[at] = (corrupted[at] ?? 0) ^ disturbance.mask;
      return [{ bytes: corrupted, lateMs: 0 }];
    }
  }
}
