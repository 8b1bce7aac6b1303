import { maskIssuedCards } from "../codec/card-numbers.ts";
import { HIDDEN, SECRETIVE } from "../codec/redacted-json.ts";
import type { LogFields } from "../core/ports.ts";

/**
 * The last fence before the log: card data is masked where bytes become values, and secrets are opaque, so nothing should be
 * found here. What looks like the number of a card is cut to its last four digits.
 */
export function redactText(text: string): string {
  return maskIssuedCards(text);
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
