import { sameDevice, type DeviceIdentity } from "../../core/terminal.ts";
import type { Effect } from "../driver.ts";
import type { HouseMessage, MercadoPagoMessage } from "./messages.ts";

type TerminalTold = Extract<HouseMessage, { kind: "terminalTold" }>;

/** Whom a terminal's orders belong to: the account that lists it, and the store and cash register that it stands for. */
export function identityOf({ terminal, user }: TerminalTold): DeviceIdentity | undefined {
  if (terminal === undefined) return undefined;
  const { id, store, pos } = terminal;
  return {
    terminalId: id,
    ...(store === undefined ? {} : { storeId: store }),
    ...(pos === undefined ? {} : { posId: pos }),
    ...(user === undefined ? {} : { account: user }),
  };
}

/** What is known of this terminal; the answer comes to whoever works for the ticket, else to the device machine. */
export const askTerminal = (
  must: "beFresh" | "beRecent",
  ticket?: string,
): Extract<Effect<MercadoPagoMessage>, { kind: "askAccount" }> => ({
  kind: "askAccount",
  message: { kind: "askTerminal", must, ...(ticket === undefined ? {} : { ticket }) },
});

/** Whether the terminal that is there now is the one that the operation was meant for. */
export type Recognized = "notYet" | "same" | "other";

export function recognize(
  told: TerminalTold,
  before: DeviceIdentity | undefined,
): readonly [Recognized, readonly Effect<MercadoPagoMessage>[]] {
  const identity = identityOf(told);
  if (identity === undefined) return ["other", []];
  const isSame = sameDevice(before, identity) === "same";
  return [isSame ? "same" : "other", [{ kind: "identified", identity }]];
}
