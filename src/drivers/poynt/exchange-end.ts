import type { Input } from "../driver.ts";
import type { PoyntMessage } from "./messages.ts";

/** How an exchange ended that left, or tried to. */
export type ExchangeEnd = Extract<Input<PoyntMessage>, { kind: "answered" | "garbled" | "notSent" | "exchangeLost" }>;

export function isEndOf(exchange: string, input: Input<PoyntMessage>): input is ExchangeEnd {
  return "exchange" in input && input.kind !== "notRepeated" && input.exchange === exchange;
}
