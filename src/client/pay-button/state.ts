import type { Money } from "../../core/money.ts";
import type { Stage } from "../../core/terminal.ts";
import type { TerminalOnWire } from "../../protocol/terminal.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { isSameAsk, type Order, type Problem } from "./order.ts";

/** What one button knows and shows. */
export type PayState =
  | { readonly kind: "invalid"; readonly problem: Problem; readonly currency?: string }
  /** The browser keeps nothing for this page, so a payment could get lost: none begins. */
  | { readonly kind: "noStorage" }
  /** `left`: this browser remembers an attempt of the order, and nobody has said yet what became of it. */
  | { readonly kind: "ready"; readonly left?: true }
  | { readonly kind: "connecting" }
  | { readonly kind: "pairing" }
  | { readonly kind: "choosing"; readonly terminals: readonly TerminalOnWire[] }
  | {
      readonly kind: "running";
      readonly of: Order;
      readonly requestId: string;
      readonly terminal: string;
      readonly total: Money;
      /** Absent until the daemon has said that it has it. */
      readonly transaction?: TransactionOnWire;
      readonly stage?: Stage;
      readonly text?: string;
      readonly queuePosition?: number;
      readonly cancel: "can" | "asked" | "cannot";
      /** It may go on at the terminal, and nothing is heard of it here. */
      readonly connection?: "lost";
    }
  | { readonly kind: "ended"; readonly of: Order; readonly transaction: TransactionOnWire }
  /** It may have been paid, and the daemon cannot tell. */
  | { readonly kind: "unclear"; readonly of: Order; readonly requestId: string; readonly why: string }
  /** This press has begun nothing. `free`: nor has an earlier one that is not known to have ended. */
  | { readonly kind: "refused"; readonly reason: string; readonly why: string; readonly order: "free" | "notKnown" }
  | {
      readonly kind: "unreachable";
      readonly diagnosis: string;
      readonly why: string;
      readonly remedy: string;
      readonly left?: true;
    };

/** Whether a press of the button begins something. While anything runs or is unclear it never does. */
export function mayBegin(state: PayState, order: Order | undefined): boolean {
  if (order === undefined) return false;
  switch (state.kind) {
    case "ready":
    case "refused":
    case "unreachable":
      return true;
    case "ended":
      return !isSameAsk(state.of, order) || (isFree(state.transaction) && order.requestId === undefined);
    case "unclear":
      return !isSameAsk(state.of, order);
    case "invalid":
    case "noStorage":
    case "connecting":
    case "pairing":
    case "choosing":
    case "running":
      return false;
  }
}

/** Whether another terminal may be chosen: only for a payment that can still begin, and whose order names none. */
export function offersTerminals(state: PayState, order: Order | undefined): boolean {
  return order !== undefined && order.terminal === undefined && mayBegin(state, order);
}

/** Whether the button is in the middle of something that a change of its attributes must not touch. */
export function isUnderWay(state: PayState): boolean {
  return ["connecting", "pairing", "choosing", "running"].includes(state.kind);
}

/** It ended without money, so that the same order may be tried again. */
export function isFree({ outcome, contradicted }: TransactionOnWire): boolean {
  if (outcome === undefined || contradicted !== undefined) return false;
  return outcome.kind === "declined" || outcome.kind === "canceled" || outcome.kind === "notPerformed";
}

/** What became of an order, from all transactions that carry its number. */
export type Standing =
  | { readonly kind: "is"; readonly transaction: TransactionOnWire }
  /** No attempt of it runs, is in doubt or was paid. `attempts`: how many ended without money. */
  | { readonly kind: "free"; readonly attempts: number };

export function standingOf(transactions: readonly TransactionOnWire[]): Standing {
  const last = transactions.find((transaction) => !isFree(transaction));
  return last === undefined ? { kind: "free", attempts: transactions.length } : { kind: "is", transaction: last };
}

/** The state after the daemon has told something of a transaction that belongs to this order. */
export function heard(state: PayState, of: Order, transaction: TransactionOnWire): PayState {
  if (isOlder(state, transaction)) return state;
  if (transaction.outcome !== undefined) return { kind: "ended", of, transaction };
  const before = state.kind === "running" && state.requestId === transaction.requestId ? state : undefined;
  const { progress, queuePosition } = transaction;
  const stage = progress?.stage ?? before?.stage;
  const text = progress?.text ?? before?.text;
  return {
    kind: "running",
    of,
    requestId: transaction.requestId,
    terminal: transaction.terminal,
    total: totalOf(transaction, of),
    transaction,
    ...(stage === undefined ? {} : { stage }),
    ...(text === undefined ? {} : { text }),
    ...(queuePosition === undefined ? {} : { queuePosition }),
    cancel: before?.cancel !== "cannot" && transaction.cancelRequested === true ? "asked" : (before?.cancel ?? "can"),
  };
}

export function progressed(
  state: PayState,
  told: {
    readonly requestId: string;
    readonly stage: Stage;
    readonly text?: string | undefined;
    readonly queuePosition?: number | undefined;
  },
): PayState {
  if (state.kind !== "running" || state.requestId !== told.requestId) return state;
  const { text: _text, queuePosition: _queuePosition, ...rest } = state;
  const { stage, text, queuePosition } = told;
  return {
    ...rest,
    stage,
    ...(text === undefined ? {} : { text }),
    ...(queuePosition === undefined ? {} : { queuePosition }),
  };
}

/** Replies and events overtake each other, and an earlier attempt is told again. */
function isOlder(state: PayState, { requestId, outcome, createdAt }: TransactionOnWire): boolean {
  if (state.kind === "ended") {
    const known = state.transaction;
    if (known.requestId === requestId) return (known.outcome?.revision ?? 0) > (outcome?.revision ?? 0);
    return !isFree(known) || createdAt < known.createdAt;
  }
  // Of this order something runs: the end of another attempt is the past.
  return state.kind === "running" && state.requestId !== requestId && outcome !== undefined;
}

function totalOf({ operation: { amount, tip, cashback } }: TransactionOnWire, of: Order): Money {
  if (amount === undefined) return of.amount;
  return { value: amount.value + (tip?.value ?? 0) + (cashback?.value ?? 0), currency: amount.currency };
}
