import type { Scope } from "../../../core/pos.ts";
import type { Language } from "../language.ts";

export type PairingWords = {
  readonly programs: string;
  readonly intro: string;
  readonly none: string;
  readonly noneHint: string;
  readonly add: string;
  readonly name: string;
  readonly nameHint: string;
  readonly badName: string;
  readonly may: string;
  readonly scopes: Readonly<Record<Scope, string>>;
  readonly shared: string;
  readonly lan: string;
  readonly makeCode: string;
  readonly making: string;
  readonly cancel: string;
  readonly close: string;
  readonly codeFor: (pos: string) => string;
  readonly codeHow: string;
  readonly left: (seconds: number) => string;
  readonly over: string;
  readonly again: string;
  readonly locked: (time: string) => string;
  readonly nowPaired: (pos: string) => string;
  readonly paired: string;
  readonly notPaired: string;
  readonly sessions: (count: number) => string;
  readonly origin: string;
  readonly since: string;
  readonly newCode: string;
  readonly revoke: string;
  readonly revokeTitle: (pos: string) => string;
  readonly revokeHint: string;
  readonly revoking: string;
  readonly revoked: (pos: string) => string;
  readonly terminals: string;
  readonly terminalsHint: string;
  readonly terminal: string;
  readonly code: string;
  readonly codeTypedHint: string;
  readonly pair: string;
  readonly pairing: string;
  readonly pairedTerminal: (terminal: string) => string;
  readonly noTerminals: string;
  /** Of a record that is kept, but damaged. */
  readonly damaged: {
    readonly state: string;
    /** What it is called where not even its name can be read. */
    readonly nameless: (place: number) => string;
    readonly why: string;
    readonly mend: string;
    /** Where its name can be read, it can be forgotten as well. */
    readonly mendOrForget: string;
  };
};

const en: PairingWords = {
  programs: "POS programs",
  intro: "A POS program pairs once with a code and keeps a token of its own.",
  none: "No POS program is known",
  noneHint: "Add one, and type its code into the POS program.",
  add: "Add a POS program",
  name: "Name",
  nameHint: "The name that the POS program uses: till-1",
  badName: "1 to 64 letters, digits, dots, hyphens and underscores; the first is a letter or a digit.",
  may: "What it may do",
  scopes: {
    status: "see states and its own payments",
    pay: "take payments",
    refund: "give back what was paid",
    unreferencedRefund: "give money without a payment before",
    settle: "close batches",
    resolve: "decide what is in doubt",
    trace: "see the messages of terminals",
    admin: "everything, also this page's work",
  },
  shared: "Several installations use this name",
  lan: "It may connect from other machines of the shop",
  makeCode: "Make a code",
  making: "Making a code …",
  cancel: "Cancel",
  close: "Close",
  codeFor: (pos) => `Code for ${pos}`,
  codeHow: "Type it into the POS program. It is good once.",
  left: (seconds) => `Good for ${seconds} s more`,
  over: "The code is no longer good.",
  again: "Make another code",
  locked: (time) => `There were too many wrong tries: no code is taken before ${time}.`,
  nowPaired: (pos) => `${pos} is paired.`,
  paired: "Paired",
  notPaired: "Not paired",
  sessions: (count) => (count === 0 ? "not connected" : count === 1 ? "connected" : `${count} connections`),
  origin: "Web page",
  since: "Known since",
  newCode: "New code",
  revoke: "Revoke",
  revokeTitle: (pos) => `Revoke ${pos}?`,
  revokeHint:
    "Its token is good no more and its connections are closed at once. Payments that run go on to their end. Its transactions stay.",
  revoking: "Revoking …",
  revoked: (pos) => `${pos} was revoked.`,
  terminals: "Terminals",
  terminalsHint:
    "Some terminals are paired before they take payments. Leave the code empty where the terminal is to show ours.",
  terminal: "Terminal",
  code: "Code that the terminal shows",
  codeTypedHint: "Empty: a code is shown here, to be compared at the terminal.",
  pair: "Pair the terminal",
  pairing: "Pairing … look at the terminal",
  pairedTerminal: (terminal) => `Terminal ${terminal} is paired.`,
  noTerminals: "There is no terminal yet.",
  damaged: {
    state: "Damaged: it is not let in",
    nameless: (place) => `Record ${place} in data/pos.json`,
    why: "What is wrong",
    mend: "Stop the service (tillbridge service stop), mend the record in data/pos.json or take it out, and start it again (tillbridge service start).",
    mendOrForget:
      "Either stop the service (tillbridge service stop), mend the record in data/pos.json and start it again (tillbridge service start); or revoke it here and add it anew, with the limits that it had (tillbridge pos set).",
  },
};

const es: PairingWords = {
  programs: "Programas de caja",
  intro: "Un programa de caja se vincula una vez con un código y guarda su propio token.",
  none: "No se conoce ningún programa de caja",
  noneHint: "Agregue uno y escriba su código en el programa de caja.",
  add: "Agregar un programa de caja",
  name: "Nombre",
  nameHint: "El nombre que usa el programa de caja: caja-1",
  badName: "De 1 a 64 letras, dígitos, puntos, guiones y guiones bajos; empieza con letra o dígito.",
  may: "Lo que puede hacer",
  scopes: {
    status: "ver estados y sus propios pagos",
    pay: "cobrar",
    refund: "devolver lo pagado",
    unreferencedRefund: "dar dinero sin un pago anterior",
    settle: "cerrar lotes",
    resolve: "decidir lo que está en duda",
    trace: "ver los mensajes de los terminales",
    admin: "todo, también lo de esta página",
  },
  shared: "Varias instalaciones usan este nombre",
  lan: "Puede conectarse desde otras máquinas de la tienda",
  makeCode: "Crear un código",
  making: "Creando un código …",
  cancel: "Cancelar",
  close: "Cerrar",
  codeFor: (pos) => `Código para ${pos}`,
  codeHow: "Escríbalo en el programa de caja. Sirve una sola vez.",
  left: (seconds) => `Sirve ${seconds} s más`,
  over: "El código ya no sirve.",
  again: "Crear otro código",
  locked: (time) => `Hubo demasiados intentos erróneos: no se acepta ningún código antes de ${time}.`,
  nowPaired: (pos) => `${pos} está vinculado.`,
  paired: "Vinculado",
  notPaired: "Sin vincular",
  sessions: (count) => (count === 0 ? "sin conexión" : count === 1 ? "conectado" : `${count} conexiones`),
  origin: "Página web",
  since: "Conocido desde",
  newCode: "Código nuevo",
  revoke: "Revocar",
  revokeTitle: (pos) => `¿Revocar ${pos}?`,
  revokeHint:
    "Su token deja de servir y sus conexiones se cierran enseguida. Los pagos en curso siguen hasta su fin. Sus transacciones quedan.",
  revoking: "Revocando …",
  revoked: (pos) => `${pos} fue revocado.`,
  terminals: "Terminales",
  terminalsHint:
    "Algunos terminales se vinculan antes de cobrar. Deje el código vacío si el terminal debe mostrar el nuestro.",
  terminal: "Terminal",
  code: "Código que muestra el terminal",
  codeTypedHint: "Vacío: aquí se muestra un código para compararlo en el terminal.",
  pair: "Vincular el terminal",
  pairing: "Vinculando … mire el terminal",
  pairedTerminal: (terminal) => `El terminal ${terminal} está vinculado.`,
  noTerminals: "Todavía no hay ningún terminal.",
  damaged: {
    state: "Dañado: no se le deja entrar",
    nameless: (place) => `Registro ${place} de data/pos.json`,
    why: "Qué está mal",
    mend: "Detenga el servicio (tillbridge service stop), corrija el registro en data/pos.json o quítelo, y vuelva a iniciarlo (tillbridge service start).",
    mendOrForget:
      "O bien detenga el servicio (tillbridge service stop), corrija el registro en data/pos.json y vuelva a iniciarlo (tillbridge service start); o bien revóquelo aquí y agréguelo de nuevo, con los límites que tenía (tillbridge pos set).",
  },
};

const pt: PairingWords = {
  programs: "Programas de caixa",
  intro: "Um programa de caixa é pareado uma vez com um código e guarda seu próprio token.",
  none: "Nenhum programa de caixa é conhecido",
  noneHint: "Adicione um e digite o código dele no programa de caixa.",
  add: "Adicionar um programa de caixa",
  name: "Nome",
  nameHint: "O nome que o programa de caixa usa: caixa-1",
  badName: "De 1 a 64 letras, dígitos, pontos, hífens e sublinhados; começa com letra ou dígito.",
  may: "O que ele pode fazer",
  scopes: {
    status: "ver estados e seus próprios pagamentos",
    pay: "cobrar",
    refund: "devolver o que foi pago",
    unreferencedRefund: "dar dinheiro sem um pagamento anterior",
    settle: "fechar lotes",
    resolve: "decidir o que está em dúvida",
    trace: "ver as mensagens dos terminais",
    admin: "tudo, também o desta página",
  },
  shared: "Várias instalações usam este nome",
  lan: "Pode conectar-se de outras máquinas da loja",
  makeCode: "Criar um código",
  making: "Criando um código …",
  cancel: "Cancelar",
  close: "Fechar",
  codeFor: (pos) => `Código para ${pos}`,
  codeHow: "Digite-o no programa de caixa. Vale uma vez.",
  left: (seconds) => `Vale por mais ${seconds} s`,
  over: "O código não vale mais.",
  again: "Criar outro código",
  locked: (time) => `Houve tentativas erradas demais: nenhum código é aceito antes de ${time}.`,
  nowPaired: (pos) => `${pos} está pareado.`,
  paired: "Pareado",
  notPaired: "Não pareado",
  sessions: (count) => (count === 0 ? "sem conexão" : count === 1 ? "conectado" : `${count} conexões`),
  origin: "Página web",
  since: "Conhecido desde",
  newCode: "Novo código",
  revoke: "Revogar",
  revokeTitle: (pos) => `Revogar ${pos}?`,
  revokeHint:
    "O token deixa de valer e as conexões são fechadas na hora. Pagamentos em curso vão até o fim. As transações ficam.",
  revoking: "Revogando …",
  revoked: (pos) => `${pos} foi revogado.`,
  terminals: "Terminais",
  terminalsHint:
    "Alguns terminais são pareados antes de cobrar. Deixe o código vazio se o terminal deve mostrar o nosso.",
  terminal: "Terminal",
  code: "Código que o terminal mostra",
  codeTypedHint: "Vazio: um código é mostrado aqui, para comparar no terminal.",
  pair: "Parear o terminal",
  pairing: "Pareando … olhe para o terminal",
  pairedTerminal: (terminal) => `O terminal ${terminal} está pareado.`,
  noTerminals: "Ainda não há nenhum terminal.",
  damaged: {
    state: "Danificado: não pode entrar",
    nameless: (place) => `Registro ${place} em data/pos.json`,
    why: "O que está errado",
    mend: "Pare o serviço (tillbridge service stop), corrija o registro em data/pos.json ou retire-o, e inicie-o de novo (tillbridge service start).",
    mendOrForget:
      "Ou pare o serviço (tillbridge service stop), corrija o registro em data/pos.json e inicie-o de novo (tillbridge service start); ou revogue-o aqui e adicione-o de novo, com os limites que tinha (tillbridge pos set).",
  },
};

const de: PairingWords = {
  programs: "Kassenprogramme",
  intro: "Ein Kassenprogramm wird einmal mit einem Code gekoppelt und behält sein eigenes Token.",
  none: "Kein Kassenprogramm ist bekannt",
  noneHint: "Eines hinzufügen und seinen Code im Kassenprogramm eingeben.",
  add: "Ein Kassenprogramm hinzufügen",
  name: "Name",
  nameHint: "Der Name, den das Kassenprogramm benutzt: kasse-1",
  badName: "1 bis 64 Buchstaben, Ziffern, Punkte, Binde- und Unterstriche; vorn ein Buchstabe oder eine Ziffer.",
  may: "Was es darf",
  scopes: {
    status: "Zustände und eigene Zahlungen sehen",
    pay: "Zahlungen annehmen",
    refund: "Bezahltes zurückgeben",
    unreferencedRefund: "Geld ohne frühere Zahlung geben",
    settle: "Kassenschnitt machen",
    resolve: "Zweifelsfälle entscheiden",
    trace: "Nachrichten der Terminals sehen",
    admin: "alles, auch das dieser Seite",
  },
  shared: "Mehrere Installationen benutzen diesen Namen",
  lan: "Es darf sich von anderen Rechnern des Ladens verbinden",
  makeCode: "Code erzeugen",
  making: "Code wird erzeugt …",
  cancel: "Abbrechen",
  close: "Schließen",
  codeFor: (pos) => `Code für ${pos}`,
  codeHow: "Im Kassenprogramm eingeben. Er gilt einmal.",
  left: (seconds) => `Gilt noch ${seconds} s`,
  over: "Der Code gilt nicht mehr.",
  again: "Neuen Code erzeugen",
  locked: (time) => `Es gab zu viele falsche Versuche: vor ${time} wird kein Code angenommen.`,
  nowPaired: (pos) => `${pos} ist gekoppelt.`,
  paired: "Gekoppelt",
  notPaired: "Nicht gekoppelt",
  sessions: (count) => (count === 0 ? "nicht verbunden" : count === 1 ? "verbunden" : `${count} Verbindungen`),
  origin: "Webseite",
  since: "Bekannt seit",
  newCode: "Neuer Code",
  revoke: "Entziehen",
  revokeTitle: (pos) => `${pos} den Zugang entziehen?`,
  revokeHint:
    "Sein Token gilt nicht mehr, und seine Verbindungen werden sofort geschlossen. Laufende Zahlungen gehen zu Ende. Seine Transaktionen bleiben.",
  revoking: "Wird entzogen …",
  revoked: (pos) => `${pos} wurde der Zugang entzogen.`,
  terminals: "Terminals",
  terminalsHint:
    "Manche Terminals werden gekoppelt, bevor sie Zahlungen annehmen. Den Code leer lassen, wenn das Terminal unseren zeigen soll.",
  terminal: "Terminal",
  code: "Code, den das Terminal zeigt",
  codeTypedHint: "Leer: hier erscheint ein Code, der am Terminal zu vergleichen ist.",
  pair: "Terminal koppeln",
  pairing: "Wird gekoppelt … aufs Terminal sehen",
  pairedTerminal: (terminal) => `Terminal ${terminal} ist gekoppelt.`,
  noTerminals: "Es gibt noch kein Terminal.",
  damaged: {
    state: "Beschädigt: wird nicht eingelassen",
    nameless: (place) => `Eintrag ${place} in data/pos.json`,
    why: "Was nicht stimmt",
    mend: "Den Dienst anhalten (tillbridge service stop), den Eintrag in data/pos.json berichtigen oder herausnehmen und den Dienst wieder starten (tillbridge service start).",
    mendOrForget:
      "Entweder den Dienst anhalten (tillbridge service stop), den Eintrag in data/pos.json berichtigen und den Dienst wieder starten (tillbridge service start); oder es hier entziehen und neu hinzufügen, mit den Grenzen, die es hatte (tillbridge pos set).",
  },
};

export const PAIRING_WORDS: Readonly<Record<Language, PairingWords>> = { en, es, pt, de };
