import type { Stages } from "./words.ts";

/** What a terminal asks or does, for cashier and technician alike. */
export const PORTUGUESE_STAGES: Stages = {
  waitingForTerminal: "Esperando o terminal",
  presentCard: "Apresentar o cartão",
  cardRead: "Cartão lido",
  confirmAmount: "O cliente confirma o valor",
  selectAccount: "O cliente escolhe a conta",
  selectInstallments: "O cliente escolhe as parcelas",
  enterTip: "O cliente digita a gorjeta",
  enterPin: "O cliente digita a senha",
  contactingHost: "Consultando o banco",
  removeCard: "Retirar o cartão",
  printing: "Imprimindo",
  signature: "Assinatura necessária",
  other: "Em andamento no terminal",
};
