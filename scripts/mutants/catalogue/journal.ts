import type { Mutant } from "../mutant.ts";

const GROUP_COMMIT = "test/journal/group-commit.test.ts";
const TILL = "test/daemon/till.test.ts";

/** Rule 12: a journal that fails stops new money at once, and says why. */
export const journalMutants: readonly Mutant[] = [
  {
    id: "no-room-for-the-result",
    rule: 12,
    breaks: "The disk is full to the last byte, the customer pays, and what the terminal answers cannot be written.",
    file: "src/journal/group-commit.ts",
    find: "const hasRoom = starts === 0 || reserve.holdFor(store.running() + starts);",
    replace: "const hasRoom = starts >= 0 || reserve.holdFor(store.running() + starts);",
    killedBy: { file: GROUP_COMMIT, name: "a dispatch is refused while there is no room for its result" },
  },
  {
    id: "room-is-not-given-up",
    rule: 12,
    breaks: "The room for results is there, and the result of a payment is refused because the disk is full.",
    file: "src/journal/group-commit.ts",
    find: "if (ends.length === 0 || !isDiskFull(failure) || !reserve.release()) return undefined;",
    replace: "if (ends.length >= 0 || !isDiskFull(failure) || !reserve.release()) return undefined;",
    killedBy: {
      file: GROUP_COMMIT,
      name: "on a full disk a result is written in the room that was held for it, and no new payment is accepted",
    },
  },
  {
    id: "unconfirmed-is-taken-for-written",
    rule: 12,
    breaks:
      "The sync failed, the till was told so and asks again; the first try is on the disk after all, and there are two sales.",
    file: "src/journal/group-commit.ts",
    find: "kept.leaveUnconfirmed(writes.flatMap((one, index) => appendDone(one, answers[index])));",
    replace: "",
    killedBy: {
      file: GROUP_COMMIT,
      name: "what a failed commit left on the disk is taken back: event numbers, claims and request ids are free again",
    },
  },
  {
    id: "written-to-a-removed-file",
    rule: 12,
    breaks:
      "Somebody cleans up and deletes the journal: the service goes on writing into nothing, and loses everything at its end.",
    file: "src/journal/store.ts",
    find: "assertInPlace();",
    replace: "void assertInPlace;",
    killedBy: {
      file: "test/journal/opening.test.ts",
      name: "a file that is removed while it is open takes no fact, and none is made in its place",
    },
  },
  {
    id: "charged-again-into-another-journal",
    rule: 12,
    breaks:
      "An empty journal took the place of the old one, the till asks again about its sale, and the customer pays twice.",
    file: "src/daemon/starts.ts",
    find: "if (request.journal !== undefined && request.journal !== records.journal.id) {",
    replace: "if (request.journal !== undefined && records.journal.id === undefined) {",
    killedBy: { file: TILL, name: "sent with the id of another journal is refused" },
  },
  {
    id: "recovery-goes-on-without-the-journal",
    rule: 12,
    breaks:
      "The terminal tells that the customer paid, the disk is full, and nobody asks the terminal again when it is not any more.",
    file: "src/daemon/terminal/performer.ts",
    find: 'return { kind: "dropLink", why: "the journal could not take what the terminal said" };',
    replace: "return GOES_ON;",
    killedBy: {
      file: "test/daemon/journal-failures.test.ts",
      name: "a sale whose reply is lost, 2 commits fail",
    },
  },
  {
    id: "journal-failure-without-an-alarm",
    rule: 12,
    breaks: "The customer paid, the disk is full, and nobody at the counter is told what the terminal said.",
    file: "src/daemon/terminal/performer.ts",
    find: "alarmJournal(ports, settling.why, verdict);",
    replace: "",
    killedBy: {
      file: TILL,
      name: "while the result comes: an alarm, no settled outcome, a fence, and the truth when it works again",
    },
  },
  {
    id: "journal-that-fails-looks-well",
    rule: 12,
    breaks: "The service says that it is well while it can write nothing.",
    file: "src/daemon/journal-watch.ts",
    find: "failure = error;",
    replace: "failure = undefined;",
    killedBy: {
      file: "test/daemon/journal-watch.test.ts",
      name: "says that it works until a write fails, and says so aloud once",
    },
  },
];
