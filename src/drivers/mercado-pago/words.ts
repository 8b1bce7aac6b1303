import type { DECLINE_REASONS, Verdict } from "../../core/outcome.ts";
import type { CloudPayment } from "./messages.ts";

type DeclineReason = (typeof DECLINE_REASONS)[number];

/** Why a payment failed (mercado-pago.md 4.1), as far as a word of ours says the same. */
const DECLINES: ReadonlyMap<string, DeclineReason> = new Map([
  ["insufficient_amount", "insufficientFunds"],
  ["card_disabled", "cardBlocked"],
  ["required_call_for_authorize", "callIssuer"],
  ["amount_limit_exceeded", "limitExceeded"],
  ["bad_filled_card_data", "cardReadFailed"],
  ["invalid_installments", "cardNotAccepted"],
  ["processing_error", "hostUnavailable"],
]);

export const declineOf = (detail: string): DeclineReason => DECLINES.get(detail) ?? "other";

/** The vendor's names of card brands (mercado-pago.md 5); with `deb` before them they are of debit cards. */
const BRANDS: ReadonlyMap<string, string> = new Map([
  ["visa", "visa"],
  ["debvisa", "visa"],
  ["master", "mastercard"],
  ["debmaster", "mastercard"],
  ["amex", "amex"],
  ["maestro", "maestro"],
  ["elo", "elo"],
  ["debelo", "elo"],
  ["hipercard", "hipercard"],
  ["cabal", "cabal"],
  ["debcabal", "cabal"],
  ["naranja", "naranja"],
  ["diners", "diners"],
]);

/** Undefined where no card is told: a wallet paid by QR has none. */
export function cardOf({ methodId, last4 }: CloudPayment): Verdict["card"] {
  const brand = methodId === undefined ? undefined : BRANDS.get(methodId);
  if (brand === undefined && last4 === undefined) return undefined;
  return { ...(brand === undefined ? {} : { brand }), ...(last4 === undefined ? {} : { last4 }) };
}
