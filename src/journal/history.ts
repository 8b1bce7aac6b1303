import type { DatabaseSync } from "node:sqlite";
import { chainStart, hashTombstone, hex, type Tombstone } from "./chain.ts";
import { blob, integer, text, type Row } from "./rows.ts";

/** One line of history: a fact that was written, or a transaction that was pruned. */
export type HistoryLine = { readonly number: number; readonly transaction: string; readonly place: number };

/** The place of a pruned transaction's line. */
export const PRUNED = -1;
export const HASH_BYTES = 32;

export type Hashes = {
  /** What a line of history stands for, in hexadecimal; undefined where it is not there. */
  ofLine(line: HistoryLine): string | undefined;
  ofAudit(number: number): string | undefined;
  tombstone(transaction: string): Tombstone | undefined;
};

export function createHashes(database: DatabaseSync): Hashes {
  const fact = database.prepare("SELECT hash FROM facts WHERE transaction_id = ? AND place = ?");
  const audit = database.prepare("SELECT hash FROM audit WHERE number = ?");
  const pruned = database.prepare(
    "SELECT transaction_id, pos, request_id, pruned_at, events, hashes FROM tombstones WHERE transaction_id = ? AND hashes <> x''",
  );

  function tombstone(transaction: string): Tombstone | undefined {
    const row = pruned.get(transaction);
    return row === undefined ? undefined : tombstoneOf(row);
  }

  function prunedHash(transaction: string, place: number): string | undefined {
    const grave = tombstone(transaction);
    if (grave === undefined) return undefined;
    if (place === PRUNED) return hex(hashTombstone(grave));
    const hash = grave.hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
    return hash.length === HASH_BYTES ? hex(hash) : undefined;
  }

  return {
    tombstone,
    ofLine({ transaction, place }) {
      const row = place === PRUNED ? undefined : fact.get(transaction, place);
      return row === undefined ? prunedHash(transaction, place) : hex(blob(row, "hash"));
    },
    ofAudit(number) {
      if (number === 0) return hex(chainStart("audit"));
      const row = audit.get(number);
      return row === undefined ? undefined : hex(blob(row, "hash"));
    },
  };
}

function tombstoneOf(row: Row): Tombstone {
  return {
    transaction: text(row, "transaction_id"),
    pos: text(row, "pos"),
    requestId: text(row, "request_id"),
    prunedAt: text(row, "pruned_at"),
    events: integer(row, "events"),
    hashes: blob(row, "hashes"),
  };
}

export function historyLine(row: Row): HistoryLine {
  return {
    number: integer(row, "number"),
    transaction: text(row, "transaction_id"),
    place: integer(row, "place"),
  };
}
