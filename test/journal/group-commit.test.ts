import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { createGroupCommit, type GroupCommit } from "../../src/journal/group-commit.ts";
import type { Append } from "../../src/journal/journal.ts";
import type { Answer, Write } from "../../src/journal/messages.ts";
import type { Reserve } from "../../src/journal/reserve.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { accepted, ALARM, APPROVED, dispatched, note, settled } from "./facts.ts";
import { faultyDisk, type FaultyDisk } from "./faulty-store.ts";
import { journalFolder } from "./journal-folder.ts";

const ENOUGH: Reserve = { holdFor: () => true, release: () => false };

type Rig = { readonly disk: FaultyDisk; readonly journal: GroupCommit; readonly directory: string };

function start(context: TestContext, reserveOn: (disk: FaultyDisk) => Reserve = () => ENOUGH): Rig {
  const directory = journalFolder(context);
  const disk = faultyDisk(directory);
  const journal = createGroupCommit(disk.openStore, reserveOn(disk));
  context.after(() => journal.close());
  return { disk, journal, directory };
}

const append = (transaction: string, place: number, ...facts: Append["facts"]): Write => ({
  kind: "append",
  append: { transaction, place, facts },
});

function kinds(answers: readonly Answer[]): readonly string[] {
  return answers.map((answer) => (answer.kind === "appended" ? answer.appended.kind : answer.kind));
}

function factsOf(journal: GroupCommit, transaction: string): unknown {
  const answer = journal.read({ kind: "read", method: "facts", args: [transaction] });
  return answer.kind === "done" && Array.isArray(answer.value)
    ? answer.value.map(({ kind }: { kind: string }) => kind)
    : answer;
}

test("after a failed commit nothing of it is there, and the next one works on a store that was opened again", (context) => {
  const { disk, journal } = start(context);
  journal.write([append("A", 0, accepted("R1"))]);
  disk.faults.push("lost");

  const failed = journal.write([append("A", 1, dispatched("K1")), append("B", 0, accepted("R2"))]);

  assert.deepEqual(kinds(failed), ["failed", "failed"]);
  assert.deepEqual(factsOf(journal, "A"), ["accepted"]);
  assert.equal(disk.opens, 2);
  assert.deepEqual(kinds(journal.write([append("A", 1, dispatched("K2"))])), ["appended"]);
});

test("what a failed commit left on the disk is taken back: event numbers, claims and request ids are free again", (context) => {
  const { disk, journal, directory } = start(context);
  const life = [append("A", 0, accepted("R1")), append("A", 1, dispatched("K1"))];
  journal.write(life);
  disk.faults.push("written");
  const end: Append = { transaction: "A", place: 2, facts: [settled(APPROVED)], movement: "M", alarms: [ALARM] };
  const noted = append("A", 3, note("after it"));

  const failed = journal.write([{ kind: "append", append: end }, noted, append("B", 0, accepted("R2"))]);

  assert.deepEqual(kinds(failed), ["failed", "failed", "failed"]);
  assert.deepEqual(factsOf(journal, "A"), ["accepted", "dispatched"]);
  const other: Append = { transaction: "A", place: 2, facts: [note("instead"), settled(APPROVED)] };
  const again = journal.write([{ kind: "append", append: other }, append("C", 0, accepted("R2"))]);
  assert.deepEqual(again, [
    { kind: "appended", appended: { kind: "appended", told: [{ pos: "till-1", seq: 3, place: 3 }], alarms: [] } },
    { kind: "appended", appended: { kind: "appended", told: [{ pos: "till-1", seq: 4, place: 0 }], alarms: [] } },
  ]);
  const claimed = journal.read({ kind: "read", method: "claimed", args: [["M"]] });
  assert.deepEqual(claimed, { kind: "done", value: [] });
  assert.deepEqual(verifyJournal(directory), { transactions: 2, facts: 5, faults: [] });
});

test("what was confirmed is never taken back, although a refused append named its place", (context) => {
  const { disk, journal } = start(context);
  journal.write([append("A", 0, accepted("R1")), append("A", 1, dispatched("K1"))]);
  disk.faults.push("written");

  journal.write([append("A", 1, note("misplaced")), append("X", 0, accepted("R1"))]);

  assert.deepEqual(factsOf(journal, "A"), ["accepted", "dispatched"]);
});

test("a claim that was confirmed earlier stays when a later append of it is taken back", (context) => {
  const { disk, journal } = start(context);
  journal.write([append("A", 0, accepted("R1")), append("A", 1, dispatched("K1"))]);
  journal.write([{ kind: "append", append: { transaction: "A", place: 2, facts: [note("seen")], movement: "M" } }]);
  disk.faults.push("written");

  journal.write([
    { kind: "append", append: { transaction: "A", place: 3, facts: [settled(APPROVED)], movement: "M" } },
  ]);

  assert.deepEqual(journal.read({ kind: "read", method: "claimed", args: [["M"]] }), { kind: "done", value: ["M"] });
});

test("it fails as long as the disk does, and no longer", (context) => {
  const { disk, journal } = start(context);
  disk.faults.push("lost", "lost");
  const accept = [append("A", 0, accepted("R1"))];

  const answers = [journal.write(accept), journal.write(accept), journal.write(accept)];

  assert.deepEqual(answers.flatMap(kinds), ["failed", "failed", "appended"]);
});

test("one mistake in a group spoils its own append only", (context) => {
  const { journal, directory } = start(context);

  const answers = journal.write([
    append("A", 0, accepted("R1")),
    append("B", 0, accepted("R2"), dispatched("K2"), dispatched("K2")),
    append("C", 0, accepted("R1")),
    append("D", 0, accepted("R3")),
  ]);

  assert.deepEqual(kinds(answers), ["appended", "mistaken", "duplicate", "appended"]);
  assert.deepEqual(verifyJournal(directory), { transactions: 2, facts: 2, faults: [] });
});

/** Room that is found by letting the file grow, as deleting the reserve's file does on a full disk. */
function roomOn(disk: FaultyDisk): Reserve {
  let isHeld = true;
  return {
    holdFor: () => isHeld,
    release() {
      const released = isHeld;
      isHeld = false;
      disk.mostPages += 200;
      return released;
    },
  };
}

function fillUp({ disk, journal }: Rig, transaction: string): void {
  disk.mostPages = 40;
  disk.faults.push("lost");
  journal.write([append(transaction, 2, note("opens the store anew"))]);
}

test("on a full disk a result is written in the room that was held for it, and no new payment is accepted", (context) => {
  const rig = start(context, roomOn);
  const { journal, disk, directory } = rig;
  journal.write([append("A", 0, accepted("R1")), append("A", 1, dispatched("K1"))]);
  fillUp(rig, "A");
  const receipt = "x".repeat(200_000);
  const result = append("A", 2, note(receipt), settled(APPROVED));

  const answers = journal.write([append("B", 0, accepted("R2")), result]);

  assert.deepEqual(kinds(answers), ["failed", "appended"]);
  assert.deepEqual(factsOf(journal, "A"), ["accepted", "dispatched", "note", "settled"]);
  const later = journal.write([append("C", 0, accepted("R3")), append("A", 4, note("still room"))]);
  assert.deepEqual(kinds(later), ["failed", "appended"]);
  assert.match(later[0]?.kind === "failed" ? later[0].why : "", /journal\.db: the disk is full.*Free some space/);
  assert.equal(disk.opens, 3);
  assert.deepEqual(verifyJournal(directory).faults, []);
});

test("new payments alone never use up the room for results", (context) => {
  const rig = start(context, roomOn);
  const { journal, disk } = rig;
  journal.write([append("A", 0, accepted("R1")), append("A", 1, dispatched("K1"))]);
  fillUp(rig, "A");
  const before = disk.mostPages;

  const [answer] = journal.write([append("B", 0, accepted("R2", { content: "x".repeat(200_000) }))]);

  assert.equal(answer?.kind, "failed");
  assert.equal(disk.mostPages, before);
});

test("a dispatch is refused while there is no room for its result", (context) => {
  const running: number[] = [];
  const { journal } = start(context, () => ({
    holdFor: (transactions) => running.push(transactions) < 2,
    release: () => false,
  }));
  journal.write([append("A", 0, accepted("R1"))]);

  const [answer] = journal.write([append("A", 1, dispatched("K1"))]);

  assert.equal(answer?.kind, "failed");
  assert.deepEqual(running, [1, 2]);
  assert.deepEqual(factsOf(journal, "A"), ["accepted"]);
});

/** What is in the file itself, without its log. */
function factsInFile(directory: string): unknown {
  const url = pathToFileURL(join(directory, "journal.db"));
  url.searchParams.set("immutable", "1");
  using database = new DatabaseSync(url, { readOnly: true });
  return database.prepare("SELECT count(*) AS facts FROM facts").get()?.["facts"];
}

test("the log is moved into the file when it holds enough commits", (context) => {
  const { journal, directory } = start(context);
  journal.write([append("A", 0, accepted("R1"))]);
  journal.tidy(2);
  assert.equal(factsInFile(directory), 0);
  journal.write([append("A", 1, dispatched("K1"))]);

  journal.tidy(2);

  assert.equal(factsInFile(directory), 2);
});

test("a log that cannot be moved is kept, and the journal goes on", (context) => {
  const { disk, journal } = start(context);
  journal.write([append("A", 0, accepted("R1"))]);
  disk.failsToTidy = true;

  journal.tidy(1);

  disk.failsToTidy = false;
  assert.deepEqual(kinds(journal.write([append("A", 1, dispatched("K1"))])), ["appended"]);
  assert.deepEqual(factsOf(journal, "A"), ["accepted", "dispatched"]);
});
