import type { MachineWords } from "../machine-words.ts";

const VERIFY = "`tillbridge journal verify` lo lee entero, con el servicio en marcha o no.";
const REPORT = "Envíe el informe al soporte (`tillbridge bundle` reúne lo que necesitan).";

export const machine: MachineWords = {
  program: {
    late: (program) => `${program} no respondió a tiempo`,
    notRun: (program, code) => `no se pudo ejecutar ${program} (${code})`,
    absent: (program) => `aquí no hay ${program}`,
    silent: (program) => `${program} no lo dice`,
  },
  account: {
    owner: (names, mode) => `${names}, permisos ${mode}`,
    withGroups: (name, groups) => `${name} (grupos ${groups})`,
    runsAs: (who) => `El servicio corre como ${who}.`,
    root: "El servicio corre como root, y no lo necesita.",
    ownUser: "Ejecútelo como el servicio que crea `tillbridge service install` o el paquete, con un usuario propio.",
  },
  home: {
    belongs: (path, owner) => `${path} es de ${owner}.`,
    noFolder: (path) => `${path} no es una carpeta.`,
    moveAway: "Muévalo a otro lugar e inicie el servicio de nuevo.",
    another: (path, owner, who) => `${path} es de ${owner}; el servicio corre como ${who}.`,
    giveBack: (user, path) =>
      `\`sudo chown --recursive ${user}: ${path}\`, y luego inicie el servicio de nuevo. Si es de otra instalación, indique la carpeta correcta con --home.`,
    writable: (path, owner) => `${path} es de ${owner}: otros usuarios pueden cambiar lo que hay dentro.`,
    empty: (folder) => `Todavía no hay nada en ${folder}.`,
    notListed: (folder, why) => `No se puede mirar dentro de ${folder}: el sistema dice ${why}.`,
    strangers: (folder, names, user) => `En ${folder} es de otro: ${names}. El servicio corre como ${user}.`,
    readable: (folder, names) => `Otros usuarios de esta máquina pueden leer en ${folder}: ${names}.`,
    shut: (folder) =>
      `\`sudo chmod --recursive go-rwx ${folder}\`; después cree tokens nuevos, porque alguien pudo leerlos.`,
    withMode: (name, mode) => `${name} (permisos ${mode})`,
    andMore: (names, count) => `${names} y ${count} más`,
    own: (count, folder) =>
      `Las ${count} entradas de ${folder} son todas del servicio, y sus secretos no los ve nadie más.`,
    defaults: (path) => `No hay ${path}: valen los valores por omisión.`,
    changeable: (path, owner) =>
      `${path} es de ${owner}: alguien que no es root ni el servicio puede cambiar la configuración.`,
    takeBack: (user, path) => `\`sudo chown ${user}: ${path}\` y \`sudo chmod go-w ${path}\``,
    unreadable: (path, owner, who) => `${path} es de ${owner}; el servicio corre como ${who} y no puede leerlo.`,
    giveFile: (user, path) => `\`sudo chown ${user}: ${path}\`, y luego inicie el servicio de nuevo.`,
    notBegun: (path) => `No hay ${path}: aquí todavía no arrancó ningún servicio.`,
    begin: "Inícielo, o indique la carpeta correcta con --home o TILLBRIDGE_HOME.",
    hidden: (path) => `Este usuario no puede ver ${path}: una carpeta superior es de otro.`,
    sayAsService: "Ejecútelo como el usuario del servicio, o con sudo.",
    notSeen: (path, why) => `No se puede examinar ${path}: el sistema dice ${why}.`,
  },
  ends: {
    noLog: (folder) => `Todavía no hay registro en ${folder}.`,
    none: "El servicio no se cayó en los últimos siete días.",
    once: (path) => `El servicio se cayó una vez en los últimos siete días; el último informe es ${path}.`,
    often: (count, path) =>
      `El servicio se cayó ${count} veces en los últimos siete días; el último informe es ${path}.`,
    sendReport: REPORT,
    inOrder: "La última ejecución del servicio terminó en orden, o aún no hubo ninguna.",
    killed: (begun) =>
      `La ejecución del servicio que empezó ${begun} no terminó en orden: la detuvieron, se cayó o se cortó la corriente.`,
    startIt: "Inícielo: entonces averigua lo que estaba en curso. El registro dice más.",
    runInOrder: (begun) => `Esta ejecución empezó ${begun}; la anterior terminó en orden.`,
    disorderlyOnce: (begun) => `En los diez minutos antes de ${begun} el servicio no terminó en orden una vez.`,
    disorderly: (count, begun) =>
      `En los diez minutos antes de ${begun} el servicio no terminó en orden ${count} veces.`,
    seeLog: "El registro dice por qué.",
    seeLogAndReport: `Vea el registro. ${REPORT}`,
    someTime: "a una hora desconocida",
  },
  disk: {
    free: (free, whole, folder) => `En el disco de ${folder} hay libres ${free} de ${whole}.`,
    fewFiles: (free, whole, folder, count) =>
      `En el disco de ${folder} hay libres ${free} de ${whole}, y solo caben ${count} archivos más.`,
    freeSome: (folder) =>
      `Libere espacio en el disco de ${folder}, o pase la carpeta a uno más grande: con el disco lleno no se acepta ningún pago.`,
    inMemory: (folder, kind) =>
      `${folder} está en la memoria (${kind}): lo que se sabe de los pagos se pierde al cortarse la corriente.`,
    onNetwork: (folder, kind) =>
      `${folder} está en un disco de red (${kind}), que puede mentir sobre bloqueos y escrituras.`,
    local: (folder) => `${folder} está en un disco de esta máquina.`,
    putElsewhere: "Ponga la carpeta de datos en un disco de esta máquina e indíquela con --home o TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `Escribir en el disco de ${folder} tarda ${usualMs} ms, y como máximo ${mostMs} ms en ${count} veces.`,
    tooSlow: (folder, usualMs, mostMs, count, limitMs) =>
      `Escribir en el disco de ${folder} tarda ${usualMs} ms, y como máximo ${mostMs} ms en ${count} veces: a los ${limitMs} ms se considera que el diario falló.`,
    seeWhatWrites:
      "Vea qué más escribe en este disco y si el disco está fallando (`smartctl -a`); un disco SSD tarda unos pocos ms.",
    notSeen: (folder, why) => `No se puede examinar el disco de ${folder}: el sistema dice ${why}.`,
    notWritten: (folder, why) => `No se pudo escribir nada en ${folder}: ${why}.`,
    notWritable: (folder, why) => `No se puede escribir nada en ${folder}: ${why}.`,
    ofAnotherUser: "es de otro usuario, y root no escribe nada ahí. El servicio lo mide mientras está en marcha",
    writeFaults: {
      ENOSPC: "el disco está lleno",
      EDQUOT: "la cuota de disco de este usuario está llena",
      EROFS: "el disco es de solo lectura",
      EACCES: "este usuario no tiene permiso",
      EIO: "el disco informa de un error",
    },
    writeRemedies: {
      ENOSPC: "Libere espacio en él: mientras no lo haya no se acepta ningún pago.",
      EDQUOT: "Libere espacio o aumente la cuota: mientras no lo haya no se acepta ningún pago.",
      EROFS: "Móntelo con escritura. Un disco que pasó por sí solo a solo lectura está fallando: `dmesg` lo dice.",
      EACCES: "Devuelva la carpeta al usuario del servicio; `home.data` dice de quién es.",
      EIO: "Cambie el disco. Antes copie la carpeta de datos.",
    },
  },
  pos: {
    whole: (path, count) => `${path} se puede leer: ${count} ${count === 1 ? "programa" : "programas"} de caja.`,
    noList: (path) => `${path} no es una lista legible de programas de caja.`,
    restoreList:
      "Con el servicio detenido, corríjala o ponga en su lugar una copia. Si no, el próximo arranque aparta el archivo, y hay que vincular de nuevo los programas de caja.",
    unreadable: (path, which) =>
      `En ${path} hay registros que no se pueden leer, y esos programas de caja no entran: ${which}.`,
    mend: "Detenga el servicio (`tillbridge service stop`), corrija el archivo e inícielo de nuevo: un servicio en marcha sobrescribe la corrección. O bien `tillbridge pos revoke NAME`, y añádalo de nuevo con los límites que tenía. Los que no tienen nombre se quitan del archivo con el servicio detenido.",
    setAside: (path) => `La lista de programas de caja no se pudo leer una vez, y está ahora en ${path}.`,
    pairAgain:
      "Detenga el servicio, corrija ese archivo, póngalo de nuevo como pos.json e inicie el servicio: lo vinculado desde entonces no está en él. O vincule los programas de caja que faltan en `tillbridge pos`, con sus límites; después elimine el archivo.",
  },
  journal: {
    none: (folder) => `Todavía no hay diario en ${folder}.`,
    newest: (transactions, facts) =>
      `Las ${transactions} transacciones más nuevas están íntegras, con ${facts} anotaciones. ${VERIFY}`,
    damaged: (fault) => `El diario está dañado: ${fault}.`,
    damagedMore: (fault, more) => `El diario está dañado: ${fault}, y ${more} fallas más.`,
    restore: `${VERIFY} Antes que nada copie la carpeta de datos, y ponga en su lugar la última copia de seguridad con \`tillbridge journal adopt\`.`,
    tooLarge: (seconds) => `El diario es demasiado grande para leerlo en ${seconds} s. ${VERIFY}`,
    whole: (transactions, facts) => `El diario está íntegro: ${transactions} transacciones, ${facts} anotaciones.`,
    notRead: (why) => `No se pudo leer el diario: ${why}`,
    verify: VERIFY,
    copyFirst: `${VERIFY} Antes que nada copie la carpeta de datos, y llame al soporte.`,
  },
  clock: {
    shows: (time) => `El reloj marca ${time}.`,
    cannotBe: (time) => `El reloj marca ${time}, lo que no puede ser.`,
    behind: (time, newest) =>
      `El reloj marca ${time}, y el pago más nuevo es de ${newest}: lo atrasaron, o estaba adelantado.`,
    setIt:
      "Ponga el reloj en hora y deje que el sistema lo mantenga: `sudo timedatectl set-ntp true`; en Windows, Configuración, Hora, Ajustar hora automáticamente.",
    kept: (by) => `El sistema ajusta su reloj por la red (${by}).`,
    keptSinceStart: "systemd-timesyncd lo hace desde el arranque",
    notKept: (by) => `El sistema no ajusta su reloj por la red (${by}).`,
    notKnown: (why) => `No se sabe si el reloj se ajusta por la red: ${why}.`,
    windowsSilent: "Windows no ajusta su reloj por la red: su servicio de hora (w32time) no responde.",
    windowsStart: "`net start w32time`, luego `w32tm /resync`, como administrador.",
    windowsNotSet: "Windows no ajustó su reloj por la red (w32tm: indicador de salto 3).",
    windowsSet: "`w32tm /resync`, como administrador.",
    windowsKept: (indicator) => `Windows ajusta su reloj por la red (w32tm: indicador de salto ${indicator}).`,
    steady: "El reloj no saltó desde que empezó el servicio.",
    forward: (seconds) =>
      `Desde que empezó el servicio el reloj se adelantó ${seconds} s, o la máquina durmió todo ese tiempo.`,
    back: (seconds) => `Desde que empezó el servicio el reloj se atrasó ${seconds} s.`,
  },
  power: {
    masked: "Esta máquina nunca se suspende: sleep.target está bloqueado.",
    cannotSleep: "Esta máquina no puede suspenderse.",
    idle: (action) => `Esta máquina se suspende cuando nadie la usa: IdleAction=${action} en /etc/systemd/logind.conf.`,
    lid: "Esta máquina tiene tapa, y se suspende al cerrarla.",
    desktop: (states) =>
      `Esta máquina puede suspenderse (${states}), y un escritorio puede suspenderla cuando nadie la usa.`,
    awake: (states) => `Esta máquina puede suspenderse (${states}), y nada la suspende por sí sola.`,
    usbStaysOn: (control) => `El sistema nunca lo apaga (${control}: on).`,
    usbMayStop: (control) => `El sistema puede apagarlo mientras no se le habla (${control}: auto).`,
    keepOn: (control) =>
      `\`echo on | sudo tee ${control}\`; para siempre, en la configuración de lo que ahorra energía aquí (TLP: USB_DENYLIST).`,
    usbNotRead: (control) => `No se puede leer en ${control} si el sistema lo apaga.`,
    windowsSilent: "powercfg no dice si esta máquina se suspende.",
    windowsAwake: "Esta máquina nunca se suspende por sí sola si está enchufada.",
    windowsSleeps: (minutes) => `Esta máquina se suspende a los ${minutes} min si nadie la usa.`,
    windowsNeverSleep: "`powercfg /change standby-timeout-ac 0`, como administrador.",
    usbSilent: "powercfg no dice si se apagan los dispositivos USB.",
    usbStays: "Los dispositivos USB no se apagan para ahorrar energía (suspensión selectiva: 0).",
    usbStops: "Windows apaga los dispositivos USB mientras no se les habla (suspensión selectiva: 1).",
    usbNeverStop: (group, setting) =>
      `\`powercfg /setacvalueindex SCHEME_CURRENT ${group} ${setting} 0\`, luego \`powercfg /setactive SCHEME_CURRENT\`, como administrador.`,
  },
  windows: {
    hasPort: (port) => `Windows tiene el puerto ${port}.`,
    noPorts: (port) => `Windows no tiene el puerto ${port}: no hay ninguno.`,
    otherPorts: (port, others) => `Windows no tiene el puerto ${port}: hay ${others}.`,
    look: "Revise el cable, y que el terminal esté encendido. `tillbridge discover` muestra lo que está conectado.",
    noDriver: "Si está conectado, falta su controlador: vea el Administrador de dispositivos.",
    silent: "Windows no dice qué dispositivos USB tiene.",
    unknownDevice: (device) => `Windows no conoce ningún dispositivo USB ${device} con controlador.`,
    needsDriver: (driver) => `Necesita el controlador ${driver}.`,
    serialDriver: "usbser, o el propio del fabricante para puertos serie",
    wrongDriver: (device, driver) =>
      `El dispositivo USB ${device} tiene el controlador ${driver}, y solo se llega a él por WinUSB.`,
    giveDriver: "Póngale WinUSB en el Administrador de dispositivos (Actualizar controlador, Elegir de una lista).",
    hasDriver: (device, driver) => `El dispositivo USB ${device} tiene el controlador ${driver}.`,
  },
  device: {
    usable: (path, owner, who) => `${path} es de ${owner}; el servicio corre como ${who} y puede usarlo.`,
    forbidden: (path, owner) => `${path} es de ${owner}; la unidad del servicio le prohíbe este tipo de dispositivo.`,
    allow: (path) =>
      `\`sudo systemctl edit tillbridge\`, y bajo [Service]: DeviceAllow=${path} rw; luego \`sudo systemctl restart tillbridge\`.`,
    noRights: (path, owner, who) => `${path} es de ${owner}; el servicio corre como ${who} y no puede usarlo.`,
    joinGroup: (group, user) =>
      `\`sudo usermod --append --groups ${group} ${user}\`, luego \`sudo systemctl restart tillbridge\`.`,
    installRule:
      "Instale la regla udev de Tillbridge (`tillbridge service install`, o el paquete), y luego desconecte el dispositivo y conéctelo de nuevo.",
    hasRule: (path) => `${path} entrega los terminales al servicio y aparta de ellos a otros programas.`,
    noNeed: (rule) => `No hay ${rule}, ni ningún programa que abra lo recién conectado.`,
    noRule: (rule, programs) => `No hay ${rule}, y pueden abrir un terminal y escribirle: ${programs}.`,
    and: " y ",
    putRule:
      "`sudo tillbridge service install` o el paquete la pone ahí; a mano: copie installers/linux/91-tillbridge.rules a /etc/udev/rules.d, " +
      "`sudo udevadm control --reload`, y luego desconecte el terminal y conéctelo de nuevo.",
  },
  holder: {
    notShown:
      "A este usuario no se le muestra lo que tienen abierto programas ajenos; `sudo tillbridge doctor` lo dice.",
    late: (seconds) => `Mirar lo que tiene abierto cada programa tardó más de ${seconds} s.`,
    none: (path) => `Ningún otro programa tiene abierto ${path}.`,
    ourselves: (path, pid) => `El propio Tillbridge tiene abierto ${path} (proceso ${pid}).`,
    keepAway: (program) =>
      "Instale la regla udev de Tillbridge (`tillbridge service install`, o el paquete), y luego desconecte el terminal y conéctelo de nuevo; " +
      `hasta entonces \`sudo systemctl stop ${program}\`.`,
    end: (program) => `Cierre ${program}, o quítele el puerto en su configuración: un terminal tiene un solo dueño.`,
    has: (program, pid, path) => `${program} (proceso ${pid}) tiene abierto ${path}.`,
    mayHave: (program, pid, path) =>
      `${program} (proceso ${pid}) está en marcha y abre lo recién conectado: puede tener ${path}.`,
  },
  port: {
    uses: {
      pos: "los programas de caja de esta máquina",
      pages: "las páginas web de esta máquina, con certificado",
      lan: "las otras máquinas del comercio",
      callbacks: "las nubes y los terminales de los fabricantes",
    },
    elsewhere: (served, port, setting) =>
      `Tillbridge escucha en el puerto ${served}, y no en ${port} (${setting}): se inició con --port, o el ajuste cambió desde entonces.`,
    trial: (port) =>
      `Para una prueba está bien. Los programas de caja que buscan el puerto ${port} lo encuentran tras un inicio sin --port.`,
    listens: (port, setting, use) => `Tillbridge escucha en el puerto ${port} (${setting}), para ${use}.`,
    free: (port, setting, use) => `El puerto ${port} (${setting}) está libre, para ${use}.`,
    nobody: (port, setting, use) =>
      `Nadie escucha en el puerto ${port} (${setting}), así que ${use} no encuentran a nadie.`,
    seeLog:
      "El registro dice por qué el servicio no lo hace: `tillbridge service status`, y el archivo en logs/. Inícielo de nuevo cuando esté resuelto.",
    taken: (who, port, setting, use) =>
      `${who} escucha en el puerto ${port}, que es de Tillbridge (${setting}), para ${use}.`,
    anotherProgram: "Otro programa",
    programOf: (user) => `Un programa del usuario ${user}`,
    process: (program, pid) => `${program} (proceso ${pid})`,
    processOf: (program, pid, user) => `${program} (proceso ${pid} de ${user})`,
    end: (setting) =>
      `Ciérrelo, o dele otro a Tillbridge: \`tillbridge config set ${setting} NUMBER\`. Luego inicie el servicio de nuevo.`,
  },
};
