import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { Call } from "../call.ts";
import { readFromDaemon, type DaemonSession } from "../with-session.ts";
import { itemsOf, jsonItem, textItem, type Item } from "./item.ts";

const MOST_TRANSACTIONS = 50;
const MOST_TIMELINES = 20;
const METRICS_LIMIT_MS = 5_000;

/** What the running daemon says of itself. */
export async function daemonItems(call: Call, { ask, daemon }: DaemonSession): Promise<readonly Item[]> {
  const looks = [
    itemsOf("daemon/health.json", "how the service is", async () => [
      jsonItem("daemon/health.json", "how the service is", await ask("diagnostics.health", {})),
    ]),
    itemsOf("daemon/terminals.json", "the terminals, their states and links", async () => [
      jsonItem("daemon/terminals.json", "the terminals, their states and links", await ask("terminals.list", {})),
    ]),
    itemsOf("daemon/metrics.txt", "what the service counts and measures", async () => [
      textItem(
        "daemon/metrics.txt",
        "what the service counts and measures",
        await readFromDaemon(daemon, call, "/metrics", METRICS_LIMIT_MS),
      ),
    ]),
    itemsOf("transactions.json", TIMELINES, async () => [
      jsonItem("transactions.json", TIMELINES, await transactionsOf(ask)),
    ]),
  ];
  return (await Promise.all(looks)).flat();
}

const TIMELINES = "the newest transactions with their timelines, and those that are in doubt; without receipts";

async function transactionsOf(ask: DaemonSession["ask"]): Promise<object> {
  const [newest, undecided] = await Promise.all([
    ask("transactions.list", { limit: MOST_TRANSACTIONS }),
    ask("transactions.list", { undecided: true, limit: MOST_TIMELINES }),
  ]);
  const told = new Map(
    [...undecided.transactions, ...newest.transactions.slice(0, MOST_TIMELINES)].map((one) => [one.id, one]),
  );
  const timelines = await Promise.all(
    [...told.keys()].map(
      async (transaction) => [transaction, await ask("transactions.timeline", { transaction })] as const,
    ),
  );
  return {
    transactions: newest.transactions.map(withoutReceipts),
    undecided: undecided.transactions.map(withoutReceipts),
    timelines: Object.fromEntries(timelines),
  };
}

/** A receipt has a customer's name on it. */
function withoutReceipts(transaction: TransactionOnWire): unknown {
  return JSON.parse(JSON.stringify(transaction, (name, value: unknown) => (name === "receipts" ? undefined : value)));
}

/** Addresses at which a vendor calls this house: whoever knows one may call. */
export async function calledAddresses({ ask }: DaemonSession): Promise<readonly string[]> {
  const answer = await ask("callbacks.list", {}).catch(() => undefined);
  return (
    answer?.callbacks.flatMap(({ url }) => new URL(url).pathname.split("/").filter((part) => part.length >= 8)) ?? []
  );
}
