import type { Fact } from "../../src/core/facts.ts";
import { isOpen, type Transaction } from "../../src/core/transaction.ts";
import type { Memory } from "./journal-memory.ts";

/** What retention takes away in one step, the oldest first: the rules of `Journal.prune`. */
export function prunable(memory: Memory, all: readonly Transaction[], before: string, limit: number): Transaction[] {
  const left = new Map(all.map((one) => [one.id, one]));
  const pruned: Transaction[] = [];
  for (const one of all) {
    if (pruned.length === limit) break;
    if (!isOld(memory, one, before) || isOpen(one) || left.has(one.original ?? "")) continue;
    if ([...left.values()].some((other) => other.original === one.id && isOpen(other))) continue;
    if (memory.outbox.get(one.pos)?.at(-1)?.transaction === one.id) continue;
    left.delete(one.id);
    pruned.push(one);
  }
  return pruned;
}

function isOld(memory: Memory, { id, createdAt }: Transaction, before: string): boolean {
  const last = memory.facts.get(id)?.at(-1);
  return createdAt < before && last !== undefined && (JSON.parse(last) as Fact).at < before;
}
