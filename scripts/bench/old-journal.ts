import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
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

/** Puts the journal of a shop that has taken so many payments, all at their end, into a data directory. */
export function putOldJournal(transactions: number, dataDirectory: string): void {
  // Made once for each schema: it takes a while.
  const schema = readFileSync(new URL("../../src/journal/schema.ts", import.meta.url));
  const version = createHash("sha256").update(schema).digest("hex").slice(0, 12);
  const cache = join(tmpdir(), "tillbridge-bench-cache");
  const cached = join(cache, `${transactions}-${version}.db`);
  if (!existsSync(cached)) {
    mkdirSync(cache, { recursive: true });
    const folder = temporaryFolder();
    writeJournal(transactions, folder);
    renameSync(join(folder, FILE), cached);
  }
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  copyFileSync(cached, join(dataDirectory, FILE));
}

function writeJournal(transactions: number, folder: string): void {
  const store = createStore(openDatabase(folder));
  store.begin();
  for (let number = 0; number < transactions; number += 1) {
    const id = number.toString(32).toUpperCase().padStart(20, "0");
    const [accepted, ...later] = factsOf(id, number);
    store.append({ transaction: id, place: 0, facts: [accepted, ...later] });
  }
  store.commit();
  store.moveLog();
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
