import type { MachineWords } from "../machine-words.ts";

const VERIFY = "`tillbridge journal verify` liest es ganz, ob der Dienst läuft oder nicht.";
const REPORT = "Den Bericht an den Support senden (`tillbridge bundle` sammelt, was dort gebraucht wird).";

export const machine: MachineWords = {
  program: {
    late: (program) => `${program} hat nicht rechtzeitig geantwortet`,
    notRun: (program, code) => `${program} ließ sich nicht starten (${code})`,
    absent: (program) => `${program} gibt es hier nicht`,
    silent: (program) => `${program} sagt es nicht`,
  },
  account: {
    owner: (names, mode) => `${names}, Rechte ${mode}`,
    withGroups: (name, groups) => `${name} (Gruppen ${groups})`,
    runsAs: (who) => `Der Dienst läuft als ${who}.`,
    root: "Der Dienst läuft als root, was er nicht braucht.",
    ownUser:
      "Als Dienst mit eigenem Benutzer laufen lassen, wie ihn `tillbridge service install` oder das Paket einrichtet.",
  },
  home: {
    belongs: (path, owner) => `${path} gehört ${owner}.`,
    noFolder: (path) => `${path} ist kein Ordner.`,
    moveAway: "Woandershin verschieben und den Dienst neu starten.",
    another: (path, owner, who) => `${path} gehört ${owner}; der Dienst läuft als ${who}.`,
    giveBack: (user, path) =>
      `\`sudo chown --recursive ${user}: ${path}\`, dann den Dienst neu starten. Gehört der Ordner zu einer anderen Installation, den richtigen mit --home angeben.`,
    writable: (path, owner) => `${path} gehört ${owner}: Andere Benutzer dürfen ändern, was darin ist.`,
    empty: (folder) => `In ${folder} ist noch nichts.`,
    notListed: (folder, why) => `In ${folder} lässt sich nicht hineinsehen: Das System meldet ${why}.`,
    strangers: (folder, names, user) => `In ${folder} gehört jemand anderem: ${names}. Der Dienst läuft als ${user}.`,
    readable: (folder, names) => `Andere Benutzer dieses Rechners können in ${folder} lesen: ${names}.`,
    shut: (folder) =>
      `\`sudo chmod --recursive go-rwx ${folder}\`; danach neue Tokens ausstellen, denn jemand kann sie gelesen haben.`,
    withMode: (name, mode) => `${name} (Rechte ${mode})`,
    andMore: (names, count) => `${names} und ${count} weitere`,
    own: (count, folder) =>
      `Alle ${count} Einträge in ${folder} gehören dem Dienst, und seine Geheimnisse sieht niemand sonst.`,
    defaults: (path) => `${path} gibt es nicht: Es gelten die Vorgaben.`,
    changeable: (path, owner) =>
      `${path} gehört ${owner}: Jemand anderes als root und der Dienst darf die Konfiguration ändern.`,
    takeBack: (user, path) => `\`sudo chown ${user}: ${path}\` und \`sudo chmod go-w ${path}\``,
    unreadable: (path, owner, who) => `${path} gehört ${owner}; der Dienst läuft als ${who} und kann es nicht lesen.`,
    giveFile: (user, path) => `\`sudo chown ${user}: ${path}\`, dann den Dienst neu starten.`,
    notBegun: (path) => `${path} gibt es nicht: Hier lief noch kein Dienst.`,
    begin: "Den Dienst starten oder den richtigen Ordner mit --home oder TILLBRIDGE_HOME angeben.",
    hidden: (path) => `${path} darf dieser Benutzer nicht ansehen: Ein Ordner darüber gehört jemand anderem.`,
    sayAsService: "Den Befehl als Benutzer des Dienstes oder mit sudo geben.",
    notSeen: (path, why) => `${path} lässt sich nicht untersuchen: Das System meldet ${why}.`,
  },
  ends: {
    noLog: (folder) => `In ${folder} gibt es noch kein Protokoll.`,
    none: "Der Dienst ist in den letzten sieben Tagen nicht abgestürzt.",
    once: (path) => `Der Dienst ist in den letzten sieben Tagen einmal abgestürzt; der neueste Bericht ist ${path}.`,
    often: (count, path) =>
      `Der Dienst ist in den letzten sieben Tagen ${count}-mal abgestürzt; der neueste Bericht ist ${path}.`,
    sendReport: REPORT,
    inOrder: "Der letzte Lauf des Dienstes endete ordentlich, oder es gab noch keinen.",
    killed: (begun) =>
      `Der Lauf des Dienstes, der ${begun} begann, endete nicht ordentlich: Er wurde beendet, stürzte ab, oder der Strom fiel aus.`,
    startIt: "Den Dienst starten: Was im Gange war, klärt er dann. Das Protokoll sagt mehr.",
    runInOrder: (begun) => `Dieser Lauf begann ${begun}; der davor endete ordentlich.`,
    disorderlyOnce: (begun) => `In den zehn Minuten vor ${begun} endete der Dienst einmal nicht ordentlich.`,
    disorderly: (count, begun) => `In den zehn Minuten vor ${begun} endete der Dienst ${count}-mal nicht ordentlich.`,
    seeLog: "Das Protokoll sagt, warum.",
    seeLogAndReport: `Das Protokoll ansehen. ${REPORT}`,
    someTime: "zu unbekannter Zeit",
  },
  disk: {
    free: (free, whole, folder) => `Auf der Festplatte von ${folder} sind ${free} von ${whole} frei.`,
    fewFiles: (free, whole, folder, count) =>
      `Auf der Festplatte von ${folder} sind ${free} von ${whole} frei, und dort lassen sich nur noch ${count} Dateien anlegen.`,
    freeSome: (folder) =>
      `Auf der Festplatte von ${folder} Platz schaffen oder den Ordner auf eine größere legen: Ist sie voll, wird keine Zahlung angenommen.`,
    inMemory: (folder, kind) =>
      `${folder} liegt im Arbeitsspeicher (${kind}): Was über Zahlungen bekannt ist, geht mit dem Strom verloren.`,
    onNetwork: (folder, kind) =>
      `${folder} liegt auf einem Netzlaufwerk (${kind}), bei dem auf Sperren und Schreiben kein Verlass ist.`,
    local: (folder) => `${folder} liegt auf einer Festplatte dieses Rechners.`,
    putElsewhere:
      "Den Datenordner auf eine Festplatte dieses Rechners legen und mit --home oder TILLBRIDGE_HOME angeben.",
    takes: (folder, usualMs, mostMs, count) =>
      `Ein Schreibvorgang auf die Festplatte von ${folder} dauert ${usualMs} ms, bei ${count} Versuchen höchstens ${mostMs} ms.`,
    tooSlow: (folder, usualMs, mostMs, count, limitMs) =>
      `Ein Schreibvorgang auf die Festplatte von ${folder} dauert ${usualMs} ms, bei ${count} Versuchen höchstens ${mostMs} ms: Ab ${limitMs} ms gilt das Journal als ausgefallen.`,
    seeWhatWrites:
      "Nachsehen, was sonst auf diese Festplatte schreibt und ob sie ausfällt (`smartctl -a`); eine SSD braucht wenige ms.",
    notSeen: (folder, why) => `Die Festplatte von ${folder} lässt sich nicht untersuchen: Das System meldet ${why}.`,
    notWritten: (folder, why) => `In ${folder} konnte nichts geschrieben werden: ${why}.`,
    notWritable: (folder, why) => `In ${folder} lässt sich nichts schreiben: ${why}.`,
    ofAnotherUser:
      "Er gehört einem anderen Benutzer, und root schreibt dort nichts. Der Dienst misst es, wenn er läuft",
    writeFaults: {
      ENOSPC: "Die Festplatte ist voll",
      EDQUOT: "Der Anteil dieses Benutzers an der Festplatte ist voll",
      EROFS: "Die Festplatte ist schreibgeschützt",
      EACCES: "Dieser Benutzer darf es nicht",
      EIO: "Die Festplatte meldet einen Fehler",
    },
    writeRemedies: {
      ENOSPC: "Platz schaffen: Bis dahin wird keine Zahlung angenommen.",
      EDQUOT: "Platz schaffen oder den Anteil erhöhen: Bis dahin wird keine Zahlung angenommen.",
      EROFS:
        "Beschreibbar einhängen. Eine Festplatte, die von selbst schreibgeschützt wurde, fällt aus: `dmesg` zeigt es.",
      EACCES: "Den Ordner dem Benutzer des Dienstes zurückgeben; `home.data` zeigt, wem er gehört.",
      EIO: "Die Festplatte austauschen. Vorher den Datenordner kopieren.",
    },
  },
  pos: {
    whole: (path, count) => `${path} ist lesbar: ${count} ${count === 1 ? "Kassenprogramm" : "Kassenprogramme"}.`,
    noList: (path) => `${path} ist keine lesbare Liste von Kassenprogrammen.`,
    restoreList:
      "Bei angehaltenem Dienst die Datei berichtigen oder eine Kopie davon zurücklegen. Sonst legt der nächste Start die Datei beiseite, und die Kassenprogramme müssen neu gekoppelt werden.",
    unreadable: (path, which) =>
      `In ${path} sind Einträge nicht lesbar, und diese Kassenprogramme werden nicht eingelassen: ${which}.`,
    mend: "Den Dienst anhalten (`tillbridge service stop`), die Datei berichtigen und ihn wieder starten: Ein laufender Dienst überschreibt die Berichtigung. Oder `tillbridge pos revoke NAME`, und es mit seinen bisherigen Grenzen neu hinzufügen. Einträge ohne Namen bei angehaltenem Dienst aus der Datei nehmen.",
    setAside: (path) => `Die Liste der Kassenprogramme war einmal nicht lesbar und liegt jetzt in ${path}.`,
    pairAgain:
      "Den Dienst anhalten, diese Datei berichtigen, als pos.json zurücklegen und den Dienst starten: Was seither gekoppelt wurde, steht nicht darin. Oder die Kassenprogramme, die in `tillbridge pos` fehlen, mit ihren Grenzen neu koppeln; danach die Datei entfernen.",
  },
  journal: {
    none: (folder) => `In ${folder} gibt es noch kein Journal.`,
    newest: (transactions, facts) =>
      `Die neuesten ${transactions} Transaktionen sind unversehrt, mit ${facts} Einträgen. ${VERIFY}`,
    damaged: (fault) => `Das Journal ist beschädigt: ${fault}.`,
    damagedMore: (fault, more) => `Das Journal ist beschädigt: ${fault}, und ${more} weitere Fehler.`,
    restore: `${VERIFY} Vor allem anderen den Datenordner kopieren und mit \`tillbridge journal adopt\` die letzte Sicherung an seine Stelle setzen.`,
    tooLarge: (seconds) => `Das Journal ist zu groß, um es in ${seconds} s zu lesen. ${VERIFY}`,
    whole: (transactions, facts) => `Das Journal ist unversehrt: ${transactions} Transaktionen, ${facts} Einträge.`,
    notRead: (why) => `Das Journal konnte nicht gelesen werden: ${why}`,
    verify: VERIFY,
    copyFirst: `${VERIFY} Vor allem anderen den Datenordner kopieren und den Support anrufen.`,
  },
  clock: {
    shows: (time) => `Die Uhr zeigt ${time}.`,
    cannotBe: (time) => `Die Uhr zeigt ${time}, was nicht sein kann.`,
    behind: (time, newest) =>
      `Die Uhr zeigt ${time}, und die neueste Zahlung ist von ${newest}: Sie wurde zurückgestellt oder ging vor.`,
    setIt:
      "Die Uhr stellen und vom System stellen lassen: `sudo timedatectl set-ntp true`; unter Windows: Einstellungen, Zeit, Uhrzeit automatisch festlegen.",
    kept: (by) => `Das System stellt seine Uhr nach dem Netz (${by}).`,
    keptSinceStart: "systemd-timesyncd tut es seit dem Start",
    notKept: (by) => `Das System stellt seine Uhr nicht nach dem Netz (${by}).`,
    notKnown: (why) => `Ob die Uhr nach dem Netz gestellt wird, ist nicht bekannt: ${why}.`,
    windowsSilent: "Windows stellt seine Uhr nicht nach dem Netz: Sein Zeitdienst (w32time) antwortet nicht.",
    windowsStart: "`net start w32time`, dann `w32tm /resync`, als Administrator.",
    windowsNotSet: "Windows hat seine Uhr nicht nach dem Netz gestellt (w32tm: Sprungindikator 3).",
    windowsSet: "`w32tm /resync`, als Administrator.",
    windowsKept: (indicator) => `Windows stellt seine Uhr nach dem Netz (w32tm: Sprungindikator ${indicator}).`,
    steady: "Seit dem Start des Dienstes ist die Uhr nicht gesprungen.",
    forward: (seconds) =>
      `Seit dem Start des Dienstes wurde die Uhr um ${seconds} s vorgestellt, oder der Rechner schlief so lange.`,
    back: (seconds) => `Seit dem Start des Dienstes wurde die Uhr um ${seconds} s zurückgestellt.`,
  },
  power: {
    masked: "Dieser Rechner schläft nie: sleep.target ist gesperrt.",
    cannotSleep: "Dieser Rechner kann nicht schlafen.",
    idle: (action) =>
      `Dieser Rechner schläft ein, wenn ihn niemand benutzt: IdleAction=${action} in /etc/systemd/logind.conf.`,
    lid: "Dieser Rechner hat einen Deckel und schläft ein, wenn er geschlossen wird.",
    desktop: (states) =>
      `Dieser Rechner kann schlafen (${states}), und ein Desktop kann ihn einschlafen lassen, wenn ihn niemand benutzt.`,
    awake: (states) => `Dieser Rechner kann schlafen (${states}), und nichts lässt ihn von selbst einschlafen.`,
    usbStaysOn: (control) => `Das System schaltet es nie ab (${control}: on).`,
    usbMayStop: (control) => `Das System kann es abschalten, solange nichts gesendet wird (${control}: auto).`,
    keepOn: (control) =>
      `\`echo on | sudo tee ${control}\`; auf Dauer in den Einstellungen dessen, was hier Strom spart (TLP: USB_DENYLIST).`,
    usbNotRead: (control) => `Ob das System es abschaltet, ist in ${control} nicht zu lesen.`,
    windowsSilent: "powercfg sagt nicht, ob dieser Rechner einschläft.",
    windowsAwake: "Dieser Rechner schläft im Netzbetrieb nie von selbst ein.",
    windowsSleeps: (minutes) => `Dieser Rechner schläft nach ${minutes} min ein, wenn ihn niemand benutzt.`,
    windowsNeverSleep: "`powercfg /change standby-timeout-ac 0`, als Administrator.",
    usbSilent: "powercfg sagt nicht, ob USB-Geräte abgeschaltet werden.",
    usbStays: "USB-Geräte werden zum Stromsparen nicht abgeschaltet (selektives Energiesparen: 0).",
    usbStops: "Windows schaltet USB-Geräte ab, solange nichts gesendet wird (selektives Energiesparen: 1).",
    usbNeverStop: (group, setting) =>
      `\`powercfg /setacvalueindex SCHEME_CURRENT ${group} ${setting} 0\`, dann \`powercfg /setactive SCHEME_CURRENT\`, als Administrator.`,
  },
  windows: {
    hasPort: (port) => `Windows hat den Anschluss ${port}.`,
    noPorts: (port) => `Windows hat keinen Anschluss ${port}: Es ist keiner da.`,
    otherPorts: (port, others) => `Windows hat keinen Anschluss ${port}: Da sind ${others}.`,
    look: "Das Kabel prüfen und ob das Terminal eingeschaltet ist. `tillbridge discover` zeigt, was angeschlossen ist.",
    noDriver: "Ist es angeschlossen, fehlt sein Treiber: siehe Geräte-Manager.",
    silent: "Windows nennt seine USB-Geräte nicht.",
    unknownDevice: (device) => `Windows kennt kein USB-Gerät ${device} mit einem Treiber.`,
    needsDriver: (driver) => `Es braucht den Treiber ${driver}.`,
    serialDriver: "usbser oder den des Herstellers für serielle Anschlüsse",
    wrongDriver: (device, driver) =>
      `Das USB-Gerät ${device} hat den Treiber ${driver} und ist nur über WinUSB zu erreichen.`,
    giveDriver: "Ihm im Geräte-Manager WinUSB geben (Treiber aktualisieren, aus einer Liste auswählen).",
    hasDriver: (device, driver) => `Das USB-Gerät ${device} hat den Treiber ${driver}.`,
  },
  device: {
    usable: (path, owner, who) => `${path} gehört ${owner}; der Dienst läuft als ${who} und darf es benutzen.`,
    forbidden: (path, owner) => `${path} gehört ${owner}; die Unit des Dienstes verbietet ihm Geräte dieser Art.`,
    allow: (path) =>
      `\`sudo systemctl edit tillbridge\`, und unter [Service]: DeviceAllow=${path} rw; dann \`sudo systemctl restart tillbridge\`.`,
    noRights: (path, owner, who) => `${path} gehört ${owner}; der Dienst läuft als ${who} und darf es nicht benutzen.`,
    joinGroup: (group, user) =>
      `\`sudo usermod --append --groups ${group} ${user}\`, dann \`sudo systemctl restart tillbridge\`.`,
    installRule:
      "Die udev-Regel von Tillbridge installieren (`tillbridge service install` oder das Paket), dann das Gerät abziehen und wieder anstecken.",
    hasRule: (path) => `${path} gibt Terminals dem Dienst und hält andere Programme von ihnen fern.`,
    noNeed: (rule) => `${rule} gibt es nicht, und auch kein Programm, das neu Angestecktes öffnet.`,
    noRule: (rule, programs) =>
      `${rule} gibt es nicht, und ein Terminal kann geöffnet und beschrieben werden von ${programs}.`,
    and: " und ",
    putRule:
      "`sudo tillbridge service install` oder das Paket legt sie an; von Hand: installers/linux/91-tillbridge.rules nach /etc/udev/rules.d kopieren, " +
      "`sudo udevadm control --reload`, dann das Terminal abziehen und wieder anstecken.",
  },
  holder: {
    notShown:
      "Diesem Benutzer wird nicht gezeigt, was Programme anderer geöffnet haben; `sudo tillbridge doctor` zeigt es.",
    late: (seconds) => `Nachzusehen, was jedes Programm geöffnet hat, dauerte länger als ${seconds} s.`,
    none: (path) => `Kein anderes Programm hat ${path} geöffnet.`,
    ourselves: (path, pid) => `Tillbridge selbst hat ${path} geöffnet (Prozess ${pid}).`,
    keepAway: (program) =>
      "Die udev-Regel von Tillbridge installieren (`tillbridge service install` oder das Paket), dann das Terminal abziehen und wieder anstecken; " +
      `bis dahin \`sudo systemctl stop ${program}\`.`,
    end: (program) =>
      `${program} beenden oder ihm den Anschluss in seinen Einstellungen nehmen: Ein Terminal hat nur einen Herrn.`,
    has: (program, pid, path) => `${program} (Prozess ${pid}) hat ${path} geöffnet.`,
    mayHave: (program, pid, path) =>
      `${program} (Prozess ${pid}) läuft und öffnet neu Angestecktes: Vielleicht hat es ${path}.`,
  },
  port: {
    uses: {
      pos: "Kassenprogramme dieses Rechners",
      pages: "Webseiten dieses Rechners, mit Zertifikat",
      lan: "die anderen Rechner des Ladens",
      callbacks: "Clouds und Terminals der Hersteller",
    },
    elsewhere: (served, port, setting) =>
      `Tillbridge ist an Port ${served} zu erreichen und nicht an ${port} (${setting}): Es wurde mit --port gestartet, oder die Einstellung wurde seitdem geändert.`,
    trial: (port) =>
      `Für einen Versuch ist das richtig. Kassenprogramme, die Port ${port} suchen, finden ihn nach einem Start ohne --port.`,
    listens: (port, setting, use) => `Tillbridge ist an Port ${port} (${setting}) zu erreichen, für ${use}.`,
    free: (port, setting, use) => `Port ${port} (${setting}) ist frei, für ${use}.`,
    nobody: (port, setting, use) =>
      `Port ${port} (${setting}) ist von niemandem belegt; vergeblich suchen dort: ${use}.`,
    seeLog:
      "Das Protokoll sagt, warum der Dienst es nicht tut: `tillbridge service status` und die Datei in logs/. Ist das behoben, den Dienst neu starten.",
    taken: (who, port, setting, use) => `${who} belegt Port ${port}, der Tillbridge gehört (${setting}), für ${use}.`,
    anotherProgram: "Ein anderes Programm",
    programOf: (user) => `Ein Programm des Benutzers ${user}`,
    process: (program, pid) => `${program} (Prozess ${pid})`,
    processOf: (program, pid, user) => `${program} (Prozess ${pid} von ${user})`,
    end: (setting) =>
      `Das Programm beenden oder Tillbridge einen anderen Port geben: \`tillbridge config set ${setting} NUMBER\`. Dann den Dienst neu starten.`,
  },
};
