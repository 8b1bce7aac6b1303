import type { Language } from "../language.ts";

export type TransactionViewWords = {
  readonly title: string;
  readonly gone: string;
  readonly goneHint: string;
  readonly practice: string;
  readonly timeline: string;
  readonly technical: string;
  readonly showTechnical: string;
  readonly evidence: string;
  readonly evidenceHint: string;
  readonly asHtml: string;
  readonly asText: string;
  readonly facts: {
    readonly id: string;
    readonly request: string;
    readonly created: string;
    readonly sent: string;
    readonly ended: string;
    readonly decidedBy: string;
    readonly approved: string;
    readonly tip: string;
    readonly approvalCode: string;
    readonly card: string;
    readonly vendorSays: string;
    readonly acknowledged: string;
    readonly yes: string;
    readonly no: string;
    readonly reason: string;
  };
  readonly deciders: Readonly<Record<string, string>>;
  readonly toDecide: string;
  readonly history: {
    readonly filters: string;
    readonly terminal: string;
    readonly pos: string;
    readonly outcome: string;
    readonly reference: string;
    readonly from: string;
    readonly to: string;
    readonly any: string;
    readonly search: string;
    readonly searching: string;
    readonly clear: string;
    readonly none: string;
    readonly noneHint: string;
    readonly more: string;
    readonly shown: (count: number) => string;
    readonly badTime: string;
    readonly columns: Readonly<Record<"at" | "what" | "result" | "terminal" | "pos" | "reference", string>>;
    readonly running: string;
  };
};

const en: TransactionViewWords = {
  title: "Payment",
  gone: "This payment is not known here",
  goneHint: "It may be another shop's, or so old that it was removed.",
  practice: "Practice: no money moved",
  timeline: "What happened",
  technical: "Technical line",
  showTechnical: "Show the technical lines",
  evidence: "Evidence",
  evidenceHint: "One page for the customer or the acquirer: what was asked, what happened, and how it ended.",
  asHtml: "Download as a page",
  asText: "Download as text",
  facts: {
    id: "Id",
    request: "Request of the POS",
    created: "Asked for",
    sent: "Sent to the terminal",
    ended: "Ended",
    decidedBy: "Who knows",
    approved: "Charged",
    tip: "Tip in it",
    approvalCode: "Approval code",
    card: "Card",
    vendorSays: "The terminal's words",
    acknowledged: "The POS knows it",
    yes: "yes",
    no: "not yet",
    reason: "Why",
  },
  deciders: {
    terminal: "the terminal",
    daemon: "Tillbridge itself",
    recovery: "the recovery, from the terminal's memory",
    person: "a person",
  },
  toDecide: "Somebody has to decide this payment.",
  history: {
    filters: "Search",
    terminal: "Terminal",
    pos: "POS program",
    outcome: "Result",
    reference: "Reference",
    from: "From",
    to: "To",
    any: "any",
    search: "Search",
    searching: "Searching …",
    clear: "Clear",
    none: "No payment fits",
    noneHint: "Leave something out, or look at another time.",
    more: "Show more",
    shown: (count) => `${count} shown, the newest first`,
    badTime: "The time ends before it begins.",
    columns: { at: "Time", what: "What", result: "Result", terminal: "Terminal", pos: "POS", reference: "Reference" },
    running: "not ended",
  },
};

const es: TransactionViewWords = {
  title: "Pago",
  gone: "Aquí no se conoce este pago",
  goneHint: "Puede ser de otra tienda o tan antiguo que fue eliminado.",
  practice: "Práctica: no se movió dinero",
  timeline: "Qué pasó",
  technical: "Línea técnica",
  showTechnical: "Mostrar las líneas técnicas",
  evidence: "Constancia",
  evidenceHint: "Una página para el cliente o el adquirente: qué se pidió, qué pasó y cómo terminó.",
  asHtml: "Descargar como página",
  asText: "Descargar como texto",
  facts: {
    id: "Id",
    request: "Pedido del programa de caja",
    created: "Pedido",
    sent: "Enviado al terminal",
    ended: "Terminado",
    decidedBy: "Quién lo sabe",
    approved: "Cobrado",
    tip: "Propina incluida",
    approvalCode: "Código de aprobación",
    card: "Tarjeta",
    vendorSays: "Palabras del terminal",
    acknowledged: "El programa de caja lo sabe",
    yes: "sí",
    no: "todavía no",
    reason: "Por qué",
  },
  deciders: {
    terminal: "el terminal",
    daemon: "Tillbridge mismo",
    recovery: "la recuperación, desde la memoria del terminal",
    person: "una persona",
  },
  toDecide: "Alguien tiene que decidir este pago.",
  history: {
    filters: "Buscar",
    terminal: "Terminal",
    pos: "Programa de caja",
    outcome: "Resultado",
    reference: "Referencia",
    from: "Desde",
    to: "Hasta",
    any: "cualquiera",
    search: "Buscar",
    searching: "Buscando …",
    clear: "Vaciar",
    none: "Ningún pago coincide",
    noneHint: "Quite algo o mire otro tiempo.",
    more: "Mostrar más",
    shown: (count) => `${count} mostrados, los más nuevos primero`,
    badTime: "El tiempo termina antes de empezar.",
    columns: {
      at: "Hora",
      what: "Qué",
      result: "Resultado",
      terminal: "Terminal",
      pos: "Caja",
      reference: "Referencia",
    },
    running: "sin terminar",
  },
};

const pt: TransactionViewWords = {
  title: "Pagamento",
  gone: "Este pagamento não é conhecido aqui",
  goneHint: "Pode ser de outra loja ou tão antigo que foi removido.",
  practice: "Prática: nenhum dinheiro se moveu",
  timeline: "O que aconteceu",
  technical: "Linha técnica",
  showTechnical: "Mostrar as linhas técnicas",
  evidence: "Registro do pagamento",
  evidenceHint: "Uma página para o cliente ou o adquirente: o que foi pedido, o que aconteceu e como terminou.",
  asHtml: "Baixar como página",
  asText: "Baixar como texto",
  facts: {
    id: "Id",
    request: "Pedido do programa de caixa",
    created: "Pedido",
    sent: "Enviado ao terminal",
    ended: "Terminado",
    decidedBy: "Quem sabe",
    approved: "Cobrado",
    tip: "Gorjeta incluída",
    approvalCode: "Código de aprovação",
    card: "Cartão",
    vendorSays: "Palavras do terminal",
    acknowledged: "O programa de caixa sabe",
    yes: "sim",
    no: "ainda não",
    reason: "Por quê",
  },
  deciders: {
    terminal: "o terminal",
    daemon: "o próprio Tillbridge",
    recovery: "a recuperação, da memória do terminal",
    person: "uma pessoa",
  },
  toDecide: "Alguém tem que decidir este pagamento.",
  history: {
    filters: "Procurar",
    terminal: "Terminal",
    pos: "Programa de caixa",
    outcome: "Resultado",
    reference: "Referência",
    from: "De",
    to: "Até",
    any: "qualquer",
    search: "Procurar",
    searching: "Procurando …",
    clear: "Limpar",
    none: "Nenhum pagamento corresponde",
    noneHint: "Deixe algo de fora ou olhe outro tempo.",
    more: "Mostrar mais",
    shown: (count) => `${count} mostrados, os mais novos primeiro`,
    badTime: "O tempo termina antes de começar.",
    columns: {
      at: "Hora",
      what: "O quê",
      result: "Resultado",
      terminal: "Terminal",
      pos: "Caixa",
      reference: "Referência",
    },
    running: "não terminado",
  },
};

const de: TransactionViewWords = {
  title: "Zahlung",
  gone: "Diese Zahlung ist hier nicht bekannt",
  goneHint: "Sie kann die eines anderen Ladens sein oder so alt, dass sie entfernt wurde.",
  practice: "Übung: kein Geld hat sich bewegt",
  timeline: "Was geschah",
  technical: "Technische Zeile",
  showTechnical: "Technische Zeilen zeigen",
  evidence: "Nachweis",
  evidenceHint:
    "Eine Seite für den Kunden oder den Zahlungsdienstleister: was verlangt wurde, was geschah, wie es ausging.",
  asHtml: "Als Seite herunterladen",
  asText: "Als Text herunterladen",
  facts: {
    id: "Kennung",
    request: "Anfrage der Kasse",
    created: "Verlangt",
    sent: "Ans Terminal gesendet",
    ended: "Beendet",
    decidedBy: "Wer es weiß",
    approved: "Abgebucht",
    tip: "Trinkgeld darin",
    approvalCode: "Genehmigungsnummer",
    card: "Karte",
    vendorSays: "Worte des Terminals",
    acknowledged: "Die Kasse weiß es",
    yes: "ja",
    no: "noch nicht",
    reason: "Warum",
  },
  deciders: {
    terminal: "das Terminal",
    daemon: "Tillbridge selbst",
    recovery: "die Klärung, aus dem Gedächtnis des Terminals",
    person: "ein Mensch",
  },
  toDecide: "Jemand muss diese Zahlung entscheiden.",
  history: {
    filters: "Suche",
    terminal: "Terminal",
    pos: "Kassenprogramm",
    outcome: "Ergebnis",
    reference: "Referenz",
    from: "Von",
    to: "Bis",
    any: "alle",
    search: "Suchen",
    searching: "Suche läuft …",
    clear: "Leeren",
    none: "Keine Zahlung passt",
    noneHint: "Etwas weglassen oder eine andere Zeit ansehen.",
    more: "Mehr zeigen",
    shown: (count) => `${count} gezeigt, die neuesten zuerst`,
    badTime: "Die Zeit endet, bevor sie beginnt.",
    columns: {
      at: "Zeit",
      what: "Was",
      result: "Ergebnis",
      terminal: "Terminal",
      pos: "Kasse",
      reference: "Referenz",
    },
    running: "nicht beendet",
  },
};

export const TRANSACTION_WORDS: Readonly<Record<Language, TransactionViewWords>> = { en, es, pt, de };
