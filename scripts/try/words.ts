// What the try-out says in the words of people.
import type { Outcome } from "../../src/client/index.ts";
import { formatMoney } from "../../src/core/money.ts";

export const STAGES: Readonly<Record<string, string>> = {
  waitingForTerminal: "waiting for the terminal",
  presentCard: "the customer is asked for a card",
  cardRead: "the card was read",
  confirmAmount: "the customer confirms the amount",
  selectAccount: "the customer chooses an account",
  selectInstallments: "the customer chooses installments",
  enterTip: "the customer may add a tip",
  enterPin: "the customer enters the PIN",
  contactingHost: "the terminal asks the bank",
  removeCard: "the customer takes the card",
  printing: "the terminal prints",
  signature: "a signature is needed",
};

export function inWords(outcome: Outcome): string {
  switch (outcome.kind) {
    case "approved": {
      const amount = outcome.amounts === undefined ? "" : ` ${formatMoney(outcome.amounts.approved)}`;
      const card =
        outcome.card?.last4 === undefined ? "" : `, card ${outcome.card.brand ?? ""} ...${outcome.card.last4}`;
      return `APPROVED${amount}${card}${outcome.approvalCode === undefined ? "" : `, approval ${outcome.approvalCode}`}`;
    }
    case "declined":
    case "notPerformed":
      return `${outcome.kind}: ${outcome.reason}`;
    case "canceled":
      return `canceled by ${outcome.by}`;
    case "unknown":
      return "nobody knows yet";
  }
}
