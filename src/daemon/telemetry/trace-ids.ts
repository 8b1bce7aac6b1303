import type { Crypto } from "../../core/ports.ts";

export type TraceIds = { readonly traceId: string; readonly rootId: string };

/**
 * A transaction's trace is found from its id alone: what a later process finds out about it stands in the same trace, and whoever
 * has the id of one finds the other.
 */
export function traceIdsOf(transaction: string, crypto: Crypto): TraceIds {
  const hash = Buffer.from(crypto.sha256(Buffer.from(`tillbridge trace ${transaction}`))).toString("hex");
  return { traceId: hash.slice(0, 32), rootId: hash.slice(32, 48) };
}

/** Of a part of it: the same one, told twice, has the same id. */
export function spanIdOf(transaction: string, part: string, crypto: Crypto): string {
  return Buffer.from(crypto.sha256(Buffer.from(`tillbridge span ${transaction} ${part}`)))
    .toString("hex")
    .slice(0, 16);
}
