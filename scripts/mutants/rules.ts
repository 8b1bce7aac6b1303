import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The rules as docs/exactly-once.md tells them: each number with the words that stand bold. */
export async function rulesIn(repository: string): Promise<ReadonlyMap<number, string>> {
  const page = await readFile(join(repository, "docs", "exactly-once.md"), "utf8");
  const [, rules = ""] = page.split("\n## Rules\n");
  const found = rules.split("\n## ")[0]?.matchAll(/^(\d+)\. \*\*(.+?)\*\*/gm) ?? [];
  return new Map(Array.from(found, ([, number = "", title = ""]) => [Number(number), title.replace(/\.$/, "")]));
}
