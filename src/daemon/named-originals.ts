import { unreachable } from "../core/assert.ts";
import type { Operation } from "../core/operation.ts";
import type { OperationType } from "../core/operation-type.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { Journal } from "../journal/journal.ts";

/** As many of a terminal's newest approved payments are looked at: some days, and quickly done. */
const NEWEST_APPROVED = 500;
const PAGE = 100;

type Named = Readonly<Record<string, string>>;

/** Where something is to be done with a payment of before. */
type Place = { readonly id: string; readonly vendor: Pick<Vendor, "originalReferences"> };

/** What is added up with a payment, or changes what can be given back of it. */
const FOLLOWING: ReadonlySet<OperationType> = new Set(["refund", "void", "adjustment"]);

/**
 * The payments of ours that a refund, void or adjustment names as the terminal calls them, newest first. What was given back of a payment
 * is added up whichever way it is named: else it could be given back twice. Several where nothing that was named tells them apart.
 */
export async function originalsNamed(
  journal: Pick<Journal, "list" | "get">,
  { type, original }: Operation,
  place: Place,
): Promise<readonly Transaction[]> {
  if (!FOLLOWING.has(type) || original === undefined || !("terminalReferences" in original)) return [];
  const named = original.terminalReferences;
  const keys = place.vendor.originalReferences(type);
  const found = new Map<string, Transaction>();
  for (let looked = 0, cursor: string | undefined; looked < NEWEST_APPROVED; looked += PAGE) {
    const about = { terminal: place.id, outcome: ["approved"], limit: PAGE } as const;
    const page = await journal.list(cursor === undefined ? about : { ...about, cursor });
    for (const one of page.transactions) {
      const payment = await paymentOf(one, found, journal);
      if (payment?.terminal === place.id && isNamed(payment, named, keys)) found.set(payment.id, payment);
    }
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  // What was given back of an old payment may have led to it before a newer one was met.
  const matching = [...found.values()].toSorted((one, other) => (one.createdAt < other.createdAt ? 1 : -1));
  const exactly = matching.filter((payment) => isWholly(payment, named));
  const chosen = exactly.length > 0 ? exactly : matching;
  // A number that came again with the next batch is the newest one's: none but that can still be voided.
  return type === "void" ? chosen.slice(0, 1) : chosen;
}

/** What followed a payment leads to it, however old that is. A reprint has the references of the payment, and is none. */
async function paymentOf(one: Transaction, found: ReadonlyMap<string, Transaction>, journal: Pick<Journal, "get">) {
  const { type } = one.operation;
  switch (type) {
    case "sale":
    case "preauthorization":
    case "capture":
      return one;
    case "refund":
    case "void":
    case "adjustment":
    case "incrementAuthorization":
    case "releaseAuthorization":
      return one.original === undefined || found.has(one.original) ? undefined : journal.get(one.original);
    case "balance":
    case "verification":
    case "reconciliation":
    case "duplicateReceipt":
      return undefined;
    default:
      return unreachable(type);
  }
}

function isNamed({ outcome }: Transaction, named: Named, keys: readonly string[]): boolean {
  const known = outcome?.kind === "approved" ? (outcome.terminalReferences ?? {}) : {};
  return keys.some((key) => isSame(named[key], known[key]));
}

/** Nothing that was named of it, and is known of it, is another's. */
function isWholly({ outcome }: Transaction, named: Named): boolean {
  const known = outcome?.kind === "approved" ? (outcome.terminalReferences ?? {}) : {};
  return Object.keys(named).every((key) => known[key] === undefined || isSame(named[key], known[key]));
}

/** As terminals compare them: `0012` is `12`, and a UUID is the same in capital letters. */
function isSame(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && plain(one) === plain(other);
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s-]/g, "")
    .replace(/^0+(?=.)/, "");
}
