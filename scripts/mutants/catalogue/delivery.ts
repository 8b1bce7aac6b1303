import type { Mutant } from "../mutant.ts";

/** Rule 8: what was told is told again until it is acknowledged. */
export const deliveryMutants: readonly Mutant[] = [
  {
    id: "numbers-count-unkept-events",
    rule: 8,
    breaks: "The till believes that it missed an event, for numbers are left out, or takes a new one for an old one.",
    file: "src/journal/outbox.ts",
    find: "if (toldTypeOf(fact) !== undefined) told.push(tell(firstPlace + index, at, null));",
    replace: "if (toldTypeOf(fact) !== undefined) told.push(tell(firstPlace + index, at, null));\n      else seq += 1;",
    killedBy: {
      file: "test/journal/sqlite.test.ts",
      name: "events are numbered for each POS without a gap, and only for facts that are told",
    },
  },
  {
    id: "what-was-not-sent-counts-as-told",
    rule: 8,
    breaks:
      "The timeline says that the till was told of the approval: its socket was closed instead, for it read nothing.",
    file: "src/daemon/server/socket-side.ts",
    find: "if (line.isOver()) return;",
    replace: "if (line.isOver() && !line.isOver()) return;",
    killedBy: {
      file: "test/daemon/server/socket.test.ts",
      name: "given a client that reads nothing any more, when an outcome is for it, then nobody says that it was told",
    },
  },
  {
    id: "goodbye-stops-the-service",
    rule: 8,
    breaks:
      "A till that says goodbye while much waits for it is looked at for ever, and no other one is told anything.",
    file: "src/daemon/server/socket.ts",
    find: 'else webSocket.once("close", () => resolve());',
    replace: "else resolve();",
    killedBy: {
      file: "test/daemon/server/socket.test.ts",
      name: "given a client that says goodbye and reads nothing, when somebody waits for what it was sent, then he waits for its end",
    },
  },
  {
    id: "stream-numbers-unkept-events",
    rule: 8,
    breaks:
      "After a reconnect the till asks for what came after its last number, which was a progress message, and misses a result.",
    file: "src/daemon/server/event-stream.ts",
    find: "if (next) this.#lastSeq += 1;",
    replace: "this.#lastSeq += 1;",
    killedBy: {
      file: "test/daemon/server/event-stream.test.ts",
      name: "nothing is sent before it begins, and what came before is not sent again",
    },
  },
  {
    id: "acknowledged-unknown-swallows-the-truth",
    rule: 8,
    breaks:
      "The till confirmed that it saw `unknown`; an hour later it is known that the customer paid, and the till is not told.",
    file: "src/core/transaction.ts",
    find: "return { ...rest, outcome: fact.outcome };",
    replace: `return {
        ...rest,
        outcome: fact.outcome,
        acknowledgedRevision: known.acknowledgedRevision > 0 ? fact.outcome.revision : 0,
      };`,
    killedBy: {
      file: "test/daemon/till.test.ts",
      name: "an acknowledged unknown is unacknowledged again when it is resolved",
    },
  },
  {
    id: "opening-tells-only-what-was-never-acknowledged",
    rule: 8,
    breaks: "The same over a reconnect: what was confirmed once as `unknown` is not told again when it is known.",
    file: "src/journal/reads.ts",
    find: "WHERE pos = ? AND revision > acknowledged ORDER BY",
    replace: "WHERE pos = ? AND revision > acknowledged AND acknowledged = 0 ORDER BY",
    killedBy: {
      file: "test/journal/sqlite.test.ts",
      name: "unacknowledged is every settled one whose latest revision nobody has named",
    },
  },
  {
    id: "unknown-is-pruned",
    rule: 8,
    breaks:
      "A payment of which nobody knows how it ended is thrown away after a year: the customer who comes with the slip gets nothing.",
    file: "src/journal/pruning.ts",
    find: '|| integer(row, "open") === 1) return false;',
    replace: ") return false;",
    killedBy: {
      file: "test/journal/sqlite.test.ts",
      name: "what is open, in doubt, contradicted, not final or young stays, however old the rest is",
    },
  },
  {
    id: "acknowledges-the-future",
    rule: 8,
    breaks: "A till confirms a revision that it has not seen, and never gets it.",
    file: "src/daemon/transactions.ts",
    find: "if (revision > has) {",
    replace: "if (revision > has + 1) {",
    killedBy: { file: "test/daemon/limits.test.ts", name: "names a revision that is there" },
    diesBy: "ownAssertion",
  },
  {
    id: "old-acknowledgement-covers-the-new-revision",
    rule: 8,
    breaks:
      "The till confirms `unknown` late, when the truth is on its way already, and with that the truth counts as confirmed.",
    file: "src/daemon/transactions.ts",
    find: '{ facts: [{ kind: "acknowledged", revision }] }',
    replace: '{ facts: [{ kind: "acknowledged", revision: has }] }',
    killedBy: {
      file: "test/daemon/limits.test.ts",
      name: "of an older revision leaves the newer one to be told again",
    },
  },
  {
    id: "replay-leaves-the-first-out",
    rule: 8,
    breaks: "A till that was away gets all but the first thing that it missed.",
    file: "src/daemon/server/event-stream.ts",
    find: "lastSeq = after;",
    replace: "lastSeq = after + 1;",
    killedBy: {
      file: "test/daemon/server/events.test.ts",
      name: "resuming replays what was missed behind the reply, with the old numbers, then goes on",
    },
  },
  {
    id: "acknowledged-before-the-till-has-it",
    rule: 8,
    breaks:
      "The till's program crashes while it books the payment; it had confirmed it already, and never hears of it again.",
    file: "src/client/delivery.ts",
    find: "await onOutcome(transaction);",
    replace: "void onOutcome(transaction);",
    killedBy: { file: "test/client/delivery.test.ts", name: "nothing is acknowledged before the handler has returned" },
  },
];
