import { isJsonObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Result } from "./simulator-results.ts";
import type { Hits } from "./simulator-scenario.ts";

/** What the terminal keeps of one transaction. Amounts in minor units. */
export type StoredTransaction = {
  readonly id: string;
  /** What it captures or gives back. */
  readonly parentId?: string;
  readonly action: "SALE" | "AUTHORIZE" | "OFFLINE_AUTHORIZE" | "CAPTURE" | "REFUND";
  /** A declined transaction moves nothing and is kept all the same. */
  readonly decline?: { readonly code: string; readonly text: string };
  readonly isVoided: boolean;
  readonly isSettled: boolean;
  readonly isAdjusted: boolean;
  /** Waits for a capture; else it is captured when the batch is settled. */
  readonly isPreauthorization: boolean;
  readonly isPartial: boolean;
  /** The referenceId of its payment. */
  readonly ticket: string;
  readonly currency: string;
  readonly amount: number;
  readonly tip: number;
  readonly cashback: number;
  /** Of an authorization. */
  readonly captured: number;
  /** Of a sale or capture. */
  readonly refunded: number;
  readonly approvalCode: string;
  readonly transactionNumber: string;
  readonly card: number;
  readonly entryMode: string;
  readonly notes?: string;
  readonly references?: Json;
  /** Wall clock, milliseconds. */
  readonly at: number;
  readonly updatedAt: number;
};

/** The one client (poynt.md 1.3), and the key that both sign with. */
export type Pairing = { readonly client: string; readonly secret: string };

type KeptResult = { readonly id: string; readonly at: number; readonly result: Result };

/** All that survives a restart that remembers. JSON through and through. */
export type Memory = {
  readonly version: 1;
  readonly pairing: Pairing | null;
  /** Oldest first. */
  readonly transactions: readonly StoredTransaction[];
  /** For repeats, oldest first. A restart that forgets loses these and nothing else. */
  readonly results: readonly KeptResult[];
  /** Transactions so far. */
  readonly count: number;
  /** Of the scenario, not of the terminal. */
  readonly hits: Hits;
};

const MAX_TRANSACTIONS = 1_000;
const MAX_RESULTS = 200;

function newMemory(pairedWith: string | undefined): Memory {
  const pairing = pairedWith === undefined ? null : { client: "", secret: pairedWith };
  return { version: 1, pairing, transactions: [], results: [], count: 0, hits: [] };
}

/** What an earlier process saved; anything else is as good as nothing. */
export function restoredMemory(saved: Json | undefined, pairedWith: string | undefined): Memory {
  const empty = newMemory(pairedWith);
  if (!isJsonObject(saved) || saved["version"] !== 1) return empty;
  return { ...empty, ...(saved as unknown as Memory) };
}

/** With a new transaction, or an old one as it is now. */
export function withTransaction(memory: Memory, transaction: StoredTransaction): Memory {
  const known = memory.transactions.some(({ id }) => id === transaction.id);
  const transactions = known
    ? memory.transactions.map((other) => (other.id === transaction.id ? transaction : other))
    : [...memory.transactions, transaction].slice(-MAX_TRANSACTIONS);
  return { ...memory, transactions, count: memory.count + (known ? 0 : 1) };
}

export function transactionWith(memory: Memory, id: string): StoredTransaction | undefined {
  return memory.transactions.find((transaction) => transaction.id === id);
}

export function withResult(memory: Memory, id: string, at: number, result: Result): Memory {
  const others = memory.results.filter((kept) => kept.id !== id);
  return { ...memory, results: [...others, { id, at, result }].slice(-MAX_RESULTS) };
}

export function resultOf(memory: Memory, id: string, now: number, retentionMs: number): Result | undefined {
  return memory.results.find((kept) => kept.id === id && now - kept.at <= retentionMs)?.result;
}

export function totalOf({ amount, tip, cashback }: StoredTransaction): number {
  return amount + tip + cashback;
}

/** What it moved so far, signed, where it was not declined: a sale brings money in, a refund takes it out. */
export function movedBy(transaction: StoredTransaction): number {
  const { action, isVoided } = transaction;
  if (isVoided || action === "AUTHORIZE") return 0;
  return action === "REFUND" ? -totalOf(transaction) : totalOf(transaction);
}

/** What it holds back of the customer's money without having taken it. */
function reservedBy(transaction: StoredTransaction): number {
  const { action, isVoided, captured } = transaction;
  return action === "AUTHORIZE" && !isVoided ? Math.max(0, totalOf(transaction) - captured) : 0;
}

/** What one step moved and reserved, signed, by the transactions as they are after it. */
export function differenceOf(before: Memory, changed: readonly StoredTransaction[]) {
  const difference = (measure: (transaction: StoredTransaction) => number): number =>
    changed.reduce((sum, transaction) => {
      const was = transactionWith(before, transaction.id);
      return sum + measure(transaction) - (was === undefined ? 0 : measure(was));
    }, 0);
  return { amount: difference(movedBy), reserved: difference(reservedBy) };
}

/** One line of the ledger. The last of the changed transactions gives it its name. */
export function movementOf(
  kind: string,
  before: Memory,
  changed: readonly [...StoredTransaction[], StoredTransaction],
  about: JsonObject,
): JsonObject {
  const subject = changed[changed.length - 1] ?? changed[0];
  return {
    at: new Date(subject.updatedAt).toISOString(),
    kind,
    ticket: subject.ticket,
    ...differenceOf(before, changed),
    total: totalOf(subject),
    tip: subject.tip,
    cashback: subject.cashback,
    currency: subject.currency,
    transactionId: subject.id,
    ...(subject.parentId === undefined ? {} : { parentId: subject.parentId }),
    approvalCode: subject.approvalCode,
    ...about,
  };
}
