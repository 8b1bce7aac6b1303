import assert from "node:assert/strict";
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import { chainFact } from "../../src/journal/chain.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { packFact } from "../../src/journal/stored-fact.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { accepted, dispatched } from "./facts.ts";
import { firstRelease } from "./first-release.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const TAMPERINGS: readonly (readonly [what: string, sql: string, fault: RegExp])[] = [
  [
    "a fact that was changed",
    "UPDATE facts SET body = replace(body, '1250', '9999') WHERE transaction_id = 'A' AND place = 3",
    /transaction A: fact 3 is not the one that was written there/,
  ],
  [
    "the time of a fact that was changed",
    "UPDATE facts SET at = '2026-03-01T09:00:00.000Z' WHERE transaction_id = 'A' AND place = 4",
    /transaction A: fact 4 is not/,
  ],
  [
    "a fact that was taken out",
    "DELETE FROM facts WHERE transaction_id = 'A' AND place = 2",
    /transaction A: fact 3 is not/,
  ],
  [
    "facts that were given to another transaction",
    "UPDATE facts SET transaction_id = 'Z' WHERE transaction_id = 'B'",
    /transaction Z: fact 0 is not/,
  ],
  [
    "a last fact that was cut off",
    "DELETE FROM facts WHERE transaction_id = 'A' AND place = 4",
    /transaction A: acknowledged is 1, its facts say 0/,
  ],
  ["a transaction without facts", "DELETE FROM facts WHERE transaction_id = 'B'", /transaction B has no facts/],
  ["facts without a row", "DELETE FROM transactions WHERE id = 'A'", /transaction A has facts and no row/],
  [
    "an outcome that facts do not say",
    "UPDATE transactions SET outcome = 'declined' WHERE id = 'A'",
    /transaction A: outcome is declined, its facts say approved/,
  ],
  [
    "an open one that is hidden",
    "UPDATE transactions SET open = 0 WHERE id = 'C'",
    /transaction C: open is 0, its facts say 1/,
  ],
  [
    "a request id that was changed",
    "UPDATE transactions SET request_id = 'R7' WHERE id = 'B'",
    /transaction B: request_id is R7/,
  ],
  [
    "an event that is missing",
    "DELETE FROM outbox WHERE pos = 'till-1' AND seq = 6",
    /transaction C: nothing tells its fact 2/,
  ],
  [
    "a number that is missing",
    "DELETE FROM outbox WHERE pos = 'till-1' AND seq = 2",
    /events of till-1: 1 are missing, of which 0 were pruned: 1 is followed by 3/,
  ],
  [
    "an event of a fact that is not told",
    "INSERT INTO outbox VALUES ('till-1', 8, '2026-03-01T10:00:00.000Z', 'A', 2, NULL)",
    /event 8 of till-1 tells fact 2 of transaction A/,
  ],
  [
    "an event of no transaction",
    "INSERT INTO outbox VALUES ('till-1', 8, '2026-03-01T10:00:00.000Z', 'ZZ', 0, NULL)",
    /event 8 of till-1 tells fact 0 of transaction ZZ/,
  ],
  [
    "a fact that is told twice",
    "INSERT INTO outbox VALUES ('till-1', 8, '2026-03-01T10:00:00.000Z', 'A', 3, NULL)",
    /event 8 of till-1 tells fact 3 of transaction A/,
  ],
  [
    "an event that another POS was told",
    "UPDATE outbox SET pos = 'till-1', seq = 8 WHERE pos = 'till-2' AND seq = 2",
    /transaction B: fact 1 is told to till-1 and belongs to till-2/,
  ],
  ["a claim of nobody's", "INSERT INTO claims VALUES ('T1:9', 'ZZ', 3)", /movement T1:9 is claimed by transaction ZZ/],
  [
    "a request id of two transactions",
    "INSERT INTO tombstones VALUES ('till-1', 'R1', 'old')",
    /request id R1 of till-1 belongs to transaction A and to the pruned old/,
  ],
  ["an audit entry that was changed", "UPDATE audit SET by = 'nobody'", /audit entry 1 is not/],
];

describe("verify finds", () => {
  for (const [what, sql, fault] of TAMPERINGS) {
    test(what, (context) => {
      const directory = firstRelease(context, (database) => database.exec(sql));

      const { faults } = verifyJournal(directory);

      assert.ok(
        faults.some((found) => fault.test(found)),
        faults.join("\n"),
      );
    });
  }

  test("facts that are whole and in an illegal order", (context) => {
    const directory = firstRelease(context, (database) => {
      const last = database.prepare("SELECT hash FROM facts WHERE transaction_id = 'B' AND place = 1").get()?.["hash"];
      assert.ok(last instanceof Uint8Array);
      const fact = packFact(dispatched("K2"), 2);
      database
        .prepare("INSERT INTO facts VALUES ('B', 2, ?, ?, ?, ?)")
        .run(fact.kind, fact.at, fact.body, chainFact(last, fact));
    });

    assert.match(verifyJournal(directory).faults.join("\n"), /transaction B: fact 2: dispatched after settled/);
  });

  test("an index that does not match its table", (context) => {
    const directory = firstRelease(context, (database) =>
      database.exec(
        "PRAGMA writable_schema = ON; " +
          "UPDATE sqlite_master SET sql = replace(sql, '(terminal)', '(pos)') WHERE name = 'transactions_by_terminal'",
      ),
    );

    assert.match(verifyJournal(directory).faults.join("\n"), /the file: .*transactions_by_terminal/);
  });

  test("nothing in a journal that is whole", (context) => {
    assert.deepEqual(verifyJournal(firstRelease(context)), { transactions: 3, facts: 10, faults: [] });
  });
});

test("a page that rots is reported, and ends no other check", (context) => {
  const directory = firstRelease(context, (database) => database.exec("UPDATE audit SET by = 'nobody'"));
  const file = join(directory, "journal.db");
  const database = new DatabaseSync(file);
  const page = database.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'facts'").get()?.["rootpage"];
  database.close();
  const handle = openSync(file, "r+");
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, undefined, (Number(page) - 1) * 4096);
  closeSync(handle);

  const faults = verifyJournal(directory).faults.join("\n");

  assert.match(faults, /the file: /);
  assert.match(faults, /journal\.db: it is damaged/);
  assert.match(faults, /audit entry 1 is not/);
});

test("verify writes nothing and leaves no file", (context) => {
  const directory = firstRelease(context, (database) => database.exec("PRAGMA journal_mode = WAL"));
  const before = readFileSync(join(directory, "journal.db"));

  verifyJournal(directory);

  assert.deepEqual(readdirSync(directory), ["journal.db"]);
  assert.deepEqual(readFileSync(join(directory, "journal.db")), before);
});

test("verify sees what is in the log only, while the journal goes on", async (context) => {
  const directory = journalFolder(context);
  const journal = await openIn(context, directory);
  await live(journal, "A", [accepted("R1")]);

  const [report, appended] = await Promise.all([
    journal.verify(),
    journal.append({ transaction: "B", place: 0, facts: [accepted("R2")] }),
  ]);

  assert.deepEqual(report.faults, []);
  assert.equal(appended.kind, "appended");
  assert.equal(verifyJournal(directory).transactions, 2);
});

test("a verification does not outlive its journal", async (context) => {
  const journal = await openJournal({ directory: journalFolder(context) });
  const verification = assert.rejects(journal.verify(), JournalFailure);

  await journal.close();

  await verification;
});

test("where there is no journal, verify says so and makes none", (context) => {
  const directory = journalFolder(context);

  assert.throws(() => verifyJournal(directory), /journal\.db: there is none in this folder/);
  assert.deepEqual(readdirSync(directory), []);
});
