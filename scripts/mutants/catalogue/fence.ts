import type { Mutant } from "../mutant.ts";

const TILL = "test/daemon/till.test.ts";
const FENCE = "test/daemon/fence.test.ts";

/** Rule 4: while a terminal has a payment in doubt, it takes nothing that could wipe the evidence or charge twice. */
export const fenceMutants: readonly Mutant[] = [
  {
    id: "fence-forgets-after-a-restart",
    rule: 4,
    breaks:
      "The service was started again, the terminal looks ready, and the next sale wipes the only record of the one in doubt.",
    file: "src/daemon/till.ts",
    find: "} else if (isInDoubt(transaction) && !transaction.fenceLifted) {",
    replace: "} else if (isInDoubt(transaction) && transaction.fenceLifted) {",
    killedBy: { file: TILL, name: "keeps the terminal from other operations, over a restart as well" },
  },
  {
    id: "told-unknown-is-forgotten-after-a-restart",
    rule: 4,
    breaks:
      "A payment that was told as unknown keeps its terminal fenced, until the service is started again: then nothing does.",
    file: "src/daemon/till.ts",
    find: "} else if (isInDoubt(transaction) && !transaction.fenceLifted) {",
    replace: "} else if (isInDoubt(transaction) && !transaction.fenceLifted && transaction.outcome === undefined) {",
    killedBy: {
      file: "test/daemon/restarts.test.ts",
      name: "keeps the terminal fenced over a restart: it is as much in doubt as before",
    },
  },
  {
    id: "next-sale-runs-beside-a-doubt",
    rule: 4,
    breaks: "The next customer pays while nobody knows about the last one, and the terminal forgets the last one.",
    file: "src/daemon/terminal/next-step.ts",
    find: "const isFenced = doubt === undefined && doubts.fence !== undefined;",
    replace: "const isFenced = false;",
    killedBy: {
      file: FENCE,
      name: "shows a person its records, takes nothing meanwhile, and the next sale over another link",
    },
  },
  {
    id: "fenced-terminal-takes-functions",
    rule: 4,
    breaks: "A cashier presses a function key of a fenced terminal, and the evidence is gone.",
    file: "src/daemon/terminal/device-requests.ts",
    find: 'return request.kind === "report" && this.#ports.vendor.reports[request.report]?.keepsEvidence === true;',
    replace: 'return request.kind !== "report" || this.#ports.vendor.reports[request.report]?.keepsEvidence === true;',
    killedBy: { file: FENCE, name: "does nothing that could wipe the evidence" },
  },
  {
    id: "same-reference-at-the-next-terminal",
    rule: 4,
    breaks:
      "The sale is in doubt at counter 1, the cashier takes the customer to counter 2, and the customer pays twice.",
    file: "src/daemon/starts.ts",
    find: "if (reference !== undefined) return reference;",
    replace: "void reference;",
    killedBy: {
      file: FENCE,
      name: "keeps its reference from being charged at the next terminal, unless that very transaction is named",
    },
  },
  {
    id: "despite-names-anything",
    rule: 4,
    breaks: "A till names some other transaction in `despite` and so charges the customer of the one in doubt again.",
    file: "src/daemon/admission.ts",
    find: "transaction.id === options?.despite)",
    replace: "options?.despite !== undefined)",
    killedBy: {
      file: FENCE,
      name: "keeps its reference from being charged at the next terminal, unless that very transaction is named",
    },
  },
  {
    id: "two-tills-one-reference",
    rule: 4,
    breaks: "Two tills start the same table's bill at the same moment, and both customers pay it.",
    file: "src/daemon/starts.ts",
    find: "if (storing === undefined || storing === keyOf(pos, request)) return undefined;",
    replace: "if (storing === undefined || storing !== undefined) return undefined;",
    killedBy: {
      file: "test/daemon/races.test.ts",
      name: "with one reference are not both taken, whatever POS they are of",
    },
  },
  {
    id: "contradicted-reference-is-free",
    rule: 4,
    breaks: "There is evidence that the customer did pay, nobody has looked at it, and the customer is charged again.",
    file: "src/daemon/admission.ts",
    find: "&& transaction.contradicted === undefined)",
    replace: ")",
    killedBy: {
      file: "test/daemon/races.test.ts",
      name: "keeps its reference from being charged again until a person decided",
    },
  },
  {
    id: "recovery-decides-after-the-fence-was-lifted",
    rule: 4,
    breaks:
      "A person lifted the fence and takes the receipts for it; the daemon decides differently behind that person's back.",
    file: "src/daemon/terminal/settling.ts",
    find: 'return outcome.kind === "unknown" ? fenceLifted :',
    replace: 'return outcome.kind === "unknown" ? fenceLifted && false :',
    killedBy: {
      file: "test/daemon/terminal/settling.test.ts",
      name: "decides nothing any more once the fence was lifted: a person does",
    },
  },
  {
    id: "removed-terminal-takes-its-doubts-along",
    rule: 4,
    breaks:
      "The broken terminal is taken out of the configuration, and the till waits for ever to hear about its last payment.",
    file: "src/daemon/roster.ts",
    find: "await Promise.all(inDoubt.map((record) => this.#orphaned(record)));",
    replace: "void inDoubt;",
    killedBy: {
      file: "test/daemon/closing.test.ts",
      name: "is told as unknown when the terminal is removed, for a reconciliation keeps none",
    },
  },
  {
    id: "removed-terminal-takes-what-begins-along",
    rule: 4,
    breaks:
      "The settings are changed in the moment in which a refund has left the queue, and nobody hears of that refund until the next start.",
    file: "src/daemon/terminal/work.ts",
    find: "if (isOperation) this.#beginning = record;",
    replace: "",
    killedBy: {
      file: "test/daemon/closing.test.ts",
      name: "a terminal is not taken away while an operation that has left the queue reads its original",
    },
  },
  {
    id: "doubt-without-its-terminal-is-not-told",
    rule: 4,
    breaks:
      "The terminal is missing in the configuration at the next start, and what it left in doubt is told to nobody.",
    file: "src/daemon/roster.ts",
    find: "await Promise.all(orphans.map((record) => this.#orphaned(record)));",
    replace: "void orphans;",
    killedBy: {
      file: "test/daemon/closing.test.ts",
      name: "is told as unknown, also by a journal that fails at first, and a person can decide it",
    },
  },
];
