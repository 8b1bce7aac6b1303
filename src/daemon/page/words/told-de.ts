import type { ToldWords } from "./told-words.ts";

const COMPARE =
  "Kassieren Sie nicht noch einmal. Vergleichen Sie die Belege und die Liste des Acquirers, und sagen Sie dann unter „Ungeklärt“, wie es ausging.";

export const GERMAN_TOLD: ToldWords = {
  alarms: {
    accountRefused: {
      what: "Die Cloud des Herstellers nimmt den Zugang dieses Ladens nicht mehr an: Kein Terminal des Kontos nimmt eine Zahlung an.",
      remedy: "Rufen Sie Ihren Techniker: Ein neuer Zugang muss hinterlegt werden.",
    },
    contradiction: {
      what: "Eine Zahlung war beendet, und jetzt sagt das Terminal etwas anderes über sie.",
      remedy: COMPARE,
    },
    endNotKnown: {
      what: "Ob eine Erstattung beim Kunden angekommen ist, kann niemand mehr sagen.",
      remedy: "Suchen Sie sie im Portal des Herstellers. Erstatten Sie vorher nicht noch einmal.",
    },
    idempotencyKeyUsed: {
      what: "Der Hersteller hält eine Zahlung für eine andere, die er schon kennt: Ob Geld bewegt wurde, ist nicht bekannt.",
      remedy: COMPARE,
    },
    journalFailed: {
      what: "Was aus einer Zahlung wurde, konnte nicht aufgeschrieben werden.",
      remedy:
        "Kassieren Sie nicht noch einmal. Schaffen Sie Platz auf der Festplatte dieses Rechners, oder rufen Sie Ihren Techniker: Danach klärt es sich von selbst.",
    },
    journalOlder: {
      what: "Das Verzeichnis der Zahlungen ist vielleicht eine alte Kopie: Ein Kassenprogramm kennt neuere.",
      remedy: "Rufen Sie Ihren Techniker, bevor wieder kassiert wird.",
    },
    otherDevice: {
      what: "An der Stelle eines Terminals antwortet ein anderes Gerät. Dort wird keine Zahlung angenommen.",
      remedy: "Wurde das Terminal getauscht oder anders angeschlossen? Ihr Techniker sagt, welches Gerät es ist.",
    },
    partialNotAsked: {
      what: "Nur ein Teil des Betrags wurde bezahlt, und das Kassenprogramm hatte das nicht erlaubt.",
      remedy: "Kassieren Sie den Rest vom Kunden, oder stornieren Sie die Zahlung.",
    },
    personNeeded: {
      what: "Ob eine Zahlung belastet wurde, ist nicht bekannt, und das Terminal kann es nicht sagen.",
      remedy: COMPARE,
    },
    resultNotBelieved: {
      what: "Die Antwort des Terminals passt nicht zur verlangten Zahlung: Sie wird nicht geglaubt.",
      remedy: COMPARE,
    },
    tendersNotAsked: {
      what: "Der Kunde zahlte mit mehreren Zahlungsmitteln, und das Kassenprogramm hatte das nicht erlaubt.",
      remedy: "Wenn Geld zurückgehen soll, wird jeder Teil für sich erstattet.",
    },
  },
  away: {
    otherDevice: "An seiner Stelle antwortet ein anderes Gerät. Wurde es getauscht oder anders angeschlossen?",
    twin: "Dieses Gerät ist schon als ein anderes Terminal eingerichtet. Eines der beiden muss entfernt werden.",
    unnamed: "Das Gerät an seiner Stelle sagt nicht, wer es ist; darum wird dort keine Zahlung angenommen.",
    nobodyListens:
      "Dort ist etwas, aber es lehnt die Verbindung ab. Ist die Zahlungs-App des Terminals offen, und stimmt der Port?",
    otherProgram:
      "Was dort antwortet, spricht nicht wie ein Terminal. Adresse, Port oder Verschlüsselung sind falsch eingestellt.",
    settingLacks: "Eine seiner Einstellungen fehlt oder ist falsch. Ihr Techniker kann sie ergänzen.",
  },
  silent: {
    tcp: "Es antwortet nicht. Ist es eingeschaltet und im selben Netz wie dieser Rechner?",
    http: "Es antwortet nicht. Ist es eingeschaltet und im selben Netz wie dieser Rechner?",
    serial: "Es antwortet nicht an seiner seriellen Schnittstelle. Ist es eingeschaltet und das Kabel eingesteckt?",
    usb: "Es antwortet nicht an USB. Ist es eingeschaltet und das Kabel eingesteckt?",
    cloud: "Über die Cloud des Herstellers ist es nicht zu erreichen. Hat dieser Rechner Zugang zum Internet?",
  },
  unpaired: "Es nimmt noch keine Aufträge von diesem Rechner an. Gekoppelt wird es unter „Kassenprogramme“.",
};
