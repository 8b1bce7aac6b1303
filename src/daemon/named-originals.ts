import type { Operation } from "../core/operation.ts";
import type { Transaction } from "../core/transaction.ts";
import type { Journal } from "../journal/journal.ts";

/** As many of a terminal's newest approved payments are looked at: some days, and quickly done. */
const NEWEST_APPROVED = 500;
const PAGE = 100;

type Named = Readonly<Record<string, string>>;

/** Where a refund or void is asked for, and by which references its vendor finds an original; by any where nothing is said. */
type Place = { readonly id: string; readonly vendor: { readonly originalReferences?: readonly string[] } };

/**
 * The payments of ours that a refund or void names as the terminal calls them, newest first. What was given back of a payment is added
 * up whichever way it is named: else it could be given back twice. Several where their references are alike.
 */
export async function originalsNamed(
  journal: Pick<Journal, "list" | "get">,
  { type, original }: Operation,
  place: Place,
): Promise<readonly Transaction[]> {
  if ((type !== "refund" && type !== "void") || original === undefined || !("terminalReferences" in original))
    return [];
  const named = original.terminalReferences;
  const found = new Map<string, Transaction>();
  for (let looked = 0, cursor: string | undefined; looked < NEWEST_APPROVED; looked += PAGE) {
    const about = { terminal: place.id, outcome: ["approved"], limit: PAGE } as const;
    const page = await journal.list(cursor === undefined ? about : { ...about, cursor });
    for (const one of page.transactions) {
      const payment = await paymentOf(one, found, journal);
      if (payment !== undefined && isNamed(payment, named, place)) found.set(payment.id, payment);
    }
    cursor = page.cursor;
    if (cursor === undefined) break;
  }
  return [...found.values()];
}

/** What was given back leads to its payment, however old that is. */
async function paymentOf(one: Transaction, found: ReadonlyMap<string, Transaction>, journal: Pick<Journal, "get">) {
  if (one.operation.type !== "refund" && one.operation.type !== "void") return one;
  return one.original === undefined || found.has(one.original) ? undefined : journal.get(one.original);
}

function isNamed({ terminal, outcome }: Transaction, named: Named, { id, vendor }: Place): boolean {
  const known = outcome?.kind === "approved" ? (outcome.terminalReferences ?? {}) : {};
  const keys = vendor.originalReferences ?? Object.keys(named);
  return terminal === id && keys.some((key) => isSame(named[key], known[key]));
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
