import type { DatabaseSync } from "node:sqlite";
import { damaged } from "./failure.ts";
import { JournalFailure } from "./journal.ts";
import { text } from "./rows.ts";
import { SCHEMA_1, SCHEMA_2 } from "./schema.ts";

/** One step forward. It only adds: columns with a default, tables, indexes, triggers. */
export type Migration = {
  readonly schema: number;
  /** The oldest schema whose program can still read and append after this step. */
  readonly oldestReader: number;
  readonly sql: string;
};

export const MIGRATIONS: readonly Migration[] = [
  { schema: 1, oldestReader: 1, sql: SCHEMA_1 },
  { schema: 2, oldestReader: 1, sql: SCHEMA_2 },
];

export type Meta = {
  readonly journal: string;
  /** The id with which the chain of checkpoints begins: another one than the journal's where it was adopted since. */
  readonly origin: string;
  readonly schema: number;
  readonly oldestReader: number;
};

export function createJournal(database: DatabaseSync, journal: string): void {
  inTransaction(database, () => {
    for (const migration of MIGRATIONS) database.exec(migration.sql);
    database.prepare("INSERT INTO meta (name, value) VALUES ('journal', ?)").run(journal);
    writeSchema(database, MIGRATIONS);
  });
}

/** Brings an older journal forward; one that this program is too old for is refused. */
export function migrate(database: DatabaseSync, migrations: readonly Migration[] = MIGRATIONS): Meta {
  const meta = readMeta(database);
  refuseNewer(meta, migrations);
  const missing = migrations.filter((migration) => migration.schema > meta.schema);
  if (missing.length === 0) return meta;
  inTransaction(database, () => {
    for (const migration of missing) database.exec(migration.sql);
    writeSchema(database, missing);
  });
  return readMeta(database);
}

export function refuseNewer({ oldestReader }: Meta, migrations: readonly Migration[] = MIGRATIONS): void {
  const known = migrations.at(-1)?.schema ?? 0;
  if (oldestReader <= known) return;
  throw new JournalFailure(
    `journal.db: it was written by a newer Tillbridge: it needs journal schema ${oldestReader} or later, this version knows schema ` +
      `${known}. Install the newer version again; nothing was changed.`,
  );
}

export function readMeta(database: DatabaseSync): Meta {
  const rows = database.prepare("SELECT name, value FROM meta").all();
  const values = new Map(rows.map((row) => [text(row, "name"), text(row, "value")]));
  const journal = values.get("journal");
  const schema = Number(values.get("schema"));
  const oldestReader = Number(values.get("oldestReader"));
  if (journal === undefined || !Number.isInteger(schema) || !Number.isInteger(oldestReader)) {
    throw damaged("it does not say which journal it is");
  }
  return { journal, origin: values.get("origin") ?? journal, schema, oldestReader };
}

/** Another id for the same journal: who knew it under the one before shall notice. */
export function writeJournalId(database: DatabaseSync, journal: string): void {
  const { origin } = readMeta(database);
  database.prepare("INSERT INTO meta (name, value) VALUES ('origin', ?) ON CONFLICT (name) DO NOTHING").run(origin);
  database.prepare("UPDATE meta SET value = ? WHERE name = 'journal'").run(journal);
}

function writeSchema(database: DatabaseSync, migrations: readonly Migration[]): void {
  const write = database.prepare(
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  write.run("schema", String(Math.max(...migrations.map((migration) => migration.schema))));
  write.run("oldestReader", String(Math.max(...migrations.map((migration) => migration.oldestReader))));
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    work();
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
