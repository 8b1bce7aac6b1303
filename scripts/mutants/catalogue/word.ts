import type { Mutant } from "../mutant.ts";

const SETTLING = "test/daemon/terminal/settling.test.ts";
const PERFORMER = "test/daemon/terminal/performer.test.ts";

/** Rule 3: the terminal's word is durable before it is confirmed, and only what stands is told. */
export const wordMutants: readonly Mutant[] = [
  {
    id: "told-before-it-stands",
    rule: 3,
    breaks:
      "The till shows `approved` and hands over the goods; the disk could not take it, and tomorrow nobody knows of it.",
    file: "src/daemon/record.ts",
    find: "const appended = await this.#appendAlong(current, facts, entry);",
    replace: `this.#transaction = folded.transaction;
    const appended = await this.#appendAlong(current, facts, entry);`,
    killedBy: { file: SETTLING, name: "that the journal cannot take is told to nobody" },
  },
  {
    id: "confirmed-although-not-durable",
    rule: 3,
    breaks:
      "The terminal gets its acknowledgement and keeps the money; the disk was full, and after a power cut no receipt matches.",
    file: "src/daemon/terminal/performer.ts",
    find: 'return notProposed(ports, "journal", proposing.why);',
    replace: "return GOES_ON;",
    killedBy: {
      file: PERFORMER,
      name: "is not confirmed where the terminal takes back what is not, and an alarm tells of it",
    },
  },
  {
    id: "confirmed-although-not-believed",
    rule: 3,
    breaks: "The terminal says another amount than was asked, and is told that this is fine: the money stays moved.",
    file: "src/daemon/terminal/performer.ts",
    find: 'return notProposed(ports, "contradiction", proposing.why);',
    replace: "return GOES_ON;",
    killedBy: { file: PERFORMER, name: "and not where it cannot be believed: the terminal takes the payment back" },
  },
  {
    id: "slow-journal-is-no-failure",
    rule: 3,
    breaks: "The disk hangs, and the daemon goes on as if it had written what became of the sale.",
    file: "src/daemon/record.ts",
    find: "const tooLate = () => {",
    replace: `const tooLate = () => {
        resolve({ kind: "skipped", transaction: this.#transaction });`,
    killedBy: {
      file: SETTLING,
      name: "fails for the writer, and takes effect before the next write when it ends after all",
    },
  },
  {
    id: "own-standstill-is-the-journals",
    rule: 3,
    breaks:
      "The PC stands still for a moment; a sale that is on the disk fails for the till, and an alarm sends a person to look at a disk that is well.",
    file: "src/daemon/record.ts",
    find: "limit = clock.after(0, tooLate);",
    replace: "tooLate();",
    killedBy: {
      file: SETTLING,
      name: "an answer of the journal that lies behind the limit's ring counts: the process itself stood still",
    },
  },
];
