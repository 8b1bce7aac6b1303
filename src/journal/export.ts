import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { hashTombstone, hex } from "./chain.ts";
import { openForReading } from "./database.ts";
import { damaged, guarded } from "./failure.ts";
import { createHashes, historyLine, PRUNED, type HistoryLine } from "./history.ts";
import { readMeta } from "./migrations.ts";
import { blob, integer, text, type Row } from "./rows.ts";

/** Of the file, not of the journal: it changes when a line means something else. */
const FORMAT = 1;

export type ExportOptions = {
  readonly version: string;
  /** RFC 3339 in UTC with milliseconds; `from` <= createdAt < `to`. The transactions outside are hashes only. */
  readonly from?: string;
  readonly to?: string;
};

export type Exported = {
  readonly facts: number;
  readonly pruned: number;
  readonly audit: number;
  readonly checkpoints: number;
  readonly lines: number;
  /** SHA-256 of every byte before the trailer, hexadecimal. */
  readonly digest: string;
};

/**
 * Says the whole journal of a directory in lines of JSON (docs/journal-export.md), with the daemon running or not; reads one snapshot
 * only and leaves no file behind. Throws `JournalFailure` where it cannot be read to its end.
 */
export function exportJournal(directory: string, options: ExportOptions, write: (line: string) => void): Exported {
  return guarded(() => {
    const database = openForReading(directory);
    try {
      database.exec("BEGIN");
      return exportDatabase(database, options, write);
    } finally {
      database.close();
    }
  });
}

function exportDatabase(database: DatabaseSync, options: ExportOptions, write: (line: string) => void): Exported {
  const counts = { facts: 0, pruned: 0, audit: 0, checkpoints: 0, lines: 0 };
  const digest = createHash("sha256");
  const say = (line: object): void => {
    const said = `${JSON.stringify(line)}\n`;
    digest.update(said);
    counts.lines += 1;
    write(said);
  };
  say(headerOf(database, options));
  for (const row of database
    .prepare("SELECT number, at, what, by, detail, hash FROM audit ORDER BY number")
    .iterate()) {
    counts.audit += 1;
    say({ kind: "audit", ...row, hash: hex(blob(row, "hash")) });
  }
  const lineOf = createLines(database, options);
  const checkpoints = new Checkpoints(database);
  for (const line of historyOf(database)) {
    for (const checkpoint of checkpoints.before(line.number)) say(checkpoint);
    const said = lineOf(line);
    if (said.kind === "fact") counts.facts += 1;
    if (said.kind === "pruned") counts.pruned += 1;
    say(said);
  }
  for (const checkpoint of checkpoints.before(Number.POSITIVE_INFINITY)) say(checkpoint);
  counts.checkpoints = checkpoints.said;
  const exported = { ...counts, digest: digest.digest("hex") };
  write(`${JSON.stringify({ kind: "trailer", ...exported })}\n`);
  return exported;
}

function headerOf(database: DatabaseSync, { version, from, to }: ExportOptions): object {
  const { journal, origin, schema } = readMeta(database);
  const newest = hasHistory(database)
    ? database.prepare("SELECT number, at, last, audit, hash FROM checkpoints ORDER BY number DESC LIMIT 1").get()
    : undefined;
  return {
    kind: "header",
    format: FORMAT,
    program: "tillbridge",
    version,
    exportedAt: new Date().toISOString(),
    journal,
    origin,
    schema,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(newest === undefined ? {} : { checkpoint: checkpointOf(newest) }),
  };
}

function checkpointOf(row: Row) {
  return {
    number: integer(row, "number"),
    at: text(row, "at"),
    last: integer(row, "last"),
    audit: integer(row, "audit"),
    hash: hex(blob(row, "hash")),
  };
}

function hasHistory(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'history'").get() !== undefined;
}

/** The first schema knew no order but that of acceptance. */
function* historyOf(database: DatabaseSync): Generator<HistoryLine> {
  const walk = database.prepare(
    hasHistory(database)
      ? "SELECT number, transaction_id, place FROM history ORDER BY number"
      : "SELECT row_number() OVER (ORDER BY t.number, f.place) AS number, f.transaction_id, f.place " +
          "FROM transactions t JOIN facts f ON f.transaction_id = t.id ORDER BY t.number, f.place",
  );
  for (const row of walk.iterate()) yield historyLine(row);
}

/** The checkpoints, each behind the last line that it stands for. */
class Checkpoints {
  readonly #rows: Iterator<Row>;
  #next: Row | undefined;
  said = 0;

  constructor(database: DatabaseSync) {
    this.#rows = hasHistory(database)
      ? database.prepare("SELECT number, at, last, audit, hash FROM checkpoints ORDER BY number").iterate()
      : [][Symbol.iterator]();
    this.#step();
  }

  *before(number: number): Generator<object> {
    while (this.#next !== undefined && integer(this.#next, "last") < number) {
      this.said += 1;
      yield { kind: "checkpoint", ...checkpointOf(this.#next) };
      this.#step();
    }
  }

  #step(): void {
    const step = this.#rows.next();
    this.#next = step.done === true ? undefined : step.value;
  }
}

type Line = { readonly kind: "fact" | "pruned" | "hash" };

function createLines(database: DatabaseSync, { from, to }: ExportOptions): (line: HistoryLine) => Line {
  const fact = database.prepare("SELECT kind, at, body, hash FROM facts WHERE transaction_id = ? AND place = ?");
  const created = database.prepare("SELECT created_at FROM transactions WHERE id = ?");
  // A journal of the first schema has none that were pruned.
  const hashes = hasHistory(database) ? createHashes(database) : undefined;

  function isAsked(transaction: string): boolean {
    if (from === undefined && to === undefined) return true;
    const row = created.get(transaction);
    if (row === undefined) return false;
    const at = text(row, "created_at");
    return (from === undefined || at >= from) && (to === undefined || at < to);
  }

  return ({ number, transaction, place }) => {
    const where = { number, transaction, place };
    if (place === PRUNED) {
      const tombstone = hashes?.tombstone(transaction);
      if (tombstone === undefined)
        throw damaged(`transaction ${transaction}: it was pruned, and its tombstone is not there`);
      const { hashes: facts, ...rest } = tombstone;
      return { kind: "pruned", number, ...rest, hashes: hex(facts), hash: hex(hashTombstone(tombstone)) };
    }
    const row = isAsked(transaction) ? fact.get(transaction, place) : undefined;
    if (row === undefined) {
      const hash = hashes?.ofLine({ number, transaction, place });
      if (hash === undefined) throw damaged(`transaction ${transaction}: fact ${place} was written and is not there`);
      return { kind: "hash", ...where, hash };
    }
    return {
      kind: "fact",
      ...where,
      fact: text(row, "kind"),
      at: text(row, "at"),
      body: text(row, "body"),
      hash: hex(blob(row, "hash")),
    };
  };
}
