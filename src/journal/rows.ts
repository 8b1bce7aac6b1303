import type { SQLOutputValue } from "node:sqlite";
import { damaged } from "./failure.ts";

export type Row = Record<string, SQLOutputValue>;

/** Columns are read by type: another one than the schema's is damage, never a value to go on with. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw damaged(`${column} is no text`);
  return value;
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : text(row, column);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw damaged(`${column} is no number`);
  return value;
}

export function blob(row: Row, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw damaged(`${column} is no bytes`);
  return value;
}
