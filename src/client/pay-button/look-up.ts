import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { isSameOrder } from "../payment.ts";
import { bindingOf, isOfOrder, operationOf, type Order } from "./order.ts";
import { isFree, standingOf, type Standing } from "./state.ts";
import type { Memory } from "./memory.ts";
import type { Till } from "./till.ts";

export type LookUp =
  | Standing
  /** It was begun where this page cannot ask any more: under another name, with another daemon or into another journal. */
  | { readonly kind: "elsewhere"; readonly requestId: string }
  /** Its request id belongs to another order: the back office gave it twice. */
  | { readonly kind: "taken" }
  | { readonly kind: "tooMany" };

export type Place = {
  readonly url: string;
  readonly place: string;
  /** The wall clock. */
  readonly now: () => number;
};

const PAGE = 200;
const STILL_ASKED_MS = 600_000;

/** What is known of an order, here and at the daemon, before anything is asked for. Rejects where the daemon does not answer. */
export async function lookUp(till: Till, memory: Memory, at: Place, of: Order): Promise<LookUp> {
  const left = await leftAttempts(till, memory, at, of);
  if (!Array.isArray(left)) return left;
  if (of.requestId !== undefined) {
    const found = await till.get(of.requestId);
    if (typeof found === "object") return isItsOwn(found, of) ? { kind: "is", transaction: found } : { kind: "taken" };
  }
  if (of.order === undefined) {
    const [first] = left;
    const transaction = left.find((each) => !isFree(each)) ?? first;
    return transaction === undefined ? { kind: "free", attempts: 0 } : { kind: "is", transaction };
  }
  const { transactions, cursor } = await till.call("transactions.list", { reference: of.order, limit: PAGE });
  if (cursor !== undefined) return { kind: "tooMany" };
  const own = transactions.filter(({ pos, operation }) => pos === till.pos && operation.type === of.type);
  const unlisted = left.filter(({ id }) => !own.some((listed) => listed.id === id));
  return standingOf([...unlisted, ...own]);
}

/** With another amount it is the same order still; without an order's number all of it has to be the same. */
function isItsOwn(found: TransactionOnWire, of: Order): boolean {
  if (of.order !== undefined) return isOfOrder(of, found);
  return isSameOrder(found, { terminal: of.terminal ?? found.terminal, operation: operationOf(of) });
}

/** What became of the attempts that this browser remembers. */
async function leftAttempts(
  till: Till,
  memory: Memory,
  { url, place, now }: Place,
  of: Order,
): Promise<TransactionOnWire[] | Extract<LookUp, { kind: "elsewhere" }>> {
  const found: TransactionOnWire[] = [];
  for (const { attempt, url: keptUrl, pos, at } of memory.attemptsOf(bindingOf(of, place))) {
    const { requestId, journal } = attempt;
    if (keptUrl !== url || pos !== till.pos) return { kind: "elsewhere", requestId };
    const became = await till.find(requestId, journal);
    if (became === "otherJournal") return { kind: "elsewhere", requestId };
    if (became !== "neverStored") found.push(became);
    // Another tab may still be asking for it. An order's attempts have one id in all tabs, so nothing is lost by them.
    else if (of.order !== undefined || now() - at > STILL_ASKED_MS) await till.forget(requestId);
  }
  return found;
}
