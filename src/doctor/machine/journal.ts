import { existsSync } from "node:fs";
import { join } from "node:path";
import { JournalFailure } from "../../journal/journal.ts";
import { verifyRecent, type RecentReport } from "../../journal/verify.ts";
import { asItIs, fault, ok, type Examination, type Finding, type Said } from "../check.ts";

/** Milliseconds of work; who was damaged longer ago is found by `tillbridge journal verify`. */
const MOST_TRANSACTIONS = 200;

/** The newest part of the journal, while payments may run. It is opened for reading, and closed at once. */
export function journalExamination(dataDirectory: string): Examination {
  return { id: "journal.recent", examine: async () => [check(dataDirectory)] };
}

function check(dataDirectory: string): Finding {
  const id = "journal.recent";
  // Before the first start there is nothing to know.
  if (!existsSync(join(dataDirectory, "journal.db")) && !existsSync(join(dataDirectory, "installation.json")))
    return ok(id, ({ journal: words }) => words.none(dataDirectory));
  try {
    return reported(id, verifyRecent(dataDirectory, MOST_TRANSACTIONS));
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    return fault(id, asItIs(error.message), ({ journal: words }) => words.verify);
  }
}

function reported(id: string, { transactions, facts, faults }: RecentReport): Finding {
  const [first] = faults;
  if (first === undefined) return ok(id, ({ journal: words }) => words.newest(transactions, facts));
  return fault(id, damagedBy(first, faults.length - 1), ({ journal: words }) => words.restore);
}

/** @param more as many others */
export function damagedBy(first: string, more: number): Said {
  return ({ journal: words }) => (more === 0 ? words.damaged(first) : words.damagedMore(first, more));
}
