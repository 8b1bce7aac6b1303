import type { TerminalWords } from "../terminal-words.ts";

export const terminals: TerminalWords = {
  addresses: {
    own: (count) => `${count} Terminals haben je eine eigene Adresse.`,
    twins: (terminals, last, place) =>
      `${terminals} und ${last} sind alle unter ${place}: Das ist ein einziges Gerät, und nur eines davon wird bedient.`,
    enterPlace: (terminal) =>
      `In config.json als \`link\` eintragen, wo ${terminal} wirklich ist, oder es dort herausnehmen und den Dienst neu starten: \`tillbridge service stop\`, \`tillbridge service start\`.`,
  },
  settings: {
    notServed: (terminal) =>
      `Der Dienst bedient ${terminal} nicht, obwohl es konfiguriert ist: Ein anderes Terminal hat seine Adresse oder sein Gerät, oder es wurde erst nach dem Start des Dienstes eingetragen.`,
    seeTwin:
      "`terminals.addresses` zeigt hier, ob es einen Zwilling hat; sonst lesen `tillbridge service stop` und `tillbridge service start` config.json neu.",
    hidden: "Dieser Benutzer darf nicht sehen, welche Geheimnisse gesetzt sind.",
    secretNotSet: (name) => `Seine Einstellungen verweisen auf ein Geheimnis, das nicht gesetzt ist: ${name}.`,
    secretsNotSet: (names) => `Seine Einstellungen verweisen auf Geheimnisse, die nicht gesetzt sind: ${names}.`,
    disabled: "Es ist in config.json abgeschaltet: Niemand kann daran bezahlen.",
    complete: "Es fehlt nichts.",
    secretsSet: (names) => `Es fehlt nichts; seine Geheimnisse sind gesetzt: ${names}.`,
    faulty: (faults) => `Sein Teil von config.json ist nicht zu gebrauchen: ${faults}.`,
    setValue: (field) =>
      `\`tillbridge config set ${field} VALUE\`; \`tillbridge config check\` sagt, ob dann alles stimmt.`,
  },
  identity: {
    told: (facts) => `Es sagt von sich: ${facts}.`,
    model: (model) => `Modell ${model}`,
    expected: (serialNumber) => `Erwartet wird hier das Gerät mit der Seriennummer ${serialNumber}.`,
    another: (told, expected) =>
      `An seiner Stelle antwortet ein anderes Gerät: Seriennummer ${told}, nicht ${expected}. Dort wird keine Zahlung angenommen.`,
    ifExchanged: (terminal, told, expected) =>
      `Wurde es ausgetauscht: \`tillbridge terminals update ${terminal} --serial-number ${told}\`. Sonst ${expected} suchen: Es hat jetzt eine andere Adresse oder einen anderen Anschluss.`,
    changedPlaces: (owner) =>
      `Das ist das Gerät von Terminal ${owner}: Die beiden haben ihre Adressen oder Anschlüsse getauscht. Jedem wieder die eigene geben.`,
  },
  pairing: {
    lacksSetting: (detail) => `Es nimmt noch keine Zahlung an: ${detail}.`,
    saySetting: "Angeben, was dort genannt ist. Koppeln hilft dabei nicht.",
    notPaired: (why) => `Es ist nicht gekoppelt, oder sein Zugang wurde abgelehnt: ${why}.`,
    noReason: "Das Terminal sagt nicht, warum",
    obeys: "Es nimmt unsere Befehle an.",
  },
  fence: {
    none: "Keine ungeklärte Transaktion sperrt es für andere.",
    asked: (transaction, since) =>
      `Wie Transaktion ${transaction} ausging, ist seit ${since} nicht bekannt; das Terminal wird danach gefragt und nimmt solange keine andere an.`,
    waitForIt: (transaction) =>
      `Das Ende abwarten; \`tillbridge transactions show ${transaction}\` zeigt, was bekannt ist.`,
    inDoubt: (transaction, since) =>
      `Transaktion ${transaction} ist seit ${since} ungeklärt und sperrt das Terminal für andere.`,
    decide: (transaction, terminal) =>
      `\`tillbridge transactions show ${transaction}\` zeigt, was bekannt ist. Am Terminal nachsehen, dann entscheidet \`tillbridge transactions resolve ${transaction} --outcome KIND --reason TEXT\`; \`tillbridge terminals lift-fence ${terminal} --transaction ${transaction} --reason TEXT\` lässt schon vorher andere bezahlen.`,
  },
  queue: {
    empty: "Nichts wartet.",
    runs: (transaction) => `Transaktion ${transaction} läuft; dahinter wartet nichts.`,
    behind: (transaction, count) => `Transaktion ${transaction} läuft, und dahinter ${waiting(count)}.`,
    stuck: (count, state) => `In der Schlange ${waiting(count)}, und keine läuft: Das Terminal ist ${state}.`,
    willRun:
      "Sie werden ausgeführt, wenn es bereit ist, oder enden von selbst als nicht ausgeführt; `tillbridge transactions cancel ID` nimmt eine heraus.",
  },
  states: {
    connecting: "noch nicht verbunden",
    ready: "bereit",
    busy: "beschäftigt",
    recovering: "beim Klären",
    fenced: "gesperrt",
    unpaired: "nicht gekoppelt",
    offline: "nicht erreichbar",
    disabled: "abgeschaltet",
  },
  probe: {
    busy: (transaction) => `Nicht gefragt, um es nicht zu stören: Transaktion ${transaction} läuft.`,
    inDoubt: (transaction) => `Nicht gefragt, um es nicht zu stören: Transaktion ${transaction} ist ungeklärt.`,
    silent: (seconds) => `Es hat unsere Frage nicht innerhalb von ${seconds} s beantwortet.`,
    seeDisplay: (terminal) =>
      `Auf die Anzeige sehen: Ein offenes Menü hält manche Terminals vom Antworten ab. Aus- und wieder einschalten; \`tillbridge trace --terminal ${terminal}\` zeigt, was auf der Verbindung gesprochen wird.`,
    refused: (why) => `Der Dienst wollte es nicht fragen: ${why}`,
    noReason: "Es sagt nicht, warum",
    notAsked: (why) => `Nicht gefragt, um es nicht zu stören: ${why}.`,
    noAnswer: (why) => `Es wurde gefragt und gab keine Antwort: ${why}.`,
    answered: "Es hat unsere Frage beantwortet.",
    answeredWithin: (ms) => `Es hat unsere Frage innerhalb von ${ms} ms beantwortet.`,
  },
  link: {
    nameUnknown: (host, code) => `Der Name ${host} ist in diesem Netz nicht bekannt (${code}).`,
    sayAddress: (command) => `Die Schreibweise prüfen oder die Adresse des Terminals angeben: \`${command}\`.`,
    notTried: "Nicht versucht: Ein Dienst hat vielleicht die Verbindung, und das Terminal erlaubt vielleicht nur eine.",
    serviceSays: (seen, detail) => `${seen} Der Dienst meldet: ${detail}.`,
    trace: (terminal) => `\`tillbridge trace --terminal ${terminal}\` zeigt, was auf der Verbindung gesprochen wird.`,
    ready: "Der Dienst hat die Verbindung, und das Terminal ist bereit.",
    held: "Der Dienst hat die Verbindung.",
    runs: (transaction) => `Der Dienst hat die Verbindung; Transaktion ${transaction} läuft.`,
    unpaired: "Der Dienst hat die Verbindung; das Terminal ist nicht gekoppelt.",
    doubt: (transaction) =>
      `Der Dienst hat die Verbindung oder stellt sie gerade her; Transaktion ${transaction} ist ungeklärt.`,
    ofBefore: "von vorher",
    lost: (detail) => `Der Dienst hat keine Verbindung: ${detail}.`,
    nothingTried: "Sonst wurde nichts versucht, weil eine Transaktion ungeklärt ist.",
    answeredByOther: (detail) =>
      `Der Dienst bekam Antwort, hält den Antwortenden aber nicht für das Terminal: ${detail}. Sonst wurde nichts versucht, um nicht zu stören.`,
    seeIdentity: (check) => `Beheben, was dort genannt ist; \`${check}\` zeigt, welches Gerät erwartet wird.`,
    bringBack:
      "Das Terminal zurückholen: einschalten, Kabel einstecken, seine App für die Kasse öffnen. Dann klärt es sich von selbst, sofern das Terminal Auskunft geben kann.",
    lastSign: (time) => `Das letzte Lebenszeichen war um ${time}.`,
    takes: (place) => `${place} nimmt Verbindungen an.`,
    speaksFirst: (place, said) =>
      `${place} nimmt Verbindungen an und spricht zuerst: „${said}“. Das ist kaum ein Kartenterminal.`,
    otherProgram: {
      web: (place) =>
        `Unter ${place} antwortet ein Webserver und kein Terminal: ein Router, ein Drucker oder ein anderes Gerät.`,
      ssh: (place) => `Unter ${place} antwortet ein SSH-Server und kein Terminal.`,
      telnet: (place) => `Unter ${place} antwortet ein Telnet-Server und kein Terminal.`,
      mailOrFtp: (place) => `Unter ${place} antwortet ein Mail- oder FTP-Server und kein Terminal.`,
      tls: (place) => `Was unter ${place} antwortet, spricht TLS, und die Verbindung des Terminals nicht.`,
    },
    ifTls:
      "Ist es das Terminal, braucht sein Link `tls` (`--link`). Sonst hat ein anderes Gerät seine Adresse, oder der Port gehört einem anderen Programm.",
    another: "Ein anderes Gerät hat seine Adresse, oder der Port gehört einem anderen Programm.",
    findMoved: (command) =>
      `\`tillbridge discover\` zeigt Terminals, die jetzt zu sehen sind, und mit \`${command}\` wird angegeben, wo es ist; eine feste Adresse im Router hält es dort.`,
    hangsUp: (place) => `${place} nimmt eine Verbindung an und schließt sie sofort.`,
    endOther:
      "Vielleicht ist ein anderes Programm mit dem Terminal verbunden, das nur eines zulässt: dieses beenden. Sonst gehört der Port einem anderen Programm.",
    refuses: (place) => `${place} lehnt die Verbindung ab: Ein Gerät ist da, und an diesem Port wartet kein Programm.`,
    seePort:
      "Die Portnummer prüfen und ob das Terminal auf Verbindungen wartet: Sein Kassenbetrieb oder seine App für die Kasse muss an sein.",
    absent: (place, code) => `${place} antwortet nicht${code}: Kein Gerät in seinem Netz hat jetzt diese Adresse.`,
    bringNear:
      "Das Terminal einschalten, in dieses Netz bringen (ein WLAN für Gäste trennt die Geräte) und seine Adresse in seinem Menü nachsehen.",
    thereSilent: (place, code) => `${place} antwortet nicht${code}, obwohl ein Gerät mit dieser Adresse da ist.`,
    ifFirewall: "Vielleicht verwirft es eine Firewall auf dem Gerät. Ist es nicht das Terminal:",
    silentFor: (place, seconds) => `${place} antwortet nicht innerhalb von ${seconds} s.`,
    silent: (place, code) => `${place} antwortet nicht${code}.`,
    notNear: "Es ist im Netz keiner Karte dieses Rechners.",
    switchOn: "Das Terminal einschalten und in dieses Netz bringen.",
    forbidden: (place, code) => `Dieser Rechner lässt eine Verbindung zu ${place} nicht hinaus (${code}).`,
    letOut: (address, port) =>
      `Eine Firewall oder ein Sicherheitsprogramm dieses Rechners verbietet es: zu ${address} Port ${port} hinauslassen.`,
    failed: (place, code) => `${place} ist nicht zu erreichen (${code}).`,
  },
  plugged: {
    there: (path) => `${path} ist da.`,
    noDevice: (path) => `${path} ist da und ist kein Gerät.`,
    sayPort: "Angeben, welcher Anschluss es ist: `tillbridge discover` zeigt die seriellen Anschlüsse dieses Rechners.",
    absent: (path) => `${path} gibt es nicht: Das Terminal ist nicht angeschlossen, ist aus oder heißt jetzt anders.`,
    plugIn: (terminal) =>
      `Es anschließen und mit \`tillbridge discover\` nachsehen; mit \`tillbridge terminals update ${terminal} --serial PATH\` wird angegeben, wo es ist. Ein Name unter /dev/serial/by-id bleibt gleich.`,
    noUsb: (vendor) => `Kein USB-Gerät des Herstellers ${vendor} ist angeschlossen.`,
    otherSerials: (count) => `Vom selben Hersteller mit anderer Seriennummer sind ${count} da.`,
    plugInUsb:
      "Es anschließen, einschalten und ein anderes Kabel und eine andere Buchse versuchen; `tillbridge discover` zeigt, was zu sehen ist.",
    several: (count, vendor) =>
      `${count} USB-Geräte sind vom Hersteller ${vendor}: Welches davon es ist, kann niemand sagen.`,
    sayWhich: (terminal) =>
      `Mit \`tillbridge terminals update ${terminal} --usb VENDOR:PRODUCT:SERIAL\` wird angegeben, welches.`,
    usbThere: (vendor) => `Ein USB-Gerät des Herstellers ${vendor} ist angeschlossen.`,
    withSerial: (vendor, serialNumber) => `${vendor} mit der Seriennummer ${serialNumber}`,
    anyVendor: "(beliebig)",
    seeSwitchedOn: (terminal) =>
      `Prüfen, ob es an ist und seine App für die Kasse offen; \`tillbridge trace --terminal ${terminal}\` zeigt, was auf der Verbindung gesprochen wird.`,
    opening: "Der Dienst stellt die Verbindung gerade her.",
    lookSoon: "In einigen Sekunden noch einmal nachsehen.",
    lookedFor:
      "Seine Verbindung nennt keine Adresse: Der Dienst sucht es. `tillbridge discover` zeigt, was zu sehen ist.",
  },
};

function waiting(count: number): string {
  return count === 1 ? `wartet ${count} Transaktion` : `warten ${count} Transaktionen`;
}
