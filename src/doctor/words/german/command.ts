import type { CommandWords } from "../command-words.ts";

const MORE = "`tillbridge service status` sagt mehr.";
const times = (count: number) => (count === 1 ? "einmal" : `${count}-mal`);

export const command: CommandWords = {
  service: {
    notInstalled:
      "Es ist kein Dienst installiert: Nichts startet Tillbridge mit dem Rechner oder nach einem Absturz neu.",
    install: "`sudo tillbridge service install` aus einem entpackten Programm, oder das Paket installieren.",
    stopped: "Der Dienst ist angehalten.",
    stoppedBecause: (why) => `Der Dienst ist angehalten; gemeldet wird: ${why}.`,
    start: `\`sudo tillbridge service start\`. ${MORE}`,
    starting: "Der Dienst startet gerade.",
    stopping: "Der Dienst hält gerade an.",
    wait: `Einen Moment warten und noch einmal nachsehen. ${MORE}`,
    restarted: (who, pid, count) =>
      `Der Dienst läuft als ${who}, Prozess ${pid}. Er endete von selbst und wurde ${times(count)} neu gestartet.`,
    restartedBecause: (who, pid, count, why) =>
      `Der Dienst läuft als ${who}, Prozess ${pid}. Er endete von selbst und wurde ${times(count)} neu gestartet; gemeldet wird: ${why}.`,
    tellMore: MORE,
    notAtBoot: (who, pid) => `Der Dienst läuft als ${who}, Prozess ${pid}, und startet nicht mit dem Rechner.`,
    enable: "`sudo systemctl enable tillbridge`; unter Windows `sc config Tillbridge start= auto` als Administrator.",
    runs: (who, pid) => `Der Dienst läuft als ${who}, Prozess ${pid}, und startet mit dem Rechner.`,
  },
  daemon: {
    notAsked: (why) => `${why} Das Folgende hat dieser Befehl gesehen, mit den Rechten seines Benutzers.`,
    seeService: "`tillbridge service status` zeigt, wie es um den Dienst steht, und das Protokoll, warum.",
  },
  config: {
    unusable: (path, why) => `${path} ist nicht zu gebrauchen: ${why}`,
    sayAsService: "Den Befehl als Benutzer des Dienstes oder mit sudo geben.",
    mend: "In einem Editor berichtigen; `tillbridge config check` sagt, ob es stimmt. Die letzte, die ging, liegt daneben: config.last-good.json.",
  },
  browsers: {
    trusting: (count) => `Gefundene Browser: ${count}; jeder vertraut dem Zertifikat für wss.`,
    ofUser: (browser, user) => `${browser} von ${user}`,
    because: (browser, why) => `${browser} (${why})`,
    distrusting: (who) => `Dem Zertifikat für wss vertraut nicht: ${who}.`,
    installAgain: "`sudo tillbridge certificate install`, dann den Browser neu starten.",
    notLetIn: (browser, origins, where) => `${browser} lässt nicht zu: ${origins} (${where})`,
    askingFirst: (browsers) => `${browsers}: Jeder davon fragt erst den Benutzer oder lehnt ab.`,
    lettingIn: (origins) => `Browser lassen ${origins} zu diesem Rechner.`,
  },
};
