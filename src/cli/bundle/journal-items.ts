import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { redactedJson } from "../../codec/redacted-json.ts";
import type { Fact } from "../../core/facts.ts";
import { openForReading } from "../../journal/database.ts";
import { createReads } from "../../journal/reads.ts";
import { verifyJournal } from "../../journal/verify.ts";
import { itemsOf, jsonItem, leftOut, type Item } from "./item.ts";

const VERIFIED = "whether the journal is whole, as `journal verify` says it";
const FACTS = "the newest transactions as they lie in the journal, without the bytes of requests and without receipts";
const LARGEST_VERIFIED_BYTES = 512 * 1_048_576;
const MOST_TRANSACTIONS = 50;

/** With the daemon running or not; nothing is changed. */
export async function journalItems(dataDirectory: string): Promise<readonly Item[]> {
  const verified = await itemsOf("journal/verify.json", VERIFIED, async () => {
    const file = join(dataDirectory, "journal.db");
    if (existsSync(file) && statSync(file).size > LARGEST_VERIFIED_BYTES)
      return [
        leftOut("journal/verify.json", VERIFIED, "the journal is large: `tillbridge journal verify` looks at it"),
      ];
    return [jsonItem("journal/verify.json", VERIFIED, verifyJournal(dataDirectory))];
  });
  const facts = await itemsOf("journal/transactions.json", FACTS, async () => [
    jsonItem("journal/transactions.json", FACTS, { transactions: newest(dataDirectory) }),
  ]);
  return [...verified, ...facts];
}

function newest(dataDirectory: string): readonly unknown[] {
  const database = openForReading(dataDirectory);
  try {
    const reads = createReads(database);
    const { transactions } = reads.list({ limit: MOST_TRANSACTIONS });
    return transactions.map(({ id }) => ({ id, facts: reads.facts(id).map(shown) }));
  } finally {
    database.close();
  }
}

/** The request's bytes are the vendor's form of what stands beside them; a receipt has a customer's name on it. */
function shown(fact: Fact): unknown {
  return redactedJson(
    JSON.parse(
      JSON.stringify(fact, (name, value: unknown) =>
        name === "request" || name === "content" || name === "receipts" ? undefined : value,
      ),
    ),
  );
}
