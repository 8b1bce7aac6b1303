/** What should not have been written. */
export type Find = {
  /** In the file: a byte, a column, what it is packed in. */
  readonly place: string;
  readonly kind: "card number" | "track data" | "secret";
  /** Enough to tell which, and no more. */
  readonly shown: string;
};

/** What a run is known to have used. */
export type Known = {
  /** Card numbers, whether or not they look like one. */
  readonly numbers: readonly string[];
  readonly secrets: readonly { readonly name: string; readonly value: string }[];
};

export const within = (outer: string, finds: readonly Find[]): readonly Find[] =>
  finds.map((find) => ({ ...find, place: `${outer}, ${find.place}` }));

export const shownNumber = (digits: string): string => `${digits.length} digits, ...${digits.slice(-4)}`;
