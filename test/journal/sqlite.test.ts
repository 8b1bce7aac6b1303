import { DatabaseSync } from "node:sqlite";
import { describeJournal } from "./conformance.ts";
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
