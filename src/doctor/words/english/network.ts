import type { NetworkWords } from "../network-words.ts";

export const network: NetworkWords = {
  cards: {
    tunnel: (card) => `${card} (a VPN or tunnel)`,
    inner: (card) => `${card} (inside of this computer)`,
    none: "No network card of this machine has an IPv4 address.",
    noneOf: (others) => `No network card of this machine has an IPv4 address (there are ${others}).`,
    notNeeded: "No terminal needs one.",
    neededFor: (terminals) => `It is needed for ${terminals}.`,
    plugIn:
      "Plug the cable in or join the Wi-Fi, and look whether the router gives addresses (DHCP): `ip address` or `ipconfig` shows the one that this machine has.",
    selfGiven: (card, address) =>
      `${card} has ${address}, which it gave itself: nobody in its network gives addresses.`,
    seeRouter: "Look whether the router is on and the cable leads to it, or give this machine an address by hand.",
    overlap: (inner, card) =>
      `${inner} has addresses of the network of ${card}: a terminal there may be looked for in the wrong place.`,
    moveAway: (card) =>
      `Give ${card} another network (of Docker: \`bip\` and \`default-address-pools\` in /etc/docker/daemon.json; of a VPN: whoever runs it), or end it and look again.`,
    twins: (one, other) =>
      `${one} and ${other} are in one network: the system takes either of them, and a terminal that knows one address hears from another.`,
    useOne: (card) => `Use one of them: pull the cable of ${card}, or switch its Wi-Fi off.`,
  },
  certificate: {
    hidden: (why) => `This user may not see it: ${why}`,
    lacksNames: (names, lacking) => `The certificate knows ${names}, and not ${lacking}: browsers refuse it there.`,
    lanWithout: "`server.lan` is set, and there is no certificate: no other machine can connect.",
    makeOne:
      "`tillbridge certificate install` makes one; or name your own in `server.lan.certificate` and `server.lan.key`.",
    notNeeded: "None is installed, and none is needed: programs of this machine use ws.",
    pagesWithout: (origins) =>
      `None is installed, and ${origins} may connect: browsers take ws to 127.0.0.1 from there, Safari does not.`,
    notBegun: (begins, now) =>
      `The certificate begins at ${begins}, and here it is ${now}: the clock of this machine is wrong, or was.`,
    setClockOrInstall: "Set the clock right. If it is right, `tillbridge certificate install`.",
    ended: (end) => `The certificate ended at ${end}: browsers refuse it.`,
    lastEnds: (end) => `The last certificate that was signed in advance ends at ${end}.`,
    valid: (names, end, last) => `It is valid for ${names} until ${end}; the last one ends at ${last}.`,
    halfNamed: "`server.lan` names a certificate without its key, or a key without its certificate.",
    nameBoth: "Name both.",
    secretNotSet: (name) => `\`server.lan\` refers to ${name}, which is not set.`,
    secretsNotSet: (certificate, key) => `\`server.lan\` refers to ${certificate} and ${key}, which is not set.`,
    enterAgain: (certificate, key) =>
      `Enter both again: \`tillbridge secret set ${certificate}\`, \`tillbridge secret set ${key}\`.`,
    noCertificate: (name) => `The secret ${name} is no certificate: it has to be PEM text, the server's own one first.`,
    noKey: (name) => `The secret ${name} is no key: it has to be PEM text without a password.`,
    anotherKey: (key, certificate) => `The key in ${key} is of another certificate than ${certificate}.`,
    signMore: "Have one signed for these names as well, or take them out of `server.lan.names`.",
    lanEnded: (end) => `The certificate ended at ${end}: nobody can connect.`,
    lanNotBegun: (begins) => `The certificate begins at ${begins}: the clock of this machine is wrong.`,
    setClock: "Set the clock right.",
    ends: (end) => `The certificate ends at ${end}.`,
    lanValid: (names, end) => `It is valid for ${names} until ${end}.`,
  },
  serverClock: {
    agrees: (whose) => `The clock of this machine agrees with that of ${whose}.`,
    ahead: (duration, whose, here, there) =>
      `The clock of this machine is ${duration} ahead of that of ${whose}: here it is ${here}, there ${there}.`,
    behind: (duration, whose, here, there) =>
      `The clock of this machine is ${duration} behind that of ${whose}: here it is ${here}, there ${there}.`,
    minutes: (count) => `${count} minutes`,
    hours: (count) => `${count} hours`,
    days: (count) => `${count} days`,
    setOnWindows: "`w32tm /resync` sets it once; `w32tm /query /status` tells whether it is kept right.",
    keepRight: "`sudo timedatectl set-ntp true` keeps it right; `timedatectl` tells whether it is.",
  },
  cloud: {
    noAddress: (terminals) => `${terminals}: \`link.baseUrl\` is no address.`,
    neededByOne: (terminal) => `${terminal} needs it.`,
    neededByMany: (terminals) => `${terminals} need it.`,
    notKnown: (host, code) => `The name ${host} is not known here (${code}).`,
    seeDns: (host) => `Look whether this machine is on the internet, and its DNS server with \`nslookup ${host}\`.`,
    signedBy: (signer) => `The certificate that is shown is signed by ${signer}.`,
    signer: (issuer, end) => `${issuer} (it is valid until ${end})`,
    noEnd: "nobody knows when",
    seeInternet: "Look whether this machine is on the internet, and whether a firewall lets it out to there.",
    nothingCame: (seconds) => `nothing came within ${seconds} s`,
    silent: (place, why) => `${place} takes connections, and did not answer: ${why}.`,
    lookAgain:
      "Look again in a minute. If it stays so, the vendor's page about disturbances tells whether its servers are down; else a firewall or proxy in between holds answers back.",
    proxy: (place, status) => `${place} answers ${status}: a proxy or a hotspot in between wants a login.`,
    logIn: "Open a page in a browser on this machine and log in, or have this machine let out without.",
    trouble: (place, status) => `${place} answers ${status}: the servers have trouble.`,
    seeVendor: "Look again in a minute; the vendor's page about disturbances tells more.",
    answers: (place, status) => `${place} answers (${status}), its certificate is valid and trusted.`,
    answersPlainly: (place, status) => `${place} answers (${status}), without encryption.`,
  },
  firewall: {
    announcing: "terminals that announce themselves",
    calls: "calls of vendors",
    terminal: (terminal) => `terminal ${terminal}`,
    server: (host, terminals) => `${host}, for ${terminals}`,
    stopsNothing: (program, count, kept) =>
      `${program} has ${count} rules, and none of them stops what we need${kept}.`,
    stopsNothingElse: (program, count, kept) =>
      `${program} has ${count} rules, and none of them stops what else we need${kept}.`,
    keptBy: (manager) => ` (${manager} keeps them)`,
    unread: (why) => `The rules of the firewall could not be read: ${why}.`,
    managed: (manager) => `${manager} is on.`,
    askRoot: "`sudo tillbridge doctor` reads them.",
    rootAlone: (program) => `${program} tells the rules to root alone`,
    endedWith: (program, code) => `${program} ended with ${code}`,
    droppedIn: (protocol, port, what, by) =>
      `${protocol} to port ${port} of this machine (${what}) is dropped by ${by}.`,
    droppedOut: (protocol, address, port, what, by) =>
      `${protocol} to ${address} port ${port} (${what}) is dropped by ${by}.`,
    internet: "the internet",
    notSure: "Rules before it that could not be understood may let it through.",
    rule: (rule, chain) => `the rule "${rule}" of the chain ${chain}`,
    handle: (handle, chain) => `the rule with handle ${handle} of the chain ${chain}`,
    policy: (chain) => `the policy of the chain ${chain}`,
    verdicts: "a table of verdicts",
    letThrough: (command) =>
      `Let it through before that: \`${command}\`, and write it into the file from which the rules are loaded.`,
    nobodyComes: "Nobody has to reach this machine, and Windows lets programs out.",
    stateUnread: (why) => `The firewall's state could not be read: ${why}.`,
    off: "The firewall of Windows is off.",
    hasRules: (whats) => `The firewall of Windows has a rule for ${whats}.`,
    withPort: (what, protocol, port) => `${what} (${protocol} ${port})`,
    lacksRules: (whats) =>
      `The firewall of Windows is on, and has no rule of ours for ${whats}; whether another rule lets it in cannot be read.`,
    asAdministrator: (commands) => `As administrator: ${commands}`,
  },
  mdns: {
    noMulticast: (place) => `${place} does not take part in multicast (its flag MULTICAST is off).`,
    answeringHalf: (why) => `${why}, for the half that answers`,
    askingHalf: (why) => `${why}, for the half that asks`,
    notHeard: (place, why) => `${place} could not be listened on: ${why}.`,
    answered: (place) => `${place}: a question of ours came back and was answered.`,
    nobodyElse:
      "No other machine said anything: none here announces itself, or the switch or Wi-Fi keeps machines apart.",
    others: (count) => `${count} other ${count === 1 ? "machine" : "machines"} answered as well.`,
    noRoute: (place, why) => `${place}: the system has no route for multicast (${why}).`,
    restartCard: "Disable the network card and enable it again; if that does not help, end the VPN and look again.",
    notLetOut: (place, why) => `${place}: the system lets nothing out to multicast (${why}).`,
    answerLost: (place) => `${place}: a question of ours came back, and the answer to it did not.`,
    questionLost: (place) =>
      `${place}: a question of ours left and did not come back: something on this machine drops it.`,
    openOnWindows:
      'Let mDNS in: `netsh advfirewall firewall add rule name="Tillbridge UDP 5353" dir=in action=allow protocol=UDP localport=5353`',
    open: "Let UDP port 5353 in: `sudo ufw allow 5353/udp`, `sudo firewall-cmd --permanent --add-service=mdns && sudo firewall-cmd --reload`, or `sudo nft insert rule inet filter input udp dport 5353 accept`.",
    portTaken: (place, why) => `${place}: UDP port 5353 cannot be used (${why}): another program has it for itself.`,
    findHolder: "`sudo ss -lunp 'sport = :5353'` or `netstat -abn -p UDP` names it: end it, or have it share the port.",
    wentAway: (place, why) => `${place} went away while it was looked at (${why}).`,
    cableIn: "Look again when its cable is in.",
  },
  route: {
    none: (address, code) => `There is no route to ${address} (${code}).`,
    plugIn:
      "Plug the cable in or join the Wi-Fi of the terminal's network, and give this machine an address there: `ip route` or `route print` shows which networks it reaches.",
    noCard: (address, from) => `${address} is reached from ${from}, which is no card's address.`,
    throughVpn: (address, card, way) =>
      `${address} is in the network of ${card}, and what is said to it leaves by ${way}: a VPN takes it.`,
    splitVpn:
      "Leave the shop's own network out of the VPN (its setting is called split tunneling, or access to the local network), or end the VPN.",
    detour: (address, card, way) => `${address} is in the network of ${card}, and what is said to it leaves by ${way}.`,
    findRule: (address) =>
      `\`ip route get ${address}\` or \`route print\` shows the rule: remove it, or end what has made it (containers, virtual machines, a second network card).`,
    farInVpn: (address, way) =>
      `${address} is in the network of no card of this machine, and is looked for by way of ${way}, which is a VPN.`,
    bringNear:
      "If the terminal is in this shop, bring it into the network of this machine, or end the VPN and look again.",
    far: (address, way) => `${address} is in another network and is reached from ${way} through its router.`,
    near: (address, way) => `${address} is reached from ${way}.`,
  },
};
