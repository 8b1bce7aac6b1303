import type { Money } from "../core/money.ts";
import { formatMoney } from "../core/money.ts";
import type { Operation } from "../core/operation.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { readMoney, readWhole } from "./typed-values.ts";
import { inWords } from "./words.ts";

/** The operations that the command starts. */
export type OrderType = "sale" | "refund" | "void" | "preauthorization" | "capture" | "adjustment" | "reconciliation";

export type Order = { readonly terminal: string; readonly operation: Operation };

const NEEDS_AMOUNT: ReadonlySet<OrderType> = new Set(["sale", "preauthorization", "capture", "adjustment"]);
const NEEDS_ORIGINAL: ReadonlySet<OrderType> = new Set(["void", "capture", "adjustment"]);

/** What was typed, as an operation of the protocol. The daemon and the terminal's capabilities decide the rest. */
export function readOrder(type: OrderType, call: Call): Order {
  const terminal = call.text("terminal");
  if (terminal === undefined) throw wrongUsage("Say the terminal with --terminal. `tillbridge terminals` lists them.");
  const amount = readMoney(call, "amount");
  const original = call.text("original");
  if (amount === undefined && (NEEDS_AMOUNT.has(type) || (type === "refund" && original === undefined))) {
    throw wrongUsage("Say the amount with --amount and --currency.");
  }
  if (amount?.value === 0) throw wrongUsage("An amount of zero moves no money.");
  if (original === undefined && NEEDS_ORIGINAL.has(type))
    throw wrongUsage("Say the transaction that it is about with --original.");
  return { terminal, operation: { type, ...readDetails(call), ...(amount === undefined ? {} : { amount }) } };
}

function readDetails(call: Call): Omit<Operation, "type" | "amount"> {
  const original = call.text("original");
  const reference = call.text("reference");
  const language = call.text("language");
  const tip = readMoney(call, "tip");
  const cashback = readMoney(call, "cashback");
  const installments = readWhole(call, "installments");
  const despite = call.text("despite");
  const timeoutSeconds = readWhole(call, "timeout");
  const options = {
    ...(despite === undefined ? {} : { despite }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
  };
  return {
    ...(original === undefined ? {} : { original: { transaction: original } }),
    ...(tip === undefined ? {} : { tip }),
    ...(cashback === undefined ? {} : { cashback }),
    ...(installments === undefined ? {} : { installments }),
    ...(reference === undefined ? {} : { reference }),
    ...(language === undefined ? {} : { language }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}

/** Goods, tip and cashback: what the customer is asked for. */
export function totalOf({ amount, tip, cashback }: Operation): Money | undefined {
  if (amount === undefined) return undefined;
  return { ...amount, value: amount.value + (tip?.value ?? 0) + (cashback?.value ?? 0) };
}

/** `Sale of 12.50 EUR on counter-1` */
export function orderInWords({ terminal, operation }: Order): string {
  const total = totalOf(operation);
  const what = inWords(operation.type).replace(/^./, (first) => first.toUpperCase());
  const about =
    operation.original === undefined || !("transaction" in operation.original)
      ? ""
      : ` for transaction ${operation.original.transaction}`;
  return `${what}${total === undefined ? "" : ` of ${formatMoney(total)}`}${about} on ${terminal}`;
}
