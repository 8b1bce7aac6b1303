import type { NetworkWords } from "../network-words.ts";

export const network: NetworkWords = {
  cards: {
    tunnel: (card) => `${card} (ein VPN oder Tunnel)`,
    inner: (card) => `${card} (im Inneren dieses Rechners)`,
    none: "Keine Netzwerkkarte dieses Rechners hat eine IPv4-Adresse.",
    noneOf: (others) => `Keine Netzwerkkarte dieses Rechners hat eine IPv4-Adresse (vorhanden: ${others}).`,
    notNeeded: "Kein Terminal braucht eine.",
    neededFor: (terminals) => `Gebraucht wird sie für ${terminals}.`,
    plugIn:
      "Das Kabel einstecken oder das WLAN verbinden und nachsehen, ob der Router Adressen vergibt (DHCP): `ip address` oder `ipconfig` zeigt die dieses Rechners.",
    selfGiven: (card, address) =>
      `${card} hat sich ${address} selbst gegeben: In seinem Netz vergibt niemand Adressen.`,
    seeRouter:
      "Nachsehen, ob der Router an ist und das Kabel zu ihm führt, oder diesem Rechner von Hand eine Adresse geben.",
    overlap: (inner, card) =>
      `${inner} hat Adressen aus dem Netz von ${card}: Ein Terminal dort wird vielleicht am falschen Ort gesucht.`,
    moveAway: (card) =>
      `Der Karte ${card} ein anderes Netz geben (bei Docker: \`bip\` und \`default-address-pools\` in /etc/docker/daemon.json; bei einem VPN: wer es betreibt), oder sie abschalten und noch einmal nachsehen.`,
    twins: (one, other) =>
      `${one} und ${other} sind in einem Netz: Das System nimmt mal die eine, mal die andere, und ein Terminal, das eine Adresse kennt, hört von einer anderen.`,
    useOne: (card) => `Nur eine davon benutzen: das Kabel von ${card} ziehen oder ihr WLAN abschalten.`,
  },
  certificate: {
    hidden: (why) => `Dieser Benutzer darf es nicht sehen: ${why}`,
    lacksNames: (names, lacking) =>
      `Das Zertifikat gilt für ${names} und nicht für ${lacking}: Dort lehnen Browser es ab.`,
    lanWithout: "`server.lan` ist gesetzt, und es gibt kein Zertifikat: Kein anderer Rechner kann sich verbinden.",
    makeOne:
      "`tillbridge certificate install` stellt eines aus; oder ein eigenes in `server.lan.certificate` und `server.lan.key` angeben.",
    notNeeded: "Es ist keines installiert und keines nötig: Programme dieses Rechners nehmen ws.",
    pagesWithout: (origins) =>
      `Es ist keines installiert, und verbinden dürfen sich ${origins}: Browser lassen von dort ws zu 127.0.0.1 zu, Safari nicht.`,
    notBegun: (begins, now) =>
      `Das Zertifikat gilt ab ${begins}, und hier ist es ${now}: Die Uhr dieses Rechners geht falsch oder ging es.`,
    setClockOrInstall: "Die Uhr richtig stellen. Geht sie richtig, `tillbridge certificate install`.",
    ended: (end) => `Das Zertifikat ist am ${end} abgelaufen: Browser lehnen es ab.`,
    lastEnds: (end) => `Das letzte im Voraus ausgestellte Zertifikat läuft am ${end} ab.`,
    valid: (names, end, last) => `Es gilt für ${names} bis ${end}; das letzte läuft am ${last} ab.`,
    halfNamed: "`server.lan` nennt ein Zertifikat ohne seinen Schlüssel oder einen Schlüssel ohne sein Zertifikat.",
    nameBoth: "Beide angeben.",
    secretNotSet: (name) => `\`server.lan\` verweist auf ${name}, das nicht gesetzt ist.`,
    secretsNotSet: (certificate, key) =>
      `\`server.lan\` verweist auf ${certificate} und ${key}, die nicht gesetzt sind.`,
    enterAgain: (certificate, key) =>
      `Beide noch einmal eingeben: \`tillbridge secret set ${certificate}\`, \`tillbridge secret set ${key}\`.`,
    noCertificate: (name) =>
      `Das Geheimnis ${name} ist kein Zertifikat: Es muss PEM-Text sein, mit dem des Servers zuerst.`,
    noKey: (name) => `Das Geheimnis ${name} ist kein Schlüssel: Es muss PEM-Text ohne Passwort sein.`,
    anotherKey: (key, certificate) => `Der Schlüssel in ${key} gehört zu einem anderen Zertifikat als ${certificate}.`,
    signMore: "Eines auch für diese Namen ausstellen lassen oder sie aus `server.lan.names` nehmen.",
    lanEnded: (end) => `Das Zertifikat ist am ${end} abgelaufen: Niemand kann sich verbinden.`,
    lanNotBegun: (begins) => `Das Zertifikat gilt ab ${begins}: Die Uhr dieses Rechners geht falsch.`,
    setClock: "Die Uhr richtig stellen.",
    ends: (end) => `Das Zertifikat läuft am ${end} ab.`,
    lanValid: (names, end) => `Es gilt für ${names} bis ${end}.`,
  },
  serverClock: {
    agrees: (whose) => `Die Uhr dieses Rechners stimmt mit der von ${whose} überein.`,
    ahead: (duration, whose, here, there) =>
      `Die Uhr dieses Rechners geht gegenüber der von ${whose} um ${duration} vor: Hier ist es ${here}, dort ${there}.`,
    behind: (duration, whose, here, there) =>
      `Die Uhr dieses Rechners geht gegenüber der von ${whose} um ${duration} nach: Hier ist es ${here}, dort ${there}.`,
    minutes: (count) => `${count} Minuten`,
    hours: (count) => `${count} Stunden`,
    days: (count) => `${count} Tage`,
    setOnWindows: "`w32tm /resync` stellt sie einmal; `w32tm /query /status` zeigt, ob sie richtig gehalten wird.",
    keepRight: "`sudo timedatectl set-ntp true` hält sie richtig; `timedatectl` zeigt, ob es so ist.",
  },
  cloud: {
    noAddress: (terminals) => `${terminals}: \`link.baseUrl\` ist keine Adresse.`,
    neededByOne: (terminal) => `Gebraucht wird das von ${terminal}.`,
    neededByMany: (terminals) => `Gebraucht wird das von ${terminals}.`,
    notKnown: (host, code) => `Der Name ${host} ist hier nicht bekannt (${code}).`,
    seeDns: (host) => `Nachsehen, ob dieser Rechner im Internet ist, und mit \`nslookup ${host}\`, ob sein DNS geht.`,
    signedBy: (signer) => `Das gezeigte Zertifikat ist ausgestellt von ${signer}.`,
    signer: (issuer, end) => `${issuer} (gültig bis ${end})`,
    noEnd: "unbekannt",
    seeInternet: "Nachsehen, ob dieser Rechner im Internet ist und ob eine Firewall ihn dorthin hinauslässt.",
    nothingCame: (seconds) => `innerhalb von ${seconds} s kam nichts`,
    silent: (place, why) => `${place} nimmt Verbindungen an und hat nicht geantwortet: ${why}.`,
    lookAgain:
      "In einer Minute noch einmal nachsehen. Bleibt es so, zeigt die Störungsseite des Herstellers, ob seine Server ausgefallen sind; sonst hält eine Firewall oder ein Proxy dazwischen Antworten zurück.",
    proxy: (place, status) =>
      `${place} antwortet ${status}: Ein Proxy oder ein Hotspot dazwischen verlangt eine Anmeldung.`,
    logIn:
      "Auf diesem Rechner eine Seite im Browser öffnen und sich anmelden, oder den Rechner ohne Anmeldung hinauslassen.",
    trouble: (place, status) => `${place} antwortet ${status}: Die Server sind gestört.`,
    seeVendor: "In einer Minute noch einmal nachsehen; die Störungsseite des Herstellers sagt mehr.",
    answers: (place, status) => `${place} antwortet (${status}), das Zertifikat ist gültig und vertrauenswürdig.`,
    answersPlainly: (place, status) => `${place} antwortet (${status}), ohne Verschlüsselung.`,
  },
  firewall: {
    announcing: "Terminals, die sich melden",
    calls: "Aufrufe von Herstellern",
    terminal: (terminal) => `Terminal ${terminal}`,
    server: (host, terminals) => `${host}, für ${terminals}`,
    stopsNothing: (program, count, kept) =>
      `${program} hat ${count} Regeln, und keine davon hält auf, was wir brauchen${kept}.`,
    stopsNothingElse: (program, count, kept) =>
      `${program} hat ${count} Regeln, und keine davon hält auf, was wir sonst noch brauchen${kept}.`,
    keptBy: (manager) => ` (verwaltet von ${manager})`,
    unread: (why) => `Die Regeln der Firewall konnten nicht gelesen werden: ${why}.`,
    managed: (manager) => `${manager} ist an.`,
    askRoot: "`sudo tillbridge doctor` liest sie.",
    rootAlone: (program) => `${program} zeigt die Regeln nur root`,
    endedWith: (program, code) => `${program} endete mit ${code}`,
    droppedIn: (protocol, port, what, by) =>
      `${protocol} zu Port ${port} dieses Rechners (${what}) wird verworfen durch ${by}.`,
    droppedOut: (protocol, address, port, what, by) =>
      `${protocol} zu ${address} Port ${port} (${what}) wird verworfen durch ${by}.`,
    internet: "Adressen im Internet",
    notSure: "Regeln davor, die nicht zu verstehen waren, lassen es vielleicht durch.",
    rule: (rule, chain) => `die Regel „${rule}“ der Kette ${chain}`,
    handle: (handle, chain) => `die Regel mit dem Handle ${handle} der Kette ${chain}`,
    policy: (chain) => `die Vorgabe der Kette ${chain}`,
    verdicts: "eine Tabelle von Entscheidungen",
    letThrough: (command) =>
      `Es davor durchlassen: \`${command}\`, und in die Datei schreiben, aus der die Regeln geladen werden.`,
    nobodyComes: "Niemand muss diesen Rechner erreichen, und Windows lässt Programme hinaus.",
    stateUnread: (why) => `Der Zustand der Firewall konnte nicht gelesen werden: ${why}.`,
    off: "Die Firewall von Windows ist aus.",
    hasRules: (whats) => `Die Firewall von Windows hat eine Regel für ${whats}.`,
    withPort: (what, protocol, port) => `${what} (${protocol} ${port})`,
    lacksRules: (whats) =>
      `Die Firewall von Windows ist an und hat keine Regel von uns für ${whats}; ob eine andere Regel es hereinlässt, ist nicht zu lesen.`,
    asAdministrator: (commands) => `Als Administrator: ${commands}`,
  },
  mdns: {
    noMulticast: (place) => `${place} nimmt nicht an Multicast teil (sein Kennzeichen MULTICAST ist aus).`,
    answeringHalf: (why) => `${why}, für die antwortende Hälfte`,
    askingHalf: (why) => `${why}, für die fragende Hälfte`,
    notHeard: (place, why) => `An ${place} konnte nicht gelauscht werden: ${why}.`,
    answered: (place) => `${place}: Eine Frage von uns kam zurück und wurde beantwortet.`,
    nobodyElse:
      "Kein anderes Gerät hat etwas gesagt: Hier meldet sich keines, oder Switch oder WLAN trennen die Geräte.",
    others: (count) =>
      count === 1 ? `${count} anderes Gerät hat auch geantwortet.` : `${count} andere Geräte haben auch geantwortet.`,
    noRoute: (place, why) => `${place}: Das System hat keine Route für Multicast (${why}).`,
    restartCard:
      "Die Netzwerkkarte deaktivieren und wieder aktivieren; hilft das nicht, das VPN beenden und noch einmal nachsehen.",
    notLetOut: (place, why) => `${place}: Das System lässt nichts zu Multicast hinaus (${why}).`,
    answerLost: (place) => `${place}: Eine Frage von uns kam zurück, die Antwort darauf nicht.`,
    questionLost: (place) =>
      `${place}: Eine Frage von uns ging hinaus und kam nicht zurück: Etwas auf diesem Rechner verwirft sie.`,
    openOnWindows:
      'mDNS hereinlassen: `netsh advfirewall firewall add rule name="Tillbridge UDP 5353" dir=in action=allow protocol=UDP localport=5353`',
    open: "UDP-Port 5353 hereinlassen: `sudo ufw allow 5353/udp`, `sudo firewall-cmd --permanent --add-service=mdns && sudo firewall-cmd --reload`, oder `sudo nft insert rule inet filter input udp dport 5353 accept`.",
    portTaken: (place, why) =>
      `${place}: UDP-Port 5353 ist nicht zu benutzen (${why}): Ein anderes Programm hat ihn für sich allein.`,
    findHolder:
      "`sudo ss -lunp 'sport = :5353'` oder `netstat -abn -p UDP` nennt es: beenden oder den Port teilen lassen.",
    wentAway: (place, why) => `${place} verschwand während der Untersuchung (${why}).`,
    cableIn: "Noch einmal nachsehen, wenn das Kabel steckt.",
  },
  route: {
    none: (address, code) => `Es gibt keinen Weg zu ${address} (${code}).`,
    plugIn:
      "Das Kabel einstecken oder das WLAN des Terminalnetzes verbinden und diesem Rechner dort eine Adresse geben: `ip route` oder `route print` zeigt, welche Netze er erreicht.",
    noCard: (address, from) => `${address} wird von ${from} aus erreicht, was die Adresse keiner Karte ist.`,
    throughVpn: (address, card, way) =>
      `${address} ist im Netz von ${card}, und was dorthin gesendet wird, geht über ${way}: Ein VPN nimmt es an sich.`,
    splitVpn:
      "Das eigene Netz des Ladens aus dem VPN herausnehmen (die Einstellung heißt Split-Tunneling oder Zugriff auf das lokale Netz), oder das VPN beenden.",
    detour: (address, card, way) =>
      `${address} ist im Netz von ${card}, und was dorthin gesendet wird, geht über ${way}.`,
    findRule: (address) =>
      `\`ip route get ${address}\` oder \`route print\` zeigt die Regel: Sie entfernen oder beenden, was sie angelegt hat (Container, virtuelle Maschinen, eine zweite Netzwerkkarte).`,
    farInVpn: (address, way) =>
      `${address} ist im Netz keiner Karte dieses Rechners und wird über ${way} gesucht, was ein VPN ist.`,
    bringNear:
      "Ist das Terminal in diesem Laden, es in das Netz dieses Rechners bringen, oder das VPN beenden und noch einmal nachsehen.",
    far: (address, way) => `${address} ist in einem anderen Netz und wird von ${way} aus über dessen Router erreicht.`,
    near: (address, way) => `${address} wird von ${way} aus erreicht.`,
  },
};
