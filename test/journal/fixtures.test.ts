import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { OUTCOME_KINDS } from "../../src/core/outcome.ts";
import { foldFacts } from "../../src/core/transaction.ts";
import { chainFact } from "../../src/journal/chain.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { MIGRATIONS, readMeta } from "../../src/journal/migrations.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { packFact } from "../../src/journal/stored-fact.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { startProgram } from "../support/child-program.ts";
import { live } from "./conformance.ts";
import { FACT_KINDS } from "./every-life.ts";
import { accepted, acknowledged, APPROVED, dispatched, settled } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const NEWEST = Math.max(...MIGRATIONS.map(({ schema }) => schema));
/** Of each released schema, as its last release wrote it; `write-fixture.ts` says how one is added. */
const RELEASED = MIGRATIONS.map(({ schema }) => schema).filter((schema) => schema < NEWEST);

function fixture(context: TestContext, schema: number): string {
  const directory = journalFolder(context);
  const file = fileURLToPath(new URL(`fixtures/schema-${schema}.db`, import.meta.url));
  assert.ok(existsSync(file), `there is no journal of schema ${schema} to read: node test/journal/write-fixture.ts`);
  copyFileSync(file, join(directory, "journal.db"));
  return directory;
}

async function writtenNow(context: TestContext): Promise<string> {
  const directory = journalFolder(context);
  const program = fileURLToPath(new URL("write-fixture.ts", import.meta.url));
  assert.equal((await startProgram(context, [program, join(directory, "journal.db")]).ended).code, 0);
  return directory;
}

/** All that a shop had: two vendors, every kind of fact, every outcome, two POS, claims, alarms and what is open. */
async function assertEveryLife(journal: Journal): Promise<void> {
  const { transactions } = await journal.list({ limit: 500 });
  assert.equal(transactions.length, 18);
  const facts = (await Promise.all(transactions.map(({ id }) => journal.facts(id)))).flat();
  assert.deepEqual(new Set(facts.map(({ kind }) => kind)), new Set(FACT_KINDS));
  const outcomes = new Set(transactions.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome.kind])));
  assert.deepEqual(outcomes, new Set(OUTCOME_KINDS));
  assert.deepEqual(
    new Set(transactions.map(({ dispatched }) => dispatched?.driver.id)),
    new Set(["getnet", "poynt", undefined]),
  );
  for (const transaction of transactions) {
    const folded = foldFacts(transaction.id, await journal.facts(transaction.id));
    assert.deepEqual(folded, { kind: "legal", transaction });
    const found = await journal.find(transaction.pos, transaction.requestId);
    assert.equal(found?.kind, "transaction");
  }
  assert.equal((await journal.open()).length, 6, "of each vendor an unknown, a contradicted and a running one");
  assert.deepEqual(await journal.claimed(["counter-1:0", "counter-2:0"]), ["counter-1:0", "counter-2:0"]);
  const kept = await journal.keptAfter("till-1", 0, 500);
  assert.deepEqual(
    kept.map(({ seq }) => seq),
    kept.map((_, index) => index + 1),
  );
  assert.ok(kept.some(({ kind }) => kind === "alarm"));
  assert.equal(await journal.lastSeen("G0000000000000000008"), "2026-03-01T10:00:00.000Z");
}

for (const schema of RELEASED) {
  test(`the journal of schema ${schema} is verified as it is, opened, brought forward, and goes on`, async (context) => {
    const directory = fixture(context, schema);
    const before = readFileSync(join(directory, "journal.db"));
    assert.deepEqual(verifyJournal(directory).faults, []);
    assert.deepEqual(readFileSync(join(directory, "journal.db")), before, "verify changes nothing");

    const journal = await openJournal({ directory });
    await assertEveryLife(journal);
    await live(journal, "next", [accepted("R-next"), dispatched("K-next"), settled(APPROVED), acknowledged(1)]);
    await journal.close();

    const { checkpoint, faults } = verifyJournal(directory);
    assert.deepEqual(faults, []);
    assert.equal(checkpoint?.younger, 0, "what the older schema wrote is covered as well");
    using database = new DatabaseSync(join(directory, "journal.db"));
    assert.equal(readMeta(database).schema, NEWEST);
  });
}

test("a journal that was brought forward has the schema of a new one", async (context) => {
  const schemaOf = (directory: string) => {
    using database = new DatabaseSync(join(directory, "journal.db"));
    return database.prepare("SELECT type, name, sql FROM sqlite_master ORDER BY name").all();
  };
  const [old, fresh] = [fixture(context, 1), journalFolder(context)];
  await (await openJournal({ directory: old })).close();
  await (await openJournal({ directory: fresh })).close();

  assert.deepEqual(schemaOf(old), schemaOf(fresh));
});

test("what this release writes is a journal for the releases after it", async (context) => {
  const directory = await writtenNow(context);

  const { faults, checkpoint } = verifyJournal(directory);
  assert.deepEqual(faults, []);
  assert.equal(checkpoint?.younger, 0);
  await assertEveryLife(await openIn(context, directory));
});

test("what the release before writes into a journal of this one is in the order and is covered", async (context) => {
  const directory = await writtenNow(context);
  using database = new DatabaseSync(join(directory, "journal.db"));
  const last = database
    .prepare("SELECT hash FROM facts WHERE transaction_id = 'G0000000000000000001' AND place = 3")
    .get();
  assert.ok(last?.["hash"] instanceof Uint8Array);
  const note = packFact({ kind: "note", at: "2026-03-02T10:00:00.000Z", text: "by the release before" }, 4);
  // Schema 1 knows `facts` and the projection, and nothing else that is written here.
  database
    .prepare(
      "INSERT INTO facts (transaction_id, place, kind, at, body, hash) VALUES ('G0000000000000000001', 4, ?, ?, ?, ?)",
    )
    .run(note.kind, note.at, note.body, chainFact(last["hash"], note));
  database.exec("UPDATE transactions SET length = 5 WHERE id = 'G0000000000000000001'");
  database.close();
  assert.deepEqual(verifyJournal(directory).faults, []);
  assert.equal(verifyJournal(directory).checkpoint?.younger, 1);

  const journal = await openJournal({ directory });
  await journal.get("G0000000000000000001");
  await journal.close();

  const { faults, checkpoint } = verifyJournal(directory);
  assert.deepEqual(faults, []);
  assert.equal(checkpoint?.younger, 0);
});
