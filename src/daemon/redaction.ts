import type { LogFields } from "../core/ports.ts";

/** 13 to 19 digits, in groups or not, that are no part of a longer number. */
const LONG_NUMBER = /(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g;
const SECRETIVE = /token|secret|password|pairingcode|authorization/i;
const HIDDEN = "[hidden]";

/**
 * The last fence before the log: card data is masked where bytes become values, and secrets are opaque, so nothing should be
 * found here. What could be a card number by its check digit is cut to its last four digits.
 */
export function redactText(text: string): string {
  return text.replace(LONG_NUMBER, (number) => {
    const digits = number.replace(/\D/g, "");
    return passesLuhn(digits) ? `[card ...${digits.slice(-4)}]` : number;
  });
}

export function redactFields(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (SECRETIVE.test(name)) return [name, HIDDEN];
      const text = redactText(String(value));
      return [name, text === String(value) ? value : text];
    }),
  );
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 1; place <= digits.length; place += 1) {
    const digit = Number(digits.at(-place));
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
