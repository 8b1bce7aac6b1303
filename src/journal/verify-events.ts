import type { DatabaseSync } from "node:sqlite";
import { integer, text } from "./rows.ts";
import type { Report } from "./verify-history.ts";

/** The numbers of each POS's kept events go up from 1; those that are missing went with pruned transactions, which say how many. */
export function verifyEventNumbers(database: DatabaseSync, report: Report): void {
  const pruned = prunedEvents(database);
  let last: { readonly pos: string; readonly seq: number } | undefined;
  let gaps: Gaps = { missing: 0, words: [] };
  const end = (): void => {
    if (last !== undefined) reportGaps(last.pos, gaps, pruned.get(last.pos) ?? 0, report);
  };
  for (const row of database.prepare("SELECT pos, seq FROM outbox ORDER BY pos, seq").iterate()) {
    const next = { pos: text(row, "pos"), seq: integer(row, "seq") };
    if (last?.pos !== next.pos) {
      end();
      gaps = { missing: 0, words: [] };
    }
    const before: number = last?.pos === next.pos ? last.seq : 0;
    if (next.seq !== before + 1) gaps = withGap(gaps, before, next.seq);
    last = next;
  }
  end();
}

type Gaps = { readonly missing: number; readonly words: readonly string[] };

/** So many are named; the others are counted. */
const MOST_NAMED = 20;

function withGap({ missing, words }: Gaps, before: number, next: number): Gaps {
  const word = before === 0 ? `they begin with ${next}` : `${before} is followed by ${next}`;
  return { missing: missing + next - before - 1, words: words.length < MOST_NAMED ? [...words, word] : words };
}

function reportGaps(pos: string, { missing, words }: Gaps, pruned: number, report: Report): void {
  if (missing === pruned) return;
  report(`events of ${pos}: ${missing} are missing, of which ${pruned} were pruned: ${words.join(", ") || "no gap"}`);
}

function prunedEvents(database: DatabaseSync): ReadonlyMap<string, number> {
  if (database.prepare("SELECT 1 FROM pragma_table_info('tombstones') WHERE name = 'events'").get() === undefined) {
    return new Map();
  }
  const sums = database.prepare("SELECT pos, sum(events) AS events FROM tombstones GROUP BY pos").all();
  return new Map(sums.map((row) => [text(row, "pos"), integer(row, "events")]));
}
