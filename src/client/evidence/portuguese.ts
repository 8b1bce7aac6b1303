import type { EvidenceWords } from "./evidence-words.ts";

export const portuguese: EvidenceWords = {
  title: "O que aconteceu com um pagamento com cartão",
  asked: "O que foi pedido",
  ended: "Como terminou",
  happened: "O que aconteceu, passo a passo",
  shows: "O que esta folha mostra e o que não mostra",
  kept: "Onde está guardado",
  operation: "Operação",
  amount: "Valor",
  tip: "Gorjeta",
  cashback: "Dinheiro devolvido",
  surcharge: "Acréscimo",
  reference: "Referência da loja",
  till: "Caixa",
  terminal: "Terminal",
  askedAt: "Pedido em",
  result: "Resultado",
  notYet: "ainda não se sabe",
  notFinal: "aceite; falta o resultado final",
  partial: "uma parte do que foi pedido",
  decidedBy: "Como se sabe",
  reason: "Motivo indicado",
  endedAt: "Terminado em",
  moved: "Valor movido",
  approvalCode: "Código de autorização",
  card: "Cartão",
  vendorSays: "Palavras do terminal",
  contradicted: "O que o contradiz",
  transaction: "Transação",
  request: "Pedido do caixa",
  journal: "Diário",
  chain: "Hash da última linha",
  facts: (count) => `${count} linhas escritas`,
  program: "Programa",
  madeAt: "Folha gerada em",
  earlier: "Passos anteriores ficaram de fora; o diário tem-nos.",
  proves: {
    approved:
      "O terminal informou que este valor foi aprovado. Que chegou a uma conta, só o extrato do adquirente mostra.",
    declined:
      "O terminal informou que o pagamento foi recusado, portanto nenhum dinheiro se devia ter movido. Se o extrato do cartão mostrar mesmo assim um débito, o adquirente encontra-o com as referências acima.",
    canceled:
      "O pagamento foi cancelado, portanto nenhum dinheiro se devia ter movido, ou voltou. Se o extrato do cartão mostrar mesmo assim um débito, o adquirente encontra-o com as referências acima.",
    notPerformed:
      "Pelo que se sabe, nenhum dinheiro se moveu. Se o extrato do cartão mostrar mesmo assim um débito, o adquirente encontra-o com as referências acima.",
    unknown:
      "Não se sabe se o dinheiro se moveu. Esta folha não prova que sim nem que não: decide o extrato do adquirente.",
    notYet: "Ainda não terminou: esta folha mostra apenas o que se sabia quando foi gerada.",
  },
  byPerson:
    "Uma pessoa decidiu o resultado depois de ver as provas indicadas; não foi a palavra do terminal que o decidiu.",
  practice: "Prática num terminal simulado: nenhum dinheiro se moveu",
  practised: (result) => `Prática: ${result}`,
  practiceProves:
    "Um terminal simulado representou este pagamento como prática: nenhum cartão foi debitado, e nenhum banco nem adquirente sabe dele. Não é prova de um pagamento.",
  copy: "Os passos que decidem sobre o dinheiro foram escritos no computador da loja quando aconteceram, cada um antes do seguinte. O hash mostra se esta folha trata das mesmas linhas que uma exportação guardada desse diário; não é uma assinatura.",
  noReceipt: "Esta folha não é um comprovante nem uma confirmação de um banco.",
};
