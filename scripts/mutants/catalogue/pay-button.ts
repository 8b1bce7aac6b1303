import type { Mutant } from "../mutant.ts";

const FLOW = "test/client/pay-button/flow.test.ts";

/** A page that is reloaded, opened twice and left, and charges once. */
export const payButtonMutants: readonly Mutant[] = [
  {
    id: "tabs-ask-for-two-payments",
    rule: 1,
    breaks: "The same order is open in two tabs, the cashier presses in both, and the customer pays twice.",
    file: "src/client/pay-button/flow.ts",
    find: "requestIdOf({ type: of.type, order: of.order }, attempts);",
    replace: "`${requestIdOf({ type: of.type, order: of.order }, attempts)}.${newRequestId()}`;",
    killedBy: { file: FLOW, name: "two tabs that look at the same time find nothing, and still ask for one payment" },
  },
  {
    id: "unknown-order-is-tried-again",
    rule: 8,
    breaks: "Nobody knows whether the order was paid, and the button offers to charge it once more.",
    file: "src/client/pay-button/state.ts",
    find: "export function isFree({ outcome, contradicted }: TransactionOnWire): boolean {",
    replace:
      'export function isFree({ outcome, contradicted }: TransactionOnWire): boolean {\n  if (outcome?.kind === "unknown") return true;',
    killedBy: { file: FLOW, name: "unknown blocks the order, also after a reload, until the truth comes" },
  },
  {
    id: "order-of-another-journal-is-charged",
    rule: 1,
    breaks: "The PC's data folder was replaced after the customer paid, and the page charges the order again.",
    file: "src/client/pay-button/look-up.ts",
    find: 'if (became === "otherJournal") return',
    replace: 'if (became === "otherJournal" && requestId === "") return',
    killedBy: {
      file: FLOW,
      name: "an order that was begun under another journal is not charged",
    },
  },
];
