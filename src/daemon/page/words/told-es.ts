import type { ToldWords } from "./told-words.ts";

const COMPARE =
  "No vuelva a cobrar. Compare los comprobantes y la lista del adquirente, y luego diga en «En duda» cómo terminó.";

export const SPANISH_TOLD: ToldWords = {
  alarms: {
    accountRefused: {
      what: "La nube del proveedor ya no acepta el acceso de esta tienda: ningún terminal de la cuenta acepta pagos.",
      remedy: "Llame a su técnico: hay que guardar un acceso nuevo.",
    },
    contradiction: {
      what: "Un pago ya había terminado, y ahora el terminal dice otra cosa sobre él.",
      remedy: COMPARE,
    },
    endNotKnown: {
      what: "Ya nadie puede decir si una devolución le llegó al cliente.",
      remedy: "Búsquela en el portal del proveedor. No devuelva otra vez antes de eso.",
    },
    idempotencyKeyUsed: {
      what: "El proveedor toma un pago por otro que ya conoce: no se sabe si se movió dinero.",
      remedy: COMPARE,
    },
    journalFailed: {
      what: "No se pudo anotar en qué quedó un pago.",
      remedy:
        "No vuelva a cobrar. Libere espacio en el disco de este equipo o llame a su técnico: después se averigua solo.",
    },
    journalOlder: {
      what: "El registro de pagos puede ser una copia vieja: un programa de caja conoce pagos más nuevos.",
      remedy: "Llame a su técnico antes de cobrar cualquier otra cosa.",
    },
    otherDevice: {
      what: "En el lugar de un terminal responde otro dispositivo. Ahí no se acepta ningún pago.",
      remedy: "¿Se cambió el terminal o se conectó en otro sitio? Su técnico dice qué dispositivo es.",
    },
    partialNotAsked: {
      what: "Solo se pagó una parte del monto, y el programa de caja no lo había permitido.",
      remedy: "Cobre el resto al cliente o anule el pago.",
    },
    personNeeded: {
      what: "No se sabe si un pago se cobró, y el terminal no puede decirlo.",
      remedy: COMPARE,
    },
    resultNotBelieved: {
      what: "La respuesta del terminal no corresponde al pago que se pidió: no se le cree.",
      remedy: COMPARE,
    },
    tendersNotAsked: {
      what: "El cliente pagó con varios medios de pago, y el programa de caja no lo había permitido.",
      remedy: "Si hay que devolver dinero, cada parte se devuelve por separado.",
    },
  },
  away: {
    otherDevice: "En su lugar responde otro dispositivo. ¿Se cambió o se conectó en otro sitio?",
    twin: "Este dispositivo ya está configurado como otro terminal. Hay que quitar uno de los dos.",
    unnamed: "El dispositivo que está en su lugar no dice quién es; por eso ahí no se acepta ningún pago.",
    nobodyListens:
      "Ahí hay algo, pero rechaza la conexión. ¿Está abierta la aplicación de pagos del terminal y es correcto el puerto?",
    otherProgram:
      "Lo que responde ahí no habla como un terminal. Su dirección, su puerto o su cifrado están mal configurados.",
    settingLacks: "Uno de sus ajustes falta o está mal. Su técnico puede completarlo.",
  },
  silent: {
    tcp: "No responde. ¿Está encendido y en la misma red que este equipo?",
    http: "No responde. ¿Está encendido y en la misma red que este equipo?",
    serial: "No responde en su puerto serie. ¿Está encendido y con el cable conectado?",
    usb: "No responde por USB. ¿Está encendido y con el cable conectado?",
    cloud: "No se alcanza por la nube del proveedor. ¿Tiene este equipo acceso a Internet?",
  },
  unpaired: "Todavía no acepta órdenes de este equipo. Se vincula en «Programas de caja».",
};
