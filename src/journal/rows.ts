import type { SQLOutputValue } from "node:sqlite";
import { JournalFailure } from "./journal.ts";

export type Row = Record<string, SQLOutputValue>;

/** Columns are read by type: another one than the schema's is damage, never a value to go on with. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === "string" ? value : damaged(column);
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  return typeof value === "number" ? value : damaged(column);
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : damaged(column);
}

function damaged(column: string): never {
  throw new JournalFailure(
    `journal.db is damaged: column ${column} holds something else than it should. ` +
      "Keep the file, run `tillbridge journal verify`, and restore the last backup or call support.",
  );
}
