import type { Language } from "../language.ts";

export type PracticeWords = {
  readonly title: string;
  readonly simulated: string;
  readonly simulatedHint: string;
  readonly noMoney: string;
  readonly vendor: string;
  readonly amount: string;
  readonly currency: string;
  readonly badCurrency: string;
  readonly run: string;
  readonly running: string;
  readonly starting: string;
  readonly result: string;
  readonly timeline: string;
  readonly real: string;
  readonly realHint: string;
  readonly terminal: string;
  readonly noTerminals: string;
  readonly ask: string;
  readonly question: (amount: string, terminal: string) => string;
  readonly moneyMoves: string;
  readonly understood: string;
  readonly tick: string;
  readonly charge: (amount: string) => string;
  readonly keep: string;
  readonly under: string;
  readonly lostTrack: string;
  readonly lookAgain: string;
  readonly notBegun: string;
  readonly giveBack: {
    readonly offer: string;
    readonly hint: string;
    readonly asVoid: string;
    readonly asRefund: string;
    readonly question: (amount: string, terminal: string) => string;
    readonly confirm: string;
    readonly running: string;
    readonly cannot: string;
    readonly done: string;
  };
};

const en: PracticeWords = {
  title: "Test payment",
  simulated: "At a simulated terminal",
  simulatedHint:
    "Tillbridge starts a simulated terminal for this one payment and takes it away again. Everything else is as in a real payment.",
  noMoney: "No money moves. Nothing real is touched.",
  vendor: "Whose terminal is simulated",
  amount: "Amount",
  currency: "Currency",
  badCurrency: "ISO 4217 has no such currency. For example CLP",
  run: "Practise",
  running: "The practice payment runs …",
  starting: "The simulated terminal is starting …",
  result: "How it ended",
  timeline: "What happened, step by step",
  real: "At a real terminal",
  realHint:
    "For the day when a terminal is set up: a real card and a real, small amount. It can be given back afterwards.",
  terminal: "Terminal",
  noTerminals: "There is no terminal yet.",
  ask: "Take a real test payment …",
  question: (amount, terminal) => `Charge ${amount} at ${terminal}?`,
  moneyMoves: "Real money moves. The card that is held to the terminal is charged this amount.",
  understood: "I know that real money moves",
  tick: "Tick this first.",
  charge: (amount) => `Charge ${amount}`,
  keep: "Do not charge",
  under: "The payment runs. Present a card at the terminal.",
  lostTrack:
    "No answer came: it is not known whether the payment was begun. Do not begin another one before you have looked.",
  lookAgain: "Look what became of it",
  notBegun: "That payment was not begun: nothing is stored, nothing was charged.",
  giveBack: {
    offer: "Give it back",
    hint: "Real money was charged. Give it back while the card is still here.",
    asVoid: "Void",
    asRefund: "Refund",
    question: (amount, terminal) => `Give back ${amount} at ${terminal}?`,
    confirm: "Give it back",
    running: "It is being given back. Look at the terminal.",
    cannot: "This terminal cannot give back by itself. Do it at the terminal.",
    done: "How giving back ended",
  },
};

const es: PracticeWords = {
  title: "Pago de prueba",
  simulated: "En un terminal simulado",
  simulatedHint:
    "Tillbridge arranca un terminal simulado para este único pago y luego lo retira. Todo lo demás es como en un pago real.",
  noMoney: "No se mueve dinero. Nada real se toca.",
  vendor: "De quién es el terminal simulado",
  amount: "Importe",
  currency: "Moneda",
  badCurrency: "ISO 4217 no tiene esa moneda. Por ejemplo CLP",
  run: "Practicar",
  running: "El pago de práctica está en curso …",
  starting: "El terminal simulado está arrancando …",
  result: "Cómo terminó",
  timeline: "Qué pasó, paso a paso",
  real: "En un terminal real",
  realHint:
    "Para el día en que se instala un terminal: una tarjeta real y un importe real y pequeño. Después se puede devolver.",
  terminal: "Terminal",
  noTerminals: "Todavía no hay ningún terminal.",
  ask: "Hacer un pago de prueba real …",
  question: (amount, terminal) => `¿Cobrar ${amount} en ${terminal}?`,
  moneyMoves: "Se mueve dinero real. A la tarjeta que se acerque al terminal se le cobra este importe.",
  understood: "Sé que se mueve dinero real",
  tick: "Primero marque esto.",
  charge: (amount) => `Cobrar ${amount}`,
  keep: "No cobrar",
  under: "El pago está en curso. Presente una tarjeta en el terminal.",
  lostTrack: "No llegó respuesta: no se sabe si el pago empezó. No empiece otro antes de mirar.",
  lookAgain: "Mirar qué fue de él",
  notBegun: "Ese pago no empezó: no hay nada guardado, no se cobró nada.",
  giveBack: {
    offer: "Devolverlo",
    hint: "Se cobró dinero real. Devuélvalo mientras la tarjeta sigue aquí.",
    asVoid: "Anulación",
    asRefund: "Devolución",
    question: (amount, terminal) => `¿Devolver ${amount} en ${terminal}?`,
    confirm: "Devolverlo",
    running: "Se está devolviendo. Mire el terminal.",
    cannot: "Este terminal no puede devolver por sí mismo. Hágalo en el terminal.",
    done: "Cómo terminó la devolución",
  },
};

const pt: PracticeWords = {
  title: "Pagamento de teste",
  simulated: "Em um terminal simulado",
  simulatedHint:
    "O Tillbridge inicia um terminal simulado para este único pagamento e depois o retira. Todo o resto é como em um pagamento real.",
  noMoney: "Nenhum dinheiro se move. Nada real é tocado.",
  vendor: "De quem é o terminal simulado",
  amount: "Valor",
  currency: "Moeda",
  badCurrency: "A ISO 4217 não tem essa moeda. Por exemplo CLP",
  run: "Praticar",
  running: "O pagamento de prática está em curso …",
  starting: "O terminal simulado está iniciando …",
  result: "Como terminou",
  timeline: "O que aconteceu, passo a passo",
  real: "Em um terminal real",
  realHint:
    "Para o dia em que um terminal é instalado: um cartão real e um valor real e pequeno. Depois pode ser devolvido.",
  terminal: "Terminal",
  noTerminals: "Ainda não há nenhum terminal.",
  ask: "Fazer um pagamento de teste real …",
  question: (amount, terminal) => `Cobrar ${amount} em ${terminal}?`,
  moneyMoves: "Dinheiro real se move. O cartão aproximado do terminal é cobrado neste valor.",
  understood: "Sei que dinheiro real se move",
  tick: "Marque isto primeiro.",
  charge: (amount) => `Cobrar ${amount}`,
  keep: "Não cobrar",
  under: "O pagamento está em curso. Apresente um cartão no terminal.",
  lostTrack: "Nenhuma resposta chegou: não se sabe se o pagamento começou. Não comece outro antes de olhar.",
  lookAgain: "Ver o que foi dele",
  notBegun: "Esse pagamento não começou: nada está guardado, nada foi cobrado.",
  giveBack: {
    offer: "Devolver",
    hint: "Dinheiro real foi cobrado. Devolva-o enquanto o cartão ainda está aqui.",
    asVoid: "Cancelamento",
    asRefund: "Devolução",
    question: (amount, terminal) => `Devolver ${amount} em ${terminal}?`,
    confirm: "Devolver",
    running: "Está sendo devolvido. Olhe para o terminal.",
    cannot: "Este terminal não pode devolver sozinho. Faça-o no terminal.",
    done: "Como terminou a devolução",
  },
};

const de: PracticeWords = {
  title: "Testzahlung",
  simulated: "An einem simulierten Terminal",
  simulatedHint:
    "Tillbridge startet ein simuliertes Terminal für diese eine Zahlung und nimmt es wieder weg. Alles andere ist wie bei einer echten Zahlung.",
  noMoney: "Es bewegt sich kein Geld. Nichts Echtes wird berührt.",
  vendor: "Wessen Terminal simuliert wird",
  amount: "Betrag",
  currency: "Währung",
  badCurrency: "ISO 4217 kennt diese Währung nicht. Zum Beispiel CLP",
  run: "Üben",
  running: "Die Übungszahlung läuft …",
  starting: "Das simulierte Terminal startet …",
  result: "Wie sie ausging",
  timeline: "Was geschah, Schritt für Schritt",
  real: "An einem echten Terminal",
  realHint:
    "Für den Tag, an dem ein Terminal eingerichtet wird: eine echte Karte und ein echter, kleiner Betrag. Er kann danach zurückgegeben werden.",
  terminal: "Terminal",
  noTerminals: "Es gibt noch kein Terminal.",
  ask: "Echte Testzahlung annehmen …",
  question: (amount, terminal) => `${amount} an ${terminal} abbuchen?`,
  moneyMoves: "Es bewegt sich echtes Geld. Die Karte, die ans Terminal gehalten wird, wird mit diesem Betrag belastet.",
  understood: "Ich weiß, dass sich echtes Geld bewegt",
  tick: "Das zuerst ankreuzen.",
  charge: (amount) => `${amount} abbuchen`,
  keep: "Nicht abbuchen",
  under: "Die Zahlung läuft. Eine Karte ans Terminal halten.",
  lostTrack:
    "Es kam keine Antwort: ob die Zahlung begann, ist nicht bekannt. Keine weitere beginnen, bevor nachgesehen wurde.",
  lookAgain: "Nachsehen, was aus ihr wurde",
  notBegun: "Diese Zahlung wurde nicht begonnen: nichts ist gespeichert, nichts wurde abgebucht.",
  giveBack: {
    offer: "Zurückgeben",
    hint: "Es wurde echtes Geld abgebucht. Zurückgeben, solange die Karte noch da ist.",
    asVoid: "Storno",
    asRefund: "Erstattung",
    question: (amount, terminal) => `${amount} an ${terminal} zurückgeben?`,
    confirm: "Zurückgeben",
    running: "Es wird zurückgegeben. Aufs Terminal sehen.",
    cannot: "Dieses Terminal kann nicht von selbst zurückgeben. Am Terminal zurückgeben.",
    done: "Wie die Rückgabe ausging",
  },
};

export const PRACTICE_WORDS: Readonly<Record<Language, PracticeWords>> = { en, es, pt, de };
