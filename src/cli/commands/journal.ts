import { JournalFailure } from "../../journal/journal.ts";
import { verifyJournal } from "../../journal/verify.ts";
import type { Command } from "../call.ts";
import { CommandFailure, EXIT } from "../exit.ts";

/** Reads every fact, with the daemon running or not, and changes nothing. Ends with 1 where something is wrong. */
export const verify: Command = async (call) => {
  const report = readReport(call.home.dataDirectory);
  const { transactions, facts, faults } = report;
  call.out.result(report, () =>
    faults.length === 0
      ? `The journal is whole: ${transactions} transactions, ${facts} facts.`
      : [`${faults.length} faults in ${transactions} transactions:`, ...faults].join("\n  "),
  );
  return faults.length === 0 ? EXIT.done : EXIT.refused;
};

function readReport(directory: string) {
  try {
    return verifyJournal(directory);
  } catch (error) {
    throw error instanceof JournalFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
}
