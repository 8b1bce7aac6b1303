import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test, type TestContext } from "node:test";
import { foldFacts } from "../../src/core/transaction.ts";
import type { Fact } from "../../src/core/facts.ts";
import { exportJournal, type Exported, type ExportOptions } from "../../src/journal/export.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "./conformance.ts";
import { writeEveryLife } from "./every-life.ts";
import { accepted, NOT_PERFORMED, settled } from "./facts.ts";
import { firstRelease } from "./first-release.ts";
import { journalFolder } from "./journal-folder.ts";

type Line = Readonly<Record<string, unknown>> & { readonly kind: string };
type Export = { readonly lines: readonly Line[]; readonly text: string; readonly exported: Exported };

function exportOf(directory: string, options: Partial<ExportOptions> = {}): Export {
  let text = "";
  const exported = exportJournal(directory, { version: "1.2.3", ...options }, (line) => (text += line));
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return { lines, text, exported };
}

/** A closed journal: two old transactions that are pruned between, then every kind of fact. */
async function journalOfAShop(context: TestContext): Promise<string> {
  const directory = journalFolder(context);
  const first = await openJournal({ directory });
  const old = { at: "2020-01-01T00:00:00.000Z" };
  const end: Fact = { ...settled(NOT_PERFORMED), ...old };
  await live(first, "old-1", [accepted("R-old-1", old), end]);
  await live(first, "old-2", [accepted("R-old-2", old), end]);
  await live(first, "young", [accepted("R-young")]);
  await first.close();
  const second = await openJournal({ directory });
  assert.equal((await second.prune("2021-01-01T00:00:00.000Z", 50)).transactions, 2);
  await writeEveryLife(second);
  await second.close();
  return directory;
}

/** What the program in the documentation says of an export: it knows nothing of our code. */
function recipeSays(context: TestContext, text: string): string {
  const [, recipe = ""] =
    /```js\n(.*?)```/s.exec(readFileSync(new URL("../../docs/journal.md", import.meta.url), "utf8")) ?? [];
  const folder = journalFolder(context);
  const [program, file] = [join(folder, "recipe.mjs"), join(folder, "journal.jsonl")];
  writeFileSync(program, recipe);
  writeFileSync(file, text);
  return execFileSync(process.execPath, [program, file], { encoding: "utf8" });
}

test("every fact is a line, in the order of writing, between a header and a trailer that counts them", async (context) => {
  const directory = await journalOfAShop(context);
  const { lines, exported, text } = exportOf(directory);

  const { facts, transactions, checkpoint } = verifyJournal(directory);
  const [header] = lines;
  assert.equal(header?.kind, "header");
  assert.deepEqual([header["format"], header["schema"], header["version"]], [1, 2, "1.2.3"]);
  assert.equal((header["checkpoint"] as Line)["hash"], checkpoint?.hash);
  assert.deepEqual(lines.at(-1), { kind: "trailer", ...exported });
  assert.deepEqual([exported.facts, exported.pruned, exported.lines], [facts, 2, lines.length - 1]);
  const numbers = lines.flatMap(({ kind, number }) => (["fact", "hash", "pruned"].includes(kind) ? [number] : []));
  assert.deepEqual(
    numbers,
    numbers.map((_, index) => index + 1),
  );
  const byTransaction = Map.groupBy(
    lines.filter(({ kind }) => kind === "fact"),
    ({ transaction }) => String(transaction),
  );
  assert.equal(byTransaction.size, transactions);
  for (const [id, said] of byTransaction) {
    const facts = said.map(
      ({ fact, at, body }) => ({ ...(JSON.parse(String(body)) as object), kind: fact, at }) as Fact,
    );
    assert.equal(foldFacts(id, facts).kind, "legal");
  }
  assert.deepEqual(lines.filter(({ kind }) => kind === "audit").length, 2);
  assert.deepEqual(
    lines.flatMap(({ kind, requestId }) => (kind === "pruned" ? [requestId] : [])),
    ["R-old-1", "R-old-2"],
  );
  assert.doesNotMatch(text, /\b\d{13,19}\b/, "nothing looks like a card number");
});

test("the program in the documentation finds nothing wrong with it, and says what was changed", async (context) => {
  const { text } = exportOf(await journalOfAShop(context));

  assert.equal(recipeSays(context, text), "");
  assert.match(recipeSays(context, text.replace("1250", "9250")), /fact 1?\d is not what was written/);
  assert.match(recipeSays(context, text.replace("R-old-1", "R-old-9")), /pruned \d is not what was written/);
  assert.match(recipeSays(context, text.replace('"technician"', '"nobody"')), /audit 1 is not what was written/);
  const withoutOne = text
    .split("\n")
    .filter((line) => !line.includes('"number":3,'))
    .join("\n");
  assert.match(recipeSays(context, withoutOne), /checkpoint 1 is not what was written/);
  assert.match(recipeSays(context, text.replace('"version":"1.2.3"', '"version":"1.2.4"')), /the file is not/);
});

test("a part of it tells the others by their hashes alone, and is verified like the whole", async (context) => {
  const directory = await journalOfAShop(context);
  const { lines, text } = exportOf(directory, { from: "2026-03-01T09:00:00.000Z", to: "2026-03-01T09:05:00.000Z" });

  const whole = new Set(lines.flatMap(({ kind, transaction }) => (kind === "fact" ? [transaction] : [])));
  assert.deepEqual(whole, new Set(["G0000000000000000000", "P0000000000000000000"]));
  assert.ok(lines.filter(({ kind }) => kind === "hash").length > 50);
  assert.equal(recipeSays(context, text), "");
});

test("it is exported beside a daemon that goes on, from one moment, and leaves no file", async (context) => {
  const directory = await journalOfAShop(context);
  const before = readdirSync(directory);
  exportOf(directory);
  assert.deepEqual(readdirSync(directory), before);

  const journal = await openJournal({ directory });
  await live(journal, "running", [accepted("R-running")]);
  const { lines, text } = exportOf(directory);
  await journal.close();

  assert.equal(lines.filter(({ transaction }) => transaction === "running").length, 1);
  assert.equal(recipeSays(context, text), "");
});

test("a journal of the first schema is exported as it is", (context) => {
  const { lines, text } = exportOf(firstRelease(context));

  assert.deepEqual(
    lines.flatMap(({ kind, transaction, place }) =>
      kind === "fact" ? [`${String(transaction)}${String(place)}`] : [],
    ),
    ["A0", "A1", "A2", "A3", "A4", "B0", "B1", "C0", "C1", "C2"],
  );
  assert.equal(recipeSays(context, text), "");
});

test("an export of a journal that lost a fact does not pass for one", async (context) => {
  const directory = await journalOfAShop(context);
  using database = new DatabaseSync(join(directory, "journal.db"));
  database.exec("DELETE FROM facts WHERE transaction_id = 'young'");
  database.close();

  assert.throws(
    () => exportOf(directory),
    /journal\.db: it is damaged.*transaction young: fact 0 was written and is not there/,
  );
});
