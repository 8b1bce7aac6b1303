import type { Language } from "../language.ts";
import type { RecognizedBy } from "./sightings.ts";

export type DiscoveryWords = {
  readonly title: string;
  readonly looking: string;
  readonly look: string;
  readonly lastLook: (time: string) => string;
  readonly none: string;
  readonly noneHint: string;
  readonly notes: string;
  readonly why: string;
  readonly recognizedBy: Readonly<Record<RecognizedBy, string>>;
  readonly sure: (percent: number) => string;
  readonly simulated: string;
  readonly answers: string;
  readonly answersNot: string;
  readonly card: string;
  readonly where: string;
  readonly unknownVendor: string;
  readonly isTerminal: string;
  readonly add: string;
  readonly addNamed: (what: string) => string;
  readonly addByHand: string;
  readonly byHandHint: string;
  readonly appeared: (what: string) => string;
  readonly vanished: (what: string) => string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly form: {
    readonly title: string;
    readonly id: string;
    readonly idHint: string;
    readonly name: string;
    readonly vendor: string;
    readonly medium: string;
    readonly host: string;
    readonly port: string;
    readonly path: string;
    readonly vendorId: string;
    readonly productId: string;
    readonly serialNumber: string;
    readonly baseUrl: string;
    readonly more: string;
    readonly secretHint: string;
    readonly unset: string;
    readonly save: string;
    readonly saving: string;
    readonly cancel: string;
    readonly added: (terminal: string) => string;
    readonly faults: Readonly<Record<"missing" | "noNumber" | "tooSmall" | "tooLarge" | "noJson" | "badId", string>>;
    readonly mend: string;
  };
};

const en: DiscoveryWords = {
  title: "Terminals nearby",
  looking: "Looking …",
  look: "Look now",
  lastLook: (time) => `Last look: ${time}. This page looks again by itself while it is open.`,
  none: "No terminal is seen",
  noneHint:
    "It may be switched off, in another network, or not announce itself. Add it by hand, or let the doctor look.",
  notes: "What could not be looked at",
  why: "Recognised by",
  recognizedBy: {
    itself: "What it says of itself: a simulated terminal",
    networkName: "Its name in the network",
    account: "The list of your account at its vendor",
    usbMaker: "Its USB maker, who makes terminals",
    unknownUsbMaker: "Nothing: no terminal of its USB maker is known, it can be anything",
    plainPort: "Nothing: what is connected to a serial port cannot be seen",
  },
  sure: (percent) => `${percent} % sure`,
  simulated: "Simulated, no real terminal",
  answers: "Somebody answers there",
  answersNot: "Nobody answers there",
  card: "Network card",
  where: "Where",
  unknownVendor: "Unknown device",
  isTerminal: "Configured as",
  add: "Add",
  addNamed: (what) => `Add ${what}`,
  addByHand: "Add a terminal by hand",
  byHandHint: "For one that is not seen, or that stands in a vendor's cloud.",
  appeared: (what) => `${what} appeared`,
  vanished: (what) => `${what} is not seen any more`,
  kinds: { mdns: "Network", serial: "Serial port", usb: "USB", account: "Vendor's account" },
  form: {
    title: "Add a terminal",
    id: "Id",
    idHint: "What POS programs call it: letters, digits, dots, hyphens and underscores.",
    name: "Name for people",
    vendor: "Vendor",
    medium: "How it is connected",
    host: "Address or host name",
    port: "Port",
    path: "Serial port",
    vendorId: "USB vendor id",
    productId: "USB product id",
    serialNumber: "Serial number",
    baseUrl: "Address of the cloud (empty: the vendor's)",
    more: "More settings",
    secretHint: "Stored as a secret. It is never shown again.",
    unset: "not set",
    save: "Add the terminal",
    saving: "Adding …",
    cancel: "Cancel",
    added: (terminal) => `Terminal ${terminal} was added.`,
    faults: {
      missing: "This is needed.",
      noNumber: "This has to be a whole number.",
      tooSmall: "This is too small.",
      tooLarge: "This is too large.",
      noJson: "This has to be JSON.",
      badId: "1 to 64 letters, digits, dots, hyphens and underscores; the first is a letter or a digit.",
    },
    mend: "Some fields have to be mended.",
  },
};

const es: DiscoveryWords = {
  title: "Terminales cercanos",
  looking: "Buscando …",
  look: "Buscar ahora",
  lastLook: (time) => `Última búsqueda: ${time}. Mientras está abierta, esta página vuelve a buscar sola.`,
  none: "No se ve ningún terminal",
  noneHint: "Puede estar apagado, en otra red o no anunciarse. Agréguelo a mano o ejecute el diagnóstico.",
  notes: "Lo que no se pudo examinar",
  why: "Reconocido por",
  recognizedBy: {
    itself: "Lo que dice de sí mismo: es un terminal simulado",
    networkName: "Su nombre en la red",
    account: "La lista de su cuenta en el proveedor",
    usbMaker: "El fabricante de su USB, que hace terminales",
    unknownUsbMaker: "Nada: no se conocen terminales de su fabricante USB, puede ser cualquier cosa",
    plainPort: "Nada: no se ve qué está conectado a un puerto serie",
  },
  sure: (percent) => `${percent} % de certeza`,
  simulated: "Simulado, no es un terminal real",
  answers: "Allí responde alguien",
  answersNot: "Allí no responde nadie",
  card: "Tarjeta de red",
  where: "Dónde",
  unknownVendor: "Dispositivo desconocido",
  isTerminal: "Configurado como",
  add: "Agregar",
  addNamed: (what) => `Agregar ${what}`,
  addByHand: "Agregar un terminal a mano",
  byHandHint: "Para uno que no se ve o que está en la nube de un proveedor.",
  appeared: (what) => `Apareció ${what}`,
  vanished: (what) => `Ya no se ve ${what}`,
  kinds: { mdns: "Red", serial: "Puerto serie", usb: "USB", account: "Cuenta del proveedor" },
  form: {
    title: "Agregar un terminal",
    id: "Id",
    idHint: "Como lo llaman los programas de caja: letras, dígitos, puntos, guiones y guiones bajos.",
    name: "Nombre para las personas",
    vendor: "Proveedor",
    medium: "Cómo está conectado",
    host: "Dirección o nombre de host",
    port: "Puerto",
    path: "Puerto serie",
    vendorId: "Id de proveedor USB",
    productId: "Id de producto USB",
    serialNumber: "Número de serie",
    baseUrl: "Dirección de la nube (vacío: la del proveedor)",
    more: "Más ajustes",
    secretHint: "Se guarda como secreto. No se vuelve a mostrar.",
    unset: "sin definir",
    save: "Agregar el terminal",
    saving: "Agregando …",
    cancel: "Cancelar",
    added: (terminal) => `Se agregó el terminal ${terminal}.`,
    faults: {
      missing: "Hace falta.",
      noNumber: "Tiene que ser un número entero.",
      tooSmall: "Es demasiado pequeño.",
      tooLarge: "Es demasiado grande.",
      noJson: "Tiene que ser JSON.",
      badId: "De 1 a 64 letras, dígitos, puntos, guiones y guiones bajos; empieza con letra o dígito.",
    },
    mend: "Hay campos que corregir.",
  },
};

const pt: DiscoveryWords = {
  title: "Terminais por perto",
  looking: "Procurando …",
  look: "Procurar agora",
  lastLook: (time) => `Última procura: ${time}. Enquanto está aberta, esta página procura de novo sozinha.`,
  none: "Nenhum terminal é visto",
  noneHint: "Pode estar desligado, em outra rede ou não se anunciar. Adicione-o à mão ou execute o diagnóstico.",
  notes: "O que não pôde ser examinado",
  why: "Reconhecido por",
  recognizedBy: {
    itself: "O que diz de si mesmo: é um terminal simulado",
    networkName: "O nome dele na rede",
    account: "A lista da sua conta no fornecedor",
    usbMaker: "O fabricante do USB, que faz terminais",
    unknownUsbMaker: "Nada: não se conhecem terminais do fabricante USB, pode ser qualquer coisa",
    plainPort: "Nada: não se vê o que está conectado a uma porta serial",
  },
  sure: (percent) => `${percent} % de certeza`,
  simulated: "Simulado, não é um terminal real",
  answers: "Alguém responde ali",
  answersNot: "Ninguém responde ali",
  card: "Placa de rede",
  where: "Onde",
  unknownVendor: "Dispositivo desconhecido",
  isTerminal: "Configurado como",
  add: "Adicionar",
  addNamed: (what) => `Adicionar ${what}`,
  addByHand: "Adicionar um terminal à mão",
  byHandHint: "Para um que não é visto ou que está na nuvem de um fornecedor.",
  appeared: (what) => `Apareceu ${what}`,
  vanished: (what) => `${what} não é mais visto`,
  kinds: { mdns: "Rede", serial: "Porta serial", usb: "USB", account: "Conta do fornecedor" },
  form: {
    title: "Adicionar um terminal",
    id: "Id",
    idHint: "Como os programas de caixa o chamam: letras, dígitos, pontos, hífens e sublinhados.",
    name: "Nome para as pessoas",
    vendor: "Fornecedor",
    medium: "Como está conectado",
    host: "Endereço ou nome de host",
    port: "Porta",
    path: "Porta serial",
    vendorId: "Id de fornecedor USB",
    productId: "Id de produto USB",
    serialNumber: "Número de série",
    baseUrl: "Endereço da nuvem (vazio: o do fornecedor)",
    more: "Mais ajustes",
    secretHint: "Guardado como segredo. Não é mostrado de novo.",
    unset: "não definido",
    save: "Adicionar o terminal",
    saving: "Adicionando …",
    cancel: "Cancelar",
    added: (terminal) => `O terminal ${terminal} foi adicionado.`,
    faults: {
      missing: "É necessário.",
      noNumber: "Tem que ser um número inteiro.",
      tooSmall: "É pequeno demais.",
      tooLarge: "É grande demais.",
      noJson: "Tem que ser JSON.",
      badId: "De 1 a 64 letras, dígitos, pontos, hífens e sublinhados; começa com letra ou dígito.",
    },
    mend: "Há campos a corrigir.",
  },
};

const de: DiscoveryWords = {
  title: "Terminals in der Nähe",
  looking: "Suche läuft …",
  look: "Jetzt suchen",
  lastLook: (time) => `Zuletzt gesucht: ${time}. Solange sie offen ist, sucht diese Seite von selbst weiter.`,
  none: "Kein Terminal ist zu sehen",
  noneHint:
    "Es kann ausgeschaltet oder in einem anderen Netz sein oder sich nicht ankündigen. Von Hand hinzufügen oder die Diagnose suchen lassen.",
  notes: "Was nicht angesehen werden konnte",
  why: "Erkannt an",
  recognizedBy: {
    itself: "Seinem eigenen Wort: ein simuliertes Terminal",
    networkName: "Seinem Namen im Netz",
    account: "Der Liste Ihres Kontos beim Hersteller",
    usbMaker: "Seinem USB-Hersteller, der Terminals baut",
    unknownUsbMaker: "Nichts: Von seinem USB-Hersteller ist kein Terminal bekannt, es kann alles sein",
    plainPort: "Nichts: Was an einer seriellen Schnittstelle hängt, ist nicht zu sehen",
  },
  sure: (percent) => `zu ${percent} % sicher`,
  simulated: "Simuliert, kein echtes Terminal",
  answers: "Dort antwortet jemand",
  answersNot: "Dort antwortet niemand",
  card: "Netzwerkkarte",
  where: "Wo",
  unknownVendor: "Unbekanntes Gerät",
  isTerminal: "Eingerichtet als",
  add: "Hinzufügen",
  addNamed: (what) => `${what} hinzufügen`,
  addByHand: "Ein Terminal von Hand hinzufügen",
  byHandHint: "Für eines, das nicht zu sehen ist oder in der Cloud eines Herstellers steht.",
  appeared: (what) => `${what} ist aufgetaucht`,
  vanished: (what) => `${what} ist nicht mehr zu sehen`,
  kinds: { mdns: "Netzwerk", serial: "Serielle Schnittstelle", usb: "USB", account: "Konto beim Hersteller" },
  form: {
    title: "Ein Terminal hinzufügen",
    id: "Kennung",
    idHint: "So nennen es die Kassenprogramme: Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.",
    name: "Name für Menschen",
    vendor: "Hersteller",
    medium: "Wie es verbunden ist",
    host: "Adresse oder Hostname",
    port: "Port",
    path: "Serielle Schnittstelle",
    vendorId: "USB-Herstellerkennung",
    productId: "USB-Produktkennung",
    serialNumber: "Seriennummer",
    baseUrl: "Adresse der Cloud (leer: die des Herstellers)",
    more: "Weitere Einstellungen",
    secretHint: "Wird als Geheimnis gespeichert und nie wieder angezeigt.",
    unset: "nicht gesetzt",
    save: "Terminal hinzufügen",
    saving: "Wird hinzugefügt …",
    cancel: "Abbrechen",
    added: (terminal) => `Terminal ${terminal} wurde hinzugefügt.`,
    faults: {
      missing: "Das wird gebraucht.",
      noNumber: "Das muss eine ganze Zahl sein.",
      tooSmall: "Das ist zu klein.",
      tooLarge: "Das ist zu groß.",
      noJson: "Das muss JSON sein.",
      badId: "1 bis 64 Buchstaben, Ziffern, Punkte, Binde- und Unterstriche; vorn ein Buchstabe oder eine Ziffer.",
    },
    mend: "Einige Felder sind zu verbessern.",
  },
};

export const DISCOVERY_WORDS: Readonly<Record<Language, DiscoveryWords>> = { en, es, pt, de };
