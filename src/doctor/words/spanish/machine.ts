import type { MachineWords } from "../machine-words.ts";

export const machine: MachineWords = {
  disk: {
    free: (free, whole, folder) => `En el disco de ${folder} hay libres ${free} de ${whole}.`,
    filesFree: (count) => `Solo caben ${count} archivos más.`,
    freeSome: (folder) =>
      `Libere espacio en el disco de ${folder}, o póngala en uno más grande: con el disco lleno no se acepta ningún pago.`,
    inMemory: (folder, kind) =>
      `${folder} está en la memoria (${kind}): lo que se sabe de los pagos se pierde al cortarse la corriente.`,
    onNetwork: (folder, kind) =>
      `${folder} está en un disco de red (${kind}), que puede mentir sobre bloqueos y escrituras.`,
    local: (folder) => `${folder} está en un disco de esta máquina.`,
    putElsewhere: "Ponga la carpeta de datos en un disco de esta máquina e indíquela con --home o TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `Escribir en el disco de ${folder} tarda ${usualMs} ms, y ${mostMs} ms como máximo de ${count} veces.`,
    countsAsFailed: (limitMs) => `A los ${limitMs} ms se da por fallado el diario.`,
    seeWhatWrites:
      "Vea qué más escribe en este disco y si el disco está fallando (`smartctl -a`); un disco SSD tarda unos pocos ms.",
    notSeen: (folder, why) => `No se puede examinar el disco de ${folder}: el sistema dice ${why}.`,
    notWritten: (folder, why) => `No se pudo escribir nada en ${folder}: ${why}.`,
    notWritable: (folder, why) => `No se puede escribir nada en ${folder}: ${why}.`,
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
      EROFS: "Móntelo con escritura. Un disco que pasó solo a solo lectura está fallando: `dmesg` lo dice.",
      EACCES: "Devuelva la carpeta al usuario del servicio; `home.data` dice de quién es.",
      EIO: "Cambie el disco. Antes copie la carpeta de datos.",
    },
  },
};
