import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { before, describe, test, type TestContext } from "node:test";
import { chainFact, chainStart } from "../../src/journal/chain.ts";
import { storedFact } from "../../src/journal/reads.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { accepted, acknowledged, APPROVED, dispatched, proposed, settled } from "./facts.ts";
import { journalFolder } from "./journal-folder.ts";

const LIFE = [dispatched("K"), proposed(APPROVED), settled(APPROVED), acknowledged(1)];

let whole: Buffer;
before(async () => {
  const directory = mkdtempSync(join(tmpdir(), "tillbridge-journal-"));
  await writeHistory(directory);
  whole = readFileSync(join(directory, "journal.db"));
  rmSync(directory, { recursive: true });
});

/** A journal with three checkpoints: A and B were written, A was pruned, C was written. Changed by hand at the end. */
function journalWithHistory(context: TestContext, change: (database: DatabaseSync) => void): string {
  const directory = journalFolder(context);
  writeFileSync(join(directory, "journal.db"), whole);
  using database = new DatabaseSync(join(directory, "journal.db"));
  database.enableDefensive(false);
  database.exec("PRAGMA synchronous = OFF");
  change(database);
  return directory;
}

async function writeHistory(directory: string): Promise<void> {
  const first = await openJournal({ directory });
  await first.audit({ at: "2026-03-01T09:00:00.000Z", what: "pos.paired", by: "technician", detail: "till-1" });
  await live(first, "A", [accepted("R1"), ...LIFE]);
  await live(first, "B", [accepted("R2", { at: "2027-03-01T10:00:00.000Z" }), ...LIFE]);
  await first.close();
  const second = await openJournal({ directory });
  assert.equal((await second.prune("2027-01-01T00:00:00.000Z", 50)).transactions, 1);
  await second.close();
  const third = await openJournal({ directory });
  await live(third, "C", [accepted("R3", { at: "2027-03-01T10:00:00.000Z" }), ...LIFE]);
  await third.audit({ at: "2026-03-01T09:30:00.000Z", what: "pos.revoked", by: "technician", detail: "till-1" });
  await third.close();
}

/** What somebody does who knows how a transaction's chain is made. */
function chainAnew(database: DatabaseSync, id: string): void {
  let hash = chainStart(id);
  for (const row of database.prepare("SELECT * FROM facts WHERE transaction_id = ? ORDER BY place").all(id)) {
    hash = chainFact(hash, storedFact(row));
    database
      .prepare("UPDATE facts SET hash = ? WHERE transaction_id = ? AND place = ?")
      .run(hash, id, storedFact(row).place);
  }
}

const REMOVE_B =
  "DELETE FROM facts WHERE transaction_id = 'B'; DELETE FROM transactions WHERE id = 'B'; DELETE FROM outbox WHERE transaction_id = 'B';";

const TAMPERINGS: readonly (readonly [what: string, change: (database: DatabaseSync) => void, fault: RegExp])[] = [
  [
    "a fact that was changed",
    (database) => database.exec("UPDATE facts SET body = replace(body, '1250', '9999') WHERE transaction_id = 'B'"),
    /transaction B: fact 0 is not the one that was written there/,
  ],
  [
    "a fact that was changed, with its chain made anew",
    (database) => {
      database.exec("UPDATE facts SET body = replace(body, '1250', '9999') WHERE transaction_id = 'B'");
      chainAnew(database, "B");
    },
    /checkpoint 1 of .*: what it stands for was changed, removed or put in another order/,
  ],
  [
    "a last fact that was taken out, with what it told",
    (database) =>
      database.exec(
        "DELETE FROM facts WHERE transaction_id = 'B' AND place = 4; UPDATE transactions SET acknowledged = 0, length = 4 WHERE id = 'B'",
      ),
    /transaction B: fact 4 was written and is not there/,
  ],
  [
    "two facts that changed places",
    (database) =>
      database.exec(
        "UPDATE facts SET place = 9 WHERE transaction_id = 'B' AND place = 2; UPDATE facts SET place = 2 WHERE transaction_id = 'B' AND place = 3;" +
          "UPDATE facts SET place = 3 WHERE transaction_id = 'B' AND place = 9",
      ),
    /transaction B: fact 2 is not the one that was written there/,
  ],
  [
    "a transaction that was taken out with all its rows",
    (database) => database.exec(REMOVE_B),
    /transaction B: fact 0 was written and is not there/,
  ],
  [
    "a transaction that was taken out with its lines of history, and the numbers of its events closed",
    (database) =>
      database.exec(
        `${REMOVE_B} DELETE FROM history WHERE transaction_id = 'B'; UPDATE outbox SET seq = seq - 3 WHERE transaction_id = 'C'`,
      ),
    /checkpoint 1 of /,
  ],
  [
    "a transaction that was put in with its chain, and into the order",
    (database) =>
      database.exec(
        "INSERT INTO facts SELECT 'X', place, kind, at, replace(body, 'R2', 'RX'), hash FROM facts WHERE transaction_id = 'B'; " +
          "UPDATE history SET transaction_id = 'X' WHERE transaction_id = 'B'; DELETE FROM facts WHERE transaction_id = 'B'",
      ),
    /transaction X: fact 0 is not the one that was written there/,
  ],
  [
    "a tombstone that was taken out",
    (database) => database.exec("DELETE FROM tombstones WHERE transaction_id = 'A'"),
    /transaction A: it was pruned, and its tombstone is not there/,
  ],
  [
    "a tombstone that frees its request id",
    (database) => database.exec("UPDATE tombstones SET request_id = 'R9'"),
    /checkpoint 2 of /,
  ],
  [
    "a checkpoint that was taken out",
    (database) => database.exec("DELETE FROM checkpoints WHERE number = 2"),
    /checkpoint 2 is missing/,
  ],
  [
    "the newest checkpoint that was taken out",
    (database) => database.exec("DELETE FROM checkpoints WHERE number = 3"),
    /checkpoint 3 was written and is not there/,
  ],
  [
    "a checkpoint that was changed",
    (database) => database.exec("UPDATE checkpoints SET at = '2020-01-01T00:00:00.000Z' WHERE number = 1"),
    /checkpoint 1 of 2020/,
  ],
  [
    "transactions that were put in another order",
    (database) =>
      database.exec(
        "UPDATE history SET number = -number; UPDATE history SET number = -number + 1 WHERE number < -1 AND number > -10; " +
          "UPDATE history SET number = 1 WHERE number = -10; UPDATE history SET number = 2 WHERE number = -1; UPDATE history SET number = -number WHERE number < 0",
      ),
    /checkpoint 1 of /,
  ],
  [
    "a fact that is not in the order",
    (database) => database.exec("DELETE FROM history WHERE transaction_id = 'C' AND place = 4"),
    /transaction C: fact 4 is not in the order of what was written/,
  ],
  [
    "a last audit entry that was taken out",
    (database) => database.exec("DELETE FROM audit WHERE number = 2"),
    /audit entry 2 was written and is not there/,
  ],
  [
    "a kept event that was taken out and passed off as pruned",
    (database) => database.exec("DELETE FROM outbox WHERE seq = 9; UPDATE tombstones SET events = events + 1"),
    /checkpoint 2 of /,
  ],
  [
    "the id of the journal that was changed",
    (database) => database.exec("UPDATE meta SET value = 'another' WHERE name = 'journal'"),
    /checkpoint 1 of /,
  ],
];

describe("verify finds, by the chain over all that was written,", () => {
  for (const [what, change, fault] of TAMPERINGS) {
    test(what, (context) => {
      const { faults } = verifyJournal(journalWithHistory(context, change));

      assert.ok(
        faults.some((found) => fault.test(found)),
        faults.join("\n"),
      );
    });
  }

  test("nothing in a pruned journal that is whole", (context) => {
    const report = verifyJournal(journalWithHistory(context, () => undefined));

    assert.deepEqual(report.faults, []);
    assert.equal(report.transactions, 2);
    assert.equal(report.checkpoint?.number, 3);
    assert.equal(report.checkpoint.younger, 0);
  });
});

test("somebody who makes all of the file anew is found by a hash that was kept elsewhere, and only by it", async (context) => {
  let kept = "";
  const directory = journalWithHistory(context, (database) => {
    const row = database.prepare("SELECT lower(hex(hash)) AS hash FROM checkpoints WHERE number = 2").get();
    kept = String(row?.["hash"]);
    database.exec("UPDATE facts SET body = replace(body, '1250', '9999') WHERE transaction_id = 'B'");
    chainAnew(database, "B");
    // A chain that begins with the change: the next opening covers it all anew.
    database.exec("DELETE FROM checkpoints; DELETE FROM sqlite_sequence");
  });
  const unchanged = journalWithHistory(context, () => undefined);
  const newest = verifyJournal(unchanged).checkpoint?.hash ?? "";
  const journal = await openJournal({ directory });
  await journal.audit({ at: "2026-03-01T09:30:00.000Z", what: "config.changed", by: "nobody", detail: "" });
  await journal.close();

  assert.deepEqual(verifyJournal(directory).faults, []);
  assert.match(verifyJournal(directory, kept).faults.join("\n"), /no checkpoint has the hash/);
  assert.deepEqual(verifyJournal(unchanged, newest.toUpperCase()).faults, []);
});

test("what a killed process left without a checkpoint is covered after the next start", async (context) => {
  const directory = journalFolder(context);
  const journal = await openJournal({ directory });
  await live(journal, "A", [accepted("R1"), ...LIFE]);
  await journal.close();
  using database = new DatabaseSync(join(directory, "journal.db"));
  database.exec("DELETE FROM checkpoints; DELETE FROM sqlite_sequence");
  database.close();
  assert.equal(verifyJournal(directory).checkpoint, undefined);

  const next = await openJournal({ directory });
  await next.get("A");
  await next.close();

  const { checkpoint, faults } = verifyJournal(directory);
  assert.deepEqual(faults, []);
  assert.deepEqual({ number: checkpoint?.number, younger: checkpoint?.younger }, { number: 1, younger: 0 });
});
