import type { TerminalWords } from "../terminal-words.ts";

export const terminals: TerminalWords = {
  addresses: {
    own: (count) => `${count} terminais têm cada um o seu endereço.`,
    twins: (terminals, last, place) =>
      `${terminals} e ${last} estão todos em ${place}: é um só dispositivo, e só um deles é atendido.`,
    enterPlace: (terminal) =>
      `Escreva onde ${terminal} realmente está como \`link\` em config.json, ou tire-o de lá, e inicie o serviço de novo: \`tillbridge service stop\`, \`tillbridge service start\`.`,
  },
  settings: {
    notServed: (terminal) =>
      `O serviço não atende ${terminal}, embora esteja configurado: outro terminal tem o endereço ou o dispositivo dele, ou foi incluído depois que o serviço iniciou.`,
    seeTwin:
      "`terminals.addresses` diz aqui se ele tem um gêmeo; se não, `tillbridge service stop` e `tillbridge service start` leem config.json de novo.",
    hidden: "Este usuário não pode ver quais segredos estão definidos.",
    secretNotSet: (name) => `As configurações dele remetem a um segredo que não está definido: ${name}.`,
    secretsNotSet: (names) => `As configurações dele remetem a segredos que não estão definidos: ${names}.`,
    disabled: "Está desativado em config.json: ninguém pode pagar nele.",
    complete: "Não falta nada.",
    secretsSet: (names) => `Não falta nada; os segredos dele estão definidos: ${names}.`,
    faulty: (faults) => `A parte dele em config.json não pode ser usada: ${faults}.`,
    setValue: (field) =>
      `\`tillbridge config set ${field} VALUE\`; \`tillbridge config check\` diz se então está tudo certo.`,
  },
  identity: {
    told: (facts) => `Ele diz de si: ${facts}.`,
    model: (model) => `modelo ${model}`,
    expected: (serialNumber) => `Espera-se aqui o dispositivo com o número de série ${serialNumber}.`,
    another: (told, expected) =>
      `No lugar dele responde outro dispositivo: número de série ${told}, não ${expected}. Lá nenhum pagamento é aceito.`,
    ifExchanged: (terminal, told, expected) =>
      `Se ele foi trocado: \`tillbridge terminals update ${terminal} --serial-number ${told}\`. Se não, procure ${expected}: agora tem outro endereço ou outra porta.`,
    changedPlaces: (owner) =>
      `É o dispositivo do terminal ${owner}: os dois trocaram de endereço ou de porta. Devolva a cada um o seu.`,
  },
  pairing: {
    lacksSetting: (detail) => `Ainda não aceita pagamentos: ${detail}.`,
    saySetting: "Indique o que ali se nomeia. Parear não resolve.",
    notPaired: (why) => `Não está pareado, ou o acesso foi recusado: ${why}.`,
    noReason: "o terminal não diz por quê",
    obeys: "Aceita os nossos comandos.",
  },
  fence: {
    none: "Nenhuma transação em dúvida o bloqueia para outras.",
    asked: (transaction, since) =>
      `Não se sabe desde ${since} como terminou a transação ${transaction}; o terminal está sendo consultado, e enquanto isso não aceita outra.`,
    waitForIt: (transaction) =>
      `Espere que termine; \`tillbridge transactions show ${transaction}\` diz o que se sabe.`,
    inDoubt: (transaction, since) =>
      `A transação ${transaction} está em dúvida desde ${since} e bloqueia o terminal para outras.`,
    decide: (transaction, terminal) =>
      `\`tillbridge transactions show ${transaction}\` diz o que se sabe. Veja o terminal, e depois \`tillbridge transactions resolve ${transaction} --outcome KIND --reason TEXT\` decide; \`tillbridge terminals lift-fence ${terminal} --transaction ${transaction} --reason TEXT\` deixa outros pagarem antes disso.`,
  },
  queue: {
    empty: "Nada espera.",
    runs: (transaction) => `A transação ${transaction} está em andamento; nada espera atrás dela.`,
    behind: (transaction, count) => `A transação ${transaction} está em andamento, e atrás dela ${waiting(count)}.`,
    stuck: (count, state) => `Na fila ${waiting(count)}, e nenhuma está em andamento: o terminal está ${state}.`,
    willRun:
      "Serão realizadas quando ele estiver pronto, ou terminam por si só como não realizadas; `tillbridge transactions cancel ID` tira uma.",
  },
  states: {
    connecting: "conectando-se",
    ready: "pronto",
    busy: "ocupado",
    recovering: "apurando um pagamento",
    fenced: "bloqueado",
    unpaired: "não pareado",
    offline: "inacessível",
    disabled: "desativado",
  },
  probe: {
    busy: (transaction) => `Não foi perguntado, para não o incomodar: a transação ${transaction} está em andamento.`,
    inDoubt: (transaction) => `Não foi perguntado, para não o incomodar: a transação ${transaction} está em dúvida.`,
    silent: (seconds) => `Não respondeu à nossa pergunta em ${seconds} s.`,
    seeDisplay: (terminal) =>
      `Veja o visor: com um menu aberto alguns terminais não respondem. Desligue-o e ligue-o; \`tillbridge trace --terminal ${terminal}\` mostra o que se diz na ligação.`,
    refused: (why) => `O serviço não quis perguntar: ${why}`,
    noReason: "não diz por quê",
    notAsked: (why) => `Não foi perguntado, para não o incomodar: ${why}.`,
    noAnswer: (why) => `Foi perguntado e não respondeu: ${why}.`,
    answered: "Respondeu à nossa pergunta.",
    answeredWithin: (ms) => `Respondeu à nossa pergunta em ${ms} ms.`,
  },
  link: {
    nameUnknown: (host, code) => `Nesta rede não se conhece o nome ${host} (${code}).`,
    sayAddress: (command) => `Verifique como está escrito, ou indique o endereço do terminal: \`${command}\`.`,
    notTried: "Não foi tentado: um serviço pode ter a ligação, e o terminal talvez aceite uma só.",
    serviceSays: (seen, detail) => `${seen} O serviço diz: ${detail}.`,
    trace: (terminal) => `\`tillbridge trace --terminal ${terminal}\` mostra o que se diz na ligação.`,
    ready: "O serviço tem a ligação, e o terminal está pronto.",
    held: "O serviço tem a ligação.",
    runs: (transaction) => `O serviço tem a ligação; a transação ${transaction} está em andamento.`,
    unpaired: "O serviço tem a ligação; o terminal não está pareado.",
    doubt: (transaction) => `O serviço tem a ligação, ou está para tê-la; a transação ${transaction} está em dúvida.`,
    ofBefore: "de antes",
    lost: (detail) => `O serviço não tem ligação: ${detail}.`,
    nothingTried: "Nada mais foi tentado, porque uma transação está em dúvida.",
    answeredByOther: (detail) =>
      `O serviço recebeu resposta, mas não toma quem responde pelo terminal: ${detail}. Nada mais foi tentado, para não o incomodar.`,
    seeIdentity: (check) => `Corrija o que ali se diz; \`${check}\` indica qual dispositivo se espera.`,
    bringBack:
      "Recupere o terminal: ligado, com o cabo, com o aplicativo para o caixa aberto. Então a dúvida se esclarece sozinha, se o terminal puder dizer.",
    lastSign: (time) => `O último sinal de vida foi às ${time}.`,
    takes: (place) => `${place} aceita conexões.`,
    speaksFirst: (place, said) =>
      `${place} aceita conexões e fala primeiro: “${said}”. Dificilmente é um terminal de cartões.`,
    otherProgram: {
      web: (place) =>
        `Em ${place} responde um servidor web, e não um terminal: um roteador, uma impressora ou outro equipamento.`,
      ssh: (place) => `Em ${place} responde um servidor SSH, e não um terminal.`,
      telnet: (place) => `Em ${place} responde um servidor Telnet, e não um terminal.`,
      mailOrFtp: (place) => `Em ${place} responde um servidor de e-mail ou FTP, e não um terminal.`,
      tls: (place) => `O que responde em ${place} fala TLS, e o link do terminal não.`,
    },
    ifTls:
      "Se for o terminal, o link dele precisa de `tls` (`--link`). Senão, outro equipamento tem o endereço dele, ou a porta é de outro programa.",
    another: "Outro equipamento tem o endereço dele, ou a porta é de outro programa.",
    findMoved: (command) =>
      `\`tillbridge discover\` mostra os terminais que se veem agora, e com \`${command}\` se indica onde está; um endereço fixo no roteador o mantém lá.`,
    hangsUp: (place) => `${place} aceita uma conexão e a fecha em seguida.`,
    endOther:
      "Talvez outro programa esteja conectado ao terminal, que só aceita um: feche esse. Se não, a porta é de outro programa.",
    refuses: (place) => `${place} recusa a conexão: há um equipamento, e nenhum programa espera nesta porta.`,
    seePort:
      "Verifique o número da porta, e se o terminal espera conexões: o modo integrado, ou o aplicativo para o caixa, tem de estar ativo.",
    absent: (place, code) => `${place} não responde${code}: nenhum equipamento na rede dele tem agora este endereço.`,
    bringNear:
      "Ligue o terminal, traga-o para esta rede (um Wi-Fi de visitantes mantém os equipamentos separados), e veja o endereço no menu dele.",
    thereSilent: (place, code) => `${place} não responde${code}, embora haja um equipamento com este endereço.`,
    ifFirewall: "Talvez um firewall desse equipamento o descarte. Se não for o terminal:",
    silentFor: (place, seconds) => `${place} não responde em ${seconds} s.`,
    silent: (place, code) => `${place} não responde${code}.`,
    notNear: "Não está na rede de nenhuma placa desta máquina.",
    switchOn: "Ligue o terminal e traga-o para esta rede.",
    forbidden: (place, code) => `Esta máquina não deixa sair uma conexão para ${place} (${code}).`,
    letOut: (address, port) =>
      `Um firewall ou programa de segurança desta máquina o proíbe: deixe-a sair para ${address} porta ${port}.`,
    failed: (place, code) => `Não é possível chegar a ${place} (${code}).`,
  },
  plugged: {
    there: (path) => `${path} está lá.`,
    noDevice: (path) => `${path} está lá, e não é um dispositivo.`,
    sayPort: "Indique qual é a porta: `tillbridge discover` mostra as portas seriais desta máquina.",
    absent: (path) => `Não há ${path}: o terminal não está conectado, está desligado, ou agora tem outro nome.`,
    plugIn: (terminal) =>
      `Conecte-o e veja com \`tillbridge discover\`; com \`tillbridge terminals update ${terminal} --serial PATH\` se indica onde está. Um nome em /dev/serial/by-id não muda.`,
    noUsb: (vendor) => `Não há nenhum dispositivo USB do fabricante ${vendor} conectado.`,
    otherSerials: (count) => `Do mesmo fabricante há ${count} com outro número de série.`,
    plugInUsb: "Conecte-o, ligue-o, e tente outro cabo e outra tomada; `tillbridge discover` mostra o que se vê.",
    several: (count, vendor) => `${count} dispositivos USB são do fabricante ${vendor}: ninguém pode dizer qual é.`,
    sayWhich: (terminal) =>
      `Com \`tillbridge terminals update ${terminal} --usb VENDOR:PRODUCT:SERIAL\` se indica qual.`,
    usbThere: (vendor) => `Há um dispositivo USB do fabricante ${vendor} conectado.`,
    withSerial: (vendor, serialNumber) => `${vendor} com o número de série ${serialNumber}`,
    anyVendor: "(qualquer)",
    seeSwitchedOn: (terminal) =>
      `Verifique se está ligado e com o aplicativo para o caixa aberto; \`tillbridge trace --terminal ${terminal}\` mostra o que se diz na ligação.`,
    opening: "O serviço está abrindo a ligação.",
    lookSoon: "Veja de novo em alguns segundos.",
    lookedFor: "A ligação dele não nomeia endereço: o serviço o procura. `tillbridge discover` mostra o que se vê.",
  },
};

function waiting(count: number): string {
  return count === 1 ? `espera ${count} transação` : `esperam ${count} transações`;
}
