import type { Mutant } from "../mutant.ts";

const TILL = "test/daemon/till.test.ts";

/** Rule 1: accepted means durable, and a request id stands for one request. */
export const acceptedMutants: readonly Mutant[] = [
  {
    id: "accepted-before-durable",
    rule: 1,
    breaks: "The till hears `accepted`, the power goes, and nobody knows of the sale any more.",
    file: "src/daemon/starts.ts",
    find: "const appended = await this.#withinLimit(appending, this.#leftMs(tried), storedLate);",
    replace: `void this.#withinLimit(appending, this.#leftMs(tried), storedLate);
      const appended: Appended = { kind: "appended", told: [], alarms: [] };`,
    killedBy: {
      file: "test/daemon/restarts.test.ts",
      name: "is answered, and told, only once the sale is on the disk",
    },
  },
  {
    id: "accepted-without-sync",
    rule: 1,
    breaks: "What the till was told is in the memory of the disk alone, and a power cut takes it.",
    file: "src/journal/database.ts",
    find: "PRAGMA synchronous = FULL",
    replace: "PRAGMA synchronous = NORMAL",
    killedBy: {
      file: "test/journal/opening.test.ts",
      name: "every commit is synced before it is answered, and the file trusts nothing that somebody put into it",
    },
  },
  {
    id: "other-content-passes-as-repeat",
    rule: 1,
    breaks:
      "A till that counts its request ids from 1 again gets yesterday's `approved` for today's sale: the goods leave unpaid.",
    file: "src/daemon/transactions.ts",
    find: "if (transaction.content !== content) {",
    replace: "if (transaction.content === undefined) {",
    killedBy: { file: TILL, name: "with other content is refused, and names the transaction that has it" },
  },
  {
    id: "old-result-passes-as-new",
    rule: 1,
    breaks:
      "The same sale again, a day later, under a request id of yesterday: answered with the old approval, and not charged.",
    file: "src/daemon/transactions.ts",
    find: "> settings.repeatWindowMs",
    replace: "> Infinity",
    killedBy: { file: TILL, name: "later than the repeat window is refused, so that nothing old passes as new" },
  },
  {
    id: "repeat-is-refused-by-the-world",
    rule: 1,
    breaks: "A till asks what became of its sale, hears that the terminal is offline, and lets the customer pay again.",
    file: "src/daemon/transactions.ts",
    find: 'fresh.kind === "duplicate" ? fresh.found : await this.#ports.records.journal.find(caller.pos, requestId)',
    replace: 'fresh.kind === "duplicate" ? fresh.found : undefined',
    killedBy: { file: TILL, name: "is looked up before the terminal's state, the currency and the journal" },
  },
  {
    id: "pruned-request-id-charges-again",
    rule: 1,
    breaks: "A request id whose sale was pruned is taken for a new one, and the customer pays a second time.",
    file: "src/journal/reads.ts",
    find: "if (tombstone === undefined) return undefined;",
    replace: "if (tombstone !== null) return undefined;",
    killedBy: { file: "test/journal/sqlite.test.ts", name: "the request id of a pruned transaction stays taken" },
  },
  {
    id: "another-order-with-the-id-passes",
    rule: 1,
    breaks:
      "A cloned till hears of the first till's approval under its own request id, and hands over goods that nobody paid.",
    file: "src/client/payment.ts",
    find: "if (!isSettled(asking) && isSameOrder(transaction, asking.options.attempt)) asking.known = transaction;",
    replace: "if (!isSettled(asking)) asking.known = transaction;",
    killedBy: {
      file: "test/client/payment.test.ts",
      name: "a counter that begins anew: what is heard of the earlier order with the id is not taken for this one's",
    },
  },
];
