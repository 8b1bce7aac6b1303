import assert from "node:assert/strict";
import { test } from "node:test";
import { isInDoubt } from "../../src/core/transaction.ts";
import { adoptJournal, startJournal } from "../../src/journal/adopt.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { accepted, APPROVED, dispatched, settled } from "./facts.ts";
import { journalFolder, openIn } from "./journal-folder.ts";

const WORD = { operator: "Ana", reason: "the disk died", at: "2026-11-29T08:00:00.000Z" };
const UNKNOWN = { kind: "unknown", since: "restart", advice: "askOperator" } as const;

test("an adopted journal has another id, its whole past, and decides nothing that it holds as open", async (context) => {
  const directory = journalFolder(context);
  const before = await openIn(context, directory);
  await live(before, "A", [accepted("R1"), dispatched("K1"), settled(APPROVED)]);
  await live(before, "B", [accepted("R2")]);
  await live(before, "C", [accepted("R3"), { kind: "cancelRequested", by: "till-1", at: WORD.at }]);
  await live(before, "D", [accepted("R4"), dispatched("K4")]);
  await live(before, "E", [accepted("R5"), dispatched("K5"), settled(UNKNOWN)]);
  await before.close();

  const adopted = adoptJournal(directory, WORD);

  assert.deepEqual(adopted.leftToPerson, ["B", "C", "D", "E"]);
  assert.equal(adopted.before, before.id);
  const journal = await openIn(context, directory);
  assert.equal(journal.id, adopted.journal);
  assert.notEqual(journal.id, before.id);
  for (const transaction of await journal.open()) {
    assert.ok(isInDoubt(transaction), transaction.id);
    assert.ok(transaction.fenceLifted, "only a person decides it");
    assert.equal(transaction.outcome?.kind, "unknown");
  }
  assert.equal((await journal.get("A"))?.outcome?.kind, "approved");
  assert.deepEqual(
    (await journal.keptAfter("till-1", 10, 50)).map((event) => event.kind === "transaction" && event.transaction.id),
    ["B", "C", "D"],
    "the POS hears of each that was not settled",
  );
  assert.deepEqual((await journal.verify()).faults, []);
});

test("the chain of checkpoints goes on through an adoption, and through a second one", async (context) => {
  const directory = journalFolder(context);
  const before = await openIn(context, directory);
  await live(before, "A", [accepted("R1"), dispatched("K1"), settled(APPROVED)]);
  await before.close();
  const covered = verifyJournal(directory);

  adoptJournal(directory, WORD);
  adoptJournal(directory, WORD);

  const { faults, checkpoint } = verifyJournal(directory);
  assert.deepEqual(faults, []);
  assert.ok((checkpoint?.number ?? 0) >= (covered.checkpoint?.number ?? 0));
  const journal = await openIn(context, directory);
  await live(journal, "B", [accepted("R2")]);
  await journal.close();
  assert.deepEqual(verifyJournal(directory).faults, []);
});

test("a journal that a person starts says who and why, and is whole", (context) => {
  const directory = journalFolder(context);

  const id = startJournal(directory, WORD, "the one before is lost");

  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.deepEqual(verifyJournal(directory).faults, []);
});
