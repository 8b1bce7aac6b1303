import type { Language } from "../language.ts";

export type TraceWords = {
  readonly title: string;
  readonly intro: string;
  readonly terminal: string;
  readonly every: string;
  readonly pause: string;
  readonly goOn: string;
  readonly clear: string;
  readonly download: string;
  readonly downloading: string;
  readonly downloadHint: string;
  readonly waiting: string;
  readonly waitingHint: string;
  readonly paused: (count: number) => string;
  readonly bounded: (most: number) => string;
  readonly dropped: (count: number) => string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly open: string;
  readonly lost: string;
  readonly message: string;
};

const en: TraceWords = {
  title: "Trace",
  intro: "What Tillbridge and the terminals say to each other, without secrets and cards' numbers.",
  terminal: "Terminal",
  every: "Every terminal",
  pause: "Pause",
  goOn: "Go on",
  clear: "Clear",
  download: "Download what was recorded",
  downloading: "Collecting …",
  downloadHint: "The flight recorder keeps the last messages in memory, also from before this page was opened.",
  waiting: "Nothing has been said yet",
  waitingHint: "Messages appear here as they come. A payment or a look at a terminal makes some.",
  paused: (count) => (count === 0 ? "Paused" : `Paused, ${count} more came meanwhile`),
  bounded: (most) => `The last ${most} are shown.`,
  dropped: (count) => `${count} left out, because they came too fast`,
  kinds: {
    begun: "conversation begins",
    step: "step",
    ended: "conversation ends",
    link: "link",
    bytes: "not understood",
    omitted: "left out",
    missed: "missed",
  },
  roles: { device: "terminal", operation: "payment", recovery: "recovery", account: "account" },
  open: "open",
  lost: "lost",
  message: "The whole entry",
};

const es: TraceWords = {
  title: "Traza",
  intro: "Lo que se dicen Tillbridge y los terminales, sin secretos ni números de tarjeta.",
  terminal: "Terminal",
  every: "Todos los terminales",
  pause: "Pausar",
  goOn: "Seguir",
  clear: "Vaciar",
  download: "Descargar lo grabado",
  downloading: "Reuniendo …",
  downloadHint: "El registrador guarda en memoria los últimos mensajes, también los anteriores a abrir esta página.",
  waiting: "Todavía no se dijo nada",
  waitingHint: "Los mensajes aparecen aquí a medida que llegan. Un pago o una consulta a un terminal los produce.",
  paused: (count) => (count === 0 ? "En pausa" : `En pausa, llegaron ${count} más`),
  bounded: (most) => `Se muestran los últimos ${most}.`,
  dropped: (count) => `${count} omitidos porque llegaron demasiado rápido`,
  kinds: {
    begun: "empieza una conversación",
    step: "paso",
    ended: "termina una conversación",
    link: "enlace",
    bytes: "no se entendió",
    omitted: "omitido",
    missed: "perdido",
  },
  roles: { device: "terminal", operation: "pago", recovery: "recuperación", account: "cuenta" },
  open: "abierto",
  lost: "perdido",
  message: "La entrada completa",
};

const pt: TraceWords = {
  title: "Rastro",
  intro: "O que o Tillbridge e os terminais dizem um ao outro, sem segredos nem números de cartão.",
  terminal: "Terminal",
  every: "Todos os terminais",
  pause: "Pausar",
  goOn: "Continuar",
  clear: "Limpar",
  download: "Baixar o que foi gravado",
  downloading: "Reunindo …",
  downloadHint: "O gravador guarda na memória as últimas mensagens, também de antes de esta página ser aberta.",
  waiting: "Nada foi dito ainda",
  waitingHint: "As mensagens aparecem aqui quando chegam. Um pagamento ou uma consulta a um terminal as produz.",
  paused: (count) => (count === 0 ? "Em pausa" : `Em pausa, chegaram mais ${count}`),
  bounded: (most) => `As últimas ${most} são mostradas.`,
  dropped: (count) => `${count} omitidas porque chegaram rápido demais`,
  kinds: {
    begun: "começa uma conversa",
    step: "passo",
    ended: "termina uma conversa",
    link: "ligação",
    bytes: "não entendido",
    omitted: "omitido",
    missed: "perdido",
  },
  roles: { device: "terminal", operation: "pagamento", recovery: "recuperação", account: "conta" },
  open: "aberta",
  lost: "perdida",
  message: "A entrada inteira",
};

const de: TraceWords = {
  title: "Mitschnitt",
  intro: "Was Tillbridge und die Terminals einander sagen, ohne Geheimnisse und Kartennummern.",
  terminal: "Terminal",
  every: "Alle Terminals",
  pause: "Anhalten",
  goOn: "Weiter",
  clear: "Leeren",
  download: "Aufgezeichnetes herunterladen",
  downloading: "Wird gesammelt …",
  downloadHint:
    "Der Flugschreiber behält die letzten Nachrichten im Speicher, auch die von vor dem Öffnen dieser Seite.",
  waiting: "Noch wurde nichts gesagt",
  waitingHint:
    "Nachrichten erscheinen hier, sobald sie kommen. Eine Zahlung oder eine Anfrage an ein Terminal erzeugt welche.",
  paused: (count) => (count === 0 ? "Angehalten" : `Angehalten, ${count} weitere kamen inzwischen`),
  bounded: (most) => `Die letzten ${most} werden gezeigt.`,
  dropped: (count) => `${count} ausgelassen, weil sie zu schnell kamen`,
  kinds: {
    begun: "Gespräch beginnt",
    step: "Schritt",
    ended: "Gespräch endet",
    link: "Verbindung",
    bytes: "nicht verstanden",
    omitted: "ausgelassen",
    missed: "verpasst",
  },
  roles: { device: "Terminal", operation: "Zahlung", recovery: "Klärung", account: "Konto" },
  open: "offen",
  lost: "verloren",
  message: "Der ganze Eintrag",
};

export const TRACE_WORDS: Readonly<Record<Language, TraceWords>> = { en, es, pt, de };
