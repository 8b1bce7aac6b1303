import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { changeJournal, INSTALLATION_FILE, readInstallation } from "../../home/installation.ts";
import { quarantineJournal } from "../../home/quarantine.ts";
import { WITNESS_FILE } from "../../home/witness.ts";
import { adoptJournal, startJournal, type PersonsWord } from "../../journal/adopt.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { verifyJournal } from "../../journal/verify.ts";
import type { Call, Command } from "../call.ts";
import { confirmed, NOTHING_CHANGED } from "../confirm.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { startIt } from "../local-daemon.ts";
import { inHome } from "./config-home.ts";

/** Puts what is there aside, however damaged it is, and makes an empty journal in its place. */
export const startNew: Command = async (call) => {
  const word = wordOf(call);
  return alone(call, async () => {
    const before = await knownJournal(call);
    const isThere = existsSync(join(call.home.dataDirectory, "journal.db"));
    if (before === undefined && !isThere) {
      throw refusal("There has been no journal here: the service makes one at its first start.");
    }
    const question =
      "The new journal knows no payment that was made before: an old request that is repeated without its `journal` is charged again, and " +
      `nobody is asked about payments that are in doubt. Does ${word.operator} want that?`;
    if (!(await confirmed(call, question, NOTHING_CHANGED))) return EXIT.refused;
    const folder = await quarantineJournal(call.home.dataDirectory, word.at);
    const was = `the one before was ${before ?? "unknown"}, ${folder === undefined ? "and is lost" : `now in ${folder}`}`;
    const journal = startJournal(call.home.dataDirectory, word, was);
    await become(call, journal);
    const aside = folder === undefined ? "" : ` What was there is in ${join(call.home.dataDirectory, folder)}.`;
    call.out.result({ journal, ...(folder === undefined ? {} : { folder }) }, () => {
      return `A new journal was started: ${journal}.${aside} ${startIt(call.homeOption)}`;
    });
    return EXIT.done;
  });
};

/** Takes the journal that is there, whole but not the one that was expected, under a new id. */
export const adopt: Command = async (call) => {
  const word = wordOf(call);
  return alone(call, async () => {
    const { faults, transactions } = verifyJournal(call.home.dataDirectory);
    if (faults.length > 0) {
      throw refusal(
        `This journal is not whole, so it cannot be adopted: ${faults[0] ?? ""}. \`tillbridge journal verify\` tells all; ` +
          "`tillbridge journal start-new` begins another one.",
      );
    }
    const question =
      `The journal that is there, of ${transactions} transactions, may not know what happened since it was copied: nothing that it holds as ` +
      `open is decided by itself, and refunds made since are not known. Does ${word.operator} want to go on with it?`;
    if (!(await confirmed(call, question, NOTHING_CHANGED))) return EXIT.refused;
    const adopted = adoptJournal(call.home.dataDirectory, word);
    await become(call, adopted.journal);
    call.out.result(adopted, () => {
      const open = adopted.leftToPerson;
      const decide = open.length === 0 ? "" : `\nCompare with the terminal and resolve: ${open.join(", ")}`;
      return `The journal is adopted, as ${adopted.journal}. ${startIt(call.homeOption)}${decide}`;
    });
    return EXIT.done;
  });
};

/** The witness is of the journal before; an installation that names a journal which is not there is refused, so it comes last. */
async function become({ home: { dataDirectory } }: Call, journal: string): Promise<void> {
  await rm(join(dataDirectory, WITNESS_FILE), { force: true });
  await changeJournal(join(dataDirectory, INSTALLATION_FILE), journal);
}

async function knownJournal({ home: { dataDirectory } }: Call): Promise<string | undefined> {
  const read = await readInstallation(join(dataDirectory, INSTALLATION_FILE));
  return read.kind === "known" ? read.installation.journal : undefined;
}

function wordOf(call: Call): PersonsWord {
  const reason = call.text("reason");
  if (reason === undefined || reason.trim() === "") throw wrongUsage("Say why with --reason: it is kept for ever.");
  return { operator: call.text("operator") ?? userInfo().username, reason, at: new Date().toISOString() };
}

async function alone(call: Call, work: () => Promise<number>): Promise<number> {
  try {
    return await inHome(call, {
      alone: work,
      besideDaemon: () => {
        const stop = call.homeOption === undefined ? " with `tillbridge service stop`" : "";
        throw refusal(`The service is running on this home. Stop it first${stop}: the journal is its own until then.`);
      },
    });
  } catch (error) {
    throw error instanceof JournalFailure ? refusal(error.message) : error;
  }
}

function refusal(message: string): CommandFailure {
  return new CommandFailure(EXIT.refused, message);
}
