import type { MachineWords } from "../machine-words.ts";

export const machine: MachineWords = {
  disk: {
    free: (free, whole, folder) => `No disco de ${folder} estão livres ${free} de ${whole}.`,
    filesFree: (count) => `Só cabem lá mais ${count} arquivos.`,
    freeSome: (folder) =>
      `Libere espaço no disco de ${folder}, ou passe-a para um maior: com o disco cheio nenhum pagamento é aceito.`,
    inMemory: (folder, kind) =>
      `${folder} está na memória (${kind}): o que se sabe dos pagamentos perde-se quando falta a energia.`,
    onNetwork: (folder, kind) =>
      `${folder} está num disco de rede (${kind}), que pode mentir sobre bloqueios e gravações.`,
    local: (folder) => `${folder} está num disco desta máquina.`,
    putElsewhere: "Ponha a pasta de dados num disco desta máquina e indique-a com --home ou TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `Gravar no disco de ${folder} demora ${usualMs} ms, e no máximo ${mostMs} ms em ${count} vezes.`,
    countsAsFailed: (limitMs) => `A partir de ${limitMs} ms o diário é dado como falho.`,
    seeWhatWrites:
      "Veja o que mais grava neste disco e se o disco está falhando (`smartctl -a`); um disco SSD demora poucos ms.",
    notSeen: (folder, why) => `Não é possível examinar o disco de ${folder}: o sistema diz ${why}.`,
    notWritten: (folder, why) => `Não foi possível gravar nada em ${folder}: ${why}.`,
    notWritable: (folder, why) => `Não é possível gravar nada em ${folder}: ${why}.`,
    writeFaults: {
      ENOSPC: "o disco está cheio",
      EDQUOT: "a cota de disco deste usuário está cheia",
      EROFS: "o disco é só de leitura",
      EACCES: "este usuário não tem permissão",
      EIO: "o disco informa um erro",
    },
    writeRemedies: {
      ENOSPC: "Libere espaço nele: enquanto não houver, nenhum pagamento é aceito.",
      EDQUOT: "Libere espaço ou aumente a cota: enquanto não houver, nenhum pagamento é aceito.",
      EROFS: "Monte-o com gravação. Um disco que passou sozinho a só leitura está falhando: `dmesg` mostra.",
      EACCES: "Devolva a pasta ao usuário do serviço; `home.data` diz de quem ela é.",
      EIO: "Troque o disco. Antes copie a pasta de dados.",
    },
  },
};
