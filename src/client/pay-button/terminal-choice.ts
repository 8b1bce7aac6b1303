import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { Memory } from "./memory.ts";
import type { Order } from "./order.ts";
import type { Till } from "./till.ts";
import type { Words } from "./words.ts";

/** More would not fit below a button. */
const MOST_NAMED = 5;

/** Shows the terminals to the cashier; undefined where none was chosen. */
export type AskTerminal = (
  terminals: readonly TerminalOnWire[],
  before: string | undefined,
) => Promise<string | undefined>;

export type Candidates =
  | { readonly kind: "one"; readonly terminal: string }
  | { readonly kind: "none"; readonly terminals: readonly TerminalOnWire[] }
  | { readonly kind: "several"; readonly terminals: readonly TerminalOnWire[] };

/** Where an order can be paid: at the terminal that it names, at the only one that can, or at the one that was chosen before. */
export async function candidatesFor(till: Till, memory: Memory, order: Order): Promise<Candidates> {
  if (order.terminal !== undefined) return { kind: "one", terminal: order.terminal };
  const { terminals } = await till.call("terminals.list", {});
  const able = terminals.filter((terminal) => can(terminal, order));
  const [only] = able;
  if (only === undefined) return { kind: "none", terminals };
  if (able.length === 1) return { kind: "one", terminal: only.id };
  const chosen = able.find(({ id, state }) => id === memory.terminal() && isUsable(state));
  return chosen === undefined ? { kind: "several", terminals: able } : { kind: "one", terminal: chosen.id };
}

/** Whether a payment may be sent there now, or will be soon. */
export function isUsable(state: TerminalOnWire["state"]): boolean {
  return state !== "offline" && state !== "fenced" && state !== "unpaired" && state !== "disabled";
}

/** Why none can, for the person who reads it: what the order needs, and what the terminals here are. */
export function whyNoTerminal(words: Words, terminals: readonly TerminalOnWire[], { amount }: Order): string {
  if (terminals.length === 0) return words.noTerminalFor.nothing;
  const named = terminals.slice(0, MOST_NAMED).map(({ id, state, capabilities: { currencies } }) => {
    const what = [...currencies, ...(state === "disabled" ? [words.choice.states.disabled] : [])];
    return what.length === 0 ? id : `${id} (${what.join(", ")})`;
  });
  const list = [...named, ...(terminals.length > MOST_NAMED ? ["..."] : [])].join(", ");
  const isCurrency = !terminals.some((terminal) => takes(terminal, amount.currency));
  return isCurrency ? words.noTerminalFor.currency(amount.currency, list) : words.noTerminalFor.other(list);
}

function can(terminal: TerminalOnWire, { type, amount }: Order): boolean {
  if (terminal.state === "disabled" || terminal.capabilities.operations[type] === undefined) return false;
  return takes(terminal, amount.currency);
}

function takes({ capabilities: { currencies } }: TerminalOnWire, currency: string): boolean {
  return currencies.length === 0 || currencies.includes(currency);
}
