import { existsSync } from "node:fs";
import { join } from "node:path";
import { JournalFailure } from "../../journal/journal.ts";
import { verifyRecent, type RecentReport } from "../../journal/verify.ts";
import { fault, ok, type Examination, type Finding } from "../check.ts";

/** Milliseconds of work; who was damaged longer ago is found by `tillbridge journal verify`. */
const MOST_TRANSACTIONS = 200;
const VERIFY = "`tillbridge journal verify` reads all of it, with the service running or not.";

/** The newest part of the journal, while payments may run. It is opened for reading, and closed at once. */
export function journalExamination(dataDirectory: string): Examination {
  return { id: "journal.recent", examine: async () => [check(dataDirectory)] };
}

function check(dataDirectory: string): Finding {
  const id = "journal.recent";
  // Before the first start there is nothing to know.
  if (!existsSync(join(dataDirectory, "journal.db")) && !existsSync(join(dataDirectory, "installation.json")))
    return ok(id, `There is no journal in ${dataDirectory} yet.`);
  try {
    return reported(id, verifyRecent(dataDirectory, MOST_TRANSACTIONS));
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    return fault(id, error.message, VERIFY);
  }
}

function reported(id: string, { transactions, facts, faults }: RecentReport): Finding {
  const [first] = faults;
  if (first === undefined)
    return ok(id, `The newest ${transactions} transactions are whole, with ${facts} facts. ${VERIFY}`);
  const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more faults`;
  return fault(
    id,
    `The journal is damaged: ${first}${more}.`,
    `${VERIFY} Copy the data folder before anything else, and put the last backup in its place with \`tillbridge journal adopt\`.`,
  );
}
