import type { DeviceReply } from "../driver.ts";
import type { ExchangeEnd } from "./exchange-end.ts";

/** What a person has to do when the vendor has switched the mode (mercado-pago.md 2.2). */
export const setupWords = (terminal: string): string =>
  `${terminal} is switched to PDV: restart the terminal now, it takes orders from then on`;

/** Why it was not switched (mercado-pago.md 2.2). */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ["unsupported_site", "the account is in none of the countries that have this: Argentina, Brazil, Chile, Mexico"],
  ["terminal_not_allowed_action", "the terminal belongs to another seller, or the application may not do this"],
  ["store_pos_not_found", "link the terminal to a store and cash register in the seller's Mercado Pago app first"],
  ["not_found", "the account does not have this terminal: compare settings.terminalId"],
]);

/** Undefined where it was switched. */
export function setupReply(end: ExchangeEnd): Exclude<DeviceReply, { kind: "answered" }> | undefined {
  if (end.kind === "garbled") return { kind: "refused", why: `the vendor's answer cannot be believed: ${end.why}` };
  if (end.kind !== "answered") return { kind: "noAnswer", why: end.why };
  const { message } = end;
  if (message.kind === "setUp") {
    return message.mode === "PDV" ? undefined : { kind: "refused", why: `the terminal stays in mode ${message.mode}` };
  }
  if (message.kind !== "refusal")
    return { kind: "refused", why: "the vendor answered something else than it was asked" };
  const { status, code, text } = message;
  const one = "another terminal of the same cash register works in PDV: one of them has to be linked elsewhere";
  const remedy = status === 412 ? one : (REMEDIES.get(code) ?? text);
  return {
    kind: "refused",
    why: `${remedy} (${[String(status), code, text].filter((part) => part !== "").join(" ")})`,
  };
}
