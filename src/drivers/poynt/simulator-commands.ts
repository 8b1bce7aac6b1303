/** What a client can ask, by the path that it posts to (poynt.md 1.5). */
const COMMANDS_BY_PATH = {
  "/devices/cat/pair": "pair",
  "/devices/cat/pairWithKey": "pairWithKey",
  "/devices/cat/ping": "ping",
  "/devices/cat/paymentState": "paymentState",
  "/devices/cat/authorizeSales": "sale",
  "/devices/cat/authorizePreSales": "preSale",
  "/devices/cat/authorizeCompletion": "completion",
  "/devices/cat/authorizeAdjustment": "adjustment",
  "/devices/cat/authorizeVoid": "void",
  "/devices/cat/authorizeVoidPreSales": "voidPreSale",
  "/devices/cat/authorizeRefund": "refund",
  "/devices/cat/authorizeNonRefRefund": "nonRefRefund",
  "/devices/cat/settle": "settle",
  "/devices/posprinter/printNormal": "print",
  "/devices/secondscreen/showItems": "showItems",
  "/devices/imagescanner/getScanData": "scan",
  "/devices/cat/getScanData": "scan",
} as const;

export type CommandName = (typeof COMMANDS_BY_PATH)[keyof typeof COMMANDS_BY_PATH];

export const COMMAND_NAMES = [...new Set(Object.values(COMMANDS_BY_PATH))];

export function commandAt(path: string): CommandName | undefined {
  return Object.entries(COMMANDS_BY_PATH).find(([known]) => known === path)?.[1];
}

/** The customer presents a card. */
const WITH_CARD = ["sale", "preSale", "nonRefRefund"] as const;
const ON_TRANSACTION = ["completion", "adjustment", "void", "voidPreSale", "refund"] as const;

type CardCommand = (typeof WITH_CARD)[number];
export type TransactionCommand = (typeof ON_TRANSACTION)[number];
export type MoneyCommand = CardCommand | TransactionCommand | "settle";

export function wantsCard(command: CommandName): command is CardCommand {
  return WITH_CARD.some((known) => known === command);
}

/** Names an earlier transaction. */
export function isOnTransaction(command: CommandName): command is TransactionCommand {
  return ON_TRANSACTION.some((known) => known === command);
}

/** Runs on the payment screen: one at a time, and its result is kept for repeats. */
export function isMoneyCommand(command: CommandName): command is MoneyCommand {
  return wantsCard(command) || isOnTransaction(command) || command === "settle";
}
