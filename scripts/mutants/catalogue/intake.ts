import type { Mutant } from "../mutant.ts";

const INTAKE = "test/daemon/intake.test.ts";
const TRIAL = "test/daemon/supervision/trial.test.ts";

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
  {
    id: "taken-back-is-healthy",
    rule: 1,
    breaks:
      "A new version is taken back because it lost the link to the terminal; in the second before it ends it takes a sale all the same.",
    file: "src/daemon/supervision/trial.ts",
    find: "} else if (words.current === version) {",
    replace: "} else {",
    killedBy: {
      file: TRIAL,
      name: "that was taken back does not take the end of its trial for the word that it is healthy",
    },
  },
  {
    id: "trial-without-limit",
    rule: 1,
    breaks: "Whoever put the new version in has died; the shop takes no payment until somebody comes.",
    file: "src/daemon/supervision/trial.ts",
    find: "this.#setLimit(words.trial);",
    replace: "",
    killedBy: { file: TRIAL, name: "ends when nobody found it healthy in time" },
  },
  {
    id: "unreadable-trial-is-none",
    rule: 1,
    breaks: "The file that says `on trial` cannot be read, and a version that nobody found healthy takes money.",
    file: "src/daemon/supervision/trial.ts",
    find: 'return words.kind === "unreadable" || (words',
    replace: 'return words.kind !== "unreadable" && (words',
    killedBy: { file: TRIAL, name: "takes nothing while it cannot be read whether it is, and says so once" },
  },
  {
    id: "signs-of-life-without-a-journal",
    rule: 3,
    breaks:
      "The journal's thread hangs; the service says that it lives, and no till is served until somebody starts it again.",
    file: "src/daemon/supervision/watchdog.ts",
    find: "if (waiting === undefined) {",
    replace: "if (waiting !== undefined) supervision.alive();\n    if (waiting === undefined) {",
    killedBy: {
      file: "test/daemon/supervision/watchdog.test.ts",
      name: "do not come while the journal's thread does not answer, and come again when it does",
    },
  },
];
