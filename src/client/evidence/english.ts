import type { EvidenceWords } from "./evidence-words.ts";

export const english: EvidenceWords = {
  title: "What happened to a card payment",
  asked: "What was asked",
  ended: "How it ended",
  happened: "What happened, step by step",
  shows: "What this page shows, and what it does not",
  kept: "Where it is kept",
  operation: "Operation",
  amount: "Amount",
  tip: "Tip",
  cashback: "Cash back",
  surcharge: "Surcharge",
  reference: "Reference of the shop",
  till: "Till",
  terminal: "Terminal",
  askedAt: "Asked at",
  result: "Result",
  notYet: "not known yet",
  notFinal: "accepted; its end is still to come",
  partial: "a part of what was asked",
  decidedBy: "How it is known",
  reason: "Reason given",
  endedAt: "Ended at",
  moved: "Amount moved",
  approvalCode: "Approval code",
  card: "Card",
  vendorSays: "The terminal's own words",
  contradicted: "What speaks against it",
  transaction: "Transaction",
  request: "Request of the till",
  journal: "Journal",
  chain: "Hash of its last line",
  facts: (count) => `${count} lines written`,
  program: "Program",
  madeAt: "This page made at",
  earlier: "Earlier steps are left out here; the journal has them.",
  proves: {
    approved:
      "The terminal reported that this amount was approved. That it reached an account is shown by the acquirer's statement alone.",
    declined:
      "The terminal reported that the payment was declined, so no money should have moved. If the card's statement shows a debit all the same, the references above let the acquirer find it.",
    canceled:
      "The payment was canceled, so no money should have moved, or it went back. If the card's statement shows a debit all the same, the references above let the acquirer find it.",
    notPerformed:
      "By what is known, no money moved. If the card's statement shows a debit all the same, the references above let the acquirer find it.",
    unknown:
      "It is not known whether money moved. This page proves neither that it did nor that it did not: the acquirer's statement decides.",
    notYet: "It is not over yet: this page shows only what was known when it was made.",
  },
  byPerson:
    "A person decided the result after looking at the evidence that is named; the terminal's own word did not decide it.",
  practice: "Practice at a simulated terminal: no money moved",
  practised: (result) => `Practice: ${result}`,
  practiceProves:
    "A simulated terminal played this payment, for practice: no card was charged, and no bank and no acquirer knows of it. It is not proof of a payment.",
  copy: "The steps that decide about money were written on the shop's own computer as they happened, each before the next. The hash shows whether this page is about the same lines as a kept export of that journal; it is no signature.",
  noReceipt: "This page is no receipt, and no confirmation by a bank.",
};
