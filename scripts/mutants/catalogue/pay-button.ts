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
    id: "another-orders-payment-is-this-ones",
    rule: 1,
    breaks: "The back office gives a request id twice: the second order is told as paid by the first one's money.",
    file: "src/client/pay-button/look-up.ts",
    find: 'return isItsOwn(found, of) ? { kind: "is", transaction: found } : { kind: "taken" };',
    replace: 'return { kind: isItsOwn(found, of) ? "is" : "is", transaction: found };',
    killedBy: {
      file: FLOW,
      name: "a request id that paid another order, given to B-9: nothing is told as paid, and nothing is charged",
    },
  },
  {
    id: "press-of-before-is-done-later",
    rule: 1,
    breaks:
      "A technician presses while the page connects in vain and goes away; minutes later the terminal asks whoever stands there for money.",
    file: "src/daemon/page/session/page-session.ts",
    find: "  const stop = state.listen(leaveWhereNone);",
    replace: "  const stop = (): void => undefined;",
    killedBy: {
      file: "test/daemon/page/page-session.test.ts",
      name: "given a press while a connection is tried, when that fails, then it is said at once, and nothing leaves with the next session",
    },
  },
  {
    id: "full-disk-says-nobody-was-charged",
    rule: 1,
    breaks:
      "A script's disk is full: the sale is approved, the command says by its exit code that no money moved, and the script charges again.",
    file: "src/cli/program.ts",
    find: "  return exitCode === EXIT.done && outlets.some(({ isBroken }) => isBroken()) ? EXIT.unknown : exitCode;",
    replace: "  return exitCode === EXIT.done && outlets.some(({ isBroken }) => isBroken()) ? EXIT.refused : exitCode;",
    killedBy: {
      file: "test/cli/payment.test.ts",
      name: "a sale that is approved, and whose result the full disk does not take, ends with 4: 1 says that no money moved",
    },
  },
  {
    id: "earlier-command-is-not-asked-about",
    rule: 1,
    breaks:
      "An earlier command may have charged the card; the next one is interrupted before it could look and says that nobody is charged.",
    file: "src/cli/commands/payment.ts",
    find: 'if (error instanceof PaymentNeverSent && neverThere === undefined && requestId === call.text("request-id")) {',
    replace:
      'if (error instanceof PaymentNeverSent && neverThere !== undefined && requestId === call.text("request-id")) {',
    killedBy: {
      file: "test/cli/payment.test.ts",
      name: "with the request id of an earlier command, and Ctrl-C before it was looked for: 4, and not that nobody is charged",
    },
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
