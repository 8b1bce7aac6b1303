import type { AdviceCode } from "../../core/outcome.ts";
import type { Advice } from "../../protocol/transaction.ts";
import type { Language } from "../../protocol/words/languages.ts";

export { languageOf, type Language } from "../../protocol/words/languages.ts";

/** For a transaction whose outcome nobody knows yet. Each says that charging again may charge twice. */
const UNKNOWN: Record<AdviceCode, Record<Language, string>> = {
  wait: {
    en: "It is not yet known whether the customer paid. Tillbridge is still asking the terminal: wait, and do not charge again.",
    es: "Aún no se sabe si el cliente pagó. Tillbridge sigue consultando al terminal: espere y no cobre de nuevo.",
    pt: "Ainda não se sabe se o cliente pagou. O Tillbridge continua a consultar o terminal: aguarde e não cobre de novo.",
    de: "Noch ist nicht bekannt, ob der Kunde bezahlt hat. Tillbridge fragt das Terminal weiter: bitte warten und nicht noch einmal kassieren.",
  },
  lookAtTerminal: {
    en: "It is not known whether the customer paid. Look at the terminal's display and its last receipt before charging again.",
    es: "No se sabe si el cliente pagó. Revise la pantalla del terminal y su último comprobante antes de cobrar de nuevo.",
    pt: "Não se sabe se o cliente pagou. Veja o visor do terminal e o último comprovante antes de cobrar de novo.",
    de: "Es ist nicht bekannt, ob der Kunde bezahlt hat. Vor erneutem Kassieren die Anzeige und den letzten Beleg des Terminals prüfen.",
  },
  askOperator: {
    en: "It is not known whether the customer paid, and the terminal cannot tell. The person in charge has to check and decide; do not charge again before.",
    es: "No se sabe si el cliente pagó y el terminal no puede decirlo. El encargado debe comprobarlo y decidir; no cobre de nuevo antes.",
    pt: "Não se sabe se o cliente pagou e o terminal não consegue dizer. O responsável deve verificar e decidir; não cobre de novo antes.",
    de: "Es ist nicht bekannt, ob der Kunde bezahlt hat, und das Terminal kann es nicht sagen. Die verantwortliche Person muss prüfen und entscheiden; vorher nicht noch einmal kassieren.",
  },
  callSupport: {
    en: "It is not known whether the customer paid. Call support with this transaction's number, and do not charge again before.",
    es: "No se sabe si el cliente pagó. Llame al soporte con el número de esta transacción y no cobre de nuevo antes.",
    pt: "Não se sabe se o cliente pagou. Ligue para o suporte com o número desta transação e não cobre de novo antes.",
    de: "Es ist nicht bekannt, ob der Kunde bezahlt hat. Den Support mit der Nummer dieser Transaktion anrufen und vorher nicht noch einmal kassieren.",
  },
};

/** For a terminal that a transaction in doubt keeps from others. */
const FENCE: Record<"wait" | "askOperator", Record<Language, string>> = {
  wait: {
    en: "Tillbridge is finding out how the last payment ended. The terminal takes the next one afterwards.",
    es: "Tillbridge está averiguando cómo terminó el último pago. Después el terminal aceptará el siguiente.",
    pt: "O Tillbridge está a verificar como terminou o último pagamento. Depois o terminal aceita o próximo.",
    de: "Tillbridge stellt gerade fest, wie die letzte Zahlung ausging. Danach nimmt das Terminal die nächste an.",
  },
  askOperator: {
    en: "Nobody knows how the last payment here ended. Use another terminal, and do not charge that one again; the person in charge looks at the slips and decides it.",
    es: "Nadie sabe cómo terminó el último pago aquí. Use otro terminal y no lo cobre de nuevo; el encargado revisa los comprobantes y decide.",
    pt: "Ninguém sabe como terminou o último pagamento aqui. Use outro terminal e não o cobre de novo; o responsável vê os comprovantes e decide.",
    de: "Niemand weiß, wie die letzte Zahlung hier ausging. Bitte ein anderes Terminal nehmen und sie nicht noch einmal kassieren; die verantwortliche Person sieht die Belege durch und entscheidet.",
  },
};

export function adviceOnUnknown(code: AdviceCode, language: Language): Advice {
  return { code, text: UNKNOWN[code][language] };
}

/** `recovering`: the daemon is still finding out by itself. */
export function adviceOnFence(recovering: boolean, language: Language): Advice {
  const code = recovering ? "wait" : "askOperator";
  return { code, text: FENCE[code][language] };
}
