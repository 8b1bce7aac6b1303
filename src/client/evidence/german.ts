import type { EvidenceWords } from "./evidence-words.ts";

export const german: EvidenceWords = {
  title: "Was mit einer Kartenzahlung geschah",
  asked: "Was angefordert wurde",
  ended: "Wie es ausging",
  happened: "Was geschah, Schritt für Schritt",
  shows: "Was diese Seite zeigt und was nicht",
  kept: "Wo es aufbewahrt wird",
  operation: "Vorgang",
  amount: "Betrag",
  tip: "Trinkgeld",
  cashback: "Bargeldauszahlung",
  surcharge: "Aufschlag",
  reference: "Zeichen des Geschäfts",
  till: "Kasse",
  terminal: "Terminal",
  askedAt: "Angefordert",
  result: "Ergebnis",
  notYet: "noch nicht bekannt",
  notFinal: "angenommen; das Ende steht noch aus",
  partial: "ein Teil des Angeforderten",
  decidedBy: "Woher bekannt",
  reason: "Angegebener Grund",
  endedAt: "Beendet",
  moved: "Bewegter Betrag",
  approvalCode: "Genehmigungsnummer",
  card: "Karte",
  vendorSays: "Worte des Terminals",
  contradicted: "Was dagegen spricht",
  transaction: "Transaktion",
  request: "Anforderung der Kasse",
  journal: "Journal",
  chain: "Hash der letzten Zeile",
  facts: (count) => `${count} Zeilen geschrieben`,
  program: "Programm",
  madeAt: "Seite erstellt",
  earlier: "Frühere Schritte sind hier weggelassen; das Journal enthält sie.",
  proves: {
    approved:
      "Das Terminal hat gemeldet, dass dieser Betrag genehmigt wurde. Dass er auf einem Konto ankam, zeigt nur die Abrechnung des Acquirers.",
    declined:
      "Das Terminal hat gemeldet, dass die Zahlung abgelehnt wurde; es sollte also kein Geld geflossen sein. Zeigt der Kontoauszug der Karte dennoch eine Belastung, findet der Acquirer sie mit den Angaben oben.",
    canceled:
      "Die Zahlung wurde abgebrochen; es sollte also kein Geld geflossen oder es zurückgegangen sein. Zeigt der Kontoauszug der Karte dennoch eine Belastung, findet der Acquirer sie mit den Angaben oben.",
    notPerformed:
      "Nach allem, was bekannt ist, floss kein Geld. Zeigt der Kontoauszug der Karte dennoch eine Belastung, findet der Acquirer sie mit den Angaben oben.",
    unknown:
      "Es ist nicht bekannt, ob Geld floss. Diese Seite beweist weder das eine noch das andere: Es entscheidet die Abrechnung des Acquirers.",
    notYet: "Es ist noch nicht zu Ende: Diese Seite zeigt nur, was bei ihrer Erstellung bekannt war.",
  },
  byPerson:
    "Ein Mensch hat das Ergebnis nach Ansicht der genannten Belege entschieden; nicht das Wort des Terminals hat es entschieden.",
  practice: "Übung an einem simulierten Terminal: Es ist kein Geld geflossen",
  practised: (result) => `Übung: ${result}`,
  practiceProves:
    "Ein simuliertes Terminal hat diese Zahlung zur Übung gespielt: Keine Karte wurde belastet, und keine Bank und kein Acquirer weiß davon. Das ist kein Nachweis einer Zahlung.",
  copy: "Die Schritte, die über Geld entscheiden, wurden auf dem Rechner des Geschäfts geschrieben, als sie geschahen, jeder vor dem nächsten. Der Hash zeigt, ob diese Seite von denselben Zeilen handelt wie ein aufbewahrter Export dieses Journals; er ist keine Unterschrift.",
  noReceipt: "Diese Seite ist kein Beleg und keine Bestätigung einer Bank.",
};
