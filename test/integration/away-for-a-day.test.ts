import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Fact } from "../../src/core/facts.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { freshFolder } from "../support/home-folder.ts";
import type { Message, ProtocolClient } from "../support/protocol-client.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const LIMIT = { timeout: 120_000 };
const AT = "2026-01-02T03:04:05.000Z";
const SALES = 800;
/** Accepted, dispatched and settled for each sale, and an alarm for each fourth one. */
const EVENTS = SALES * 3 + SALES / 4;
const CLP = (value: number) => ({ value, currency: "CLP" });

/** What a POS named till-9 was never told, on the disk before the daemon starts: a day's sales with their slips. */
async function writeDay(home: string): Promise<void> {
  const directory = join(home, "data");
  mkdirSync(directory, { mode: 0o700 });
  const journal = await openJournal({ directory });
  const lines = Array.from({ length: 120 }, (_, line) => ({ text: `line ${line} `.repeat(12) }));
  const receipts = [{ copy: "merchant", lines, printedBy: "terminal", signatureRequired: false }] as const;
  await Promise.all(
    Array.from({ length: SALES }, async (_, index) => {
      const id = `S${String(index + 1).padStart(5, "0")}`;
      const facts: readonly [Fact, ...Fact[]] = [
        {
          kind: "accepted",
          at: AT,
          pos: "till-9",
          requestId: `request-${id}`,
          terminal: TERMINAL,
          operation: { type: "sale", amount: CLP(index + 1) },
          content: "{}",
        },
        {
          kind: "dispatched",
          at: AT,
          attempt: 1,
          request: "",
          ticket: id,
          driver: { id: "getnet", version: "1" },
          link: "tcp #1",
          deadline: AT,
          lastSeen: AT,
        },
        {
          kind: "settled",
          at: AT,
          outcome: {
            kind: "approved",
            amounts: { approved: CLP(index + 1) },
            partial: false,
            captured: true,
            final: true,
            revision: 1,
            decidedBy: { kind: "terminal" },
            receipts: [...receipts],
          },
        },
      ];
      const alarm = {
        severity: "warning",
        code: "partialNotAsked",
        transaction: id,
        text: id,
        remedy: "Look.",
      } as const;
      await journal.append({ transaction: id, place: 0, facts, ...(index % 4 === 3 ? { alarms: [alarm] } : {}) });
    }),
  );
  await journal.close();
}

const isKept = ({ method, params }: Message): boolean => method === "event" && params?.["kept"] === true;

const keptOf = ({ messages }: ProtocolClient) => messages.filter(isKept).map(({ params }) => params ?? {});

async function readUpTo(client: ProtocolClient, seq: number): Promise<void> {
  await client.next((message) => isKept(message) && message.params?.["seq"] === seq);
}

const seqs = (events: readonly Record<string, unknown>[]) => events.map(({ seq }) => Number(seq));
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What each sale was told, in the order of the telling. */
function storiesOf(events: readonly Record<string, unknown>[]): ReadonlyMap<string, string> {
  const stories = new Map<string, string>();
  for (const { type, transaction } of events) {
    const id = typeof transaction === "string" ? transaction : (transaction as { readonly id: string }).id;
    stories.set(id, `${stories.get(id) ?? ""} ${String(type).replace("transaction.", "")}`.trim());
  }
  return stories;
}

test("a POS that was away for a day", LIMIT, async (t) => {
  const home = freshFolder(t);
  await writeDay(home);
  const shop = await openShop(t, { home });

  await t.test(
    "hears all of it once and in order, although it is cut off and the daemon is killed in the middle",
    async () => {
      const first = await shop.openSocket("till-9", { resumeAfter: 0 });
      assert.deepEqual([first.opened["resume"], first.opened["lastEvent"]], ["replay", EVENTS]);
      assert.deepEqual([(first.opened["unacknowledged"] as unknown[]).length, first.opened["more"]], [50, true]);
      await readUpTo(first, 700);
      first.socket.terminate();
      const [one] = [keptOf(first)];
      const second = await shop.openSocket("till-9", { resumeAfter: seqs(one).at(-1) });
      await readUpTo(second, 1_500);
      await shop.killDaemon();
      const two = keptOf(second);
      await shop.startDaemon();
      const third = await shop.openSocket("till-9", { resumeAfter: seqs(two).at(-1) });
      await readUpTo(third, EVENTS);
      const told = [...one, ...two, ...keptOf(third)];
      assert.deepEqual(seqs(told), range(1, EVENTS));
      const stories = storiesOf(told);
      assert.equal(stories.size, SALES);
      assert.equal(stories.get("S00001"), "accepted dispatched settled");
      assert.equal(stories.get("S00004"), "accepted dispatched settled alarm");
      assert.deepEqual(new Set(stories.values()).size, 2);
    },
  );

  await t.test("and reads slowly keeps nobody from paying, and loses nothing", async () => {
    const slow = await shop.openSocket("till-9", { resumeAfter: 0 });
    slow.socket.pause();
    const ended = await shop.till.sale(1_250).ended;
    assert.equal(ended.outcome?.kind, "approved");
    slow.socket.resume();
    await readUpTo(slow, EVENTS);
    assert.deepEqual(seqs(keptOf(slow)), range(1, EVENTS));
  });
});
