import type { Transaction } from "../core/transaction.ts";

/** A transaction and the hash of its last fact: all that its next fact needs. */
export type Folded = { readonly transaction: Transaction; readonly hash: Uint8Array };

/** The latest folded transactions are kept, so that an append to a running one reads nothing. */
const MOST_KEPT = 256;

export type FoldCache = {
  get(id: string): Folded | undefined;
  keep(folded: Folded): void;
  forget(id: string): void;
};

export function createFoldCache(load: (id: string) => Folded | undefined): FoldCache {
  const kept = new Map<string, Folded>();

  return {
    get: (id) => kept.get(id) ?? load(id),
    forget: (id) => void kept.delete(id),
    keep(folded) {
      const { id } = folded.transaction;
      kept.delete(id);
      kept.set(id, folded);
      for (const oldest of kept.keys()) {
        if (kept.size <= MOST_KEPT) break;
        kept.delete(oldest);
      }
    },
  };
}
