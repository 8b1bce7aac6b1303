import type { EventBody, EventOnWire } from "../../../src/protocol/events.ts";
import type { TerminalOnWire } from "../../../src/protocol/terminal.ts";
import type { TransactionOnWire } from "../../../src/protocol/transaction.ts";

/** A sale that was accepted, and what is said of it. */
export function transaction(id: string, changes: Partial<TransactionOnWire> = {}): TransactionOnWire {
  return {
    id,
    pos: "till-1",
    requestId: `request-${id}`,
    terminal: "counter-1",
    operation: { type: "sale", amount: { value: 1_250, currency: "EUR" } },
    state: "accepted",
    acknowledged: false,
    createdAt: "2026-01-02T03:04:05.000Z",
    ...changes,
  };
}

export function terminal(id: string, changes: Partial<TerminalOnWire> = {}): TerminalOnWire {
  return {
    id,
    vendor: "acme",
    link: { type: "tcp", host: "10.0.0.5", port: 9_999 },
    state: "ready",
    capabilities: {
      currencies: ["EUR"],
      operations: {},
      reports: [],
      device: [],
      receipts: "terminal",
      idleProof: false,
    },
    lastSeen: null,
    queue: 0,
    ...changes,
  };
}

export function eventOf<Type extends EventBody["type"]>(
  type: Type,
  fields: Omit<Extract<EventBody, { readonly type: Type }>, "type">,
): EventOnWire {
  return { seq: 1, at: "2026-01-02T03:04:05.000Z", kept: false, type, ...fields } as unknown as EventOnWire;
}
