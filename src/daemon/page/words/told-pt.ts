import type { ToldWords } from "./told-words.ts";

const COMPARE =
  "Não cobre de novo. Compare os comprovantes e a lista do adquirente e depois diga em “Em dúvida” como terminou.";

export const PORTUGUESE_TOLD: ToldWords = {
  alarms: {
    accountRefused: {
      what: "A nuvem do fornecedor não aceita mais o acesso desta loja: nenhum terminal da conta aceita pagamentos.",
      remedy: "Chame seu técnico: é preciso guardar um acesso novo.",
    },
    contradiction: {
      what: "Um pagamento já tinha terminado, e agora o terminal diz outra coisa sobre ele.",
      remedy: COMPARE,
    },
    endNotKnown: {
      what: "Ninguém mais sabe dizer se um reembolso chegou ao cliente.",
      remedy: "Procure-o no portal do fornecedor. Não reembolse de novo antes disso.",
    },
    idempotencyKeyUsed: {
      what: "O fornecedor toma um pagamento por outro que já conhece: não se sabe se o dinheiro se moveu.",
      remedy: COMPARE,
    },
    journalFailed: {
      what: "Não foi possível anotar o que aconteceu com um pagamento.",
      remedy:
        "Não cobre de novo. Libere espaço no disco deste computador ou chame seu técnico: depois isso se descobre sozinho.",
    },
    journalOlder: {
      what: "O registro de pagamentos pode ser uma cópia antiga: um programa de caixa conhece pagamentos mais novos.",
      remedy: "Chame seu técnico antes de cobrar qualquer outra coisa.",
    },
    otherDevice: {
      what: "No lugar de um terminal responde outro dispositivo. Ali nenhum pagamento é aceito.",
      remedy: "O terminal foi trocado ou conectado em outro lugar? Seu técnico diz qual dispositivo é.",
    },
    partialNotAsked: {
      what: "Só uma parte do valor foi paga, e o programa de caixa não tinha permitido isso.",
      remedy: "Cobre o resto do cliente ou estorne o pagamento.",
    },
    personNeeded: {
      what: "Não se sabe se um pagamento foi cobrado, e o terminal não sabe dizer.",
      remedy: COMPARE,
    },
    resultNotBelieved: {
      what: "A resposta do terminal não corresponde ao pagamento que foi pedido: não se acredita nela.",
      remedy: COMPARE,
    },
    tendersNotAsked: {
      what: "O cliente pagou com vários meios de pagamento, e o programa de caixa não tinha permitido isso.",
      remedy: "Se for preciso devolver dinheiro, cada parte é reembolsada separadamente.",
    },
  },
  away: {
    otherDevice: "No lugar dele responde outro dispositivo. Ele foi trocado ou conectado em outro lugar?",
    twin: "Este dispositivo já está configurado como outro terminal. É preciso remover um dos dois.",
    unnamed: "O dispositivo no lugar dele não diz quem é; por isso ali nenhum pagamento é aceito.",
    nobodyListens:
      "Há algo ali, mas recusa a conexão. O aplicativo de pagamento do terminal está aberto e a porta está certa?",
    otherProgram:
      "O que responde ali não fala como um terminal. O endereço, a porta ou a criptografia estão mal configurados.",
    settingLacks: "Um dos ajustes dele falta ou está errado. Seu técnico pode completá-lo.",
  },
  silent: {
    tcp: "Ele não responde. Está ligado e na mesma rede que este computador?",
    http: "Ele não responde. Está ligado e na mesma rede que este computador?",
    serial: "Ele não responde na porta serial. Está ligado e com o cabo conectado?",
    usb: "Ele não responde no USB. Está ligado e com o cabo conectado?",
    cloud: "Ele está inacessível pela nuvem do fornecedor. Este computador tem acesso à Internet?",
  },
  unpaired: "Ele ainda não aceita ordens deste computador. É pareado em “Programas de caixa”.",
};
