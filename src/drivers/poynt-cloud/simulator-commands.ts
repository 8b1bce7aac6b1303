/** What a cloud message can be about: the action of a flat one (poynt.md 2.4), by our name for it. */
const BY_ACTION = {
  sale: "sale",
  authorize: "preSale",
  void: "void",
  refund: "refund",
  "non-referenced-credit": "nonRefRefund",
  setCustomPcmProfile: "profile",
} as const;

export type PaymentCommand = Exclude<(typeof BY_ACTION)[keyof typeof BY_ACTION], "profile">;
/** `raw`: for an app of the merchant's. `nonsense`: the cloud takes it, and the terminal makes nothing of it. */
type MessageCommand = PaymentCommand | "profile" | "raw" | "nonsense";

const OVER_REST = [
  "token",
  "search",
  "transaction",
  "restVoid",
  "restRefund",
  "restCapture",
  "restAdjustment",
  "business",
] as const;

export type RestCommand = (typeof OVER_REST)[number];
export type CommandName = MessageCommand | RestCommand;

export const COMMAND_NAMES = [...Object.values(BY_ACTION), "raw", "nonsense", ...OVER_REST] as const;

export function messageCommandOf(action: string): PaymentCommand | "profile" | undefined {
  return Object.entries(BY_ACTION).find(([known]) => known === action)?.[1];
}

/** What changes a transaction, whether by message or over REST. */
export type MoneyCommand = PaymentCommand | "completion" | "adjustment";
