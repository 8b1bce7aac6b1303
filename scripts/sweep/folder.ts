import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sweepBytes } from "./bytes.ts";
import { within, type Find, type Known } from "./find.ts";

/** Where secrets lie by design, with rights for the service's user alone. */
const HOME_OF_SECRETS = /(?:^|\/)data\/(?:secrets\/[^/]+|admin\.token|certificate\/.+)$/;
const SQLITE = Buffer.from("SQLite format 3\0");

export type FoundInFile = Find & { readonly file: string };

/** Everything under a folder: names, bytes, and what a database keeps in pieces. */
export function sweepFolder(folder: string, known: Known): readonly FoundInFile[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const file = relative(folder, path).split(sep).join("/");
    const named = within("its name", sweepBytes(Buffer.from(file), known, "elsewhere"));
    const finds = entry.isFile() ? [...named, ...sweepFile(path, file, known)] : named;
    return finds.map((find) => ({ file: join(folder, file), ...find }));
  });
}

function sweepFile(path: string, file: string, known: Known): readonly Find[] {
  const bytes = readFileSync(path);
  const finds = sweepBytes(bytes, known, HOME_OF_SECRETS.test(file) ? "here" : "elsewhere");
  return bytes.subarray(0, SQLITE.length).equals(SQLITE) ? [...finds, ...sweepDatabase(path, known)] : finds;
}

/** A long value lies in pieces on several pages, and a number as a number: so every column is read, of a copy with its log. */
function sweepDatabase(path: string, known: Known): readonly Find[] {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-sweep-"));
  try {
    const copy = join(folder, basename(path));
    for (const part of ["", "-wal"]) if (existsSync(path + part)) copyFileSync(path + part, copy + part);
    using database = new DatabaseSync(copy);
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    return tables.flatMap(({ name }) => sweepTable(database, String(name), known));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sweepTable(database: DatabaseSync, table: string, known: Known): readonly Find[] {
  const finds: Find[] = [];
  const statement = database.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`);
  statement.setReadBigInts(true);
  let row = 0;
  for (const columns of statement.iterate()) {
    row += 1;
    for (const [column, value] of Object.entries(columns)) {
      if (value === null) continue;
      const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value));
      finds.push(...within(`${table}.${column}, row ${row}`, sweepBytes(bytes, known, "elsewhere")));
    }
  }
  return finds;
}
