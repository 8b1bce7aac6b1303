import type { Operation } from "../../core/operation.ts";
import type { Stage } from "../../core/terminal.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../protocol/transaction.ts";
import type { Memory } from "./memory.ts";
import type { Order } from "./order.ts";
import type { PayState } from "./state.ts";
import type { AskTerminal } from "./terminal-choice.ts";
import type { Tills } from "./tills.ts";

/** What the page is told. `earlier`: this load of the page did not begin it; another tab did, or an earlier load. */
export type PayEvent =
  | { readonly kind: "begin"; readonly requestId: string; readonly terminal: string; readonly operation: Operation }
  | { readonly kind: "progress"; readonly requestId: string; readonly stage: Stage; readonly text?: string }
  | {
      readonly kind: "complete";
      readonly transaction: TransactionOnWire;
      readonly outcome: OutcomeOnWire;
      readonly earlier: boolean;
    }
  | { readonly kind: "timeout"; readonly requestId: string; readonly transaction?: TransactionOnWire }
  | { readonly kind: "error"; readonly reason: string; readonly why: string; readonly remedy?: string };

export type FlowPorts = {
  readonly url: string;
  /** Where the button is, for payments without an order's number. */
  readonly place: string;
  /** The wall clock. */
  readonly now: () => number;
  readonly memory: Memory;
  readonly tills: Tills;
  /** Asks the cashier for a pairing code, and remembers what comes of it. */
  askPairing(again: boolean): Promise<"paired" | "dismissed">;
  readonly askTerminal: AskTerminal;
  /** Why none of these can take it, in the page's language. */
  whyNoTerminal(terminals: readonly TerminalOnWire[], of: Order): string;
  diagnose(why: string): Promise<{ readonly reason: string; readonly why: string; readonly remedy: string }>;
  show(state: PayState): void;
  emit(event: PayEvent): void;
  /** Whether the page can hear of it: the button is in it. */
  isThere(): boolean;
};
