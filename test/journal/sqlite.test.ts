import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { describeJournal } from "./conformance.ts";
import { accepted } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

describeJournal("the journal in SQLite", async (context) => {
  const directory = journalFolder(context);
  const journal = await openIn(context, directory);
  return {
    journal,
    async bury(pos, requestId, transaction) {
      using database = new DatabaseSync(`${directory}/journal.db`);
      database
        .prepare("INSERT INTO tombstones (pos, request_id, transaction_id) VALUES (?, ?, ?)")
        .run(pos, requestId, transaction);
    },
    async reopen() {
      await journal.close();
      return openIn(context, directory);
    },
  };
});

const FRAME_BYTES = 4096 + 24;

test("appends that wait together share a commit: each page of the file is written once for all of them", async (context) => {
  const directory = journalFolder(context);
  const journal = await openIn(context, directory);
  const frames = () => statSync(join(directory, "journal.db-wal")).size / FRAME_BYTES;
  await journal.append({ transaction: "alone", place: 0, facts: [accepted("R")] });
  const framesAlone = frames();

  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      journal.append({ transaction: `T${index}`, place: 0, facts: [accepted(`R${index}`)] }),
    ),
  );

  assert.ok(frames() < framesAlone * 20, `${frames()} frames, ${framesAlone} of them for one append alone`);
});
