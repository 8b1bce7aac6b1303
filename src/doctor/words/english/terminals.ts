import type { TerminalWords } from "../terminal-words.ts";

export const terminals: TerminalWords = {
  addresses: {
    own: (count) => `${count} terminals have an address each.`,
    twins: (terminals, last, place) =>
      `${terminals} and ${last} are all at ${place}: that is one device, and only one of them is served.`,
    enterPlace: (terminal) =>
      `Enter where ${terminal} really is as its \`link\` in config.json, or take it out there, and start the service again: \`tillbridge service stop\`, \`tillbridge service start\`.`,
  },
  settings: {
    notServed: (terminal) =>
      `The service does not serve ${terminal}, although it is configured: another terminal has its address or its device, or it was entered after the service started.`,
    seeTwin:
      "`terminals.addresses` here tells whether it has a twin; else `tillbridge service stop` and `tillbridge service start` read config.json again.",
    hidden: "This user may not see which secrets are set.",
    secretNotSet: (name) => `Its settings refer to a secret that is not set: ${name}.`,
    secretsNotSet: (names) => `Its settings refer to secrets that are not set: ${names}.`,
    disabled: "It is disabled in config.json: nobody can pay at it.",
    complete: "Nothing is missing.",
    secretsSet: (names) => `Nothing is missing; its secrets are set: ${names}.`,
    faulty: (faults) => `Its part of config.json cannot be used: ${faults}.`,
    setValue: (field) =>
      `\`tillbridge config set ${field} VALUE\`; \`tillbridge config check\` tells whether all is right then.`,
  },
  identity: {
    told: (facts) => `It says of itself: ${facts}.`,
    model: (model) => `model ${model}`,
    expected: (serialNumber) => `The device with serial number ${serialNumber} is expected here.`,
    another: (told, expected) =>
      `Another device answers in its place: serial number ${told}, not ${expected}. No payment is taken there.`,
    ifExchanged: (terminal, told, expected) =>
      `Where it was exchanged: \`tillbridge terminals update ${terminal} --serial-number ${told}\`. Else find ${expected}: it has another address or port now.`,
    changedPlaces: (owner) =>
      `That is the device of terminal ${owner}: the two have changed their addresses or ports. Give each its own again.`,
  },
  pairing: {
    lacksSetting: (detail) => `It takes no payment yet: ${detail}.`,
    saySetting: "Say what is named there. No pairing mends it.",
    notPaired: (why) => `It is not paired, or its access was refused: ${why}.`,
    noReason: "the terminal does not say why",
    obeys: "It takes our commands.",
  },
  fence: {
    none: "No transaction in doubt keeps it from others.",
    asked: (transaction, since) =>
      `How transaction ${transaction} ended is not known since ${since}; the terminal is being asked, and takes no other one meanwhile.`,
    waitForIt: (transaction) =>
      `Wait for the end of it; \`tillbridge transactions show ${transaction}\` tells what is known.`,
    inDoubt: (transaction, since) =>
      `Transaction ${transaction} is in doubt since ${since} and keeps the terminal from others.`,
    decide: (transaction, terminal) =>
      `\`tillbridge transactions show ${transaction}\` tells what is known. Look at the terminal, then \`tillbridge transactions resolve ${transaction} --outcome KIND --reason TEXT\` decides it; \`tillbridge terminals lift-fence ${terminal} --transaction ${transaction} --reason TEXT\` lets others pay before that.`,
  },
  queue: {
    empty: "Nothing waits.",
    runs: (transaction) => `Transaction ${transaction} runs; nothing waits behind it.`,
    behind: (transaction, count) => `Transaction ${transaction} runs, and ${waiting(count)} behind it.`,
    stuck: (count, state) => `${waiting(count)}, and none runs: the terminal is ${state}.`,
    willRun:
      "They are performed when it is ready, or end by themselves as not performed; `tillbridge transactions cancel ID` takes one out.",
  },
  states: {
    connecting: "connecting",
    ready: "ready",
    busy: "busy",
    recovering: "recovering",
    fenced: "fenced",
    unpaired: "unpaired",
    offline: "offline",
    disabled: "disabled",
  },
  probe: {
    busy: (transaction) => `Not asked, so as not to disturb it: transaction ${transaction} is under way.`,
    inDoubt: (transaction) => `Not asked, so as not to disturb it: transaction ${transaction} is in doubt.`,
    silent: (seconds) => `It did not answer our question within ${seconds} s.`,
    seeDisplay: (terminal) =>
      `Look at its display: a menu that is open keeps some terminals from answering. Switch it off and on; \`tillbridge trace --terminal ${terminal}\` shows what is said on the link.`,
    refused: (why) => `The service would not ask it: ${why}`,
    noReason: "it does not say why",
    notAsked: (why) => `Not asked, so as not to disturb it: ${why}.`,
    noAnswer: (why) => `It was asked and gave no answer: ${why}.`,
    answered: "It answered our question.",
    answeredWithin: (ms) => `It answered our question within ${ms} ms.`,
  },
  link: {
    nameUnknown: (host, code) => `The name ${host} is not known to this network (${code}).`,
    sayAddress: (command) => `Check the spelling, or say the terminal's address: \`${command}\`.`,
    notTried: "Not tried: a service may have the link, and the terminal may take a single one.",
    serviceSays: (seen, detail) => `${seen} The service says: ${detail}.`,
    trace: (terminal) => `\`tillbridge trace --terminal ${terminal}\` shows what is said on the link.`,
    ready: "The service has the link, and the terminal is ready.",
    held: "The service has the link.",
    runs: (transaction) => `The service has the link; transaction ${transaction} runs.`,
    unpaired: "The service has the link; the terminal is not paired.",
    doubt: (transaction) => `The service has the link, or is about to; transaction ${transaction} is in doubt.`,
    ofBefore: "of before",
    lost: (detail) => `The service has no link: ${detail}.`,
    nothingTried: "Nothing else was tried, because a transaction is in doubt.",
    answeredByOther: (detail) =>
      `The service was answered, and does not take whoever answers for the terminal: ${detail}. Nothing else was tried, so as not to disturb it.`,
    seeIdentity: (check) => `Mend what is told there; \`${check}\` tells which device is expected.`,
    bringBack:
      "Bring the terminal back: switched on, its cable in, its app for the POS open. The doubt ends by itself then, where the terminal can tell.",
    lastSign: (time) => `The last sign of life was at ${time}.`,
    takes: (place) => `${place} takes connections.`,
    speaksFirst: (place, said) =>
      `${place} takes connections, and speaks first: "${said}". That is hardly a card terminal.`,
    otherProgram: {
      web: (place) => `A web server answers at ${place}, and no terminal: a router, a printer or another machine.`,
      ssh: (place) => `An SSH server answers at ${place}, and no terminal.`,
      telnet: (place) => `A Telnet server answers at ${place}, and no terminal.`,
      mailOrFtp: (place) => `A mail or FTP server answers at ${place}, and no terminal.`,
      tls: (place) => `What answers at ${place} speaks TLS, and the terminal's link does not.`,
    },
    ifTls:
      "Where it is the terminal, its link needs `tls` (`--link`). Else another machine has its address, or the port is another program's.",
    another: "Another machine has its address, or the port is another program's.",
    findMoved: (command) =>
      `\`tillbridge discover\` shows terminals that are seen now, and \`${command}\` says where it is; a fixed address in the router keeps it there.`,
    hangsUp: (place) => `${place} takes a connection and closes it at once.`,
    endOther:
      "Another program may be connected with the terminal, which takes only one: end that one. Else the port is another program's.",
    refuses: (place) => `${place} refuses the connection: a machine is there, and no program waits at this port.`,
    seePort:
      "Check the port number, and that the terminal waits for connections: its integrated mode, or its app for the POS, has to be on.",
    absent: (place, code) => `${place} does not answer${code}: no machine in its network has this address now.`,
    bringNear:
      "Switch the terminal on, bring it into this network (a Wi-Fi for guests keeps machines apart), and look up its address in its menu.",
    thereSilent: (place, code) => `${place} does not answer${code}, although a machine with this address is there.`,
    ifFirewall: "A firewall on that machine may drop it. If it is not the terminal:",
    silentFor: (place, seconds) => `${place} does not answer within ${seconds} s.`,
    silent: (place, code) => `${place} does not answer${code}.`,
    notNear: "It is in the network of none of this machine's cards.",
    switchOn: "Switch the terminal on and bring it into this network.",
    forbidden: (place, code) => `This machine does not let a connection to ${place} out (${code}).`,
    letOut: (address, port) =>
      `A firewall or security program of this machine forbids it: let it out to ${address} port ${port}.`,
    failed: (place, code) => `${place} cannot be reached (${code}).`,
  },
  plugged: {
    there: (path) => `${path} is there.`,
    noDevice: (path) => `${path} is there, and is no device.`,
    sayPort: "Say which port it is: `tillbridge discover` shows the serial ports of this machine.",
    absent: (path) => `There is no ${path}: the terminal is not plugged in, is switched off, or has another name now.`,
    plugIn: (terminal) =>
      `Plug it in and look with \`tillbridge discover\`; \`tillbridge terminals update ${terminal} --serial PATH\` says where it is. A name below /dev/serial/by-id stays the same.`,
    noUsb: (vendor) => `No USB device of vendor ${vendor} is plugged in.`,
    otherSerials: (count) => `${count} of the same vendor with another serial number are there.`,
    plugInUsb:
      "Plug it in, switch it on, and try another cable and another socket; `tillbridge discover` shows what is seen.",
    several: (count, vendor) => `${count} USB devices are of vendor ${vendor}: which of them it is, nobody can say.`,
    sayWhich: (terminal) => `\`tillbridge terminals update ${terminal} --usb VENDOR:PRODUCT:SERIAL\` says which.`,
    usbThere: (vendor) => `A USB device of vendor ${vendor} is plugged in.`,
    withSerial: (vendor, serialNumber) => `${vendor} with the serial number ${serialNumber}`,
    anyVendor: "any",
    seeSwitchedOn: (terminal) =>
      `Check that it is switched on and its app for the POS is open; \`tillbridge trace --terminal ${terminal}\` shows what is said on the link.`,
    opening: "The service is opening the link.",
    lookSoon: "Look again in some seconds.",
    lookedFor: "Its link names no address: the service looks for it. `tillbridge discover` shows what is seen.",
  },
};

function waiting(count: number): string {
  return `${count} ${count === 1 ? "transaction waits" : "transactions wait"}`;
}
