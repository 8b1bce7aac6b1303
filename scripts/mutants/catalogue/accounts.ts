import type { Mutant } from "../mutant.ts";

const ACCOUNT = "test/daemon/account/account.test.ts";
const IN_A_SHOP = "test/daemon/account/account-in-a-shop.test.ts";

/** What stands above the terminals of an account, and what the engine owes to any cloud. */
export const accountMutants: readonly Mutant[] = [
  {
    id: "request-leaves-without-access",
    rule: 10,
    breaks: "The sale leaves before there is a token to seal it with, and nobody knows what the servers make of that.",
    file: "src/daemon/account/account-desk.ts",
    find: 'if (urgency !== "access" && !this.#hadAccess) {',
    replace: 'if (urgency === "device" && !this.#hadAccess) {',
    killedBy: {
      file: ACCOUNT,
      name: "stays here until there is access, but for what asks for access; and a lost access lets what runs come to its end",
    },
  },
  {
    id: "retry-after-is-not-honoured",
    rule: 7,
    breaks:
      "Two hundred terminals go on asking servers that want a pause; the vendor blocks the account, in the middle of the sales.",
    file: "src/daemon/account/account-desk.ts",
    find: "if (pauseMs !== undefined) this.#budget.rest(pauseMs);",
    replace: "void pauseMs;",
    killedBy: { file: ACCOUNT, name: "waits for as long as any answer of theirs asked for, whoever it was for" },
  },
  {
    id: "sale-leaves-when-the-servers-are-ready",
    rule: 7,
    breaks:
      "The servers want a pause of a minute; the sale waits for its end and leaves then, and the customer has gone.",
    file: "src/daemon/account/account-desk.ts",
    find: 'urgency === "commits" ? COMMITS_WAIT_MS : undefined',
    replace: 'urgency === "device" ? COMMITS_WAIT_MS : undefined',
    killedBy: {
      file: ACCOUNT,
      name: "does not leave late where money hangs on it: the customer waits as well",
    },
  },
  {
    id: "removed-secret-ends-what-runs",
    rule: 7,
    breaks:
      "Somebody removes the token while a customer pays: the sale is asked for with an empty one, and nobody hears that it was paid.",
    file: "src/daemon/account/given-secrets.ts",
    find: '.kind === "value") this.#keyring.give(given.name, read.value);',
    replace: '.kind !== undefined) this.#keyring.give(given.name, "value" in read ? read.value : new Secret(""));',
    killedBy: {
      file: "test/daemon/account/given-secrets.test.ts",
      name: "is missed when it was taken away, and what runs with it comes to its end",
    },
  },
  {
    id: "call-of-a-stranger-is-handed-on",
    rule: 5,
    breaks: "Whoever finds the shop's address has its accounts and terminals at work with what no vendor said.",
    file: "src/daemon/account/call-desk.ts",
    find: "call.respond(400);\n      return;",
    replace: "call.respond(400);",
    killedBy: { file: "test/daemon/account/call-desk.test.ts", name: "is answered 400 and counted where it cannot" },
  },
  {
    id: "absence-from-whoever-answers",
    rule: 5,
    breaks:
      "The terminal belongs to another account by now, which knows nothing of the sale: told as never made, and it was paid.",
    file: "src/daemon/terminal/performer.ts",
    find: 'if (sameDevice(record.transaction.dispatched?.identity, identity) === "same") return undefined;',
    replace: 'if (sameDevice(record.transaction.dispatched?.identity, identity) !== "notKnown") return undefined;',
    killedBy: {
      file: "test/daemon/terminal/performer.test.ts",
      name: "is a person's where another account answers, and where nobody knows which one did",
    },
  },
  {
    id: "refund-in-process-is-asked-about-once",
    rule: 8,
    breaks:
      "The till told the customer that the refund is on its way; it failed the next day, and no program hears of it.",
    file: "src/daemon/terminal/standing.ts",
    find: "this.#follow(record, afterMs);",
    replace: "void afterMs;",
    killedBy: {
      file: IN_A_SHOP,
      name: "is asked about until the vendor says how it ended, while the terminal takes sales",
    },
  },
];
