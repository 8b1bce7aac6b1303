import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProtocolClient } from "../support/protocol-client.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const LIMIT = { timeout: 110_000 };
const start = (requestId: string, amount = 1_250) => ({
  terminal: TERMINAL,
  requestId,
  operation: { type: "sale", amount: { value: amount, currency: "CLP" } },
});

type Told = readonly [seq: unknown, type: unknown, requestId: unknown];

async function nextKept({ next }: ProtocolClient): Promise<Told> {
  const { params } = await next(({ method, params }) => method === "event" && params?.["kept"] === true);
  const transaction = params?.["transaction"] as { readonly requestId?: string } | undefined;
  return [params?.["seq"], params?.["type"], transaction?.requestId];
}

const keptEvents = async (client: ProtocolClient, count: number): Promise<readonly Told[]> => {
  const told: Told[] = [];
  while (told.length < count) told.push(await nextKept(client));
  return told;
};

const lifeOf = (requestId: string, first: number): readonly Told[] => [
  [first, "transaction.accepted", requestId],
  [first + 1, "transaction.dispatched", requestId],
  [first + 2, "transaction.settled", requestId],
];

test("kept events are counted, and come again after every loss until they are dealt with", LIMIT, async (context) => {
  const shop = await openShop(context);
  const first = await shop.openSocket("till-9");
  assert.deepEqual([first.opened["resume"], first.opened["lastEvent"]], ["none", 0]);

  await context.test("the reply to a start comes before the first event of that sale", async () => {
    await first.request("transactions.start", start("A"));

    assert.deepEqual(await keptEvents(first, 3), lifeOf("A", 1));
    const order = first.messages.map(({ method, params }) => (method === "event" ? params?.["type"] : "reply"));
    assert.ok(order.lastIndexOf("reply") < order.indexOf("transaction.accepted"));
  });

  await context.test("a socket that vanishes in mid-sale loses nothing", async () => {
    first.post("transactions.start", start("B"));
    await first.event("transaction.accepted");
    first.socket.terminate();
    const settled = await shop.openSocket("till-9");
    await settled.request("transactions.start", { ...start("B"), until: "settled" });

    const back = await shop.openSocket("till-9", { resumeAfter: 2 });

    assert.equal(back.opened["resume"], "replay");
    assert.deepEqual(await keptEvents(back, 4), [...lifeOf("A", 1), ...lifeOf("B", 4)].slice(2));
    const live = back.post("transactions.start", start("C"));
    assert.deepEqual(await keptEvents(back, 3), lifeOf("C", 7));
    assert.ok((await back.next(({ id }) => id === live)).result);
  });

  await context.test("killed and started again, the daemon tells the same with the same numbers", async () => {
    await shop.killDaemon();
    await shop.startDaemon();

    const back = await shop.openSocket("till-9", { resumeAfter: 0 });

    assert.equal(back.opened["lastEvent"], 9);
    assert.deepEqual(await keptEvents(back, 9), [...lifeOf("A", 1), ...lifeOf("B", 4), ...lifeOf("C", 7)]);
  });

  await context.test(
    "a position that this journal never had is told so, and the truth comes with the reply",
    async () => {
      const ahead = await shop.openSocket("till-9", { resumeAfter: 10 });
      const elsewhere = await shop.openSocket("till-9", { resumeAfter: 1, journal: "another" });

      for (const { opened } of [ahead, elsewhere]) {
        assert.equal(opened["resume"], "reset");
        assert.deepEqual(unacknowledged(opened), ["A", "B", "C"]);
      }
    },
  );

  await context.test("what is acknowledged is not delivered again, and the other POS never hears of it", async () => {
    const client = await shop.openSocket("till-9");
    for (const requestId of ["A", "C"]) await client.request("transactions.acknowledge", { requestId, revision: 1 });
    const wrong = await client.request("transactions.acknowledge", { requestId: "B", revision: 2 });

    assert.equal(wrong.error?.data["reason"], "revisionMismatch");
    assert.deepEqual(unacknowledged((await shop.openSocket("till-9")).opened), ["B"]);
    const other = await shop.openSocket("till-8", { resumeAfter: 0 });
    assert.deepEqual([other.opened["lastEvent"], other.opened["unacknowledged"]], [0, []]);
    const hidden = await other.request("transactions.get", { requestId: "B" });
    assert.equal(hidden.error?.data["reason"], "transactionNotFound");
  });
});

const unacknowledged = (opened: Readonly<Record<string, unknown>>) =>
  (opened["unacknowledged"] as readonly { readonly requestId: string }[]).map(({ requestId }) => requestId);
