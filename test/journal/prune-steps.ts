import { openJournal } from "../../src/journal/sqlite.ts";

/** A program for tests to kill: prunes three transactions at a time and prints each step. */
const [directory = "", before = ""] = process.argv.slice(2);
const journal = await openJournal({ directory });

let cursor: string | undefined;
let steps = 0;
do {
  const pruned = await journal.prune(before, 3, cursor);
  cursor = pruned.cursor;
  steps += 1;
  process.stdout.write(`step ${steps}\n`);
} while (cursor !== undefined);
await journal.close();
