import type { Mutant } from "../mutant.ts";

const COUNTED = "test/daemon/metrics/measurements.test.ts";
const TRACED = "test/daemon/telemetry/payment-traces.test.ts";

/** A lie in a figure: somebody far away looks at nothing else. */
export const figureMutants: readonly Mutant[] = [
  {
    id: "unknown-counted-as-declined",
    rule: 7,
    breaks: "A chain sees a decline more, and nobody looks for the money of a payment in doubt.",
    file: "src/daemon/metrics/payment-figures.ts",
    find: 'outcome: outcome?.kind ?? "none"',
    replace: 'outcome: outcome?.kind === "unknown" ? "declined" : (outcome?.kind ?? "none")',
    killedBy: {
      file: COUNTED,
      name: "is the outcome that was told first; what is found out about a doubt later is counted for itself",
    },
  },
  {
    id: "unknown-told-as-declined-in-the-day",
    rule: 7,
    breaks: "The figures of the day show a decline where nobody knows whether the customer has paid.",
    file: "src/daemon/metrics/day.ts",
    find: "{ outcome: outcome.kind }",
    replace: '{ outcome: outcome.kind === "unknown" ? "declined" : outcome.kind }',
    killedBy: {
      file: "test/daemon/metrics/day.test.ts",
      name: "count each payment in the hour in which it was accepted, by the outcome that is known now",
    },
  },
  {
    id: "practice-counted",
    rule: "amounts",
    breaks: "A technician's practice stands among the payments of the shop.",
    file: "src/daemon/metrics/payment-figures.ts",
    find: "if (isPractice(transaction)) return;",
    replace: "",
    killedBy: { file: COUNTED, name: "is no practice, and no time of a payment that another process began" },
  },
  {
    id: "amounts-in-traces",
    rule: "access",
    breaks: "A shop's turnover goes to somebody else's collector, and nobody asked for it.",
    file: "src/daemon/telemetry/payment-traces.ts",
    find: "this.#ports.amounts && amount !== undefined",
    replace: "amount !== undefined",
    killedBy: {
      file: TRACED,
      name: "tells no amount, no card and no word of a terminal or a person, unless amounts are asked for",
    },
  },
];
