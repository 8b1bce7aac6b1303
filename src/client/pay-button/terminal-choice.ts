import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { Memory } from "./memory.ts";
import type { Order } from "./order.ts";
import type { Till } from "./till.ts";

/** Shows the terminals to the cashier; undefined where none was chosen. */
export type AskTerminal = (
  terminals: readonly TerminalOnWire[],
  before: string | undefined,
) => Promise<string | undefined>;

export type Candidates =
  | { readonly kind: "one"; readonly terminal: string }
  | { readonly kind: "none" }
  | { readonly kind: "several"; readonly terminals: readonly TerminalOnWire[] };

/** Where an order can be paid: at the terminal that it names, at the only one that can, or at the one that was chosen before. */
export async function candidatesFor(till: Till, memory: Memory, order: Order): Promise<Candidates> {
  if (order.terminal !== undefined) return { kind: "one", terminal: order.terminal };
  const { terminals } = await till.call("terminals.list", {});
  const able = terminals.filter((terminal) => can(terminal, order));
  const [only] = able;
  if (only === undefined) return { kind: "none" };
  if (able.length === 1) return { kind: "one", terminal: only.id };
  const chosen = able.find(({ id, state }) => id === memory.terminal() && isUsable(state));
  return chosen === undefined ? { kind: "several", terminals: able } : { kind: "one", terminal: chosen.id };
}

/** Whether a payment may be sent there now, or will be soon. */
export function isUsable(state: TerminalOnWire["state"]): boolean {
  return state !== "offline" && state !== "fenced" && state !== "unpaired" && state !== "disabled";
}

function can({ state, capabilities }: TerminalOnWire, { type, amount }: Order): boolean {
  if (state === "disabled" || capabilities.operations[type] === undefined) return false;
  return capabilities.currencies.length === 0 || capabilities.currencies.includes(amount.currency);
}
