import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import { MAX_AMOUNT_MINOR } from "../../../src/core/money.ts";
import { METHODS } from "../../../src/protocol/methods.ts";
import { readMessage } from "../../../src/daemon/server/message.ts";
import { APPROVED, SALE } from "../../support/fake-till.ts";
import { roundTrip, type Message, type ProtocolClient } from "../../support/protocol-client.ts";
import { serveProtocol } from "../../support/protocol-server.ts";

const reasonOf = (message: Message) => message.error?.data["reason"];
const fieldOf = (message: Message) => message.error?.data["field"];
const isReply = (message: Message) => message.method === undefined;

async function ask(client: ProtocolClient, text: string): Promise<Message> {
  client.sendText(text);
  return client.next(isReply);
}

function startText(operation: string, requestId = "r1"): string {
  return `{"jsonrpc":"2.0","id":7,"method":"transactions.start","params":{"terminal":"counter-1","requestId":"${requestId}","operation":${operation}}}`;
}

function saleText(amount: string): string {
  return startText(`{"type":"sale","amount":${amount}}`);
}

test("what is no request is answered as an invalid message, with the id where one can be read", async (t) => {
  const { open } = await serveProtocol(t);
  const client = await open();
  for (const [text, id] of [
    ["[]", null],
    ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', null],
    ["null", null],
    ['"ping"', null],
    ["{}", null],
    ['{"jsonrpc":"2.0","method":"ping"}', null],
    ['{"jsonrpc":"2.0","id":null,"method":"ping"}', null],
    ['{"jsonrpc":"2.0","id":1.5,"method":"ping"}', null],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', null],
    ['{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', null],
    [`{"jsonrpc":"2.0","id":"${"x".repeat(129)}","method":"ping"}`, null],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', null],
    ['{"jsonrpc":"1.0","id":3,"method":"ping"}', 3],
    ['{"id":3,"method":"ping"}', 3],
    ['{"jsonrpc":"2.0","id":"a"}', "a"],
    ['{"jsonrpc":"2.0","id":"a","method":5}', "a"],
    ['{"jsonrpc":"2.0","id":"a","method":"ping","auth":1}', "a"],
    ['{"jsonrpc":"2.0","id":"a","method":"ping","method":"terminals.list"}', "a"],
    ['{"jsonrpc":"2.0","id":"a","result":{}}', "a"],
  ] as const) {
    const answer = await ask(client, text);
    assert.deepEqual([reasonOf(answer), answer.error?.code, answer.id], ["invalidMessage", -32600, id], text);
  }
  assert.ok((await client.request("ping")).result, "the socket goes on");
});

test("text that is no JSON is answered, and ends the socket with 1007 the third time", async (t) => {
  const { open } = await serveProtocol(t);
  const client = await open();
  for (const text of ["{", "[".repeat(5_000), '{"a":1,}']) {
    const answer = await ask(client, text);
    assert.deepEqual([reasonOf(answer), answer.error?.code, answer.id], ["invalidMessage", -32700, null]);
  }
  assert.equal(await client.closed, 1007);
});

test("a binary frame is answered, and counts as one that is no JSON", async (t) => {
  const { open } = await serveProtocol(t);
  const client = await open();
  for (let count = 1; count <= 3; count += 1) {
    client.socket.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));
    assert.equal(reasonOf(await client.next(isReply)), "invalidMessage");
  }
  assert.equal(await client.closed, 1007);
});

test("text that is no UTF-8 ends the socket with 1007, too large a message with 1009", async (t) => {
  const { open } = await serveProtocol(t);
  const garbled = await open();
  garbled.socket.send(Buffer.from([0x22, 0xff, 0xfe, 0x22]), { binary: false });
  assert.equal(await garbled.closed, 1007);

  const large = await open();
  const padding = " ".repeat(65_536);
  large.sendText(`{"jsonrpc":"2.0","id":1,"method":"ping"${padding}}`);
  assert.equal(await large.closed, 1009);

  const fits = await open();
  const text = '{"jsonrpc":"2.0","id":99,"method":"ping"}';
  assert.ok((await ask(fits, text + " ".repeat(65_536 - text.length))).result);
});

test("a message in too many fragments ends the socket, and costs no memory", async (t) => {
  const { open } = await serveProtocol(t);
  const client = await open();
  for (let count = 0; count <= 1_100; count += 1) client.socket.send("", { fin: false });
  assert.notEqual(await client.closed, 1000);
});

test("an amount is an integer of minor units in any spelling, and nothing else", async (t) => {
  const { open, till } = await serveProtocol(t);
  const client = await open();
  let count = 0;
  for (const value of ["1250", "1250.0", "1250.00", "1.25e3", "12500E-1", String(MAX_AMOUNT_MINOR)]) {
    count += 1;
    const answer = await ask(
      client,
      startText(`{"type":"sale","amount":{"value":${value},"currency":"EUR"}}`, `r${count}`),
    );
    assert.equal(answer.error, undefined, value);
  }
  const stored = till.started.length;
  for (const value of [
    "12.5",
    "1250.0000000000000001",
    "1249.99999999999999999",
    "-1",
    "-1250",
    "0",
    "-0",
    "0.0",
    "9007199254740993",
    "9007199254740992",
    String(MAX_AMOUNT_MINOR + 1),
    "1e400",
    '"1250"',
    "null",
    "true",
    "[1250]",
  ]) {
    const answer = await ask(client, saleText(`{"value":${value},"currency":"EUR"}`));
    assert.deepEqual([reasonOf(answer), fieldOf(answer)], ["invalidParams", "operation.amount.value"], value);
    assert.match(answer.error?.message ?? "", /^operation\.amount\.value/, value);
  }
  assert.equal(till.started.length, stored, "nothing was stored");
});

test("a currency is one of ISO 4217, the same in all amounts", async (t) => {
  const { open, till } = await serveProtocol(t);
  const client = await open();
  for (const [operation, field] of [
    ['{"type":"sale","amount":{"value":1,"currency":"XXX"}}', "operation.amount.currency"],
    ['{"type":"sale","amount":{"value":1,"currency":"eur"}}', "operation.amount.currency"],
    ['{"type":"sale","amount":{"value":1,"currency":978}}', "operation.amount.currency"],
    [
      '{"type":"sale","amount":{"value":1,"currency":"EUR"},"tip":{"value":1,"currency":"USD"}}',
      "operation.tip.currency",
    ],
    ['{"type":"sale","amount":{"value":1}}', "operation.amount.currency"],
    ['{"type":"sale"}', "operation.amount"],
    ['{"type":"void"}', "operation.original"],
  ] as const) {
    const answer = await ask(client, startText(operation));
    assert.deepEqual([reasonOf(answer), fieldOf(answer)], ["invalidParams", field], operation);
  }
  assert.deepEqual(till.started, []);
});

test("a name twice in the params is a fault of the params, named with its place", async (t) => {
  const { open, till } = await serveProtocol(t);
  const client = await open();
  for (const [text, field] of [
    [saleText('{"value":1,"value":1250,"currency":"EUR"}'), "operation.amount.value"],
    [saleText(String.raw`{"value":1,"\u0076alue":1250,"currency":"EUR"}`), "operation.amount.value"],
    [startText('{"type":"sale","vendor":{"a":[{"b":1,"b":2}]}}'), "operation.vendor.a.0.b"],
    [startText('{"type":"sale","vendor":{"__proto__":{}}}'), "operation.vendor.__proto__"],
    [startText(String.raw`{"type":"sale","reference":"\ud800"}`), "operation.reference"],
  ] as const) {
    const answer = await ask(client, text);
    assert.deepEqual([reasonOf(answer), fieldOf(answer), answer.id], ["invalidParams", field, 7], text);
    assert.equal(answer.error?.code, -32602);
  }
  assert.deepEqual(till.started, []);
});

test("wrong types and unknown fields are named, for a person and a program", async (t) => {
  const { open } = await serveProtocol(t);
  const client = await open();
  for (const [method, params, field, message] of [
    ["transactions.start", { requestId: "r", operation: SALE }, "terminal", /^terminal is missing\.$/],
    ["transactions.start", { terminal: 5, requestId: "r", operation: SALE }, "terminal", /string/],
    [
      "transactions.start",
      { terminal: "c", requestId: "a b", operation: SALE },
      "requestId",
      /does not fit: .*1 to 64 of/,
    ],
    [
      "transactions.start",
      { terminal: "c", requestId: "", operation: SALE },
      "requestId",
      /does not fit: .*1 to 64 of/,
    ],
    [
      "transactions.start",
      { terminal: "c", requestId: "x".repeat(65), operation: SALE },
      "requestId",
      /does not fit: .*1 to 64 of/,
    ],
    ["transactions.start", { terminal: "c", requestId: "r", operation: SALE, until: "done" }, "until", /"settled"/],
    [
      "transactions.start",
      { terminal: "c", requestId: "r", operation: { ...SALE, price: 1 } },
      "operation.price",
      /known/,
    ],
    ["transactions.list", null, undefined, /object/],
    ["transactions.list", [], undefined, /object/],
    ["transactions.get", {}, "transaction", /either/],
    ["transactions.get", { transaction: "T1", requestId: "r" }, "transaction", /either/],
    ["transactions.list", { limit: 0 }, "limit", /^limit must be 1 to 200\.$/],
    ["transactions.list", { limit: 201 }, "limit", /^limit must be 1 to 200\.$/],
    ["terminals.get", { terminal: "Bar 1" }, "terminal", /^terminal must be 1 to 64 letters, digits, .* a digit\.$/],
    ["transactions.list", { from: "yesterday" }, "from", /does not fit/],
    ["transactions.list", { from: "2026-13-40T00:00:00Z" }, "from", /moment/],
    ["transactions.list", { outcome: ["approved", "lost"] }, "outcome.1", /"unknown"/],
    ["terminals.get", [], undefined, /object/],
    ["terminals.get", "counter-1", undefined, /object/],
    ["ping", { now: true }, "now", /known/],
  ] as const) {
    const answer = await client.request(method, params);
    assert.deepEqual([reasonOf(answer), fieldOf(answer)], ["invalidParams", field], JSON.stringify(params));
    assert.match(answer.error?.message ?? "", message);
  }
});

test("too many requests at once, and too many a second, are refused one by one and stored nowhere", async (t) => {
  const { open, till, clock } = await serveProtocol(t);
  const client = await open();
  const start = (requestId: string) => ({ terminal: "counter-1", requestId, operation: SALE, until: "settled" });
  const waiting = Array.from({ length: 16 }, (_, index) => client.post("transactions.start", start(`r${index}`)));
  const over = await client.request("transactions.start", start("r17"));
  assert.deepEqual([reasonOf(over), over.error?.data["retry"]], ["tooManyRequests", "same"]);
  assert.equal(till.started.length, 16);
  await till.settle("T1", APPROVED);
  await client.next(({ id }) => id === waiting[0]);
  assert.ok((await client.request("ping")).result, "an answer makes room for a request");

  await clock.advance(1_000);
  const replies = await Promise.all(Array.from({ length: 60 }, () => client.request("ping")));
  const refused = replies.map(reasonOf).filter((reason) => reason === "tooManyRequests");
  assert.ok(refused.length >= 10, "at most 50 in a second");
  await clock.advance(1_000);
  assert.equal((await client.request("ping")).error, undefined);
});

test("a client that floods is not read for a second, and answered afterwards", async (t) => {
  const { open, clock, log } = await serveProtocol(t);
  const client = await open();
  for (let count = 0; count < 300; count += 1) client.post("ping");
  await client.next(({ id }) => id === 150);
  assert.ok(log.lines.some((line) => line.includes("not read for a second")));
  const answered = () => client.messages.filter(isReply).length;
  while (answered() < 301) {
    await clock.advance(1_000);
    await roundTrip(client.socket);
  }
  assert.equal(answered(), 301, "every message has its answer");
});

test("large messages are read at a limited pace, all of them, and nobody else waits", async (t) => {
  const { open, clock } = await serveProtocol(t);
  const greedy = await open();
  const pos = await open();
  const LARGE = 12;
  for (let id = 100; id < 100 + LARGE; id += 1) {
    greedy.sendText(`{"jsonrpc":"2.0","id":${id},"method":"ping"${" ".repeat(65_000)}}`);
  }
  await greedy.next(({ id }) => id === 101);
  for (let count = 0; count < 20; count += 1) await roundTrip(pos.socket);
  const answered = () => greedy.messages.filter(({ id }) => Number(id) >= 100).length;
  assert.ok(answered() < LARGE, `${answered()} of ${LARGE} large messages in no time`);

  while (answered() < LARGE) {
    await clock.advance(1_000);
    await roundTrip(pos.socket);
  }
});

test("no message at all makes the server silent or throws", async (t) => {
  const { open, clock, log } = await serveProtocol(t);
  let client = await open();
  const names = [...Object.keys(METHODS), "toString", "__proto__", "constructor", ""];
  const request = fc.record(
    {
      jsonrpc: fc.constantFrom("2.0", 2),
      id: fc.oneof(fc.integer(), fc.string(), fc.constant(null)),
      method: fc.constantFrom(...names),
      params: fc.oneof(
        fc.jsonValue(),
        fc.dictionary(
          fc.constantFrom("terminal", "requestId", "operation", "transaction", "pos", "limit"),
          fc.jsonValue(),
        ),
      ),
    },
    { requiredKeys: ["method"] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    request.map((value) => JSON.stringify(value)),
  );
  await fc.assert(
    fc.asyncProperty(text, async (sent) => {
      client.sendText(sent);
      await Promise.race([client.next(isReply), client.closed]);
      await clock.advance(100);
      if (client.socket.readyState !== client.socket.OPEN) client = await open();
    }),
    { numRuns: 300 },
  );
  assert.deepEqual(
    log.lines.filter((line) => line.startsWith("error")),
    [],
  );
});

test("whatever the text, reading it tells a request or a refusal", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const read = readMessage(text);
      assert.ok(read.kind === "request" || read.refusal.message.length > 0);
    }),
  );
});
