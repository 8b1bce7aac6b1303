import type { NetworkWords } from "../network-words.ts";

export const network: NetworkWords = {
  cards: {
    tunnel: (card) => `${card} (uma VPN ou um túnel)`,
    inner: (card) => `${card} (dentro deste computador)`,
    none: "Nenhuma placa de rede desta máquina tem um endereço IPv4.",
    noneOf: (others) => `Nenhuma placa de rede desta máquina tem um endereço IPv4 (há ${others}).`,
    notNeeded: "Nenhum terminal precisa dela.",
    neededFor: (terminals) => `É necessária para ${terminals}.`,
    plugIn:
      "Conecte o cabo ou o Wi-Fi, e veja se o roteador dá endereços (DHCP): `ip address` ou `ipconfig` mostra o desta máquina.",
    selfGiven: (card, address) => `${card} tem ${address}, que deu a si mesma: na rede dela ninguém dá endereços.`,
    seeRouter: "Veja se o roteador está ligado e o cabo chega a ele, ou dê à mão um endereço a esta máquina.",
    overlap: (inner, card) =>
      `${inner} tem endereços da rede de ${card}: um terminal dali pode ser procurado no lugar errado.`,
    moveAway: (card) =>
      `Dê outra rede a ${card} (no Docker: \`bip\` e \`default-address-pools\` em /etc/docker/daemon.json; numa VPN: quem a administra), ou feche-a e veja de novo.`,
    twins: (one, other) =>
      `${one} e ${other} estão na mesma rede: o sistema usa qualquer uma delas, e um terminal que conhece um endereço ouve de outro.`,
    useOne: (card) => `Use só uma: desconecte o cabo de ${card}, ou desligue o Wi-Fi dela.`,
  },
  certificate: {
    hidden: (why) => `Este usuário não pode vê-lo: ${why}`,
    lacksNames: (names, lacking) =>
      `O certificado vale para ${names}, e não para ${lacking}: ali os navegadores o recusam.`,
    lanWithout: "`server.lan` está definido, e não há certificado: nenhuma outra máquina consegue conectar-se.",
    makeOne:
      "`tillbridge certificate install` cria um; ou indique o seu em `server.lan.certificate` e `server.lan.key`.",
    notNeeded: "Não há nenhum instalado, nem é preciso: os programas desta máquina usam ws.",
    pagesWithout: (origins) =>
      `Não há nenhum instalado, e podem conectar-se ${origins}: dali os navegadores permitem ws a 127.0.0.1, o Safari não.`,
    notBegun: (begins, now) =>
      `O certificado vale a partir de ${begins}, e aqui são ${now}: o relógio desta máquina está errado, ou estava.`,
    setClockOrInstall: "Acerte o relógio. Se estiver certo, `tillbridge certificate install`.",
    ended: (end) => `O certificado venceu em ${end}: os navegadores o recusam.`,
    lastEnds: (end) => `O último certificado assinado com antecedência vence em ${end}.`,
    valid: (names, end, last) => `Vale para ${names} até ${end}; o último vence em ${last}.`,
    halfNamed: "`server.lan` indica um certificado sem a chave, ou uma chave sem o certificado.",
    nameBoth: "Indique ambos.",
    secretNotSet: (name) => `\`server.lan\` remete a ${name}, que não está definido.`,
    secretsNotSet: (certificate, key) => `\`server.lan\` remete a ${certificate} e ${key}, que não estão definidos.`,
    enterAgain: (certificate, key) =>
      `Introduza ambos de novo: \`tillbridge secret set ${certificate}\`, \`tillbridge secret set ${key}\`.`,
    noCertificate: (name) =>
      `O segredo ${name} não é um certificado: tem de ser texto PEM, com o do servidor primeiro.`,
    noKey: (name) => `O segredo ${name} não é uma chave: tem de ser texto PEM sem senha.`,
    anotherKey: (key, certificate) => `A chave de ${key} é de outro certificado, não de ${certificate}.`,
    signMore: "Peça um assinado também para estes nomes, ou tire-os de `server.lan.names`.",
    lanEnded: (end) => `O certificado venceu em ${end}: ninguém consegue conectar-se.`,
    lanNotBegun: (begins) => `O certificado vale a partir de ${begins}: o relógio desta máquina está errado.`,
    setClock: "Acerte o relógio.",
    ends: (end) => `O certificado vence em ${end}.`,
    lanValid: (names, end) => `Vale para ${names} até ${end}.`,
  },
  serverClock: {
    agrees: (whose) => `O relógio desta máquina coincide com o de ${whose}.`,
    ahead: (duration, whose, here, there) =>
      `O relógio desta máquina está ${duration} adiantado em relação ao de ${whose}: aqui são ${here}, lá ${there}.`,
    behind: (duration, whose, here, there) =>
      `O relógio desta máquina está ${duration} atrasado em relação ao de ${whose}: aqui são ${here}, lá ${there}.`,
    minutes: (count) => `${count} minutos`,
    hours: (count) => `${count} horas`,
    days: (count) => `${count} dias`,
    setOnWindows: "`w32tm /resync` acerta uma vez; `w32tm /query /status` diz se se mantém certo.",
    keepRight: "`sudo timedatectl set-ntp true` o mantém certo; `timedatectl` diz se está.",
  },
  cloud: {
    noAddress: (terminals) => `${terminals}: \`link.baseUrl\` não é um endereço.`,
    neededByOne: (terminal) => `Quem precisa disso é ${terminal}.`,
    neededByMany: (terminals) => `Precisam disso ${terminals}.`,
    notKnown: (host, code) => `Aqui não se conhece o nome ${host} (${code}).`,
    seeDns: (host) => `Veja se esta máquina tem internet, e o servidor DNS com \`nslookup ${host}\`.`,
    signedBy: (signer) => `O certificado mostrado é assinado por ${signer}.`,
    signer: (issuer, end) => `${issuer} (válido até ${end})`,
    noEnd: "não se sabe quando",
    seeInternet: "Veja se esta máquina tem internet, e se um firewall a deixa sair para lá.",
    nothingCame: (seconds) => `nada chegou em ${seconds} s`,
    silent: (place, why) => `${place} aceita conexões e não respondeu: ${why}.`,
    lookAgain:
      "Veja de novo em um minuto. Se continuar assim, a página de incidentes do fabricante diz se os servidores caíram; se não, um firewall ou proxy no meio retém as respostas.",
    proxy: (place, status) => `${place} responde ${status}: um proxy ou um hotspot no meio pede um login.`,
    logIn: "Abra uma página num navegador desta máquina e faça o login, ou faça com que a deixem sair sem ele.",
    trouble: (place, status) => `${place} responde ${status}: os servidores estão com problemas.`,
    seeVendor: "Veja de novo em um minuto; a página de incidentes do fabricante diz mais.",
    answers: (place, status) => `${place} responde (${status}), e o certificado é válido e de confiança.`,
    answersPlainly: (place, status) => `${place} responde (${status}), sem criptografia.`,
  },
  firewall: {
    announcing: "terminais que se anunciam",
    calls: "chamadas de fabricantes",
    terminal: (terminal) => `terminal ${terminal}`,
    server: (host, terminals) => `${host}, para ${terminals}`,
    stopsNothing: (program, count, kept) => `${program} tem ${count} regras, e nenhuma impede o que precisamos${kept}.`,
    stopsNothingElse: (program, count, kept) =>
      `${program} tem ${count} regras, e nenhuma impede o restante que precisamos${kept}.`,
    keptBy: (manager) => ` (quem as mantém é ${manager})`,
    unread: (why) => `Não foi possível ler as regras do firewall: ${why}.`,
    managed: (manager) => `${manager} está ativo.`,
    askRoot: "`sudo tillbridge doctor` as lê.",
    rootAlone: (program) => `${program} só diz as regras a root`,
    endedWith: (program, code) => `${program} terminou com ${code}`,
    droppedIn: (protocol, port, what, by) =>
      `${protocol} para a porta ${port} desta máquina (${what}) é descartado por: ${by}.`,
    droppedOut: (protocol, address, port, what, by) =>
      `${protocol} para ${address} porta ${port} (${what}) é descartado por: ${by}.`,
    internet: "a internet",
    notSure: "Regras anteriores que não foi possível entender talvez o deixem passar.",
    rule: (rule, chain) => `a regra “${rule}” da cadeia ${chain}`,
    handle: (handle, chain) => `a regra com handle ${handle} da cadeia ${chain}`,
    policy: (chain) => `a política da cadeia ${chain}`,
    verdicts: "uma tabela de decisões",
    letThrough: (command) =>
      `Deixe-o passar antes disso: \`${command}\`, e escreva no arquivo de onde as regras são carregadas.`,
    nobodyComes: "Ninguém precisa chegar a esta máquina, e o Windows deixa os programas saírem.",
    stateUnread: (why) => `Não foi possível ler o estado do firewall: ${why}.`,
    off: "O firewall do Windows está desligado.",
    hasRules: (whats) => `O firewall do Windows tem uma regra para ${whats}.`,
    withPort: (what, protocol, port) => `${what} (${protocol} ${port})`,
    lacksRules: (whats) =>
      `O firewall do Windows está ligado e não tem nenhuma regra nossa para ${whats}; não é possível ler se outra regra o deixa entrar.`,
    asAdministrator: (commands) => `Como administrador: ${commands}`,
  },
  mdns: {
    noMulticast: (place) => `${place} não participa de multicast (o indicador MULTICAST está desligado).`,
    answeringHalf: (why) => `${why}, para a metade que responde`,
    askingHalf: (why) => `${why}, para a metade que pergunta`,
    notHeard: (place, why) => `Não foi possível escutar em ${place}: ${why}.`,
    answered: (place) => `${place}: uma pergunta nossa voltou e foi respondida.`,
    nobodyElse:
      "Nenhum outro equipamento disse nada: aqui nenhum se anuncia, ou o switch ou o Wi-Fi mantém os equipamentos separados.",
    others: (count) =>
      count === 1 ? `Mais ${count} equipamento respondeu também.` : `Mais ${count} equipamentos responderam também.`,
    noRoute: (place, why) => `${place}: o sistema não tem rota para multicast (${why}).`,
    restartCard: "Desative a placa de rede e ative-a de novo; se não ajudar, feche a VPN e veja de novo.",
    notLetOut: (place, why) => `${place}: o sistema não deixa sair nada para multicast (${why}).`,
    answerLost: (place) => `${place}: uma pergunta nossa voltou, e a resposta não.`,
    questionLost: (place) => `${place}: uma pergunta nossa saiu e não voltou: algo nesta máquina a descarta.`,
    openOnWindows:
      'Deixe mDNS entrar: `netsh advfirewall firewall add rule name="Tillbridge UDP 5353" dir=in action=allow protocol=UDP localport=5353`',
    open: "Deixe a porta UDP 5353 entrar: `sudo ufw allow 5353/udp`, `sudo firewall-cmd --permanent --add-service=mdns && sudo firewall-cmd --reload`, ou `sudo nft insert rule inet filter input udp dport 5353 accept`.",
    portTaken: (place, why) =>
      `${place}: não é possível usar a porta UDP 5353 (${why}): outro programa a tem só para si.`,
    findHolder:
      "`sudo ss -lunp 'sport = :5353'` ou `netstat -abn -p UDP` diz qual é: feche-o, ou faça-o compartilhar a porta.",
    wentAway: (place, why) => `${place} desapareceu enquanto era examinado (${why}).`,
    cableIn: "Veja de novo quando o cabo estiver conectado.",
  },
  route: {
    none: (address, code) => `Não há rota para ${address} (${code}).`,
    plugIn:
      "Conecte o cabo ou o Wi-Fi da rede do terminal, e dê a esta máquina um endereço ali: `ip route` ou `route print` mostra a que redes ela chega.",
    noCard: (address, from) => `Chega-se a ${address} a partir de ${from}, que não é endereço de nenhuma placa.`,
    throughVpn: (address, card, way) =>
      `${address} está na rede de ${card}, e o que lhe é enviado sai por ${way}: uma VPN o leva.`,
    splitVpn:
      "Deixe a rede da loja fora da VPN (a configuração chama-se túnel dividido, ou acesso à rede local), ou feche a VPN.",
    detour: (address, card, way) => `${address} está na rede de ${card}, e o que lhe é enviado sai por ${way}.`,
    findRule: (address) =>
      `\`ip route get ${address}\` ou \`route print\` mostra a regra: remova-a, ou feche o que a criou (contêineres, máquinas virtuais, uma segunda placa de rede).`,
    farInVpn: (address, way) =>
      `${address} não está na rede de nenhuma placa desta máquina, e é procurado por ${way}, que é uma VPN.`,
    bringNear: "Se o terminal estiver nesta loja, traga-o para a rede desta máquina, ou feche a VPN e veja de novo.",
    far: (address, way) => `${address} está em outra rede e chega-se a ele a partir de ${way} pelo roteador.`,
    near: (address, way) => `Chega-se a ${address} a partir de ${way}.`,
  },
};
