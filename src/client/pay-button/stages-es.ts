import type { Stages } from "./words.ts";

/** What a terminal asks or does, for cashier and technician alike. */
export const SPANISH_STAGES: Stages = {
  waitingForTerminal: "Esperando al terminal",
  presentCard: "Presentar tarjeta",
  cardRead: "Tarjeta leída",
  confirmAmount: "El cliente confirma el monto",
  selectAccount: "El cliente elige la cuenta",
  selectInstallments: "El cliente elige las cuotas",
  enterTip: "El cliente ingresa la propina",
  enterPin: "El cliente ingresa el PIN",
  contactingHost: "Consultando al banco",
  removeCard: "Retirar tarjeta",
  printing: "Imprimiendo",
  signature: "Se necesita firma",
  other: "En curso en el terminal",
};
