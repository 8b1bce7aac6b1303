import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { journalExamination } from "../../../src/doctor/machine/journal.ts";
import { verifyRecent } from "../../../src/journal/verify.ts";
import { accepted } from "../../journal/facts.ts";
import { journalFolder, openIn } from "../../journal/journal-folder.ts";
import { checkOf } from "./examined.ts";

const look = (folder: string) => checkOf("journal.recent", [journalExamination(folder)]);

test("given a journal that is open, then its newest transactions are read beside it", async (t) => {
  const folder = journalFolder(t);
  const journal = await openIn(t, folder);
  assert.match((await look(folder)).evidence, /The newest 0 transactions are whole/);
  await journal.append({ transaction: "A", place: 0, facts: [accepted("r1")] });
  await journal.append({ transaction: "B", place: 0, facts: [accepted("r2")] });
  const before = readdirSync(folder);

  const check = await look(folder);

  assert.deepEqual(
    [check.verdict, check.evidence.includes("The newest 2 transactions are whole, with 2 facts")],
    ["ok", true],
  );
  assert.deepEqual(readdirSync(folder), before);
  assert.deepEqual(verifyRecent(folder, 1), {
    transactions: 1,
    facts: 1,
    faults: [],
    newestAt: "2026-03-01T10:00:00.000Z",
  });
});

for (const [what, sql, fault] of [
  [
    "a fact that was changed",
    "UPDATE facts SET body = replace(body, '1250', '9999')",
    /transaction A: fact 0 is not the one/,
  ],
  ["a fact that was taken out", "DELETE FROM facts", /transaction A has no facts/],
  ["a state that no fact tells", "UPDATE transactions SET state = 'settled'", /transaction A: state is settled/],
] as const) {
  test(`given ${what}, then that is the fault`, async (t) => {
    const folder = journalFolder(t);
    const journal = await openIn(t, folder);
    await journal.append({ transaction: "A", place: 0, facts: [accepted("r1")] });
    await journal.close();
    const database = new DatabaseSync(join(folder, "journal.db"));
    database.exec(sql);
    database.close();

    const check = await look(folder);

    assert.equal(check.verdict, "fault");
    assert.match(check.evidence, fault);
    assert.match(check.remedy ?? "", /tillbridge journal verify/);
  });
}

test("given a journal that is none, or that is missing, then that is the fault; before the first start there is none to miss", async (t) => {
  const [empty, none, lost] = [journalFolder(t), journalFolder(t), journalFolder(t)];
  writeFileSync(join(none, "journal.db"), "this is no database, and long enough to be looked at".repeat(100));
  writeFileSync(join(lost, "installation.json"), "{}");

  assert.equal((await look(empty)).verdict, "ok");
  assert.deepEqual([(await look(none)).verdict, (await look(lost)).verdict], ["fault", "fault"]);
  assert.match((await look(none)).evidence, /journal\.db: it is damaged/);
});
