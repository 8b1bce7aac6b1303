import type { Mutant } from "../mutant.ts";

const MERCADO_PAGO = "src/drivers/mercado-pago";
const MP_CODEC = "test/drivers/mercado-pago/codec.test.ts";
const MP_SALE = "test/drivers/mercado-pago/sale.test.ts";
const MP_RECOVERY = "test/drivers/mercado-pago/sale-recovery.test.ts";
const MP_JUDGEMENT = "test/drivers/mercado-pago/judgement.test.ts";
const MP_REFUND = "test/drivers/mercado-pago/refund.test.ts";
const MP_REFUND_RECOVERY = "test/drivers/mercado-pago/refund-recovery.test.ts";

/** An order in Mercado Pago's cloud, which the terminal fetches by itself. */
export const mercadoPagoMutants: readonly Mutant[] = [
  {
    id: "mp-create-without-the-same-terminal",
    rule: 2,
    breaks:
      "The shop's terminal was moved to another account over night; a lost sale is sent once more and made a second time, in the other account.",
    file: `${MERCADO_PAGO}/sale-recovery.ts`,
    find: 'if (state.pending.length > 0 || state.recognized !== "same")',
    replace: "if (state.pending.length > 0)",
    killedBy: {
      file: MP_RECOVERY,
      name: "is said again with the stored request, once the terminal is known to be the same",
    },
  },
  {
    id: "mp-create-while-its-answer-is-owed",
    rule: 2,
    breaks: "The vendor is slow to answer, and gets the sale once more while it still makes the first order of it.",
    file: `${MERCADO_PAGO}/sale-recovery.ts`,
    find: 'if (state.pending.length > 0 || state.recognized !== "same")',
    replace: 'if (state.recognized !== "same")',
    killedBy: { file: MP_RECOVERY, name: "waits for the answer that is still owed" },
  },
  {
    id: "mp-order-of-a-moment-is-unpaid",
    rule: 5,
    breaks:
      "The order expires while the customer's card is in the terminal: told as canceled, and the card is charged.",
    file: `${MERCADO_PAGO}/judgement.ts`,
    find: "if (isAtTerminal || !ORDER_ENDS.has(status)) {",
    replace: "if (!ORDER_ENDS.has(status)) {",
    killedBy: { file: MP_JUDGEMENT, name: "expired with at_terminal is unclear" },
  },
  {
    id: "mp-review-is-a-refusal",
    rule: 5,
    breaks:
      "The vendor is looking into the payment; the till shows `declined`, the customer pays again, and both go through.",
    file: `${MERCADO_PAGO}/judgement.ts`,
    find: 'if (detail === "in_review") {',
    replace: 'if (detail === "") {',
    killedBy: { file: MP_JUDGEMENT, name: "a payment in review is not declined: nobody knows" },
  },
  {
    id: "mp-error-is-a-refusal",
    rule: 5,
    breaks:
      "A server of the vendor's stumbles behind the order that it has made: told as not performed, while the customer pays.",
    file: `${MERCADO_PAGO}/sale.ts`,
    find: "if (REFUSALS.has(status)) return ended(refused);",
    replace: "if (REFUSALS.has(status) || status >= 500) return ended(refused);",
    killedBy: { file: MP_SALE, name: "with 500 internal_error is a doubt" },
  },
  {
    id: "mp-queued-order-is-another-tills",
    rule: 5,
    breaks:
      "The order that waits for the terminal is this sale's own, and the vendor does not say so: the till hears `busy`, and the customer pays.",
    file: `${MERCADO_PAGO}/sale.ts`,
    find: 'return inDoubt("terminal", own.why);',
    replace: 'return ended({ kind: "notPerformed", reason: "terminalBusy" });',
    killedBy: { file: MP_SALE, name: "is a doubt where the search does not say whose order it is" },
  },
  {
    id: "mp-absent-once-is-absent",
    rule: 5,
    breaks: "One of the vendor's servers has not heard of the order yet: told as never made, and it was paid.",
    file: `${MERCADO_PAGO}/sale-recovery.ts`,
    find: "const ENOUGH_ABSENCES = 2;",
    replace: "const ENOUGH_ABSENCES = 1;",
    killedBy: { file: MP_RECOVERY, name: "once is not enough" },
  },
  {
    id: "mp-absent-while-it-may-live",
    rule: 5,
    breaks: "The search lags behind an order that the customer is just about to pay, and it is told as never made.",
    file: `${MERCADO_PAGO}/sale-recovery.ts`,
    find: "const absences = state.isOld && state.pending.length === 0 ? state.absences + 1 : 0;",
    replace: "const absences = state.absences + 1;",
    killedBy: {
      file: MP_RECOVERY,
      name: "it was not performed where the order is absent twice, when it would long be over",
    },
  },
  {
    id: "mp-absent-from-another-account",
    rule: 5,
    breaks:
      "Somebody gave the token of another seller meanwhile; that account knows nothing of the sale, and it was paid.",
    file: `${MERCADO_PAGO}/sale-recovery.ts`,
    find: 'isProving: false };\n  if (state.recognized !== "same")',
    replace: 'isProving: false };\n  if (state.recognized === "notYet")',
    killedBy: {
      file: MP_RECOVERY,
      name: "it is asked behind its absence whose account that was: somebody may have given another one's token",
    },
  },
  {
    id: "mp-absent-from-half-a-list",
    rule: 5,
    breaks:
      "On a busy day the order stands on the second page, which nobody reads: told as never made, and it was paid.",
    file: `${MERCADO_PAGO}/search.ts`,
    find: "return total > orders.length",
    replace: "return total < orders.length",
    killedBy: { file: MP_RECOVERY, name: "nor a list that does not hold all orders" },
  },
  {
    id: "mp-refund-of-before-is-this-one",
    rule: 5,
    breaks: "The refund was never made; that of this morning, of the same sale and amount, is told in its place.",
    file: `${MERCADO_PAGO}/refund-plan.ts`,
    find: "if (plan.earlier.includes(id) || (",
    replace: "if ((",
    killedBy: {
      file: MP_REFUND_RECOVERY,
      name: "is none that was there before, none of another amount, and none that is claimed",
    },
  },
  {
    id: "mp-refund-is-claimed-twice",
    rule: 5,
    breaks:
      "Two refunds of one sale were asked for and one was made; both are told as done, and the customer waits for money.",
    file: `${MERCADO_PAGO}/refund-recovery.ts`,
    find: "const free = state.considered.filter(({ id }) => !taken.includes(movementOf(id)));",
    replace: "const free = state.considered.filter(({ id }) => taken.length >= 0 && id !== undefined);",
    killedBy: {
      file: MP_REFUND_RECOVERY,
      name: "is none that was there before, none of another amount, and none that is claimed",
    },
  },
  {
    id: "mp-refund-that-is-told-is-absent",
    rule: 5,
    breaks:
      "The order says that it was given back, and its list lags behind: told as never refunded, and refunded a second time by hand.",
    file: `${MERCADO_PAGO}/refund-recovery.ts`,
    find: "const isCounted = state.isOld && state.pending.length === 0 && !isTold;",
    replace: "const isCounted = state.isOld && state.pending.length === 0;",
    killedBy: {
      file: MP_REFUND_RECOVERY,
      name: "is in doubt where the order says that it was refunded, and does not list it",
    },
  },
  {
    id: "mp-stranger-calls",
    rule: 5,
    breaks: "Whoever finds the shop's address tells it of payments, and no signature of the vendor's is asked for.",
    file: `${MERCADO_PAGO}/webhook.ts`,
    find: "if (!isSigned) return",
    replace: "if (!isSigned && v1.length !== 64) return",
    killedBy: { file: "test/drivers/mercado-pago/webhook.test.ts", name: "from a stranger is not believed" },
  },
  {
    id: "mp-cancel-decides",
    rule: 6,
    breaks:
      "The vendor takes the cancel in the moment in which the customer pays: told as canceled, and the money is gone.",
    file: `${MERCADO_PAGO}/sale.ts`,
    find: "return [{ ...state, canceling: { ...canceling, step: afterCancel(end) } }, []];",
    replace: 'return ended({ kind: "canceled", by: "pos" });',
    killedBy: { file: MP_SALE, name: "loses to the sale that wins at the terminal" },
  },
  {
    id: "mp-order-outlives-our-limit",
    rule: 7,
    breaks:
      "The till was told `unknown` and the customer has gone; the next one sees the old order on the terminal, and pays it.",
    file: `${MERCADO_PAGO}/order-body.ts`,
    find: "Math.floor((answerLimitMs - expiryMarginMs) / 1_000)",
    replace: "Math.floor((answerLimitMs + expiryMarginMs) / 1_000)",
    killedBy: { file: MP_SALE, name: "that we wait 45000 ms for lives PT30S at the vendor" },
  },
  {
    id: "mp-order-of-another-sale",
    rule: "amounts",
    breaks: "The vendor answers with the order of another counter, and this sale is told as approved by its payment.",
    file: `${MERCADO_PAGO}/judgement.ts`,
    find: "if (externalReference !== order.transaction) {",
    replace: "if (externalReference === undefined) {",
    killedBy: { file: MP_JUDGEMENT, name: "for another reference is not believed" },
  },
  {
    id: "mp-list-of-unknown-length-is-whole",
    rule: 5,
    breaks:
      "The search shows none of many orders and tells their number in a way that we cannot read; ours counts as never made, and is paid.",
    file: `${MERCADO_PAGO}/answers.ts`,
    find: "return isCount ? total : undefined;",
    replace: "return isCount ? total : listed;",
    killedBy: {
      file: MP_CODEC,
      name: "that tells -1 as its length is not believed: ours may be among what it does not show",
    },
  },
  {
    id: "mp-another-amount-was-paid",
    rule: "amounts",
    breaks: "The order holds another amount than the sale, and the till prints the sale's.",
    file: `${MERCADO_PAGO}/judgement.ts`,
    find: "if (toldMinor !== askedMinor)",
    replace: "if (toldMinor === undefined)",
    killedBy: { file: MP_JUDGEMENT, name: "of another amount is not believed" },
  },
  {
    id: "mp-more-is-refunded-than-is-left",
    rule: "amounts",
    breaks: "Half of it was given back in the seller's account; the till gives back the whole.",
    file: `${MERCADO_PAGO}/refund-plan.ts`,
    find: "if (amountMinor > paidMinor - refundedMinor) {",
    replace: "if (amountMinor > paidMinor) {",
    killedBy: { file: MP_REFUND, name: "of more than is left is not sent" },
  },
  {
    id: "mp-refund-in-process-is-final",
    rule: "amounts",
    breaks:
      "The till tells the customer that the money is back; the vendor refuses the refund an hour later, and nobody hears of it.",
    file: `${MERCADO_PAGO}/refund-plan.ts`,
    find: 'const isFinal = status === "processed";',
    replace: 'const isFinal = status === "processed" || status === "processing";',
    killedBy: { file: MP_REFUND, name: "in process is approved and not final" },
  },
  {
    id: "hidden-payment-is-none",
    rule: 5,
    breaks:
      "An intent ends in an error, its payment was approved and has a number that is hidden: the customer is asked to pay again.",
    file: "src/drivers/mercado-pago/intents-watch.ts",
    find: "if (!hasPayment && told.hasHiddenPayment === true)",
    replace: "if (!hasPayment && told.hasHiddenPayment === undefined && told.id === '')",
    killedBy: {
      file: "test/drivers/mercado-pago/intents-operation.test.ts",
      name: "that is ERROR with a payment that cannot be named is left to a person",
    },
  },
  {
    id: "mp-lost-renewal-is-the-second-token",
    rule: 5,
    breaks:
      "The vendor does not take the token, and the renewal is lost on the way: the old token is refused once more, and the shop stands still until a person acts.",
    file: `${MERCADO_PAGO}/account.ts`,
    find: "unreachableNow({ ...state, isSecondToken: false }, why)",
    replace: "unreachableNow(state, why)",
    killedBy: {
      file: "test/drivers/mercado-pago/account.test.ts",
      name: "whose token is refused, and whose renewal is lost, asks for the next one",
    },
  },
];
