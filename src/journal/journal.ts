import type { AlarmCode } from "../core/alarm-code.ts";
import type { Fact } from "../core/facts.ts";
import type { OutcomeKind } from "../core/outcome.ts";
import type { Transaction, TransactionState } from "../core/transaction.ts";

/** Something a person should hear of. Kept for the transaction's POS like any result. */
export type Alarm = {
  readonly severity: "warning" | "critical";
  readonly code: AlarmCode;
  readonly terminal?: string;
  readonly transaction?: string;
  readonly text: string;
  readonly remedy: string;
};

/** One commit: facts of one transaction, what is told of them, and what they claim. All of it or nothing. */
export type Append = {
  readonly transaction: string;
  /** How many facts the writer has seen: the place of the first new one. Another writer's fact in it is our mistake. */
  readonly place: number;
  readonly facts: readonly [Fact, ...Fact[]];
  readonly alarms?: readonly Alarm[];
  /** What moved at the terminal; claimed by at most one transaction, for ever. */
  readonly movement?: string;
};

/** The kept event that a fact, or an alarm, of this commit causes; numbered for each POS in the commit itself. */
export type Told = { readonly pos: string; readonly seq: number; readonly place: number };

export type Appended =
  | {
      readonly kind: "appended";
      /** For each fact that is told, in order. */
      readonly told: readonly Told[];
      /** For each alarm, in order. */
      readonly alarms: readonly Told[];
    }
  /** (`pos`, `requestId`) is taken; nothing was written. */
  | { readonly kind: "duplicate"; readonly stored: Found }
  /** The movement is claimed by another transaction; nothing was written. */
  | { readonly kind: "claimed"; readonly by: string };

/** What is stored under a request id: a transaction, or the mark of one that was pruned. */
export type Found =
  | { readonly kind: "transaction"; readonly transaction: Transaction }
  | { readonly kind: "tombstone"; readonly transaction: string; readonly pos: string; readonly requestId: string };

export type TransactionQuery = {
  readonly pos?: string;
  readonly terminal?: string;
  readonly state?: TransactionState;
  readonly outcome?: readonly OutcomeKind[];
  readonly unacknowledged?: boolean;
  readonly reference?: string;
  /** RFC 3339; `from` <= createdAt < `to`. */
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  readonly cursor?: string;
};

export type TransactionPage = { readonly transactions: readonly Transaction[]; readonly cursor?: string };

/** A kept event as it was told: the transaction as of that fact, or an alarm. */
export type KeptEvent = { readonly seq: number; readonly at: string } & (
  | { readonly kind: "transaction"; readonly type: ToldType; readonly transaction: Transaction }
  | { readonly kind: "alarm"; readonly alarm: Alarm }
);

export type ToldType =
  "transaction.accepted" | "transaction.dispatched" | "transaction.settled" | "transaction.resolved";

/** The event that a fact causes; undefined for facts that are not told. */
export function toldTypeOf(fact: Pick<Fact, "kind">): ToldType | undefined {
  switch (fact.kind) {
    case "accepted":
      return "transaction.accepted";
    case "dispatched":
      return "transaction.dispatched";
    case "settled":
      return "transaction.settled";
    case "resolved":
      return "transaction.resolved";
    case "cancelRequested":
    case "repeated":
    case "remembered":
    case "proposed":
    case "acknowledged":
    case "contradicted":
    case "fenceLifted":
    case "note":
      return undefined;
  }
}

/** What one step of pruning did; `cursor`: where the next one goes on. Without it nothing that is old enough is left. */
export type Pruned = { readonly transactions: number; readonly cursor?: string };

/** The newest link of the chain over all that was written. Kept elsewhere, it shows later that nothing before it was changed. */
export type Checkpoint = {
  readonly number: number;
  readonly at: string;
  /** Hexadecimal. */
  readonly hash: string;
  /** Facts that were written after it: no checkpoint stands for them yet. */
  readonly younger: number;
};

export type AuditEntry = { readonly at: string; readonly what: string; readonly by: string; readonly detail: string };

export type VerifyReport = {
  readonly transactions: number;
  readonly facts: number;
  /** Undefined where none was written yet. */
  readonly checkpoint?: Checkpoint;
  /** Each one names the transaction and what is wrong with it. Empty: the journal is whole. */
  readonly faults: readonly string[];
};

/** The journal cannot be used: no space, no rights, damaged, from a newer version. New money is refused until it is mended. */
export class JournalFailure extends Error {
  override readonly name = "JournalFailure";
}

/**
 * Where facts are kept. Every method rejects with `JournalFailure` where the environment fails. What `append` answered is on the
 * disk; what it rejected counts as not written.
 */
export interface Journal {
  /** Of this memory of money; another one after a person started anew. */
  readonly id: string;
  /** Tells after each commit how long the disk took for it, its sync included. Answers how to stop. Absent where there is no disk. */
  onCommit?(listener: (durationMs: number) => void): () => void;
  append(append: Append): Promise<Appended>;
  find(pos: string, requestId: string): Promise<Found | undefined>;
  get(transaction: string): Promise<Transaction | undefined>;
  /** The facts in order, for the timeline. */
  facts(transaction: string): Promise<readonly Fact[]>;
  list(query: TransactionQuery): Promise<TransactionPage>;
  /** What is not at its end (`isOpen`), oldest first: all that a start has to load. */
  open(): Promise<readonly Transaction[]>;
  /** Settled and not acknowledged in the latest revision, oldest first. */
  unacknowledged(pos: string, limit: number): Promise<readonly Transaction[]>;
  /** Every transaction whose `original` is this one. */
  successors(original: string): Promise<readonly Transaction[]>;
  /** By the ticket in its `dispatched` fact: late evidence names nothing else. */
  byTicket(terminal: string, ticket: string): Promise<Transaction | undefined>;
  /** Those of the movements that are claimed already. */
  claimed(movements: readonly string[]): Promise<readonly string[]>;
  lastSeq(pos: string): Promise<number>;
  keptAfter(pos: string, seq: number, limit: number): Promise<readonly KeptEvent[]>;
  audit(entry: AuditEntry): Promise<void>;
  /**
   * Notes when the terminal gave its last sign of life while this transaction ran: one note, overwritten, and gone with the
   * transaction's end. Losing the newest errs to the safe side: the silence looks longer.
   */
  seen(transaction: string, at: string): Promise<void>;
  lastSeen(transaction: string): Promise<string | undefined>;
  /**
   * One step of retention, beside no write that waits: takes away at most `limit` transactions that are at their end and of which
   * nothing happened since `before` (RFC 3339), with their kept events. Their request ids stay taken, and their movements claimed.
   * What is open or unknown stays, and what a transaction that stays refers to.
   */
  prune(before: string, limit: number, cursor?: string): Promise<Pruned>;
  verify(): Promise<VerifyReport>;
  close(): Promise<void>;
}
