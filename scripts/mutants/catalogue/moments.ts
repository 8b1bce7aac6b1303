import type { Mutant } from "../mutant.ts";

const MOMENTS = "test/daemon/moments.test.ts";

/** What is noted for the timeline: no part of a decision, and nothing that a payment waits for. */
export const momentMutants: readonly Mutant[] = [
  {
    id: "moments-reach-the-fold",
    rule: 5,
    breaks:
      "A line of the timeline becomes part of what is known of a sale, and two versions of the program fold it differently.",
    file: "src/core/transaction.ts",
    find: "const fact = withoutMoments(told);",
    replace: "const fact = told;",
    killedBy: { file: MOMENTS, name: "so the fold of its facts is the same with and without it, whatever the fact" },
  },
  {
    id: "moments-are-written-by-themselves",
    rule: 2,
    breaks:
      "The customer waits for the disk once more before the sale leaves, so that a line of the timeline is there.",
    file: "src/daemon/record.ts",
    find: "this.moments.add({ ...moment, at: timestamp(this.#ports.clock) });",
    replace:
      'this.moments.add({ ...moment, at: timestamp(this.#ports.clock) });\n    void this.write(() => ({ facts: [{ kind: "note", text: moment.kind }] }));',
    killedBy: {
      file: MOMENTS,
      name: "so nothing is appended for it: a dispatch finds no other commit in front of it",
    },
  },
];
