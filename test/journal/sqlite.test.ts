import { DatabaseSync } from "node:sqlite";
import { openJournal } from "../../src/journal/sqlite.ts";
import { describeJournal } from "./conformance.ts";
import { freshFolder } from "../support/home-folder.ts";

describeJournal("the journal in SQLite", async (context) => {
  const directory = freshFolder(context);
  const journal = await openJournal({ directory });
  const opened = [journal];
  context.after(async () => {
    for (const one of opened) await one.close();
  });
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
      const next = await openJournal({ directory });
      opened.push(next);
      return next;
    },
  };
});
