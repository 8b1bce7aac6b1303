import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyJournal } from "../../src/journal/verify.ts";
import { startProgram } from "../support/child-program.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const PROGRAM = fileURLToPath(new URL("append-lives.ts", import.meta.url));

test("what was confirmed is there after the process was killed, and nothing of it is torn", async (context) => {
  const directory = journalFolder(context);
  const program = startProgram(context, [PROGRAM, directory]);
  let confirmed = "";
  for (let lines = 0; lines < 100; lines += 1) confirmed = await program.nextLine();
  program.kill("SIGKILL");
  await program.ended;
  const [, transaction = "", place = ""] = confirmed.split(" ");

  // Before anybody has opened it again: read only, with the log that the killed one left.
  assert.ok(existsSync(join(directory, "journal.db-wal")));
  assert.deepEqual(verifyJournal(directory).faults, []);

  const journal = await openIn(context, directory);
  assert.ok((await journal.facts(transaction)).length > Number(place));
  const open = await journal.open();
  assert.ok(open.length <= 1, "one life at a time, so at most one is not at its end");
  assert.deepEqual((await journal.verify()).faults, []);
});
