import type { DatabaseSync } from "node:sqlite";
import type { Append } from "./journal.ts";
import type { Projection } from "./projection.ts";
import type { Reads } from "./reads.ts";

/**
 * Removes what a commit wrote although it failed: a sync can fail after the bytes have arrived. Their writers were told that they
 * are not there, and will write something else in their place.
 */
export function createTakeBack(
  database: DatabaseSync,
  reads: Reads,
  projection: Projection,
): (appends: readonly Append[]) => void {
  const dropFacts = database.prepare("DELETE FROM facts WHERE transaction_id = ? AND place >= ?");
  const dropEvents = database.prepare("DELETE FROM outbox WHERE transaction_id = ? AND place >= ?");
  const dropClaim = database.prepare("DELETE FROM claims WHERE movement = ? AND transaction_id = ? AND place >= ?");

  function takeBack({ transaction: id, place, movement }: Append): void {
    dropFacts.run(id, place);
    dropEvents.run(id, place);
    if (movement !== undefined) dropClaim.run(movement, id, place);
    const left = reads.load(id);
    if (left === undefined) projection.remove(id);
    else projection.restore(left.transaction);
  }

  return (appends) => {
    if (appends.length === 0) return;
    database.exec("BEGIN IMMEDIATE");
    for (const append of appends.toReversed()) takeBack(append);
    database.exec("COMMIT");
  };
}
