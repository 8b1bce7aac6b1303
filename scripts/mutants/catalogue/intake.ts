import type { Mutant } from "../mutant.ts";

const INTAKE = "test/daemon/intake.test.ts";

/** Who may let a new transaction in while the program under the service is changed. */
export const intakeMutants: readonly Mutant[] = [
  {
    id: "money-taken-on-trial",
    rule: 1,
    breaks:
      "A new version that cannot keep its journal takes a sale before anybody knows whether it is healthy, and the one before it comes back.",
    file: "src/daemon/intake.ts",
    find: 'if (this.#onTrial) return "trial";',
    replace: "",
    killedBy: { file: INTAKE, name: "takes no money" },
  },
  {
    id: "held-is-taken",
    rule: 1,
    breaks: "The program is changed under a customer who holds a card to the terminal.",
    file: "src/daemon/intake.ts",
    find: 'return this.#holds.size > 0 ? "held" : "open";',
    replace: 'return "open";',
    killedBy: {
      file: INTAKE,
      name: "are refused with the reason, before anything is stored, and taken when they are released",
    },
  },
  {
    id: "hold-in-force-too-early",
    rule: 1,
    breaks: "A sale that was just being stored is in no list of open ones, and the program is changed under it.",
    file: "src/daemon/starts.ts",
    find: "using _entered = entered.value;",
    replace: "entered.value[Symbol.dispose]();",
    killedBy: { file: INTAKE, name: "are in force only when what was let in before is stored" },
  },
  {
    id: "held-hides-what-is-known",
    rule: 1,
    breaks: "A till asks again for its approved sale while a new version is put in, is refused, and charges once more.",
    file: "src/daemon/transactions.ts",
    find: "if (found !== undefined) return this.#repeated(found, content);",
    replace: 'if (found !== undefined && fresh.kind !== "refused") return this.#repeated(found, content);',
    killedBy: { file: INTAKE, name: "do not hide what was taken before: its request is answered with the truth" },
  },
];
