import assert from "node:assert/strict";
import { test } from "node:test";
import { JournalFailure } from "../../src/journal/journal.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { describeJournal } from "./conformance.ts";
import { accepted, dispatched } from "./facts.ts";

describeJournal("the journal in memory", async () => {
  const journal = createMemoryJournal();
  return {
    journal,
    bury: async (pos, requestId, transaction) => journal.bury(pos, requestId, transaction),
    reopen: async () => journal.crash("lost"),
  };
});

const ACCEPTED = { transaction: "A", place: 0, facts: [accepted("R1")] } as const;

test("a commit that is told to fail writes nothing; the next one does", async () => {
  const journal = createMemoryJournal();
  journal.failNext(1);

  await assert.rejects(journal.append(ACCEPTED), JournalFailure);
  assert.equal(await journal.get("A"), undefined);

  assert.equal((await journal.append(ACCEPTED)).kind, "appended");
});

test("a crash loses what was not committed, and nobody is answered", async () => {
  const journal = createMemoryJournal();
  await journal.append(ACCEPTED);
  journal.hold();
  let answers = 0;
  const count = (): void => void (answers += 1);
  journal.append({ transaction: "A", place: 1, facts: [dispatched("K1")] }).then(count, count);

  const next = journal.crash("lost");

  assert.equal((await next.facts("A")).length, 1);
  journal.release();
  await next.lastSeq("till-1");
  assert.equal(answers, 0);
});

test("a crash after the commit loses only the answer", async () => {
  const journal = createMemoryJournal();
  await journal.append(ACCEPTED);
  journal.hold();
  void journal.append({ transaction: "A", place: 1, facts: [dispatched("K1")] });

  const next = journal.crash("written");

  assert.equal((await next.facts("A")).length, 2);
});

test("commits that are held are made together when they are released", async () => {
  const journal = createMemoryJournal();
  journal.hold();
  let answers = 0;
  const count = (): void => void (answers += 1);
  const first = journal.append(ACCEPTED).then(count);
  const second = journal.append({ transaction: "A", place: 1, facts: [dispatched("K1")] }).then(count);
  await Promise.resolve();
  assert.equal(answers, 0);

  journal.release();

  await Promise.all([first, second]);
  assert.equal((await journal.facts("A")).length, 2);
});
