import { hash } from "node:crypto";
import type { AuditEntry } from "./journal.ts";

/** One fact as it lies in the journal. */
export type StoredFact = {
  readonly place: number;
  readonly kind: string;
  readonly at: string;
  /** The fact without `kind` and `at`, JSON. */
  readonly body: string;
};

/** What the first fact of a transaction is chained to: nobody can move facts to another transaction unseen. */
export function chainStart(transaction: string): Uint8Array {
  return sha256(transaction);
}

export function chainFact(previous: Uint8Array, fact: StoredFact): Uint8Array {
  return chain(previous, [fact.place, fact.kind, fact.at, fact.body]);
}

export function chainAudit(previous: Uint8Array, entry: AuditEntry): Uint8Array {
  return chain(previous, [entry.at, entry.what, entry.by, entry.detail]);
}

/** What is left of a transaction that was pruned. */
export type Tombstone = {
  readonly transaction: string;
  readonly pos: string;
  readonly requestId: string;
  readonly prunedAt: string;
  readonly events: number;
  /** Of its facts, one after the other. */
  readonly hashes: Uint8Array;
};

export function hashTombstone({ transaction, pos, requestId, prunedAt, events, hashes }: Tombstone): Uint8Array {
  return chain(chainStart(transaction), [pos, requestId, prunedAt, events, hex(hashes)]);
}

/** What a checkpoint stands for: the hash of each line of history since the one before, and of the latest audit entry. */
export type Checkpointed = {
  readonly at: string;
  readonly last: number;
  readonly audit: number;
  readonly auditHash: string;
  readonly lines: readonly string[];
};

/** The first one is chained to the journal's id. Hashes are written in hexadecimal. */
export function chainCheckpoint(previous: Uint8Array, { at, last, audit, auditHash, lines }: Checkpointed): Uint8Array {
  return chain(previous, [at, last, audit, auditHash, ...lines]);
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

function chain(previous: Uint8Array, line: readonly (string | number)[]): Uint8Array {
  return sha256(Buffer.concat([previous, Buffer.from(JSON.stringify(line), "utf8")]));
}

function sha256(data: string | Uint8Array): Uint8Array {
  return hash("sha256", data, "buffer");
}
