import type { Language } from "../language.ts";

export type DayWords = {
  readonly title: string;
  readonly day: string;
  readonly today: string;
  readonly yesterday: string;
  readonly last48: string;
  readonly payments: string;
  readonly paymentsHint: string;
  readonly underWay: string;
  readonly durations: string;
  readonly durationsHint: string;
  readonly half: string;
  readonly most95: string;
  readonly longest: string;
  readonly seconds: string;
  readonly losses: string;
  readonly lossesHint: (since: string) => string;
  readonly hour: string;
  readonly table: string;
  readonly total: string;
  readonly none: string;
  readonly noneHint: string;
  readonly noLosses: string;
  readonly incomplete: (time: string) => string;
  readonly notDrawn: string;
};

const en: DayWords = {
  title: "The day",
  day: "Time",
  today: "Today",
  yesterday: "Yesterday",
  last48: "The last 48 hours",
  payments: "Payments by how they ended",
  paymentsHint: "Counted in the hour in which they were asked for. Practice payments are left out.",
  underWay: "Under way",
  durations: "How long payments took",
  durationsHint: "From the order to the result, of those that were sent to a terminal.",
  half: "Half took less",
  most95: "95 of 100 took less",
  longest: "The longest",
  seconds: "seconds",
  losses: "Lost links",
  lossesHint: (since) => `Known since ${since}, when the service began.`,
  hour: "Hour",
  table: "The same as a table",
  total: "Together",
  none: "No payments in this time",
  noneHint: "As soon as there is one, it is counted here.",
  noLosses: "No link was lost.",
  incomplete: (time) => `There were too many payments to count: those before ${time} are left out.`,
  notDrawn: "The chart could not be drawn. The table says the same.",
};

const es: DayWords = {
  title: "El día",
  day: "Tiempo",
  today: "Hoy",
  yesterday: "Ayer",
  last48: "Las últimas 48 horas",
  payments: "Pagos según cómo terminaron",
  paymentsHint: "Contados en la hora en que se pidieron. Los pagos de práctica no cuentan.",
  underWay: "En curso",
  durations: "Cuánto tardaron los pagos",
  durationsHint: "Desde el pedido hasta el resultado, de los que se enviaron a un terminal.",
  half: "La mitad tardó menos",
  most95: "95 de 100 tardaron menos",
  longest: "El más largo",
  seconds: "segundos",
  losses: "Enlaces perdidos",
  lossesHint: (since) => `Se conocen desde ${since}, cuando arrancó el servicio.`,
  hour: "Hora",
  table: "Lo mismo como tabla",
  total: "En total",
  none: "Ningún pago en este tiempo",
  noneHint: "En cuanto haya uno, se cuenta aquí.",
  noLosses: "No se perdió ningún enlace.",
  incomplete: (time) => `Hubo demasiados pagos para contarlos: faltan los anteriores a ${time}.`,
  notDrawn: "No se pudo dibujar el gráfico. La tabla dice lo mismo.",
};

const pt: DayWords = {
  title: "O dia",
  day: "Tempo",
  today: "Hoje",
  yesterday: "Ontem",
  last48: "As últimas 48 horas",
  payments: "Pagamentos conforme terminaram",
  paymentsHint: "Contados na hora em que foram pedidos. Pagamentos de prática não contam.",
  underWay: "Em curso",
  durations: "Quanto tempo os pagamentos levaram",
  durationsHint: "Do pedido ao resultado, dos que foram enviados a um terminal.",
  half: "A metade levou menos",
  most95: "95 de 100 levaram menos",
  longest: "O mais longo",
  seconds: "segundos",
  losses: "Ligações perdidas",
  lossesHint: (since) => `Conhecidas desde ${since}, quando o serviço começou.`,
  hour: "Hora",
  table: "O mesmo como tabela",
  total: "No total",
  none: "Nenhum pagamento neste tempo",
  noneHint: "Assim que houver um, ele é contado aqui.",
  noLosses: "Nenhuma ligação foi perdida.",
  incomplete: (time) => `Houve pagamentos demais para contar: faltam os de antes de ${time}.`,
  notDrawn: "O gráfico não pôde ser desenhado. A tabela diz o mesmo.",
};

const de: DayWords = {
  title: "Der Tag",
  day: "Zeit",
  today: "Heute",
  yesterday: "Gestern",
  last48: "Die letzten 48 Stunden",
  payments: "Zahlungen nach ihrem Ausgang",
  paymentsHint: "Gezählt in der Stunde, in der sie verlangt wurden. Übungszahlungen zählen nicht.",
  underWay: "Unterwegs",
  durations: "Wie lange Zahlungen dauerten",
  durationsHint: "Vom Auftrag bis zum Ergebnis, von denen, die an ein Terminal gingen.",
  half: "Die Hälfte dauerte kürzer",
  most95: "95 von 100 dauerten kürzer",
  longest: "Die längste",
  seconds: "Sekunden",
  losses: "Verlorene Verbindungen",
  lossesHint: (since) => `Bekannt seit ${since}, als der Dienst begann.`,
  hour: "Stunde",
  table: "Dasselbe als Tabelle",
  total: "Zusammen",
  none: "Keine Zahlungen in dieser Zeit",
  noneHint: "Sobald es eine gibt, wird sie hier gezählt.",
  noLosses: "Keine Verbindung ging verloren.",
  incomplete: (time) => `Es waren zu viele Zahlungen zum Zählen: die vor ${time} fehlen.`,
  notDrawn: "Das Diagramm konnte nicht gezeichnet werden. Die Tabelle sagt dasselbe.",
};

export const DAY_WORDS: Readonly<Record<Language, DayWords>> = { en, es, pt, de };
