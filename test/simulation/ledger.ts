import assert from "node:assert/strict";
import type { Transaction } from "../../src/core/transaction.ts";
import type { World } from "../support/world.ts";
import type { Books, Counter } from "./ways.ts";

/** What moved at a terminal, and which transactions it can belong to. */
export type Account = {
  readonly name: string;
  readonly books: Books;
  readonly moved: number[];
  readonly ours: Transaction[];
  /** One that has moved, or may have, was forgotten when a backup was restored, or a person has guessed. */
  isUnsure: boolean;
};

/** All accounts of all terminals. */
export function accountsOf(
  transactions: readonly Transaction[],
  counters: readonly Counter[],
  world: World,
): readonly Account[] {
  const byId = new Map(transactions.map((transaction) => [transaction.id, transaction]));
  // As it stood when most was known of it.
  const asKnown = (id: string | undefined) =>
    id === undefined ? undefined : (world.rolledBack.get(id) ?? byId.get(id));
  return counters.flatMap(({ id, ways: { books } }) => {
    const accounts = new Map<string, Account>();
    const account = (name: string): Account => {
      const known = accounts.get(name) ?? { name: `${id} ${name}`, books, moved: [], ours: [], isUnsure: false };
      accounts.set(name, known);
      return known;
    };
    for (const movement of books.movements(world.linkOf(id).ledger)) {
      account(movement.account).moved.push(movement.amount);
    }
    for (const transaction of transactions) {
      if (transaction.terminal !== id) continue;
      const known = asKnown(transaction.id) ?? transaction;
      account(books.accountOf(known, asKnown(transaction.original))).ours.push(transaction);
    }
    const forgotten = [...world.rolledBack.values()].filter(({ terminal }) => terminal === id);
    for (const transaction of forgotten)
      account(books.accountOf(transaction, asKnown(transaction.original))).isUnsure = true;
    // What shares an account with others is found by what was known of its original.
    if (forgotten.length > 0)
      for (const [name, shared] of accounts) if (!books.isOfOneRequest(name)) shared.isUnsure = true;
    return [...accounts.values()];
  });
}

/** The amount that a person finds for it in the slips that are nobody else's. Equal twins are told apart by luck, and it makes no difference. */
export function movedBy(
  transaction: Transaction,
  transactions: readonly Transaction[],
  counters: readonly Counter[],
  world: World,
): number | undefined {
  const account = accountsOf(transactions, counters, world).find(({ ours }) =>
    ours.some(({ id }) => id === transaction.id),
  );
  assert(account !== undefined, "every transaction has an account");
  const left = [...account.moved];
  for (const other of account.ours) if (other.id !== transaction.id) takeOut(left, other, account.books);
  const asked = transaction.operation.amount?.value;
  return left.find((amount) => amount === asked) ?? left[0];
}

/** Takes what an approval has moved out of what moved; false where it is not there. */
export function takeOut(moved: number[], transaction: Transaction, books: Books): boolean {
  const { outcome, operation } = transaction;
  if (outcome?.kind !== "approved" || operation.type === "duplicateReceipt") return true;
  const amount = books.amountOf(transaction);
  const index = amount === undefined ? moved.length - 1 : moved.indexOf(amount);
  if (index >= 0) moved.splice(index, 1);
  return index >= 0;
}
