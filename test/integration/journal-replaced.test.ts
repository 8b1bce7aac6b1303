import assert from "node:assert/strict";
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { openJournal } from "../../src/journal/sqlite.ts";
import { run } from "../cli/command.ts";
import { freshFolder } from "../support/home-folder.ts";
import { connectProtocol } from "../support/protocol-client.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

const LIMIT = { timeout: 110_000 };
const SALE = { type: "sale", amount: { value: 1_250, currency: "CLP" } };

test(
  "a journal that is gone is not made up: a person starts a new one, and every POS hears of it",
  LIMIT,
  async (t) => {
    const shop = await openShop(t);
    const before = await journalOf(shop);
    await pay(shop, "R1");
    await stop(shop);
    const file = journalFile(shop);
    rmSync(file);

    const daemon = await shop.startDaemon();

    await daemon.said(/journal\.db: it is missing, and there was one here.*`tillbridge journal start-new`/);
    assert.equal(await journalOf(shop), before, "nobody decided on another one");
    await assertRefused(shop, /journal\.db: it is missing/);
    const status = await run(t, ["status", "--home", shop.home]);
    assert.equal(status.code, 0, status.stderr);
    assert.match(status.stdout, /journal +unavailable[^]*No payment is taken: journal\.db: it is missing/);
    assert.ok(!existsSync(file), "nothing is made in its place");
    const word = ["journal", "start-new", "--reason", "the disk died", "--operator", "Ana", "--home", shop.home];
    const beside = await run(t, [...word, "--yes"]);
    assert.deepEqual([beside.code, existsSync(file)], [1, false], beside.stderr);
    await stop(shop);
    assert.equal((await run(t, word)).code, 2, "a question that nobody can answer is no yes");
    assert.equal(
      (await run(t, ["journal", "start-new", "--yes", "--home", shop.home])).code,
      2,
      "a reason is asked for",
    );

    const started = await run(t, [...word, "--yes"]);

    assert.equal(started.code, 0, started.stderr);
    assert.deepEqual(lastAudit(file).slice(0, 2), ["journal started", "Ana"]);
    assert.match(lastAudit(file)[2] ?? "", new RegExp(`^the disk died; the one before was ${before}`));
    await shop.startDaemon();
    await shop.till.terminalIs("ready");
    assert.notEqual(await journalOf(shop), before);
    assert.equal((await start(shop, "R1", before)).error?.data["reason"], "journalChanged");
    await pay(shop, "R2");
    assert.equal(shop.terminal().ledger().length, 2, "one sale in each journal");
  },
);

test("a damaged journal is put aside as it is", LIMIT, async (t) => {
  const shop = await openShop(t);
  await pay(shop, "R1");
  await stop(shop);
  const file = journalFile(shop);
  const damaged = readFileSync(file);
  damaged.fill(0xee, 4_096, 8_192);
  writeFileSync(file, damaged);
  const refused = await run(t, ["journal", "adopt", "--reason", "we need it", "--yes", "--home", shop.home]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /damaged|not whole/);

  const started = await run(t, ["journal", "start-new", "--reason", "damaged", "--yes", "--json", "--home", shop.home]);

  assert.equal(started.code, 0, started.stderr);
  const { folder } = JSON.parse(started.stdout) as { readonly folder: string };
  assert.match(folder, /^journal-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d$/);
  assert.deepEqual(readFileSync(join(shop.home, "data", folder, "journal.db")), damaged);
  await shop.startDaemon();
  await shop.till.terminalIs("ready");
});

test("another journal is refused until a person adopts it", LIMIT, async (t) => {
  const shop = await openShop(t);
  await stop(shop);
  const elsewhere = freshFolder(t);
  const other = await openJournal({ directory: elsewhere });
  await other.close();
  const file = journalFile(shop);
  copyFileSync(join(elsewhere, "journal.db"), file);
  const foreign = readFileSync(file);

  const daemon = await shop.startDaemon();

  await daemon.said(/it is another journal .*`tillbridge journal adopt`/);
  await assertRefused(shop, /it is another journal/);
  assert.deepEqual(readFileSync(file), foreign, "nothing is changed in it");
  await stop(shop);
  const adopted = await run(t, ["journal", "adopt", "--reason", "moved here", "--yes", "--home", shop.home]);
  assert.equal(adopted.code, 0, adopted.stderr);
  await shop.startDaemon();
  await shop.till.terminalIs("ready");
  assert.notEqual(await journalOf(shop), other.id);
  await pay(shop, "R1");
});

test(
  "a journal restored from yesterday is refused; adopted, it charges nothing twice and decides nothing by itself",
  LIMIT,
  async (t) => {
    const shop = await openShop(t);
    const before = await journalOf(shop);
    const early = await pay(shop, "R1");
    shop.terminal().program.kill("SIGSTOP");
    const paying = await shop.till.saleAt("dispatched", 3_000);
    const queued = await shop.till.saleAt("accepted", 4_000);
    await shop.killDaemon();
    const yesterday = freshFolder(t);
    copyJournal(join(shop.home, "data"), yesterday);
    shop.terminal().program.kill("SIGCONT");
    await shop.startDaemon();
    assert.equal((await paying.ended).outcome?.kind, "approved", "it was found out before");
    assert.equal((await queued.ended).outcome?.kind, "notPerformed");
    const late = await pay(shop, "R2");
    await stop(shop);
    copyJournal(yesterday, join(shop.home, "data"));

    const daemon = await shop.startDaemon();

    await daemon.said(/journal\.db: it is an older copy of itself.*`tillbridge journal adopt`/);
    assert.equal(await journalOf(shop), before);
    await assertRefused(shop, /older copy/);
    await stop(shop);
    const word = ["journal", "adopt", "--reason", "the disk died", "--operator", "Ana", "--yes", "--home", shop.home];
    const adopted = await run(t, word);
    assert.equal(adopted.code, 0, adopted.stderr);
    assert.match(adopted.stdout, /resolve: [0-9A-Z]{20}, [0-9A-Z]{20}/);
    assert.equal((await run(t, ["journal", "verify", "--home", shop.home])).code, 0);

    await shop.startDaemon();
    await shop.till.terminalIs("ready");
    const socket = await shop.openSocket("cli");
    const { transactions } = (await socket.request("transactions.list", { outcome: ["unknown"] })).result as {
      readonly transactions: readonly Left[];
    };
    assert.deepEqual(
      transactions.map(({ requestId, outcome }) => [requestId, outcome.since]),
      [
        [queued.requestId, "journal"],
        [paying.requestId, "journal"],
      ],
      "charged since, for all that this copy knows",
    );
    assert.equal((await start(shop, "R2", before)).error?.data["reason"], "journalChanged");
    const early2 = await socket.request("transactions.get", { transaction: early });
    assert.ok(early2.result, "what it knew it still knows");
    assert.equal(
      (await socket.request("transactions.get", { transaction: late })).error?.data["reason"],
      "transactionNotFound",
    );
    const resolved = await socket.request("transactions.resolve", {
      transaction: transactions[1]?.id,
      outcome: { kind: "approved" },
      operator: "Ana",
      reason: "receipt 3",
    });
    assert.ok(resolved.result, JSON.stringify(resolved.error));
    await pay(shop, "R3");
    assert.deepEqual(
      shop
        .terminal()
        .ledger()
        .map(({ amount }) => amount),
      [1_250, 3_000, 1_250, 1_250],
    );
  },
);

test(
  "a POS that was told more than the journal knows is heard of, also where the whole folder is old",
  LIMIT,
  async (t) => {
    const shop = await openShop(t);
    const journal = await journalOf(shop);

    const opened = await shop.openSocket("till-2", { resumeAfter: 7, journal });

    assert.equal(opened.opened["resume"], "reset");
    // The log is written beside the answers: it is whole when the daemon has ended.
    await stop(shop);
    assert.match(
      readFileSync(join(shop.home, "logs", "tillbridge.log"), "utf8"),
      /was told more than this journal knows/,
    );
  },
);

type Left = { readonly id: string; readonly requestId: string; readonly outcome: { readonly since?: string } };

function journalFile({ home }: Shop): string {
  return join(home, "data", "journal.db");
}

async function stop({ daemon }: Shop): Promise<void> {
  daemon.kill("SIGTERM");
  assert.equal((await daemon.ended).code, 0);
}

/** What a POS is told before it says who it is. */
async function journalOf({ url }: Shop): Promise<string> {
  const { socket, messages } = await connectProtocol(url);
  socket.terminate();
  return String(messages[0]?.params?.["journal"]);
}

/** A socket of a POS that repeats by hand. */
async function start(shop: Shop, requestId: string, journal?: string) {
  const { request, socket } = await shop.openSocket("till-2");
  const answer = await request("transactions.start", {
    terminal: TERMINAL,
    requestId,
    operation: SALE,
    until: "settled",
    ...(journal === undefined ? {} : { journal }),
  });
  socket.close();
  return answer;
}

async function pay(shop: Shop, requestId: string): Promise<string> {
  const { result, error } = await start(shop, requestId);
  const { transaction } = result as {
    readonly transaction: { readonly id: string; readonly outcome: { readonly kind: string } };
  };
  assert.equal(transaction.outcome.kind, "approved", JSON.stringify(error));
  return transaction.id;
}

async function assertRefused(shop: Shop, why: RegExp): Promise<void> {
  const { request } = await shop.openSocket("cli");
  const refused = await request("transactions.start", { terminal: TERMINAL, requestId: "no", operation: SALE });
  assert.equal(refused.error?.data["reason"], "journalUnavailable");
  assert.match(refused.error.message, why);
  const { terminals } = (await request("terminals.list", {})).result as {
    readonly terminals: readonly { readonly state: string; readonly detail: string }[];
  };
  for (const { state, detail } of terminals) {
    assert.equal(state, "fenced");
    assert.match(detail, why);
  }
}

function copyJournal(from: string, to: string): void {
  for (const file of readdirSync(to)) if (file.startsWith("journal.db")) rmSync(join(to, file));
  for (const file of readdirSync(from))
    if (file.startsWith("journal.db")) copyFileSync(join(from, file), join(to, file));
}

function lastAudit(file: string): readonly string[] {
  using database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare("SELECT what, by, detail FROM audit ORDER BY number DESC LIMIT 1").get();
  return Object.values(row ?? {}).map(String);
}
