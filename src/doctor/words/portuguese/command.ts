import type { CommandWords } from "../command-words.ts";

const MORE = "`tillbridge service status` diz mais.";
const times = (count: number) => (count === 1 ? "uma vez" : `${count} vezes`);

export const command: CommandWords = {
  service: {
    notInstalled:
      "Não há nenhum serviço instalado: nada inicia o Tillbridge com a máquina, nem de novo depois de uma queda.",
    install: "`sudo tillbridge service install` a partir de um programa descompactado, ou instale o pacote.",
    stopped: "O serviço está parado.",
    stoppedBecause: (why) => `O serviço está parado; informa-se: ${why}.`,
    start: `\`sudo tillbridge service start\`. ${MORE}`,
    starting: "O serviço está iniciando.",
    stopping: "O serviço está parando.",
    wait: `Espere um momento e veja de novo. ${MORE}`,
    restarted: (who, pid, count) =>
      `O serviço executa como ${who}, processo ${pid}. Terminou por si só e foi iniciado de novo ${times(count)}.`,
    restartedBecause: (who, pid, count, why) =>
      `O serviço executa como ${who}, processo ${pid}. Terminou por si só e foi iniciado de novo ${times(count)}; informa-se: ${why}.`,
    tellMore: MORE,
    notAtBoot: (who, pid) => `O serviço executa como ${who}, processo ${pid}, e não inicia com a máquina.`,
    enable: "`sudo systemctl enable tillbridge`; no Windows, `sc config Tillbridge start= auto` como administrador.",
    runs: (who, pid) => `O serviço executa como ${who}, processo ${pid}, e inicia com a máquina.`,
  },
  daemon: {
    notAsked: (why) => `${why} O que segue foi visto por este comando, com as permissões do usuário dele.`,
    seeService: "`tillbridge service status` diz como está o serviço, e o registro por quê.",
  },
  config: {
    unusable: (path, why) => `Não é possível usar ${path}: ${why}`,
    sayAsService: "Execute como o usuário do serviço, ou com sudo.",
    mend: "Corrija-o num editor; `tillbridge config check` diz se está certo. O último que funcionou está ao lado: config.last-good.json.",
  },
  browsers: {
    trusting: (count) => `Navegadores encontrados: ${count}; todos confiam no certificado para wss.`,
    ofUser: (browser, user) => `${browser} de ${user}`,
    because: (browser, why) => `${browser} (${why})`,
    distrusting: (who) => `Não confia no certificado para wss: ${who}.`,
    installAgain: "`sudo tillbridge certificate install`, e depois inicie o navegador de novo.",
    notLetIn: (browser, origins, where) => `${browser} não deixa entrar ${origins} (${where})`,
    askingFirst: (browsers) => `${browsers}: cada um pergunta antes ao usuário, ou recusa.`,
    lettingIn: (origins) => `Os navegadores deixam ${origins} chegar a esta máquina.`,
  },
};
