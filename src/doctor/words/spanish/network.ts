import type { NetworkWords } from "../network-words.ts";

export const network: NetworkWords = {
  cards: {
    tunnel: (card) => `${card} (una VPN o un túnel)`,
    inner: (card) => `${card} (dentro de este equipo)`,
    none: "Ninguna tarjeta de red de esta máquina tiene una dirección IPv4.",
    noneOf: (others) => `Ninguna tarjeta de red de esta máquina tiene una dirección IPv4 (hay ${others}).`,
    notNeeded: "Ningún terminal la necesita.",
    neededFor: (terminals) => `Hace falta para ${terminals}.`,
    plugIn:
      "Conecte el cable o el wifi, y vea si el router da direcciones (DHCP): `ip address` o `ipconfig` muestra la de esta máquina.",
    selfGiven: (card, address) => `${card} tiene ${address}, que se dio a sí misma: en su red nadie da direcciones.`,
    seeRouter: "Vea si el router está encendido y el cable llega a él, o dé a mano una dirección a esta máquina.",
    overlap: (inner, card) =>
      `${inner} tiene direcciones de la red de ${card}: un terminal de ahí puede buscarse en el lugar equivocado.`,
    moveAway: (card) =>
      `Dé otra red a ${card} (en Docker: \`bip\` y \`default-address-pools\` en /etc/docker/daemon.json; en una VPN: quien la administra), o ciérrela y mire de nuevo.`,
    twins: (one, other) =>
      `${one} y ${other} están en la misma red: el sistema toma cualquiera de las dos, y un terminal que conoce una dirección oye a otra.`,
    useOne: (card) => `Use solo una: desconecte el cable de ${card}, o apague su wifi.`,
  },
  certificate: {
    hidden: (why) => `Este usuario no puede verlo: ${why}`,
    lacksNames: (names, lacking) =>
      `El certificado vale para ${names}, y no para ${lacking}: ahí los navegadores lo rechazan.`,
    lanWithout: "`server.lan` está puesto, y no hay certificado: ninguna otra máquina puede conectarse.",
    makeOne:
      "`tillbridge certificate install` crea uno; o indique el suyo en `server.lan.certificate` y `server.lan.key`.",
    notNeeded: "No hay ninguno instalado, ni hace falta: los programas de esta máquina usan ws.",
    pagesWithout: (origins) =>
      `No hay ninguno instalado, y pueden conectarse ${origins}: desde ahí los navegadores permiten ws a 127.0.0.1, Safari no.`,
    notBegun: (begins, now) =>
      `El certificado vale desde ${begins}, y aquí son ${now}: el reloj de esta máquina está mal, o lo estaba.`,
    setClockOrInstall: "Ponga el reloj en hora. Si está en hora, `tillbridge certificate install`.",
    ended: (end) => `El certificado venció el ${end}: los navegadores lo rechazan.`,
    lastEnds: (end) => `El último certificado firmado por adelantado vence el ${end}.`,
    valid: (names, end, last) => `Vale para ${names} hasta ${end}; el último vence el ${last}.`,
    halfNamed: "`server.lan` indica un certificado sin su clave, o una clave sin su certificado.",
    nameBoth: "Indique ambos.",
    secretNotSet: (name) => `\`server.lan\` remite a ${name}, que no está puesto.`,
    secretsNotSet: (certificate, key) => `\`server.lan\` remite a ${certificate} y ${key}, que no están puestos.`,
    enterAgain: (certificate, key) =>
      `Introduzca ambos de nuevo: \`tillbridge secret set ${certificate}\`, \`tillbridge secret set ${key}\`.`,
    noCertificate: (name) =>
      `El secreto ${name} no es un certificado: tiene que ser texto PEM, con el del servidor primero.`,
    noKey: (name) => `El secreto ${name} no es una clave: tiene que ser texto PEM sin contraseña.`,
    anotherKey: (key, certificate) => `La clave de ${key} es de otro certificado, no de ${certificate}.`,
    signMore: "Pida uno firmado también para estos nombres, o quítelos de `server.lan.names`.",
    lanEnded: (end) => `El certificado venció el ${end}: nadie puede conectarse.`,
    lanNotBegun: (begins) => `El certificado vale desde ${begins}: el reloj de esta máquina está mal.`,
    setClock: "Ponga el reloj en hora.",
    ends: (end) => `El certificado vence el ${end}.`,
    lanValid: (names, end) => `Vale para ${names} hasta ${end}.`,
  },
  serverClock: {
    agrees: (whose) => `El reloj de esta máquina coincide con el de ${whose}.`,
    ahead: (duration, whose, here, there) =>
      `El reloj de esta máquina va ${duration} adelantado al de ${whose}: aquí son ${here}, allí ${there}.`,
    behind: (duration, whose, here, there) =>
      `El reloj de esta máquina va ${duration} atrasado al de ${whose}: aquí son ${here}, allí ${there}.`,
    minutes: (count) => `${count} minutos`,
    hours: (count) => `${count} horas`,
    days: (count) => `${count} días`,
    setOnWindows: "`w32tm /resync` lo pone en hora una vez; `w32tm /query /status` dice si se mantiene en hora.",
    keepRight: "`sudo timedatectl set-ntp true` lo mantiene en hora; `timedatectl` dice si es así.",
  },
  cloud: {
    noAddress: (terminals) => `${terminals}: \`link.baseUrl\` no es una dirección.`,
    neededByOne: (terminal) => `Lo necesita ${terminal}.`,
    neededByMany: (terminals) => `Lo necesitan ${terminals}.`,
    notKnown: (host, code) => `Aquí no se conoce el nombre ${host} (${code}).`,
    seeDns: (host) => `Vea si esta máquina tiene internet, y su servidor DNS con \`nslookup ${host}\`.`,
    signedBy: (signer) => `El certificado que se muestra está firmado por ${signer}.`,
    signer: (issuer, end) => `${issuer} (válido hasta ${end})`,
    noEnd: "no se sabe cuándo",
    seeInternet: "Vea si esta máquina tiene internet, y si un cortafuegos la deja salir hacia ahí.",
    nothingCame: (seconds) => `no llegó nada en ${seconds} s`,
    silent: (place, why) => `${place} acepta conexiones y no respondió: ${why}.`,
    lookAgain:
      "Mire de nuevo en un minuto. Si sigue así, la página de incidencias del fabricante dice si sus servidores están caídos; si no, un cortafuegos o proxy intermedio retiene las respuestas.",
    proxy: (place, status) => `${place} responde ${status}: un proxy o un punto wifi intermedio pide iniciar sesión.`,
    logIn: "Abra una página en un navegador de esta máquina e inicie sesión, o haga que la dejen salir sin ello.",
    trouble: (place, status) => `${place} responde ${status}: los servidores tienen problemas.`,
    seeVendor: "Mire de nuevo en un minuto; la página de incidencias del fabricante dice más.",
    answers: (place, status) => `${place} responde (${status}), y su certificado es válido y de confianza.`,
    answersPlainly: (place, status) => `${place} responde (${status}), sin cifrado.`,
  },
  firewall: {
    announcing: "terminales que se anuncian",
    calls: "llamadas de fabricantes",
    terminal: (terminal) => `terminal ${terminal}`,
    server: (host, terminals) => `${host}, para ${terminals}`,
    stopsNothing: (program, count, kept) =>
      `${program} tiene ${count} reglas, y ninguna detiene lo que necesitamos${kept}.`,
    stopsNothingElse: (program, count, kept) =>
      `${program} tiene ${count} reglas, y ninguna detiene lo demás que necesitamos${kept}.`,
    keptBy: (manager) => ` (las mantiene ${manager})`,
    unread: (why) => `No se pudieron leer las reglas del cortafuegos: ${why}.`,
    managed: (manager) => `${manager} está activo.`,
    askRoot: "`sudo tillbridge doctor` las lee.",
    rootAlone: (program) => `${program} solo dice las reglas a root`,
    endedWith: (program, code) => `${program} terminó con ${code}`,
    droppedIn: (protocol, port, what, by) =>
      `${protocol} al puerto ${port} de esta máquina (${what}) lo descarta ${by}.`,
    droppedOut: (protocol, address, port, what, by) =>
      `${protocol} a ${address} puerto ${port} (${what}) lo descarta ${by}.`,
    internet: "internet",
    notSure: "Reglas anteriores que no se pudieron entender quizá lo dejen pasar.",
    rule: (rule, chain) => `la regla «${rule}» de la cadena ${chain}`,
    handle: (handle, chain) => `la regla con handle ${handle} de la cadena ${chain}`,
    policy: (chain) => `la política de la cadena ${chain}`,
    verdicts: "una tabla de decisiones",
    letThrough: (command) =>
      `Déjelo pasar antes de eso: \`${command}\`, y escríbalo en el archivo desde el que se cargan las reglas.`,
    nobodyComes: "Nadie tiene que llegar a esta máquina, y Windows deja salir a los programas.",
    stateUnread: (why) => `No se pudo leer el estado del cortafuegos: ${why}.`,
    off: "El cortafuegos de Windows está desactivado.",
    hasRules: (whats) => `El cortafuegos de Windows tiene una regla para ${whats}.`,
    withPort: (what, protocol, port) => `${what} (${protocol} ${port})`,
    lacksRules: (whats) =>
      `El cortafuegos de Windows está activado y no tiene ninguna regla nuestra para ${whats}; no se puede leer si otra regla lo deja entrar.`,
    asAdministrator: (commands) => `Como administrador: ${commands}`,
  },
  mdns: {
    noMulticast: (place) => `${place} no participa en multicast (su indicador MULTICAST está desactivado).`,
    answeringHalf: (why) => `${why}, para la mitad que responde`,
    askingHalf: (why) => `${why}, para la mitad que pregunta`,
    notHeard: (place, why) => `No se pudo escuchar en ${place}: ${why}.`,
    answered: (place) => `${place}: una pregunta nuestra volvió y fue respondida.`,
    nobodyElse:
      "Ningún otro equipo dijo nada: aquí no se anuncia ninguno, o el switch o el wifi mantiene separados los equipos.",
    others: (count) =>
      count === 1 ? `También respondió ${count} equipo más.` : `También respondieron ${count} equipos más.`,
    noRoute: (place, why) => `${place}: el sistema no tiene ruta para multicast (${why}).`,
    restartCard: "Desactive la tarjeta de red y actívela de nuevo; si no ayuda, cierre la VPN y mire de nuevo.",
    notLetOut: (place, why) => `${place}: el sistema no deja salir nada a multicast (${why}).`,
    answerLost: (place) => `${place}: una pregunta nuestra volvió, y la respuesta no.`,
    questionLost: (place) => `${place}: una pregunta nuestra salió y no volvió: algo en esta máquina la descarta.`,
    openOnWindows:
      'Deje entrar mDNS: `netsh advfirewall firewall add rule name="Tillbridge UDP 5353" dir=in action=allow protocol=UDP localport=5353`',
    open: "Deje entrar el puerto UDP 5353: `sudo ufw allow 5353/udp`, `sudo firewall-cmd --permanent --add-service=mdns && sudo firewall-cmd --reload`, o `sudo nft insert rule inet filter input udp dport 5353 accept`.",
    portTaken: (place, why) =>
      `${place}: no se puede usar el puerto UDP 5353 (${why}): otro programa lo tiene para sí solo.`,
    findHolder:
      "`sudo ss -lunp 'sport = :5353'` o `netstat -abn -p UDP` dice cuál es: ciérrelo, o haga que comparta el puerto.",
    wentAway: (place, why) => `${place} desapareció mientras se examinaba (${why}).`,
    cableIn: "Mire de nuevo cuando el cable esté conectado.",
  },
  route: {
    none: (address, code) => `No hay ruta hacia ${address} (${code}).`,
    plugIn:
      "Conecte el cable o el wifi de la red del terminal, y dé a esta máquina una dirección ahí: `ip route` o `route print` muestra a qué redes llega.",
    noCard: (address, from) => `A ${address} se llega desde ${from}, que no es la dirección de ninguna tarjeta.`,
    throughVpn: (address, card, way) =>
      `${address} está en la red de ${card}, y lo que se le envía sale por ${way}: se lo lleva una VPN.`,
    splitVpn:
      "Deje la red propia del comercio fuera de la VPN (el ajuste se llama túnel dividido, o acceso a la red local), o cierre la VPN.",
    detour: (address, card, way) => `${address} está en la red de ${card}, y lo que se le envía sale por ${way}.`,
    findRule: (address) =>
      `\`ip route get ${address}\` o \`route print\` muestra la regla: quítela, o cierre lo que la creó (contenedores, máquinas virtuales, una segunda tarjeta de red).`,
    farInVpn: (address, way) =>
      `${address} no está en la red de ninguna tarjeta de esta máquina, y se busca por ${way}, que es una VPN.`,
    bringNear:
      "Si el terminal está en este comercio, llévelo a la red de esta máquina, o cierre la VPN y mire de nuevo.",
    far: (address, way) => `${address} está en otra red y se llega desde ${way} a través de su router.`,
    near: (address, way) => `A ${address} se llega desde ${way}.`,
  },
};
