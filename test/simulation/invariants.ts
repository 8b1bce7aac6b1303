import assert from "node:assert/strict";
import type { JsonObject } from "../../src/core/json.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { World } from "../support/world.ts";

/** What moved at the terminals, and which transactions it can belong to. */
type Account = { readonly moved: number[]; readonly ours: Transaction[] };

/** Accounts by terminal and by what the acquirer's ledger tells a movement by: a sale's ticket, another one's original. */
function accountsOf(transactions: readonly Transaction[], world: World): ReadonlyMap<string, Account> {
  const accounts = new Map<string, Account>();
  const account = (key: string): Account => {
    const known = accounts.get(key) ?? { moved: [], ours: [] };
    accounts.set(key, known);
    return known;
  };
  for (const [terminal, link] of world.links) {
    for (const line of link.ledger) account(`${terminal} ${nameOf(line)}`).moved.push(Math.abs(Number(line["amount"])));
  }
  for (const transaction of transactions) account(keyOf(transaction, transactions)).ours.push(transaction);
  return accounts;
}

function nameOf({ kind, ticket, authorizationCode }: JsonObject): string {
  const name = kind === "sale" ? ticket : authorizationCode;
  return [kind, name ?? ""].map((part) => (typeof part === "string" ? part : "")).join(" ");
}

function keyOf({ id, terminal, operation }: Transaction, transactions: readonly Transaction[]): string {
  const named = operation.original;
  const original = transactions.find(
    (other) => named !== undefined && "transaction" in named && other.id === named.transaction,
  );
  const code = original?.outcome?.kind === "approved" ? (original.outcome.approvalCode ?? "") : "";
  if (operation.type === "sale") return `${terminal} sale ${id}`;
  return operation.type === "reconciliation" ? `${terminal} close ` : `${terminal} ${operation.type} ${code}`;
}

/** The amount that a person finds for it in the slips that are nobody else's. Equal twins are told apart by luck, and it makes no difference. */
export function movedBy(
  transaction: Transaction,
  transactions: readonly Transaction[],
  world: World,
): number | undefined {
  const account = accountsOf(transactions, world).get(keyOf(transaction, transactions));
  if (account === undefined) return undefined;
  const others = account.ours.filter(({ id }) => id !== transaction.id);
  const left = [...account.moved];
  for (const other of others) takeOut(left, other);
  const asked = transaction.operation.amount?.value;
  return left.find((amount) => amount === asked) ?? left[0];
}

/** Takes an approval's amount out of what moved; false where it is not there. */
function takeOut(moved: number[], { outcome, operation }: Transaction): boolean {
  if (outcome?.kind !== "approved" || operation.type === "duplicateReceipt") return true;
  // The numbers of a terminal that forgot start again, and a void names nothing but a number.
  const isVoid = operation.type === "void";
  const index = isVoid ? moved.length - 1 : moved.indexOf(outcome.amounts?.approved.value ?? 0);
  if (index >= 0) moved.splice(index, 1);
  return index >= 0;
}

/** Invariants 1, 2, 3 and 8: every approval is a movement of its own, and what else moved is still in doubt. */
export function assertSquare(transactions: readonly Transaction[], world: World): void {
  for (const [key, { moved, ours }] of accountsOf(transactions, world)) {
    const story = () => `${key}: moved ${moved.join(", ")}; told ${ours.map(toldOf).join(", ")}`;
    const left = [...moved];
    for (const transaction of ours) assert(takeOut(left, transaction), `approved and never moved: ${story()}`);
    const doubted = ours.filter(isInDoubt).length;
    assert(left.length <= doubted, `moved, and told as not: ${story()}`);
    const paidOnce = key.includes(" sale ") ? moved.length <= 1 : true;
    assert(paidOnce, `one request moved money twice: ${story()}`);
    const sent = ours.filter(({ dispatched }) => dispatched !== undefined).length;
    assert(moved.length <= sent, `moved before it was dispatched: ${story()}`);
  }
}

const toldOf = ({ id, outcome }: Transaction): string =>
  `${id} ${outcome === undefined ? "running" : JSON.stringify([outcome.kind, outcome.decidedBy.kind])}`;

/** What a POS was told stays true: only `unknown` is ever told anew, and nothing contradicts the rest. Of what only a person may decide the terminal may know better. */
export function assertNeverRevised(transactions: readonly Transaction[], world: World): void {
  const lifted = new Set(transactions.flatMap(({ id, fenceLifted }) => (fenceLifted ? [id] : [])));
  const told = new Map<string, string>();
  for (const event of world.events) {
    if (event.kind === "alarm" && event.alarm.code === "contradiction" && !lifted.has(event.alarm.transaction ?? "")) {
      assert.fail(`contradicted: ${event.alarm.text}`);
    }
    if (event.kind !== "told") continue;
    const { id, outcome } = event.seen.transaction;
    if (outcome === undefined) continue;
    const before = told.get(id) ?? "unknown";
    assert(before === "unknown" || before === outcome.kind, `${id} was told ${before}, then ${outcome.kind}`);
    told.set(id, outcome.kind);
  }
}

/** Invariant 9: every revision of every transaction is among the kept events of its POS, which have no gap. */
export async function assertDelivered(transactions: readonly Transaction[], world: World, pos: string): Promise<void> {
  const kept = await world.journal.keptAfter(pos, 0, 10_000);
  assert.deepEqual(
    kept.map(({ seq }) => seq),
    kept.map((_, index) => index + 1),
  );
  for (const { id, pos: owner, outcome } of transactions) {
    if (owner !== pos) continue;
    assert(outcome !== undefined, `${id} never settled`);
    const last = kept.findLast((event) => event.kind === "transaction" && event.transaction.id === id);
    assert(
      last?.kind === "transaction" && last.transaction.outcome?.revision === outcome.revision,
      `${id} is not told`,
    );
  }
}
