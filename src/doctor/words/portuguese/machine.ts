import type { MachineWords } from "../machine-words.ts";

const VERIFY = "`tillbridge journal verify` lê tudo, com o serviço em execução ou não.";
const REPORT = "Envie o relatório ao suporte (`tillbridge bundle` reúne o que eles precisam).";

export const machine: MachineWords = {
  program: {
    late: (program) => `${program} não respondeu a tempo`,
    notRun: (program, code) => `não foi possível executar ${program} (${code})`,
    absent: (program) => `aqui não há ${program}`,
    silent: (program) => `${program} não diz`,
  },
  account: {
    owner: (names, mode) => `${names}, permissões ${mode}`,
    withGroups: (name, groups) => `${name} (grupos ${groups})`,
    runsAs: (who) => `O serviço executa como ${who}.`,
    root: "O serviço executa como root, e não precisa disso.",
    ownUser: "Execute-o como o serviço que `tillbridge service install` ou o pacote cria, com um usuário próprio.",
  },
  home: {
    belongs: (path, owner) => `${path} é de ${owner}.`,
    noFolder: (path) => `${path} não é uma pasta.`,
    moveAway: "Mova-o para outro lugar e inicie o serviço de novo.",
    another: (path, owner, who) => `${path} é de ${owner}; o serviço executa como ${who}.`,
    giveBack: (user, path) =>
      `\`sudo chown --recursive ${user}: ${path}\`, e depois inicie o serviço de novo. Se for de outra instalação, indique a pasta certa com --home.`,
    writable: (path, owner) => `${path} é de ${owner}: outros usuários podem alterar o que está dentro.`,
    empty: (folder) => `Ainda não há nada em ${folder}.`,
    notListed: (folder, why) => `Não é possível olhar dentro de ${folder}: o sistema diz ${why}.`,
    strangers: (folder, names, user) => `Em ${folder} é de outra pessoa: ${names}. O serviço executa como ${user}.`,
    readable: (folder, names) => `Outros usuários desta máquina podem ler em ${folder}: ${names}.`,
    shut: (folder) =>
      `\`sudo chmod --recursive go-rwx ${folder}\`; depois crie tokens novos, pois alguém pode tê-los lido.`,
    withMode: (name, mode) => `${name} (permissões ${mode})`,
    andMore: (names, count) => `${names} e mais ${count}`,
    own: (count, folder) =>
      `As ${count} entradas de ${folder} são todas do serviço, e os segredos dele ninguém mais vê.`,
    defaults: (path) => `Não há ${path}: valem os valores padrão.`,
    changeable: (path, owner) =>
      `${path} é de ${owner}: alguém que não é root nem o serviço pode alterar a configuração.`,
    takeBack: (user, path) => `\`sudo chown ${user}: ${path}\` e \`sudo chmod go-w ${path}\``,
    unreadable: (path, owner, who) => `${path} é de ${owner}; o serviço executa como ${who} e não consegue lê-lo.`,
    giveFile: (user, path) => `\`sudo chown ${user}: ${path}\`, e depois inicie o serviço de novo.`,
    notBegun: (path) => `Não há ${path}: aqui ainda não começou nenhum serviço.`,
    begin: "Inicie-o, ou indique a pasta certa com --home ou TILLBRIDGE_HOME.",
    hidden: (path) => `Este usuário não pode ver ${path}: uma pasta acima é de outra pessoa.`,
    sayAsService: "Execute como o usuário do serviço, ou com sudo.",
    notSeen: (path, why) => `Não é possível examinar ${path}: o sistema diz ${why}.`,
  },
  ends: {
    noLog: (folder) => `Ainda não há registro em ${folder}.`,
    none: "O serviço não caiu nos últimos sete dias.",
    once: (path) => `O serviço caiu uma vez nos últimos sete dias; o relatório mais novo é ${path}.`,
    often: (count, path) => `O serviço caiu ${count} vezes nos últimos sete dias; o relatório mais novo é ${path}.`,
    sendReport: REPORT,
    inOrder: "A última execução do serviço terminou em ordem, ou ainda não houve nenhuma.",
    killed: (begun) =>
      `A execução do serviço que começou ${begun} não terminou em ordem: foi encerrada, caiu ou faltou energia.`,
    startIt: "Inicie-o: o que estava em andamento é apurado então. O registro diz mais.",
    runInOrder: (begun) => `Esta execução começou ${begun}; a anterior terminou em ordem.`,
    disorderlyOnce: (begun) => `Nos dez minutos antes de ${begun} o serviço não terminou em ordem uma vez.`,
    disorderly: (count, begun) => `Nos dez minutos antes de ${begun} o serviço não terminou em ordem ${count} vezes.`,
    seeLog: "O registro diz por quê.",
    seeLogAndReport: `Veja o registro. ${REPORT}`,
    someTime: "em hora desconhecida",
  },
  disk: {
    free: (free, whole, folder) => `No disco de ${folder} estão livres ${free} de ${whole}.`,
    fewFiles: (free, whole, folder, count) =>
      `No disco de ${folder} estão livres ${free} de ${whole}, e só cabem mais ${count} arquivos.`,
    freeSome: (folder) =>
      `Libere espaço no disco de ${folder}, ou passe a pasta para um maior: com o disco cheio nenhum pagamento é aceito.`,
    inMemory: (folder, kind) =>
      `${folder} está na memória (${kind}): o que se sabe dos pagamentos perde-se quando falta energia.`,
    onNetwork: (folder, kind) =>
      `${folder} está em um disco de rede (${kind}), que pode mentir sobre bloqueios e gravações.`,
    local: (folder) => `${folder} está em um disco desta máquina.`,
    putElsewhere: "Ponha a pasta de dados em um disco desta máquina e indique-a com --home ou TILLBRIDGE_HOME.",
    takes: (folder, usualMs, mostMs, count) =>
      `Gravar no disco de ${folder} demora ${usualMs} ms, e no máximo ${mostMs} ms em ${count} vezes.`,
    tooSlow: (folder, usualMs, mostMs, count, limitMs) =>
      `Gravar no disco de ${folder} demora ${usualMs} ms, e no máximo ${mostMs} ms em ${count} vezes: a partir de ${limitMs} ms considera-se que o diário falhou.`,
    seeWhatWrites:
      "Veja o que mais grava neste disco e se o disco está falhando (`smartctl -a`); um disco SSD demora poucos ms.",
    notSeen: (folder, why) => `Não é possível examinar o disco de ${folder}: o sistema diz ${why}.`,
    notWritten: (folder, why) => `Não foi possível gravar nada em ${folder}: ${why}.`,
    notWritable: (folder, why) => `Não é possível gravar nada em ${folder}: ${why}.`,
    ofAnotherUser: "é de outro usuário, e root não grava nada ali. O serviço mede enquanto está em execução",
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
  pos: {
    whole: (path, count) => `${path} pode ser lido: ${count} ${count === 1 ? "programa" : "programas"} de caixa.`,
    noList: (path) => `${path} não é uma lista legível de programas de caixa.`,
    restoreList:
      "Com o serviço parado, corrija-a ou ponha de volta uma cópia. Se não, a próxima partida põe o arquivo de lado, e os programas de caixa têm de ser pareados de novo.",
    unreadable: (path, which) =>
      `Em ${path} há registros que não podem ser lidos, e esses programas de caixa não entram: ${which}.`,
    mend: "Pare o serviço (`tillbridge service stop`), corrija o arquivo e inicie-o de novo: um serviço em execução sobrescreve a correção. Ou `tillbridge pos revoke NAME`, e adicione-o de novo com os limites que tinha. Os que não têm nome são tirados do arquivo com o serviço parado.",
    setAside: (path) => `A lista de programas de caixa não pôde ser lida uma vez, e está agora em ${path}.`,
    pairAgain:
      "Pare o serviço, corrija esse arquivo, ponha-o de volta como pos.json e inicie o serviço: o que foi pareado desde então não está nele. Ou pareie os programas de caixa que faltam em `tillbridge pos`, com seus limites; depois remova o arquivo.",
  },
  journal: {
    none: (folder) => `Ainda não há diário em ${folder}.`,
    newest: (transactions, facts) =>
      `As ${transactions} transações mais novas estão íntegras, com ${facts} anotações. ${VERIFY}`,
    damaged: (fault) => `O diário está danificado: ${fault}.`,
    damagedMore: (fault, more) => `O diário está danificado: ${fault}, e mais ${more} falhas.`,
    restore: `${VERIFY} Antes de tudo copie a pasta de dados, e ponha no lugar dela o último backup com \`tillbridge journal adopt\`.`,
    tooLarge: (seconds) => `O diário é grande demais para ser lido em ${seconds} s. ${VERIFY}`,
    whole: (transactions, facts) => `O diário está íntegro: ${transactions} transações, ${facts} anotações.`,
    notRead: (why) => `Não foi possível ler o diário: ${why}`,
    verify: VERIFY,
    copyFirst: `${VERIFY} Antes de tudo copie a pasta de dados, e ligue para o suporte.`,
  },
  clock: {
    shows: (time) => `O relógio marca ${time}.`,
    cannotBe: (time) => `O relógio marca ${time}, o que não pode ser.`,
    behind: (time, newest) =>
      `O relógio marca ${time}, e o pagamento mais novo é de ${newest}: foi atrasado, ou estava adiantado.`,
    setIt:
      "Acerte o relógio e deixe o sistema mantê-lo certo: `sudo timedatectl set-ntp true`; no Windows, Configurações, Hora, Definir horário automaticamente.",
    kept: (by) => `O sistema acerta o relógio pela rede (${by}).`,
    keptSinceStart: "systemd-timesyncd faz isso desde o início",
    notKept: (by) => `O sistema não acerta o relógio pela rede (${by}).`,
    notKnown: (why) => `Não se sabe se o relógio é acertado pela rede: ${why}.`,
    windowsSilent: "O Windows não acerta o relógio pela rede: o serviço de hora (w32time) não responde.",
    windowsStart: "`net start w32time`, depois `w32tm /resync`, como administrador.",
    windowsNotSet: "O Windows não acertou o relógio pela rede (w32tm: indicador de salto 3).",
    windowsSet: "`w32tm /resync`, como administrador.",
    windowsKept: (indicator) => `O Windows acerta o relógio pela rede (w32tm: indicador de salto ${indicator}).`,
    steady: "O relógio não saltou desde que o serviço começou.",
    forward: (seconds) =>
      `Desde que o serviço começou o relógio foi adiantado ${seconds} s, ou a máquina dormiu esse tempo todo.`,
    back: (seconds) => `Desde que o serviço começou o relógio foi atrasado ${seconds} s.`,
  },
  power: {
    masked: "Esta máquina nunca é suspensa: sleep.target está bloqueado.",
    cannotSleep: "Esta máquina não pode ser suspensa.",
    idle: (action) => `Esta máquina é suspensa quando ninguém a usa: IdleAction=${action} em /etc/systemd/logind.conf.`,
    lid: "Esta máquina tem tampa, e é suspensa quando a fecham.",
    desktop: (states) =>
      `Esta máquina pode ser suspensa (${states}), e uma área de trabalho pode suspendê-la quando ninguém a usa.`,
    awake: (states) => `Esta máquina pode ser suspensa (${states}), e nada a suspende por si só.`,
    usbStaysOn: (control) => `O sistema nunca o desliga (${control}: on).`,
    usbMayStop: (control) => `O sistema pode desligá-lo enquanto nada lhe é dito (${control}: auto).`,
    keepOn: (control) =>
      `\`echo on | sudo tee ${control}\`; para sempre, na configuração do que economiza energia aqui (TLP: USB_DENYLIST).`,
    usbNotRead: (control) => `Não é possível ler em ${control} se o sistema o desliga.`,
    windowsSilent: "powercfg não diz se esta máquina é suspensa.",
    windowsAwake: "Esta máquina nunca é suspensa por si só quando está na tomada.",
    windowsSleeps: (minutes) => `Esta máquina é suspensa após ${minutes} min quando ninguém a usa.`,
    windowsNeverSleep: "`powercfg /change standby-timeout-ac 0`, como administrador.",
    usbSilent: "powercfg não diz se os dispositivos USB são desligados.",
    usbStays: "Os dispositivos USB não são desligados para economizar energia (suspensão seletiva: 0).",
    usbStops: "O Windows desliga os dispositivos USB enquanto nada lhes é dito (suspensão seletiva: 1).",
    usbNeverStop: (group, setting) =>
      `\`powercfg /setacvalueindex SCHEME_CURRENT ${group} ${setting} 0\`, depois \`powercfg /setactive SCHEME_CURRENT\`, como administrador.`,
  },
  windows: {
    hasPort: (port) => `O Windows tem a porta ${port}.`,
    noPorts: (port) => `O Windows não tem a porta ${port}: não há nenhuma.`,
    otherPorts: (port, others) => `O Windows não tem a porta ${port}: há ${others}.`,
    look: "Verifique o cabo, e se o terminal está ligado. `tillbridge discover` mostra o que está conectado.",
    noDriver: "Se estiver conectado, falta o driver dele: veja o Gerenciador de Dispositivos.",
    silent: "O Windows não diz que dispositivos USB tem.",
    unknownDevice: (device) => `O Windows não conhece nenhum dispositivo USB ${device} com driver.`,
    needsDriver: (driver) => `Ele precisa do driver ${driver}.`,
    serialDriver: "usbser, ou o próprio do fabricante para portas seriais",
    wrongDriver: (device, driver) => `O dispositivo USB ${device} tem o driver ${driver}, e só é acessível por WinUSB.`,
    giveDriver: "Dê-lhe WinUSB no Gerenciador de Dispositivos (Atualizar driver, Permitir que eu escolha).",
    hasDriver: (device, driver) => `O dispositivo USB ${device} tem o driver ${driver}.`,
  },
  device: {
    usable: (path, owner, who) => `${path} é de ${owner}; o serviço executa como ${who} e pode usá-lo.`,
    forbidden: (path, owner) => `${path} é de ${owner}; a unidade do serviço lhe proíbe este tipo de dispositivo.`,
    allow: (path) =>
      `\`sudo systemctl edit tillbridge\`, e em [Service]: DeviceAllow=${path} rw; depois \`sudo systemctl restart tillbridge\`.`,
    noRights: (path, owner, who) => `${path} é de ${owner}; o serviço executa como ${who} e não pode usá-lo.`,
    joinGroup: (group, user) =>
      `\`sudo usermod --append --groups ${group} ${user}\`, depois \`sudo systemctl restart tillbridge\`.`,
    installRule:
      "Instale a regra udev do Tillbridge (`tillbridge service install`, ou o pacote), e depois desconecte o dispositivo e conecte-o de novo.",
    hasRule: (path) => `${path} entrega os terminais ao serviço e afasta deles os outros programas.`,
    noNeed: (rule) => `Não há ${rule}, nem programa aqui que abra o que acaba de ser conectado.`,
    noRule: (rule, programs) => `Não há ${rule}, e podem abrir um terminal e escrever nele: ${programs}.`,
    and: " e ",
    putRule:
      "`sudo tillbridge service install` ou o pacote a põe lá; à mão: copie installers/linux/91-tillbridge.rules para /etc/udev/rules.d, " +
      "`sudo udevadm control --reload`, e depois desconecte o terminal e conecte-o de novo.",
  },
  holder: {
    notShown: "A este usuário não se mostra o que programas de outros têm aberto; `sudo tillbridge doctor` mostra.",
    late: (seconds) => `Ver o que cada programa tem aberto demorou mais de ${seconds} s.`,
    none: (path) => `Nenhum outro programa tem ${path} aberto.`,
    ourselves: (path, pid) => `O próprio Tillbridge tem ${path} aberto (processo ${pid}).`,
    keepAway: (program) =>
      "Instale a regra udev do Tillbridge (`tillbridge service install`, ou o pacote), e depois desconecte o terminal e conecte-o de novo; " +
      `até lá \`sudo systemctl stop ${program}\`.`,
    end: (program) => `Feche ${program}, ou tire-lhe a porta na configuração: um terminal tem um só dono.`,
    has: (program, pid, path) => `${program} (processo ${pid}) tem ${path} aberto.`,
    mayHave: (program, pid, path) =>
      `${program} (processo ${pid}) está em execução e abre o que acaba de ser conectado: pode ter ${path}.`,
  },
  port: {
    uses: {
      pos: "os programas de caixa desta máquina",
      pages: "as páginas web desta máquina, com certificado",
      lan: "as outras máquinas da loja",
      callbacks: "as nuvens e os terminais dos fabricantes",
    },
    elsewhere: (served, port, setting) =>
      `O Tillbridge escuta na porta ${served}, e não na ${port} (${setting}): foi iniciado com --port, ou a configuração mudou desde então.`,
    trial: (port) =>
      `Para um teste está certo. Programas de caixa que procuram a porta ${port} a encontram depois de um início sem --port.`,
    listens: (port, setting, use) => `O Tillbridge escuta na porta ${port} (${setting}), para ${use}.`,
    free: (port, setting, use) => `A porta ${port} (${setting}) está livre, para ${use}.`,
    nobody: (port, setting, use) =>
      `Ninguém escuta na porta ${port} (${setting}), por isso ${use} não encontram ninguém.`,
    seeLog:
      "O registro diz por que o serviço não o faz: `tillbridge service status`, e o arquivo em logs/. Inicie-o de novo quando estiver resolvido.",
    taken: (who, port, setting, use) =>
      `${who} escuta na porta ${port}, que é do Tillbridge (${setting}), para ${use}.`,
    anotherProgram: "Outro programa",
    programOf: (user) => `Um programa do usuário ${user}`,
    process: (program, pid) => `${program} (processo ${pid})`,
    processOf: (program, pid, user) => `${program} (processo ${pid} de ${user})`,
    end: (setting) =>
      `Feche-o, ou dê outra ao Tillbridge: \`tillbridge config set ${setting} NUMBER\`. Depois inicie o serviço de novo.`,
  },
};
