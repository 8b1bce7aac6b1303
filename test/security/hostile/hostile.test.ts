import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openShop, type Shop } from "../../support/shop.ts";
import { ALLOWED_ORIGIN, HOST_ROWS, ORIGIN_ROWS } from "./doors.ts";
import { GOODBYE_ROWS, RULE_ROWS, STRANGE_ROWS } from "./framing.ts";
import { HTTP_ROWS, NO_REQUEST_ROWS as NO_HTTP_ROWS, UPGRADE_ROWS } from "./http.ts";
import { NO_JSON_ROWS, NO_REQUEST_ROWS, READ_ROWS } from "./json.ts";
import { addressed, knock, openRaw, type Said } from "./raw.ts";
import type { FrameRow, KnockRow, MessageRow, RpcAnswer, Speaker } from "./row.ts";
import { QUESTION_ROWS, SALE_ROWS } from "./payments.ts";
import { SCOPE_ROWS, STRANGER_ROWS } from "./permissions.ts";
import { connectProtocol, type ProtocolClient } from "../../support/protocol-client.ts";

const KNOCKS = [...HOST_ROWS, ...ORIGIN_ROWS, ...UPGRADE_ROWS, ...HTTP_ROWS, ...NO_HTTP_ROWS];
const FRAMES = [...RULE_ROWS, ...STRANGE_ROWS, ...GOODBYE_ROWS];
const MESSAGES = [
  ...NO_JSON_ROWS,
  ...NO_REQUEST_ROWS,
  ...READ_ROWS,
  ...STRANGER_ROWS,
  ...SCOPE_ROWS,
  ...SALE_ROWS,
  ...QUESTION_ROWS,
];
const LEAST_ROWS = 220;
const LIMIT = { timeout: 110_000 };
const ROW_LIMIT = { timeout: 10_000 };

test("what strangers and clumsy programs send gets its exact answer, and a POS beside them sells", LIMIT, async (t) => {
  const rows = [...KNOCKS, ...FRAMES, ...MESSAGES];
  assert.equal(new Set(rows.map(({ what }) => what)).size, rows.length, "each row has a name of its own");
  assert.ok(rows.length >= LEAST_ROWS, `there are ${rows.length} rows`);
  t.diagnostic(`${rows.length} hostile inputs`);
  const shop = await openShop(t, { config: { server: { allowedOrigins: [ALLOWED_ORIGIN] } } });
  const house = await furnish(shop);
  const before = house.memoryKb();

  for (const row of KNOCKS) await t.test(row.what, ROW_LIMIT, () => holdKnock(row, house));
  for (const row of FRAMES) await t.test(row.what, ROW_LIMIT, () => holdFrames(row, house));
  for (const row of MESSAGES) await t.test(row.what, ROW_LIMIT, () => holdMessage(row, house));

  await t.test("the POS beside them sells, and nothing of all that was stored", () => sellsAsBefore(shop, house));
  await t.test("the daemon is the one that was started, and no larger than it may be", async () => {
    assert.deepEqual(await Promise.race([shop.daemon.ended, shop.health().then(({ status }) => status)]), 200);
    assert.ok(house.memoryKb() - before < MOST_GROWTH_KB, `${before} KB before, ${house.memoryKb()} KB after`);
  });
  await t.test("the log can be shown on a screen, and tells of no failure", () => readLog(shop));
});

/** What one daemon with compiled code and full buffers may take more than a fresh one. */
const MOST_GROWTH_KB = 64 * 1_024;

type House = {
  readonly port: number;
  /** The sale that the tables call PAID. */
  readonly paid: string;
  memoryKb(): number;
  speak(by: Speaker): Promise<ProtocolClient>;
};

/** The speakers of the tables, and a sale that one of them made. */
async function furnish(shop: Shop): Promise<House> {
  const administrator = await shop.openSocket("cli");
  const tokens = new Map<Speaker, string>();
  for (const [pos, scopes] of [
    ["till", ["status", "pay", "refund"]],
    ["neighbour", ["status", "pay", "refund"]],
    ["watcher", ["status"]],
  ] as const) {
    const { result } = await administrator.request("pos.add", { pos, scopes, token: true });
    tokens.set(pos, String(result?.["token"]));
  }
  administrator.socket.close();
  const speak = async (by: Speaker) => {
    if (by === "administrator") return shop.openSocket("cli");
    const client = await connectProtocol(shop.url);
    const token = tokens.get(by);
    if (token !== undefined) await client.request("session.open", { protocol: 1, pos: by, token });
    return client;
  };
  const till = await speak("till");
  const { result } = await till.request("transactions.start", {
    terminal: "counter-1",
    requestId: "paid",
    operation: { type: "sale", amount: { value: 1_250, currency: "CLP" } },
    until: "settled",
  });
  till.socket.close();
  const { id, outcome } = result?.["transaction"] as {
    readonly id: string;
    readonly outcome: { readonly kind: string };
  };
  assert.equal(outcome.kind, "approved");
  return {
    port: Number(new URL(shop.url).port),
    paid: id,
    memoryKb: () => memoryKb(shop.daemon.pid),
    speak,
  };
}

async function holdKnock({ bytes, answers }: KnockRow, { port }: House): Promise<void> {
  const { answers: heard, headers } = await knock(port, bytes);
  assert.deepEqual(
    heard,
    answers.map(([status, body]) => [status, addressed(body, port)]),
  );
  const told = headers.filter((header) =>
    /^(access-control|sec-websocket-(extensions|protocol)|server|x-powered)/i.test(header),
  );
  assert.deepEqual(
    told,
    [],
    "no page of another site may read it, nothing was agreed on, and nobody learns what this is made of",
  );
}

async function holdFrames({ bytes, said = [], end }: FrameRow, { port }: House): Promise<void> {
  const client = await openRaw(port);
  client.write(bytes);
  const ended = await client.outcome(said.length);
  client.socket.destroy();
  assert.deepEqual([client.said.map(answerOf), ended], [said, end]);
}

async function holdMessage({ by, text, answer, end }: MessageRow, { speak, paid }: House): Promise<void> {
  const client = await speak(by);
  client.sendText(text.replaceAll('"PAID"', JSON.stringify(paid)));
  if (end === undefined) assert.deepEqual(answerOf(await client.next(({ method }) => method === undefined)), answer);
  else assert.equal(await client.closed, end);
  client.socket.terminate();
}

function answerOf({ id = null, error }: Said): RpcAnswer {
  if (error === undefined) return "done";
  const { reason, retry, field } = error.data as { reason: string; retry: string; field?: string };
  return { id, code: error.code, reason, retry, ...(field === undefined ? {} : { field }) };
}

async function sellsAsBefore(shop: Shop, { speak, paid }: House): Promise<void> {
  const sale = await shop.till.saleAt("presentCard", 1_250);
  assert.equal((await sale.ended).outcome?.kind, "approved");
  const till = await speak("till");
  const { result } = await till.request("transactions.list", {});
  till.socket.close();
  const stored = result?.["transactions"] as readonly { readonly id: string }[];
  assert.deepEqual(
    stored.map(({ id }) => id),
    [paid],
  );
}

const OF_A_FAILURE = /unhandled|rejection|failed inside|internal|\.ts:\d+/i;
/** Those that make a terminal do something, or turn the direction of what is read. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

function readLog({ home }: Shop): void {
  const folder = join(home, "logs");
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n"));
  assert.ok(lines.length > 10, "the log was read");
  assert.deepEqual(
    lines.filter((line) => CONTROLS.test(line)),
    [],
  );
  assert.deepEqual(
    lines.filter((line) => OF_A_FAILURE.test(line)),
    [],
  );
}

function memoryKb(pid: number): number {
  if (process.platform !== "linux") return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}
