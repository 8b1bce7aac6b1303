import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { openDatabase } from "../../src/journal/database.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { createStore } from "../../src/journal/store.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { startProgram } from "../support/child-program.ts";
import { live } from "./conformance.ts";
import { accepted, acknowledged, ALARM, APPROVED, dispatched, note, proposed, settled, UNKNOWN } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const PROGRAM = fileURLToPath(new URL("prune-steps.ts", import.meta.url));
const LATER = "2027-01-01T00:00:00.000Z";
const OLD = 300;

/** A journal with so many old transactions, every tenth of them unknown, in one commit. */
function oldJournal(context: TestContext): string {
  const directory = journalFolder(context);
  const store = createStore(openDatabase(directory));
  store.begin();
  for (let number = 0; number < OLD; number += 1) {
    const transaction = `A${String(number).padStart(4, "0")}`;
    const pos = `till-${number % 3}`;
    const verdict = number % 10 === 0 ? UNKNOWN : APPROVED;
    const first = {
      transaction,
      place: 0,
      facts: [accepted(`R${number}`, { pos }), dispatched(`K${number}`)],
    } as const;
    store.append(first);
    store.append({ transaction, place: 2, facts: [proposed(verdict), settled(verdict)], movement: `M${number}` });
    store.append({ transaction, place: 4, facts: [acknowledged(1)] });
  }
  store.commit();
  store.writeCheckpoint("2026-03-01T10:00:00.000Z");
  store.close();
  return directory;
}

function count(directory: string, table: "transactions" | "tombstones" | "claims"): number {
  using database = new DatabaseSync(join(directory, "journal.db"));
  return Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
}

for (const killAfterSteps of [1, 17, 60]) {
  test(`a process that is killed while it prunes, after step ${killAfterSteps}, leaves a journal that is whole`, async (context) => {
    const directory = oldJournal(context);
    const program = startProgram(context, [PROGRAM, directory, LATER]);
    for (let step = 0; step < killAfterSteps; step += 1) await program.nextLine();
    program.kill("SIGKILL");
    await program.ended;

    assert.deepEqual(verifyJournal(directory).faults, []);
    assert.ok(count(directory, "tombstones") >= killAfterSteps * 3);
    assert.equal(count(directory, "transactions") + count(directory, "tombstones"), OLD);

    const journal = await openIn(context, directory);
    for (let number = 0; number < OLD; number += 1) {
      const found = await journal.find(`till-${number % 3}`, `R${number}`);
      assert.ok(found !== undefined, `request id R${number} is free`);
    }
    assert.equal(await journal.lastSeq("till-0"), 300);
    let cursor: string | undefined;
    do cursor = (await journal.prune(LATER, 50, cursor)).cursor;
    while (cursor !== undefined);
    assert.deepEqual((await journal.verify()).faults, []);
    assert.equal(count(directory, "claims"), OLD, "a movement stays claimed for ever");
    // Every tenth is unknown, and each of three POS keeps its newest.
    assert.equal((await journal.list({ limit: 500 })).transactions.length, OLD / 10 + 3);
  });
}

test("an alarm that came long after its transaction goes with a later step, and its number is accounted for", async (context) => {
  const directory = journalFolder(context);
  const journal = await openIn(context, directory);
  const young = { at: "2027-02-01T00:00:00.000Z" };
  const end = [dispatched("K"), settled(APPROVED), acknowledged(1)];
  await live(journal, "A", [accepted("R1"), ...end]);
  for (let index = 0; index < 20; index += 1) await live(journal, `B${index}`, [accepted(`R-B${index}`), ...end]);
  await journal.append({ transaction: "A", place: 4, facts: [note("late evidence")], alarms: [ALARM] });
  await live(journal, "C", [accepted("R2"), ...end]);
  await live(journal, "young", [accepted("R3", young)]);

  assert.equal((await journal.prune(LATER, 1)).transactions, 1);
  assert.equal((await journal.keptAfter("till-1", 60, 10))[0]?.kind, "transaction");
  assert.deepEqual((await journal.verify()).faults, []);
  assert.equal((await journal.prune(LATER, 50)).transactions, 21);

  assert.deepEqual((await journal.verify()).faults, []);
  assert.deepEqual(
    (await journal.keptAfter("till-1", 0, 10)).map(({ seq }) => seq),
    [68],
  );
});

test("a transaction whose facts are damaged is evidence and stays; the others are pruned", async (context) => {
  const directory = oldJournal(context);
  using database = new DatabaseSync(join(directory, "journal.db"));
  database.exec("UPDATE facts SET body = replace(body, '1250', '1') WHERE transaction_id = 'A0001'");
  database.close();
  const journal = await openJournal({ directory });

  const { transactions } = await journal.prune(LATER, 2);
  await journal.close();

  assert.equal(transactions, 2);
  const faults = verifyJournal(directory).faults.join("\n");
  assert.match(faults, /transaction A0001: fact 0 is not the one that was written there/);
  using after = new DatabaseSync(join(directory, "journal.db"));
  const pruned = after.prepare("SELECT transaction_id FROM tombstones ORDER BY transaction_id").all();
  assert.deepEqual(
    pruned.map((row) => row["transaction_id"]),
    ["A0002", "A0003"],
  );
});

test("appends that come while it is pruned are answered between its steps", async (context) => {
  const directory = oldJournal(context);
  const journal = await openIn(context, directory);
  const order: string[] = [];

  const pruning = (async () => {
    let cursor: string | undefined;
    do {
      const pruned = await journal.prune(LATER, 5, cursor);
      order.push("step");
      cursor = pruned.cursor;
    } while (cursor !== undefined);
  })();
  const append = journal
    .append({ transaction: "new", place: 0, facts: [accepted("R-new")] })
    .then(() => order.push("append"));
  await Promise.all([pruning, append]);

  assert.ok(order.indexOf("append") <= 1, order.join(" "));
  assert.ok(order.length > 40);
});
