// A journal that is really damaged: a byte on the disk that is another one, and one that was cut off.
import assert from "node:assert/strict";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { openJournal } from "../../../src/journal/sqlite.ts";
import { accepted } from "../../journal/facts.ts";
import { doctorOf, homeOf } from "./doctor-run.ts";

async function homeWithJournal(t: TestContext): Promise<{ readonly home: string; readonly file: string }> {
  const home = homeOf(t, { server: { port: 0 } });
  const directory = join(home, "data");
  const journal = await openJournal({ directory });
  for (const name of ["A", "B", "C"])
    await journal.append({ transaction: name, place: 0, facts: [accepted(`the-request-of-${name}`)] });
  await journal.close();
  return { home, file: join(directory, "journal.db") };
}

test("a journal that is whole", async (t) => {
  const diagnosis = await doctorOf(t, (await homeWithJournal(t)).home);

  assert.match(diagnosis.check("journal.whole").evidence, /whole: 3 transactions, 3 facts/);
  assert.equal(diagnosis.check("journal.recent").verdict, "ok");
});

test("a journal in which another amount stands on the disk", async (t) => {
  const { home, file } = await homeWithJournal(t);
  const bytes = readFileSync(file);
  const at = bytes.indexOf('"value":1250');
  assert.ok(at > 0);
  bytes.write('"value":9999', at);
  writeFileSync(file, bytes);

  const diagnosis = await doctorOf(t, home);

  for (const id of ["journal.whole", "journal.recent"]) {
    const { verdict, evidence, remedy } = diagnosis.check(id);
    assert.equal(verdict, "fault");
    assert.match(evidence, /transaction [ABC]: fact 0 is not the one that was written there/);
    assert.match(remedy ?? "", /Copy the data folder/);
  }
});

test("a journal that was cut off", async (t) => {
  const { home, file } = await homeWithJournal(t);
  truncateSync(file, 5_000);

  const diagnosis = await doctorOf(t, home);

  assert.equal(diagnosis.check("journal.recent").verdict, "fault", diagnosis.check("journal.recent").evidence);
  assert.equal(diagnosis.check("journal.whole").verdict, "fault");
});
