import type { Stage } from "../../core/terminal.ts";
import type { Effect } from "../driver.ts";
import { MESSAGE_CODES, type GetnetMessage, type Intermediate } from "./messages.ts";
import type { GetnetSettings } from "./settings.ts";

export type GetnetEffect = Effect<GetnetMessage>;

/** The vendor's bridge leaves so much time between two commands (getnet.md 3). */
export const REST_MS = 250;

/** On serial each signed message is acknowledged; on TCP the vendor's own clients do not (getnet.md 3, 5). */
export function acknowledges(link: string, settings: GetnetSettings): boolean {
  return settings.ackOnTcp || !link.startsWith("tcp");
}

export function acknowledgement(wanted: boolean): readonly GetnetEffect[] {
  return wanted ? [{ kind: "send", message: { kind: "acknowledgement", received: true } }] : [];
}

const STAGES: ReadonlyMap<number, Stage> = new Map([
  [MESSAGE_CODES.cardReading, "presentCard"],
  [MESSAGE_CODES.confirmAmount, "confirmAmount"],
  [MESSAGE_CODES.installments, "selectInstallments"],
  [MESSAGE_CODES.pin, "enterPin"],
  [MESSAGE_CODES.contactingHost, "contactingHost"],
  [MESSAGE_CODES.tip, "enterTip"],
  [MESSAGE_CODES.cashback, "other"],
]);

export function progressOf({ code, text }: Intermediate): GetnetEffect {
  return { kind: "progress", stage: STAGES.get(code) ?? "other", ...(text === "" ? {} : { text }) };
}
