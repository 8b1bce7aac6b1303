import type { Effect, Input } from "../driver.ts";
import type { MercadoPagoMessage } from "./messages.ts";

/** How an exchange ended that left, or tried to. */
export type ExchangeEnd = Extract<
  Input<MercadoPagoMessage>,
  { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }
>;

export function isEndOf(exchange: string, input: Input<MercadoPagoMessage>): input is ExchangeEnd {
  return "exchange" in input && input.kind !== "notRepeated" && input.exchange === exchange;
}

/** The account machine has to hear of it: whatever is asked next fares no better. */
export const ACCESS_REFUSED: Effect<MercadoPagoMessage> = { kind: "askAccount", message: { kind: "accessRefused" } };

export function isAccessRefused(end: ExchangeEnd): boolean {
  return end.kind === "answered" && end.message.kind === "refusal" && end.message.status === 401;
}

/** Which of these it ends. */
export function endAmong(
  exchanges: readonly string[],
  input: Input<MercadoPagoMessage>,
): readonly [exchange: string, end: ExchangeEnd] | undefined {
  for (const exchange of exchanges) if (isEndOf(exchange, input)) return [exchange, input];
  return undefined;
}

/** An answer that is not what was asked for, for people. */
export function inWords(message: MercadoPagoMessage): string {
  if (message.kind !== "refusal") return "the vendor answered something else than it was asked";
  const { status, code, text } = message;
  return `the vendor answered ${status} ${code} ${text}`.trim();
}
