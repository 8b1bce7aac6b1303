import type { TerminalWords } from "../terminal-words.ts";

export const terminals: TerminalWords = {
  addresses: {
    own: (count) => `${count} terminales tienen cada uno su dirección.`,
    twins: (terminals, last, place) =>
      `${terminals} y ${last} están todos en ${place}: es un solo dispositivo, y solo se atiende a uno de ellos.`,
    enterPlace: (terminal) =>
      `Escriba dónde está de verdad ${terminal} como su \`link\` en config.json, o quítelo de ahí, e inicie el servicio de nuevo: \`tillbridge service stop\`, \`tillbridge service start\`.`,
  },
  settings: {
    notServed: (terminal) =>
      `El servicio no atiende a ${terminal}, aunque está configurado: otro terminal tiene su dirección o su dispositivo, o se añadió después de iniciarse el servicio.`,
    seeTwin:
      "`terminals.addresses` dice aquí si tiene un gemelo; si no, `tillbridge service stop` y `tillbridge service start` leen de nuevo config.json.",
    hidden: "Este usuario no puede ver qué secretos están puestos.",
    secretNotSet: (name) => `Sus ajustes remiten a un secreto que no está puesto: ${name}.`,
    secretsNotSet: (names) => `Sus ajustes remiten a secretos que no están puestos: ${names}.`,
    disabled: "Está desactivado en config.json: nadie puede pagar en él.",
    complete: "No falta nada.",
    secretsSet: (names) => `No falta nada; sus secretos están puestos: ${names}.`,
    faulty: (faults) => `Su parte de config.json no se puede usar: ${faults}.`,
    setValue: (field) =>
      `\`tillbridge config set ${field} VALUE\`; \`tillbridge config check\` dice si entonces todo está bien.`,
  },
  identity: {
    told: (facts) => `Dice de sí mismo: ${facts}.`,
    model: (model) => `modelo ${model}`,
    expected: (serialNumber) => `Aquí se espera el dispositivo con el número de serie ${serialNumber}.`,
    another: (told, expected) =>
      `En su lugar responde otro dispositivo: número de serie ${told}, no ${expected}. Ahí no se acepta ningún pago.`,
    ifExchanged: (terminal, told, expected) =>
      `Si se cambió por otro: \`tillbridge terminals update ${terminal} --serial-number ${told}\`. Si no, busque ${expected}: ahora tiene otra dirección u otro puerto.`,
    changedPlaces: (owner) =>
      `Es el dispositivo del terminal ${owner}: los dos intercambiaron sus direcciones o puertos. Devuelva a cada uno el suyo.`,
  },
  pairing: {
    lacksSetting: (detail) => `Todavía no acepta pagos: ${detail}.`,
    saySetting: "Indique lo que ahí se nombra. Vincularlo no lo arregla.",
    notPaired: (why) => `No está vinculado, o se rechazó su acceso: ${why}.`,
    noReason: "el terminal no dice por qué",
    obeys: "Acepta nuestras órdenes.",
  },
  fence: {
    none: "Ninguna transacción en duda lo bloquea para otras.",
    asked: (transaction, since) =>
      `No se sabe desde ${since} cómo terminó la transacción ${transaction}; se está consultando al terminal, y mientras tanto no acepta otra.`,
    waitForIt: (transaction) =>
      `Espere a que termine; \`tillbridge transactions show ${transaction}\` dice lo que se sabe.`,
    inDoubt: (transaction, since) =>
      `La transacción ${transaction} está en duda desde ${since} y bloquea el terminal para otras.`,
    decide: (transaction, terminal) =>
      `\`tillbridge transactions show ${transaction}\` dice lo que se sabe. Revise el terminal, y luego \`tillbridge transactions resolve ${transaction} --outcome KIND --reason TEXT\` lo decide; \`tillbridge terminals lift-fence ${terminal} --transaction ${transaction} --reason TEXT\` deja pagar a otros antes de eso.`,
  },
  queue: {
    empty: "No espera nada.",
    runs: (transaction) => `La transacción ${transaction} está en curso; nada espera detrás.`,
    behind: (transaction, count) => `La transacción ${transaction} está en curso, y detrás ${waiting(count)}.`,
    stuck: (count, state) => `En la cola ${waiting(count)}, y ninguna está en curso: el terminal está ${state}.`,
    willRun:
      "Se realizan cuando esté listo, o terminan por sí solas como no realizadas; `tillbridge transactions cancel ID` saca una.",
  },
  states: {
    connecting: "conectándose",
    ready: "listo",
    busy: "ocupado",
    recovering: "averiguando un pago",
    fenced: "bloqueado",
    unpaired: "sin vincular",
    offline: "inaccesible",
    disabled: "desactivado",
  },
  probe: {
    busy: (transaction) => `No se le preguntó, para no molestarlo: la transacción ${transaction} está en curso.`,
    inDoubt: (transaction) => `No se le preguntó, para no molestarlo: la transacción ${transaction} está en duda.`,
    silent: (seconds) => `No respondió a nuestra pregunta en ${seconds} s.`,
    seeDisplay: (terminal) =>
      `Mire su pantalla: con un menú abierto algunos terminales no responden. Apáguelo y enciéndalo; \`tillbridge trace --terminal ${terminal}\` muestra lo que se dice en la conexión.`,
    refused: (why) => `El servicio no quiso preguntarle: ${why}`,
    noReason: "no dice por qué",
    notAsked: (why) => `No se le preguntó, para no molestarlo: ${why}.`,
    noAnswer: (why) => `Se le preguntó y no respondió: ${why}.`,
    answered: "Respondió a nuestra pregunta.",
    answeredWithin: (ms) => `Respondió a nuestra pregunta en ${ms} ms.`,
  },
  link: {
    nameUnknown: (host, code) => `En esta red no se conoce el nombre ${host} (${code}).`,
    sayAddress: (command) => `Revise cómo está escrito, o indique la dirección del terminal: \`${command}\`.`,
    notTried: "No se probó: un servicio puede tener la conexión, y el terminal quizá acepta una sola.",
    serviceSays: (seen, detail) => `${seen} El servicio dice: ${detail}.`,
    trace: (terminal) => `\`tillbridge trace --terminal ${terminal}\` muestra lo que se dice en la conexión.`,
    ready: "El servicio tiene la conexión, y el terminal está listo.",
    held: "El servicio tiene la conexión.",
    runs: (transaction) => `El servicio tiene la conexión; la transacción ${transaction} está en curso.`,
    unpaired: "El servicio tiene la conexión; el terminal no está vinculado.",
    doubt: (transaction) =>
      `El servicio tiene la conexión, o está por tenerla; la transacción ${transaction} está en duda.`,
    ofBefore: "de antes",
    lost: (detail) => `El servicio no tiene conexión: ${detail}.`,
    nothingTried: "No se probó nada más, porque una transacción está en duda.",
    answeredByOther: (detail) =>
      `El servicio recibió respuesta, pero no toma a quien responde por el terminal: ${detail}. No se probó nada más, para no molestarlo.`,
    seeIdentity: (check) => `Corrija lo que ahí se dice; \`${check}\` indica qué dispositivo se espera.`,
    bringBack:
      "Recupere el terminal: encendido, con su cable, con su aplicación para la caja abierta. Entonces la duda se aclara sola, si el terminal puede decirlo.",
    lastSign: (time) => `La última señal de vida fue a las ${time}.`,
    takes: (place) => `${place} acepta conexiones.`,
    speaksFirst: (place, said) =>
      `${place} acepta conexiones y habla primero: «${said}». Eso difícilmente es un terminal de tarjetas.`,
    otherProgram: {
      web: (place) => `En ${place} responde un servidor web y no un terminal: un router, una impresora u otro equipo.`,
      ssh: (place) => `En ${place} responde un servidor SSH y no un terminal.`,
      telnet: (place) => `En ${place} responde un servidor Telnet y no un terminal.`,
      mailOrFtp: (place) => `En ${place} responde un servidor de correo o FTP y no un terminal.`,
      tls: (place) => `Lo que responde en ${place} habla TLS, y el enlace del terminal no.`,
    },
    ifTls:
      "Si es el terminal, su enlace necesita `tls` (`--link`). Si no, otro equipo tiene su dirección, o el puerto es de otro programa.",
    another: "Otro equipo tiene su dirección, o el puerto es de otro programa.",
    findMoved: (command) =>
      `\`tillbridge discover\` muestra los terminales que se ven ahora, y con \`${command}\` se indica dónde está; una dirección fija en el router lo mantiene ahí.`,
    hangsUp: (place) => `${place} acepta una conexión y la cierra enseguida.`,
    endOther:
      "Quizá otro programa está conectado con el terminal, que solo acepta uno: cierre ese. Si no, el puerto es de otro programa.",
    refuses: (place) => `${place} rechaza la conexión: hay un equipo, y ningún programa espera en este puerto.`,
    seePort:
      "Revise el número de puerto, y que el terminal espere conexiones: su modo integrado, o su aplicación para la caja, tiene que estar activo.",
    absent: (place, code) => `${place} no responde${code}: ningún equipo de su red tiene ahora esta dirección.`,
    bringNear:
      "Encienda el terminal, llévelo a esta red (un wifi de invitados mantiene separados los equipos), y busque su dirección en su menú.",
    thereSilent: (place, code) => `${place} no responde${code}, aunque hay un equipo con esta dirección.`,
    ifFirewall: "Quizá lo descarta un cortafuegos de ese equipo. Si no es el terminal:",
    silentFor: (place, seconds) => `${place} no responde en ${seconds} s.`,
    silent: (place, code) => `${place} no responde${code}.`,
    notNear: "No está en la red de ninguna tarjeta de esta máquina.",
    switchOn: "Encienda el terminal y llévelo a esta red.",
    forbidden: (place, code) => `Esta máquina no deja salir una conexión hacia ${place} (${code}).`,
    letOut: (address, port) =>
      `Lo prohíbe un cortafuegos o programa de seguridad de esta máquina: déjela salir a ${address} puerto ${port}.`,
    failed: (place, code) => `No se puede llegar a ${place} (${code}).`,
  },
  plugged: {
    there: (path) => `${path} está ahí.`,
    noDevice: (path) => `${path} está ahí, y no es un dispositivo.`,
    sayPort: "Indique qué puerto es: `tillbridge discover` muestra los puertos serie de esta máquina.",
    absent: (path) => `No hay ${path}: el terminal no está conectado, está apagado, o ahora tiene otro nombre.`,
    plugIn: (terminal) =>
      `Conéctelo y mire con \`tillbridge discover\`; con \`tillbridge terminals update ${terminal} --serial PATH\` se indica dónde está. Un nombre bajo /dev/serial/by-id no cambia.`,
    noUsb: (vendor) => `No hay conectado ningún dispositivo USB del fabricante ${vendor}.`,
    otherSerials: (count) => `Del mismo fabricante hay ${count} con otro número de serie.`,
    plugInUsb: "Conéctelo, enciéndalo, y pruebe otro cable y otro enchufe; `tillbridge discover` muestra lo que se ve.",
    several: (count, vendor) => `${count} dispositivos USB son del fabricante ${vendor}: nadie puede decir cuál es.`,
    sayWhich: (terminal) =>
      `Con \`tillbridge terminals update ${terminal} --usb VENDOR:PRODUCT:SERIAL\` se indica cuál.`,
    usbThere: (vendor) => `Hay conectado un dispositivo USB del fabricante ${vendor}.`,
    withSerial: (vendor, serialNumber) => `${vendor} con el número de serie ${serialNumber}`,
    anyVendor: "(cualquiera)",
    seeSwitchedOn: (terminal) =>
      `Revise que esté encendido y su aplicación para la caja abierta; \`tillbridge trace --terminal ${terminal}\` muestra lo que se dice en la conexión.`,
    opening: "El servicio está abriendo la conexión.",
    lookSoon: "Mire de nuevo en unos segundos.",
    lookedFor:
      "Su conexión no nombra ninguna dirección: el servicio lo busca. `tillbridge discover` muestra lo que se ve.",
  },
};

function waiting(count: number): string {
  return count === 1 ? `espera ${count} transacción` : `esperan ${count} transacciones`;
}
