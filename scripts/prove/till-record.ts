import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** One line of what a POS program writes down, before it does anything else. */
export type TillEntry = { readonly atMs: number } & (
  | { readonly kind: "asked"; readonly requestId: string; readonly amount: number }
  | ({ readonly kind: "told" } & ToldOutcome)
  /** The client says that nothing was stored, or the program gave up what was never stored. */
  | { readonly kind: "notStarted"; readonly requestId: string; readonly why: string }
  | { readonly kind: "alarm"; readonly code: string; readonly transaction: string; readonly text: string }
  /** What never happens to a POS program that is told the truth. */
  | { readonly kind: "complaint"; readonly text: string }
);

type ToldOutcome = {
  readonly requestId: string;
  readonly transaction: string;
  readonly revision: number;
  readonly outcome: string;
  readonly amount?: number;
  readonly decidedBy: string;
};

export type Told = {
  readonly requestId: string;
  readonly transaction: string;
  readonly revision: number;
  readonly kind: string;
  readonly amount?: number;
  readonly decidedBy: string;
  readonly atMs: number;
};

/** What one POS asked for and was told, over all the lives of its program. */
export type TillRecord = {
  readonly pos: string;
  readonly asked: readonly { readonly requestId: string; readonly amount: number; readonly atMs: number }[];
  /** In the order in which it was told. */
  readonly told: readonly Told[];
  readonly notStarted: ReadonlySet<string>;
  readonly complaints: readonly string[];
  /** By transaction: why a person was asked to decide. */
  readonly personNeeded: ReadonlyMap<string, string>;
};

export function appendEntry(file: string, entry: TillEntry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

export function readEntries(file: string): readonly TillEntry[] {
  if (!existsSync(file)) return [];
  // The last line of a program that was killed may not be whole; what it did afterwards it did not do.
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line) as TillEntry);
}

export function recordOf(pos: string, entries: readonly TillEntry[]): TillRecord {
  const only = <Kind extends TillEntry["kind"]>(kind: Kind) =>
    entries.filter((entry): entry is Extract<TillEntry, { readonly kind: Kind }> => entry.kind === kind);
  return {
    pos,
    asked: only("asked"),
    told: only("told").map(({ outcome, ...told }) => ({ ...told, kind: outcome })),
    notStarted: new Set(only("notStarted").map(({ requestId }) => requestId)),
    complaints: only("complaint").map(({ text }) => text),
    personNeeded: new Map(
      only("alarm")
        .filter(({ code }) => code === "personNeeded")
        .map(({ transaction, text }) => [transaction, text]),
    ),
  };
}
