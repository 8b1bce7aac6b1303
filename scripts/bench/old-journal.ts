import { createHash } from "node:crypto";
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fact } from "../../src/core/facts.ts";
import type { Outcome } from "../../src/core/outcome.ts";
import { openDatabase } from "../../src/journal/database.ts";
import { createStore } from "../../src/journal/store.ts";
import { CURRENCY } from "./terminals.ts";
import { temporaryFolder } from "./processes.ts";

const FILE = "journal.db";
const POS_PROGRAMS = 8;
const FIRST_SALE_MS = Date.UTC(2026, 0, 1);
const BETWEEN_SALES_MS = 60_000;
const EACH_COMMIT = 10_000;

/** Puts the journal of a shop that has taken so many payments, all at their end, into a data directory. */
export function putOldJournal(transactions: number, dataDirectory: string): void {
  // Made once for each schema: it takes a while.
  const sources = ["../../src/journal/schema.ts", "../../src/journal/chain.ts", "old-journal.ts"];
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(new URL(source, import.meta.url)));
  const version = hash.digest("hex").slice(0, 12);
  const cache = join(tmpdir(), "tillbridge-bench-cache");
  const cached = join(cache, `${transactions}-${version}.db`);
  if (!existsSync(cached)) {
    mkdirSync(cache, { recursive: true });
    const folder = temporaryFolder();
    writeJournal(transactions, folder);
    renameSync(join(folder, FILE), cached);
  }
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  copyFileSync(cached, join(dataDirectory, FILE), constants.COPYFILE_FICLONE);
}

function writeJournal(transactions: number, folder: string): void {
  const opened = openDatabase(folder);
  // Nobody relies on it until it is complete.
  opened.database.exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000");
  const store = createStore(opened);
  for (let first = 0; first < transactions; first += EACH_COMMIT) {
    store.begin();
    for (let number = first; number < Math.min(transactions, first + EACH_COMMIT); number += 1) {
      const id = number.toString(32).toUpperCase().padStart(20, "0");
      store.append({ transaction: id, place: 0, facts: factsOf(id, number) });
    }
    for (let hasMore = true; hasMore;) hasMore = store.writeCheckpoint(new Date(FIRST_SALE_MS).toISOString());
    store.commit();
    store.moveLog();
  }
  store.close();
}

/** A sale as it lies in a journal, about as large as a real one. */
function factsOf(id: string, number: number): readonly [Fact, ...Fact[]] {
  const at = new Date(FIRST_SALE_MS + number * BETWEEN_SALES_MS).toISOString();
  const terminal = `terminal-${number % 4}`;
  const amount = { value: 1_000 + (number % 90_000), currency: CURRENCY };
  const operation = { type: "sale", amount, reference: `order-${number}` } as const;
  const verdict = {
    kind: "approved",
    partial: false,
    captured: true,
    final: true,
    amounts: { asked: amount, approved: amount },
    approvalCode: "250349",
    card: { brand: "mastercard", last4: "1881", entry: "chip" },
    terminalReferences: { ticket: id, operationId: String(number), terminalId: "70012345", batch: "17" },
    vendor: { code: "0", text: "Aprobado" },
  } as const;
  const outcome: Outcome = { ...verdict, revision: 1, decidedBy: { kind: "terminal" } };
  const content = JSON.stringify({ operation, terminal });
  return [
    {
      kind: "accepted",
      at,
      pos: `till-${number % POS_PROGRAMS}`,
      requestId: `request-${number}`,
      terminal,
      operation,
      content,
    },
    {
      kind: "dispatched",
      at,
      attempt: 1,
      request: "eyJKc29uU2VyaWFsaXplZCI6In".repeat(16),
      ticket: id,
      driver: { id: "getnet", version: "1" },
      identity: { serial: "SIM0000001" },
      link: "tcp 127.0.0.1:9000 #1",
      deadline: at,
      lastSeen: at,
    },
    { kind: "proposed", at, verdict },
    { kind: "settled", at, outcome },
    { kind: "acknowledged", at, revision: 1 },
  ];
}
