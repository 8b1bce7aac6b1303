/** The first released schema. Later ones only add to it (`migrations.ts`), so that the release before can still write. */
export const SCHEMA_1 = `
-- journal: the id of this memory of money; schema: of this file; oldestReader: the oldest schema a program must know to use it.
CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The truth: append-only. hash = SHA-256 over the hash before it and this line (chain.ts).
CREATE TABLE facts (
  transaction_id TEXT NOT NULL,
  place INTEGER NOT NULL CHECK (place >= 0),
  kind TEXT NOT NULL,
  at TEXT NOT NULL,
  body TEXT NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (transaction_id, place)
) STRICT, WITHOUT ROWID;

-- What facts fold to, for finding them; written in their commit. number: the order of acceptance, which no clock can disturb.
CREATE TABLE transactions (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  pos TEXT NOT NULL,
  request_id TEXT NOT NULL,
  terminal TEXT NOT NULL,
  reference TEXT,
  original TEXT,
  created_at TEXT NOT NULL,
  ticket TEXT,
  state TEXT NOT NULL,
  outcome TEXT,
  revision INTEGER NOT NULL,
  acknowledged INTEGER NOT NULL,
  open INTEGER NOT NULL,
  length INTEGER NOT NULL,
  UNIQUE (pos, request_id)
) STRICT;
CREATE INDEX transactions_by_pos ON transactions (pos);
CREATE INDEX transactions_by_terminal ON transactions (terminal);
CREATE INDEX transactions_by_reference ON transactions (reference) WHERE reference IS NOT NULL;
CREATE INDEX transactions_by_original ON transactions (original) WHERE original IS NOT NULL;
CREATE INDEX transactions_by_ticket ON transactions (ticket) WHERE ticket IS NOT NULL;
CREATE INDEX transactions_by_outcome ON transactions (outcome) WHERE outcome IS NOT NULL;
CREATE INDEX transactions_open ON transactions (number) WHERE open = 1;
CREATE INDEX transactions_unacknowledged ON transactions (pos) WHERE revision > acknowledged;

-- What moved at a terminal belongs to one transaction, for ever. place: of the fact that was written with the claim.
CREATE TABLE claims (
  movement TEXT PRIMARY KEY,
  transaction_id TEXT NOT NULL,
  place INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Kept events. A transaction's event is its facts up to the place; an alarm is kept in its own words.
CREATE TABLE outbox (
  pos TEXT NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  at TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  place INTEGER NOT NULL,
  alarm TEXT,
  PRIMARY KEY (pos, seq)
) STRICT, WITHOUT ROWID;

-- When the terminal gave its last sign of life while a transaction ran there: one row, overwritten, gone with the end. Not a fact.
CREATE TABLE signs_of_life (
  transaction_id TEXT PRIMARY KEY,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Request ids of pruned transactions: a late repeat must never charge again.
CREATE TABLE tombstones (
  pos TEXT NOT NULL,
  request_id TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  PRIMARY KEY (pos, request_id)
) STRICT, WITHOUT ROWID;

-- Pairing, revocation, refusal, configuration; chained like facts.
CREATE TABLE audit (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  what TEXT NOT NULL,
  by TEXT NOT NULL,
  detail TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
`;

/**
 * What checkpoints stand for. Triggers write the history, so that the release before, which knows nothing of it, leaves no gap. Facts
 * that are there already are taken in the order of their acceptance.
 */
export const SCHEMA_2 = `
-- The order in which facts were written and, with place -1, transactions pruned.
CREATE TABLE history (
  number INTEGER PRIMARY KEY,
  transaction_id TEXT NOT NULL,
  place INTEGER NOT NULL
) STRICT;

-- Each stands for the history up to \`last\` and the audit up to \`audit\`. hash = SHA-256 over the hash before it and those lines' (chain.ts).
CREATE TABLE checkpoints (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at TEXT NOT NULL,
  last INTEGER NOT NULL,
  audit INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;

-- hashes: those of the facts that were pruned, in their order, 32 bytes each; events: how many kept events of the POS went with them.
ALTER TABLE tombstones ADD COLUMN pruned_at TEXT NOT NULL DEFAULT '';
ALTER TABLE tombstones ADD COLUMN events INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tombstones ADD COLUMN hashes BLOB NOT NULL DEFAULT x'';
CREATE INDEX tombstones_by_transaction ON tombstones (transaction_id);

INSERT INTO history (transaction_id, place)
  SELECT f.transaction_id, f.place FROM transactions t JOIN facts f ON f.transaction_id = t.id ORDER BY t.number, f.place;

CREATE TRIGGER fact_written AFTER INSERT ON facts BEGIN
  INSERT INTO history (transaction_id, place) VALUES (new.transaction_id, new.place);
END;
-- Only what no checkpoint stands for can be taken back; what is pruned has its tombstone first.
CREATE TRIGGER fact_taken_back AFTER DELETE ON facts
WHEN NOT EXISTS (SELECT 1 FROM tombstones WHERE transaction_id = old.transaction_id) BEGIN
  DELETE FROM history WHERE transaction_id = old.transaction_id AND place = old.place
    AND number > coalesce((SELECT last FROM checkpoints ORDER BY number DESC LIMIT 1), 0);
END;
CREATE TRIGGER transaction_pruned AFTER INSERT ON tombstones WHEN new.hashes <> x'' BEGIN
  INSERT INTO history (transaction_id, place) VALUES (new.transaction_id, -1);
END;
`;
