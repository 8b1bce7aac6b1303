import type { MachineWords } from "../machine-words.ts";

export const machine: MachineWords = {
  disk: {
    free: (free, whole, folder) => `Auf der Festplatte von ${folder} sind ${free} von ${whole} frei.`,
    filesFree: (count) => `Dort lassen sich nur noch ${count} Dateien anlegen.`,
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
    countsAsFailed: (limitMs) => `Ab ${limitMs} ms gilt das Journal als ausgefallen.`,
    seeWhatWrites:
      "Nachsehen, was sonst auf diese Festplatte schreibt und ob sie ausfällt (`smartctl -a`); eine SSD braucht wenige ms.",
    notSeen: (folder, why) => `Die Festplatte von ${folder} lässt sich nicht untersuchen: Das System meldet ${why}.`,
    notWritten: (folder, why) => `In ${folder} konnte nichts geschrieben werden: ${why}.`,
    notWritable: (folder, why) => `In ${folder} lässt sich nichts schreiben: ${why}.`,
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
};
