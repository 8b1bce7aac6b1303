import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test, type TestContext } from "node:test";
import { connectProtocol, roundTrip, UpgradeRefused, type Message } from "../support/protocol-client.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

const LIMIT = { timeout: 110_000, concurrency: true };
const reasonOf = (message: Message) => message.error?.data["reason"];
const fieldOf = (message: Message) => message.error?.data["field"];
const isReply = ({ method }: Message) => method === undefined;

/** A start as text, because what is to be wrong with it no encoder would write. */
const startText = (operation: string, more = "", terminal = TERMINAL) =>
  `{"jsonrpc":"2.0","id":"x","method":"transactions.start","params":{"terminal":"${terminal}","requestId":"bad","operation":${operation}${more}}}`;
const saleText = (value: string, currency = "CLP") =>
  startText(`{"type":"sale","amount":{"value":${value},"currency":"${currency}"}}`);

/** What is sent on one socket with a session, and what is answered. */
const REFUSED: readonly (readonly [what: string, text: string, reason: string, field?: string])[] = [
  ["no request", '{"jsonrpc":"2.0"}', "invalidMessage"],
  ["a batch", '[{"jsonrpc":"2.0","id":"x","method":"ping"}]', "invalidMessage"],
  ["no id", '{"jsonrpc":"2.0","method":"ping"}', "invalidMessage"],
  ["an unknown method", '{"jsonrpc":"2.0","id":"x","method":"transactions.steal"}', "methodNotFound"],
  ["params that are a list", '{"jsonrpc":"2.0","id":"x","method":"ping","params":[1]}', "invalidParams"],
  ["a number in place of a name", startText('{"type":7}'), "invalidParams", "operation.type"],
  ["text in place of a number", saleText('"1250"'), "invalidParams", "operation.amount.value"],
  ["a key twice", saleText('1,"value":2'), "invalidParams", "operation.amount.value"],
  [
    "an unknown field",
    startText('{"type":"sale","amount":{"value":1,"currency":"CLP"},"discount":1}'),
    "invalidParams",
    "operation.discount",
  ],
  ["a fraction", saleText("12.5"), "invalidParams", "operation.amount.value"],
  ["a negative amount", saleText("-1250"), "invalidParams", "operation.amount.value"],
  ["nothing", saleText("0"), "invalidParams", "operation.amount.value"],
  ["too much", saleText("1000000000000"), "invalidParams", "operation.amount.value"],
  ["more than a number holds", saleText("9007199254740993"), "invalidParams", "operation.amount.value"],
  ["a currency that nobody knows", saleText("1250", "XYZ"), "invalidParams", "operation.amount.currency"],
  [
    "a currency that the terminal does not take",
    saleText("1250", "EUR"),
    "unsupportedCurrency",
    "operation.amount.currency",
  ],
  [
    "a terminal that nobody knows",
    startText('{"type":"sale","amount":{"value":1,"currency":"CLP"}}', "", "counter-9"),
    "terminalNotFound",
  ],
  [
    "what the terminal cannot do",
    startText('{"type":"preauthorization","amount":{"value":1,"currency":"CLP"}}'),
    "unsupportedOperation",
  ],
  [
    "a request id with a space",
    '{"jsonrpc":"2.0","id":"x","method":"transactions.get","params":{"requestId":"a b"}}',
    "invalidParams",
    "requestId",
  ],
];

const ATTACKS: Readonly<Record<string, (shop: Shop, context: TestContext) => Promise<void>>> = {
  "each wrong message is answered, with the field that is wrong": async (shop) => {
    const client = await shop.openSocket("clumsy");
    for (const [what, text, reason, field] of REFUSED) {
      client.sendText(text);
      const answer = await client.next(isReply);
      assert.deepEqual([reasonOf(answer), fieldOf(answer)], [reason, field], what);
    }
    assert.ok((await client.request("ping", {})).result);
    const { result } = await client.request("transactions.list", {});
    assert.deepEqual(result?.["transactions"], [], "nothing of all that was stored");
  },

  "1250.0 is an integer": async (shop) => {
    const client = await shop.openSocket("exact");
    client.sendText(saleText("1250.0"));
    const { result } = await client.next(isReply);
    const { id, operation } = result?.["transaction"] as { id: string; operation: { amount: { value: number } } };
    assert.equal(operation.amount.value, 1_250);
    // It waits behind the sale that goes on all the time, and is not wanted.
    await client.request("transactions.cancel", { transaction: id });
    const { transaction } = (await client.event("transaction.settled")) as { transaction: { outcome: { by: string } } };
    assert.equal(transaction.outcome.by, "pos");
  },

  "malformed JSON and deep nesting end the socket the third time": async (shop) => {
    const client = await shop.openSocket("clumsy");
    for (const text of ["{", `${'{"a":'.repeat(2_000)}1`, "[".repeat(30_000)]) client.sendText(text);
    assert.equal(await client.closed, 1007);
    const deep = await shop.openSocket("clumsy");
    deep.sendText(startText(`{"type":"sale","vendor":${'{"a":'.repeat(5_000)}1${"}".repeat(5_000)}}`));
    assert.ok((await deep.next(isReply)).error);
  },

  "a message that is too large ends the socket with 1009, binary ones with 1007": async (shop) => {
    const large = await shop.openSocket("clumsy");
    large.sendText(`{"jsonrpc":"2.0","id":"x","method":"ping","params":{}}${" ".repeat(70_000)}`);
    assert.equal(await large.closed, 1009);
    const binary = await shop.openSocket("clumsy");
    for (let count = 0; count < 3; count += 1) binary.socket.send(Buffer.from([1, 2, 3]));
    assert.equal(await binary.closed, 1007);
  },

  "too many requests are refused one by one, and the socket lives": async (shop) => {
    const client = await shop.openSocket("hasty");
    const ids = Array.from({ length: 60 }, () => client.post("terminals.list", {}));
    const answers = await Promise.all(ids.map((wanted) => client.next(({ id }) => id === wanted)));
    const refused = answers.filter((answer) => reasonOf(answer) === "tooManyRequests");
    assert.ok(refused.length >= 10 && refused.length < 60, `${refused.length} of 60 were refused`);
    await roundTrip(client.socket);
  },

  "who has no session gets nothing, and is shown out after ten seconds": async (shop) => {
    const stranger = await connectProtocol(shop.url);
    assert.equal(reasonOf(await stranger.request("terminals.list", {})), "notOpen");
    const wrong = { protocol: 1, pos: "till-1", token: "guessed" };
    assert.equal(reasonOf(await stranger.request("session.open", wrong)), "unauthorized");
    assert.equal(await stranger.closed, 4002);
  },

  "web pages that nobody allowed, and other names of this machine, are refused before the upgrade": async (shop) => {
    for (const options of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { headers: { Host: "evil.example" } },
    ]) {
      await assert.rejects(connectProtocol(shop.url, options), (error) => {
        assert.ok(error instanceof UpgradeRefused);
        assert.equal(error.status, 403);
        return true;
      });
    }
  },

  "half an upgrade, and noise in place of one": async (shop, context) => {
    const { port } = new URL(shop.url);
    for (const bytes of ["GET /v1 HTTP/1.1\r\nHost: 127", "\u0016\u0003\u0001\u0002noise\r\n\r\n"]) {
      const socket = connect({ host: "127.0.0.1", port: Number(port) });
      context.after(() => socket.destroy());
      await once(socket, "connect");
      socket.write(bytes);
      if (!bytes.startsWith("GET")) await once(socket.resume(), "close");
    }
  },

  "two installations with one name: the second is told so, and the first goes on": async (shop) => {
    const mine = { client: { name: "pos", version: "1", installation: "disk-1" } };
    const first = await shop.openSocket("cloned", mine);
    const second = await shop.openSocket("cloned", { client: { ...mine.client, installation: "disk-2" } });
    assert.deepEqual(second.opened, {});
    assert.equal(reasonOf(await second.request("ping", {})), "notOpen");
    assert.ok((await first.request("ping", {})).result);
    const sameDisk = await shop.openSocket("cloned", mine);
    assert.equal(sameDisk.opened["pos"], "cloned");
  },

  "a client that never reads is dropped before it costs memory": async (shop) => {
    const deaf = await shop.openSocket("deaf");
    deaf.socket.pause();
    const asked = Array.from({ length: 50 }, (_, id) =>
      JSON.stringify({ jsonrpc: "2.0", id: `t${id}`, method: "terminals.list" }),
    );
    // Closed from the other side, it never learns of it: it does not read.
    while ((await sessionsOf(shop, "deaf")) > 0) for (const text of asked) deaf.socket.send(text);
  },
};

/** They make answers long. */
const MANY = Array.from({ length: 100 }, (_, index) => ({
  id: `spare-${index}`,
  vendor: "getnet",
  disabled: true,
  link: { type: "tcp", host: "127.0.0.1", port: 1 },
  settings: { currency: "CLP" },
}));

test("whatever others send, a sale on another socket goes through unharmed", LIMIT, async (context) => {
  const shop = await openShop(context, {
    terminals: { [TERMINAL]: { scenario: { customerMs: 4_000 } } },
    config: { terminals: MANY },
  });
  const sale = await shop.till.saleAt("presentCard", 1_250);
  shop.terminal().program.kill("SIGSTOP");

  await Promise.all(
    Object.entries(ATTACKS).map(([what, attack]) => context.test(what, (subtest) => attack(shop, subtest))),
  );

  assert.equal((await shop.health()).status, 200);
  assertSquare(shop.terminal().ledger(), []);
  shop.terminal().program.kill("SIGCONT");
  const ended = await sale.ended;
  assert.equal(ended.outcome?.kind, "approved");
  assertSquare(shop.terminal().ledger(), [ended]);
});

/** How many sessions the daemon counts for this POS. */
async function sessionsOf(shop: Shop, name: string): Promise<number> {
  const administrator = await shop.openSocket("cli");
  const { result } = await administrator.request("pos.list", {});
  administrator.socket.close();
  const known = result?.["pos"] as readonly { readonly pos: string; readonly sessions: number }[];
  return known.find(({ pos }) => pos === name)?.sessions ?? 0;
}
