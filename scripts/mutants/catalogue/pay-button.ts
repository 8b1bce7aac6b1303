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
    replace: "requestIdOf({ type: newRequestId(), order: of.order }, attempts);",
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
    id: "order-of-another-name-is-charged",
    rule: 1,
    breaks:
      "The page was paired anew under another name while its payment ran, and charges the order again under that.",
    file: "src/client/pay-button/look-up.ts",
    find: "if (keptUrl !== url || pos !== till.pos) return",
    replace: "if (keptUrl !== url) return",
    killedBy: { file: FLOW, name: "an order that was begun under another name is not charged" },
  },
];
