import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { bindingOf, type Order } from "./order.ts";
import { isFree, standingOf, type Standing } from "./state.ts";
import type { Memory } from "./memory.ts";
import type { Till } from "./till.ts";

export type LookUp =
  | Standing
  /** It was begun where this page cannot ask any more: under another name, with another daemon or into another journal. */
  | { readonly kind: "elsewhere"; readonly requestId: string }
  | { readonly kind: "tooMany" };

const PAGE = 200;

/** What is known of an order, here and at the daemon, before anything is asked for. Rejects where the daemon does not answer. */
export async function lookUp(
  till: Till,
  memory: Memory,
  at: { readonly url: string; readonly place: string },
  of: Order,
): Promise<LookUp> {
  const left = await leftAttempts(till, memory, at, of);
  if (!Array.isArray(left)) return left;
  if (of.requestId !== undefined) {
    const found = await till.find(of.requestId);
    if (typeof found === "object") return { kind: "is", transaction: found };
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

/** What became of the attempts that this browser remembers. */
async function leftAttempts(
  till: Till,
  memory: Memory,
  { url, place }: { readonly url: string; readonly place: string },
  of: Order,
): Promise<TransactionOnWire[] | Extract<LookUp, { kind: "elsewhere" }>> {
  const found: TransactionOnWire[] = [];
  for (const { attempt, url: keptUrl, pos } of memory.attemptsOf(bindingOf(of, place))) {
    const { requestId } = attempt;
    if (keptUrl !== url || pos !== till.pos) return { kind: "elsewhere", requestId };
    const became = await till.find(requestId);
    if (became === "otherJournal") return { kind: "elsewhere", requestId };
    if (became === "neverStored") await till.forget(requestId);
    else found.push(became);
  }
  return found;
}
