const LANGUAGES = ["en", "es", "pt", "de"] as const;
type Language = (typeof LANGUAGES)[number];

/** What a text is about. In it `{origin}`, `{url}`, `{pos}` and so on stand for what was found. */
type Topic =
  | "reachable"
  | "daemonNotRunning"
  | "permissionNotAsked"
  | "permissionDenied"
  | "pageNotSecure"
  | "frameNotAllowed"
  | "certificateNotTrusted"
  | "originNotAllowed"
  | "tokenWrong"
  | "pageForbids"
  | "anotherProgram"
  | "otherMachine"
  | "noSocket"
  | "noSession";

type Facts = Readonly<Partial<Record<"origin" | "url" | "pos" | "allow" | "detail" | "list" | "ports", string>>>;

/** What is the matter and what to do, in the language of the tag (`es-CL`); in English where it is none of ours. */
export function remedyFor(topic: Topic, languageTag: string, facts: Facts): string {
  const primary = languageTag.split("-", 1)[0]?.toLowerCase();
  const language = LANGUAGES.find((known) => known === primary) ?? "en";
  return WORDS[language][topic].replace(
    /\{(origin|url|pos|allow|detail|list|ports)\}/g,
    (_, name: keyof Facts) => facts[name] ?? "",
  );
}

const WORDS: Readonly<Record<Language, Readonly<Record<Topic, string>>>> = {
  en: {
    reachable: "Tillbridge can be reached from this page.",
    daemonNotRunning:
      "Tillbridge does not answer at {url}. Start its service on this machine, and see with `tillbridge status` on which port it listens.",
    permissionNotAsked:
      "The browser asks at the first connection whether {origin} may reach programs on this machine: choose Allow. So that it never asks, an administrator of this machine says `tillbridge browser allow {origin}`.",
    permissionDenied:
      "The browser does not let {origin} reach programs on this machine. Allow it in the site settings, at the left of the address, or let an administrator of this machine say `tillbridge browser allow {origin}`; then load the page again. Where that changes nothing, a policy forbids it: chrome://policy shows which.",
    pageNotSecure:
      "{origin} is not encrypted, and the browser lets only pages over https reach programs on this machine. Serve the page over https.",
    frameNotAllowed:
      'This page is in a frame that may not reach programs on this machine. Whoever made the page at {origin} writes <iframe allow="{allow}"> there; the permission is then that of {origin}: `tillbridge browser allow {origin}`.',
    certificateNotTrusted:
      "Tillbridge runs on this machine, but this browser does not trust its certificate for {url}, or there is none. Say `tillbridge certificate install`, close the browser and start it again; `tillbridge certificate status` shows what each browser thinks of it.",
    originNotAllowed:
      "Something answers at {url} and does not let pages of {origin} in. If it is Tillbridge (`{ports}` names this port), say `tillbridge config set {list} '[\"{origin}\"]'`, with those that are in the list already (`tillbridge config show`), and start the service again; if not, another program has the port.",
    tokenWrong:
      "Tillbridge does not know this name and token together: the POS {pos} was revoked, paired anew, or paired on another page. Say `tillbridge pos add {pos}` and pair it again.",
    pageForbids:
      "The page itself forbids it, by a header of its server: Content-Security-Policy needs {url} and its http address in connect-src, and Permissions-Policy must not switch off loopback-network. Tell whoever runs {origin}.",
    anotherProgram:
      "Another program answers at {url}, not Tillbridge. See with `tillbridge status` on which port it listens.",
    otherMachine:
      "Nobody who is trusted answers at {url}: the machine is off or not reached, Tillbridge does not serve the network there (server.lan), or this device does not trust its certificate.",
    noSocket:
      "Tillbridge answers, but no connection stays open ({detail}). Look into its log, and for a proxy, a virus scanner or an extension of the browser that stops WebSockets.",
    noSession: "Tillbridge was reached and opens no session: {detail}",
  },
  es: {
    reachable: "Esta página puede conectarse con Tillbridge.",
    daemonNotRunning:
      "Tillbridge no responde en {url}. Inicie su servicio en este equipo y vea con `tillbridge status` en qué puerto escucha.",
    permissionNotAsked:
      "En la primera conexión, el navegador pregunta si {origin} puede acceder a programas de este equipo: elija Permitir. Para que no pregunte nunca, un administrador de este equipo ejecuta `tillbridge browser allow {origin}`.",
    permissionDenied:
      "El navegador no deja que {origin} acceda a programas de este equipo. Permítalo en la configuración del sitio, a la izquierda de la dirección, o pida a un administrador de este equipo que ejecute `tillbridge browser allow {origin}`; después vuelva a cargar la página. Si nada cambia, lo prohíbe una política: chrome://policy muestra cuál.",
    pageNotSecure:
      "{origin} no está cifrada, y el navegador solo deja que páginas por https accedan a programas de este equipo. Sirva la página por https.",
    frameNotAllowed:
      'Esta página está en un marco que no puede acceder a programas de este equipo. Quien hizo la página de {origin} escribe allí <iframe allow="{allow}">; el permiso es entonces el de {origin}: `tillbridge browser allow {origin}`.',
    certificateNotTrusted:
      "Tillbridge funciona en este equipo, pero este navegador no confía en su certificado para {url}, o no hay ninguno. Ejecute `tillbridge certificate install`, cierre el navegador y ábralo de nuevo; `tillbridge certificate status` muestra qué opina cada navegador.",
    originNotAllowed:
      "Algo responde en {url} y no deja entrar a páginas de {origin}. Si es Tillbridge (`{ports}` nombra este puerto), ejecute `tillbridge config set {list} '[\"{origin}\"]'`, junto con los que ya están en la lista (`tillbridge config show`), y reinicie el servicio; si no, otro programa ocupa el puerto.",
    tokenWrong:
      "Tillbridge no conoce este nombre con este token: el POS {pos} fue revocado, vinculado de nuevo o vinculado en otra página. Ejecute `tillbridge pos add {pos}` y vincúlelo otra vez.",
    pageForbids:
      "La propia página lo prohíbe con una cabecera de su servidor: Content-Security-Policy necesita {url} y su dirección http en connect-src, y Permissions-Policy no debe desactivar loopback-network. Avise a quien administra {origin}.",
    anotherProgram:
      "En {url} responde otro programa, no Tillbridge. Vea con `tillbridge status` en qué puerto escucha.",
    otherMachine:
      "En {url} no responde nadie de confianza: el equipo está apagado o no se alcanza, Tillbridge no atiende allí a la red (server.lan) o este dispositivo no confía en su certificado.",
    noSocket:
      "Tillbridge responde, pero ninguna conexión queda abierta ({detail}). Mire su registro, y busque un proxy, un antivirus o una extensión del navegador que corte los WebSockets.",
    noSession: "Tillbridge responde y no abre ninguna sesión: {detail}",
  },
  pt: {
    reachable: "Esta página consegue se conectar ao Tillbridge.",
    daemonNotRunning:
      "O Tillbridge não responde em {url}. Inicie o serviço neste computador e veja com `tillbridge status` em que porta ele escuta.",
    permissionNotAsked:
      "Na primeira conexão, o navegador pergunta se {origin} pode acessar programas deste computador: escolha Permitir. Para que nunca pergunte, um administrador deste computador executa `tillbridge browser allow {origin}`.",
    permissionDenied:
      "O navegador não deixa {origin} acessar programas deste computador. Permita nas configurações do site, à esquerda do endereço, ou peça a um administrador deste computador que execute `tillbridge browser allow {origin}`; depois recarregue a página. Se nada mudar, uma política proíbe: chrome://policy mostra qual.",
    pageNotSecure:
      "{origin} não é criptografada, e o navegador só deixa páginas por https acessarem programas deste computador. Sirva a página por https.",
    frameNotAllowed:
      'Esta página está em um quadro que não pode acessar programas deste computador. Quem fez a página de {origin} escreve nela <iframe allow="{allow}">; a permissão é então a de {origin}: `tillbridge browser allow {origin}`.',
    certificateNotTrusted:
      "O Tillbridge funciona neste computador, mas este navegador não confia no certificado dele para {url}, ou não há nenhum. Execute `tillbridge certificate install`, feche o navegador e abra-o de novo; `tillbridge certificate status` mostra o que cada navegador acha dele.",
    originNotAllowed:
      "Algo responde em {url} e não deixa entrar páginas de {origin}. Se for o Tillbridge (`{ports}` mostra esta porta), execute `tillbridge config set {list} '[\"{origin}\"]'`, junto com as que já estão na lista (`tillbridge config show`), e reinicie o serviço; se não, outro programa ocupa a porta.",
    tokenWrong:
      "O Tillbridge não conhece este nome com este token: o POS {pos} foi revogado, pareado de novo ou pareado em outra página. Execute `tillbridge pos add {pos}` e pareie outra vez.",
    pageForbids:
      "A própria página proíbe, por um cabeçalho do servidor dela: Content-Security-Policy precisa de {url} e do endereço http correspondente em connect-src, e Permissions-Policy não pode desligar loopback-network. Avise quem administra {origin}.",
    anotherProgram:
      "Em {url} responde outro programa, não o Tillbridge. Veja com `tillbridge status` em que porta ele escuta.",
    otherMachine:
      "Em {url} não responde ninguém de confiança: o computador está desligado ou fora de alcance, o Tillbridge de lá não atende a rede (server.lan) ou este dispositivo não confia no certificado dele.",
    noSocket:
      "O Tillbridge responde, mas nenhuma conexão fica aberta ({detail}). Olhe o registro dele, e procure um proxy, um antivírus ou uma extensão do navegador que corte WebSockets.",
    noSession: "O Tillbridge responde e não abre nenhuma sessão: {detail}",
  },
  de: {
    reachable: "Diese Seite erreicht Tillbridge.",
    daemonNotRunning:
      "Tillbridge antwortet nicht unter {url}. Starten Sie den Dienst auf diesem Rechner, und sehen Sie mit `tillbridge status` nach, auf welchem Port er lauscht.",
    permissionNotAsked:
      "Bei der ersten Verbindung fragt der Browser, ob {origin} Programme auf diesem Rechner erreichen darf: Wählen Sie Zulassen. Damit er nie fragt, gibt ein Administrator dieses Rechners `tillbridge browser allow {origin}` ein.",
    permissionDenied:
      "Der Browser lässt {origin} keine Programme auf diesem Rechner erreichen. Erlauben Sie es in den Website-Einstellungen links neben der Adresse, oder lassen Sie einen Administrator dieses Rechners `tillbridge browser allow {origin}` eingeben; laden Sie dann die Seite neu. Ändert das nichts, verbietet es eine Richtlinie: chrome://policy zeigt, welche.",
    pageNotSecure:
      "{origin} ist nicht verschlüsselt, und der Browser lässt nur Seiten über https Programme auf diesem Rechner erreichen. Liefern Sie die Seite über https aus.",
    frameNotAllowed:
      'Diese Seite steckt in einem Rahmen, der keine Programme auf diesem Rechner erreichen darf. Wer die Seite unter {origin} gemacht hat, schreibt dort <iframe allow="{allow}">; die Erlaubnis ist dann die von {origin}: `tillbridge browser allow {origin}`.',
    certificateNotTrusted:
      "Tillbridge läuft auf diesem Rechner, aber dieser Browser vertraut seinem Zertifikat für {url} nicht, oder es gibt keines. Geben Sie `tillbridge certificate install` ein, schließen Sie den Browser und starten Sie ihn neu; `tillbridge certificate status` zeigt, was jeder Browser davon hält.",
    originNotAllowed:
      "Unter {url} antwortet etwas und lässt Seiten von {origin} nicht ein. Ist es Tillbridge (`{ports}` nennt diesen Port), geben Sie `tillbridge config set {list} '[\"{origin}\"]'` ein, zusammen mit denen, die schon auf der Liste stehen (`tillbridge config show`), und starten Sie den Dienst neu; wenn nicht, hat ein anderes Programm den Port.",
    tokenWrong:
      "Tillbridge kennt diesen Namen mit diesem Token nicht: Die Kasse {pos} wurde gesperrt, neu gekoppelt oder auf einer anderen Seite gekoppelt. Geben Sie `tillbridge pos add {pos}` ein, und koppeln Sie sie noch einmal.",
    pageForbids:
      "Die Seite selbst verbietet es mit einem Header ihres Servers: Content-Security-Policy braucht {url} und die Adresse mit http in connect-src, und Permissions-Policy darf loopback-network nicht abschalten. Sagen Sie es dem Betreiber von {origin}.",
    anotherProgram:
      "Unter {url} antwortet ein anderes Programm, nicht Tillbridge. Sehen Sie mit `tillbridge status` nach, auf welchem Port es lauscht.",
    otherMachine:
      "Unter {url} antwortet niemand, dem vertraut wird: Der Rechner ist aus oder nicht erreichbar, Tillbridge bedient dort das Netz nicht (server.lan), oder dieses Gerät vertraut seinem Zertifikat nicht.",
    noSocket:
      "Tillbridge antwortet, aber keine Verbindung bleibt offen ({detail}). Sehen Sie in sein Protokoll, und suchen Sie nach einem Proxy, einem Virenscanner oder einer Erweiterung des Browsers, die WebSockets unterbindet.",
    noSession: "Tillbridge ist erreichbar und öffnet keine Sitzung: {detail}",
  },
};
