import type { Stages } from "./words.ts";

/** What a terminal asks or does, for cashier and technician alike. */
export const GERMAN_STAGES: Stages = {
  waitingForTerminal: "Wartet auf das Terminal",
  presentCard: "Karte vorhalten",
  cardRead: "Karte gelesen",
  confirmAmount: "Kunde bestätigt den Betrag",
  selectAccount: "Kunde wählt das Konto",
  selectInstallments: "Kunde wählt die Raten",
  enterTip: "Kunde gibt das Trinkgeld ein",
  enterPin: "Kunde gibt die PIN ein",
  contactingHost: "Fragt die Bank",
  removeCard: "Karte entnehmen",
  printing: "Druckt",
  signature: "Unterschrift nötig",
  other: "Läuft am Terminal",
};
