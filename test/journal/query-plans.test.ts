import assert from "node:assert/strict";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import type { TransactionQuery } from "../../src/journal/journal.ts";
import { createCheckpoints } from "../../src/journal/checkpoints.ts";
import { openDatabase } from "../../src/journal/database.ts";
import { listStatement } from "../../src/journal/list.ts";
import { createPruning } from "../../src/journal/pruning.ts";
import { createReads } from "../../src/journal/reads.ts";
import { firstRelease } from "./first-release.ts";
import { journalFolder } from "./journal-folder.ts";

/** Every statement that the work prepares, with SQLite's plan for it. */
function plansOf(
  database: DatabaseSync,
  work: (spied: DatabaseSync) => void,
): readonly (readonly [sql: string, plan: string])[] {
  const prepared = new Set<string>();
  work(
    new Proxy(database, {
      get(target, name) {
        if (name !== "prepare") return Reflect.get(target, name, target) as unknown;
        return (sql: string) => {
          prepared.add(sql);
          return target.prepare(sql);
        };
      },
    }),
  );
  return [...prepared].map((sql) => {
    const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
    return [sql, steps.map(({ detail }) => String(detail)).join("; ")];
  });
}

test("no question, and nothing at start, walks through the history or sorts it", (context) => {
  using database = new DatabaseSync(join(firstRelease(context), "journal.db"));

  const plans = plansOf(database, (spied) => createReads(spied));

  assert.ok(plans.length >= 9);
  for (const [sql, plan] of plans) {
    assert.doesNotMatch(plan, /TEMP B-TREE/, sql);
    assert.doesNotMatch(
      plan,
      /SCAN (?!json_each)(?!transactions USING (COVERING )?INDEX transactions_open)/,
      `${sql}: ${plan}`,
    );
  }
  const open = plans.find(([sql]) => sql.includes("open = 1"));
  assert.match(open?.[1] ?? "", /transactions_open/);
});

test("no step of pruning or of a checkpoint walks through the history or sorts it", (context) => {
  const { database, origin } = openDatabase(journalFolder(context));

  const plans = plansOf(database, (spied) => {
    createPruning({ database: spied, load: () => undefined, forget: () => undefined });
    createCheckpoints(spied, origin);
  });
  database.close();

  assert.ok(plans.length >= 12);
  for (const [sql, plan] of plans) {
    assert.doesNotMatch(plan, /TEMP B-TREE/, sql);
    // The newest one alone is read, from the end.
    assert.doesNotMatch(plan, /SCAN (?!checkpoints$)(?!CONSTANT ROW)/, `${sql}: ${plan}`);
  }
});

test("a list is found by an index for whom it asks, in order, without a sort", (context) => {
  using database = new DatabaseSync(join(firstRelease(context), "journal.db"));
  const byIndex: readonly (readonly [query: Partial<TransactionQuery>, index: RegExp])[] = [
    [{ pos: "till-1" }, /transactions_by_pos/],
    [{ terminal: "T1" }, /transactions_by_terminal/],
    [{ reference: "order 7" }, /transactions_by_reference/],
    [{ state: "dispatched" }, /transactions_open/],
    [{ pos: "till-1", unacknowledged: true }, /transactions_(unacknowledged|by_pos)/],
    [{}, /SCAN transactions$/],
  ];

  for (const [query, index] of byIndex) {
    const [plan] = plansOf(database, (spied) => listStatement(spied)({ ...query, limit: 50 }));
    assert.match(plan?.[1] ?? "", index);
    assert.doesNotMatch(plan?.[1] ?? "", /TEMP B-TREE/);
  }
});
