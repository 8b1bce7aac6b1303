/** One line of the result. */
export type Figure = {
  readonly what: string;
  /** In words, with its unit. */
  readonly measured: string;
  /** Without a target it is there to compare with. */
  readonly target?: { readonly words: string; readonly isReached: boolean };
};

export type Size = {
  /** Sales of which the latency is taken. */
  readonly sales: number;
  /** Sales before them: what runs for the first times is slower, and a shop's bridge runs for weeks. */
  readonly warmUp: number;
  /** For how long sales are counted. */
  readonly countedMs: number;
  /** Starts of each kind. */
  readonly starts: number;
  /** For how long a daemon with nothing to do is watched. */
  readonly idleMs: number;
};

export function atMost(what: string, value: number, limit: number, unit: string, digits: number): Figure {
  return {
    what,
    measured: `${value.toFixed(digits)} ${unit}`,
    target: { words: `at most ${limit.toString()} ${unit}`, isReached: value <= limit },
  };
}

export function table(figures: readonly Figure[]): string {
  const rows = [
    ["figure", "measured", "to reach", "verdict"],
    ...figures.map(({ what, measured, target }) => [
      what,
      measured,
      target?.words ?? "",
      target === undefined ? "" : target.isReached ? "reached" : "MISSED",
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const [head = [], ...body] = rows.map(line);
  return [head, widths.map((width) => "-".repeat(width)).join("  "), ...body].join("\n");
}
