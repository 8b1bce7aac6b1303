import type { Stages } from "./words.ts";

/** What a terminal asks or does, for cashier and technician alike. */
export const ENGLISH_STAGES: Stages = {
  waitingForTerminal: "Waiting for the terminal",
  presentCard: "Present card",
  cardRead: "Card read",
  confirmAmount: "Customer confirms the amount",
  selectAccount: "Customer selects the account",
  selectInstallments: "Customer selects the installments",
  enterTip: "Customer enters the tip",
  enterPin: "Customer enters the PIN",
  contactingHost: "Asking the bank",
  removeCard: "Remove card",
  printing: "Printing",
  signature: "Signature needed",
  other: "In progress at the terminal",
};
