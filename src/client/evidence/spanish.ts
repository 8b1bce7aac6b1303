import type { EvidenceWords } from "./evidence-words.ts";

export const spanish: EvidenceWords = {
  title: "Qué pasó con un pago con tarjeta",
  asked: "Qué se pidió",
  ended: "Cómo terminó",
  happened: "Qué pasó, paso a paso",
  shows: "Qué demuestra esta hoja y qué no",
  kept: "Dónde está guardado",
  operation: "Operación",
  amount: "Importe",
  tip: "Propina",
  cashback: "Efectivo entregado",
  surcharge: "Recargo",
  reference: "Referencia del comercio",
  till: "Caja",
  terminal: "Terminal",
  askedAt: "Pedido",
  result: "Resultado",
  notYet: "aún no se sabe",
  notFinal: "aceptado; falta el resultado final",
  partial: "una parte de lo pedido",
  decidedBy: "Cómo se sabe",
  reason: "Motivo indicado",
  endedAt: "Terminado",
  moved: "Importe movido",
  approvalCode: "Código de autorización",
  card: "Tarjeta",
  vendorSays: "Palabras del terminal",
  contradicted: "Lo que lo contradice",
  transaction: "Transacción",
  request: "Solicitud de la caja",
  journal: "Diario",
  chain: "Hash de su última línea",
  facts: (count) => `${count} líneas escritas`,
  program: "Programa",
  madeAt: "Hoja generada",
  earlier: "Aquí se omiten pasos anteriores; el diario los tiene.",
  proves: {
    approved:
      "El terminal informó que este importe fue aprobado. Que llegó a una cuenta solo lo demuestra el extracto del adquirente.",
    declined:
      "El terminal informó que el pago fue rechazado, así que no debió moverse dinero. Si el extracto de la tarjeta muestra aun así un cargo, el adquirente lo encuentra con las referencias de arriba.",
    canceled:
      "El pago se canceló, así que no debió moverse dinero, o volvió. Si el extracto de la tarjeta muestra aun así un cargo, el adquirente lo encuentra con las referencias de arriba.",
    notPerformed:
      "Por lo que se sabe, no se movió dinero. Si el extracto de la tarjeta muestra aun así un cargo, el adquirente lo encuentra con las referencias de arriba.",
    unknown:
      "No se sabe si se movió dinero. Esta hoja no prueba ni que sí ni que no: decide el extracto del adquirente.",
    notYet: "Aún no ha terminado: esta hoja muestra solo lo que se sabía al generarla.",
  },
  byPerson:
    "Una persona decidió el resultado tras ver las pruebas que se nombran; no lo decidió la palabra del terminal.",
  practice: "Práctica en un terminal simulado: no se movió dinero",
  practised: (result) => `Práctica: ${result}`,
  practiceProves:
    "Un terminal simulado representó este pago como práctica: no se hizo ningún cargo a una tarjeta, y ningún banco ni adquirente sabe de él. No es prueba de un pago.",
  copy: "Los pasos que deciden sobre el dinero se escribieron en el equipo del comercio según ocurrieron, cada uno antes del siguiente. El hash muestra si esta hoja trata de las mismas líneas que una exportación guardada de ese diario; no es una firma.",
  noReceipt: "Esta hoja no es un comprobante ni una confirmación de un banco.",
};
