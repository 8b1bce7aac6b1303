import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { createCaller, type SimulatedCall } from "../../../src/cli/simulate/caller.ts";
import { realClock } from "../../support/clock.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

type Ended = readonly [call: string, status: number | undefined];

/** A caller, and what it tells. */
function given(t: TestContext, clock = realClock) {
  const [ends, logged]: [Ended[], string[]] = [[], []];
  let wake = (): void => {};
  const listener = {
    ended: (...end: Ended) => {
      ends.push(end);
      wake();
    },
    log: (text: string) => void logged.push(text),
  };
  const caller = createCaller(listener, clock);
  t.after(() => caller.close());
  /** The next end that was not asked for yet. */
  const next = async (): Promise<Ended> => {
    for (;;) {
      const end = ends.shift();
      if (end !== undefined) return end;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { caller, ends, logged, next };
}

type Take = (request: IncomingMessage, response: ServerResponse) => void;

/** Somebody who is called. */
async function calledOne(t: TestContext, take: Take = (_request, response) => void response.end()) {
  const server = createServer(take);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback?id=7` };
}

const callTo = (url: string, more: Partial<SimulatedCall> = {}): SimulatedCall => ({
  kind: "call",
  call: "c1",
  url,
  headers: { "x-signature": "ts=1,v1=ff" },
  body: new TextEncoder().encode('{"type":"order"}'),
  answerTimeoutMs: 5_000,
  ...more,
});

test("a call is posted as it was made, and its status is told", async (t) => {
  const { caller, next, logged } = given(t);
  const heard: unknown[] = [];
  const { url } = await calledOne(t, (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { "x-signature": signature, "content-length": length } = request.headers;
      heard.push([request.method, request.url, signature, length, Buffer.concat(chunks).toString()]);
      response.writeHead(503).end("later");
    })();
  });

  caller.call(callTo(url));

  assert.deepEqual(await next(), ["c1", 503]);
  assert.deepEqual(heard, [["POST", "/callback?id=7", "ts=1,v1=ff", "16", '{"type":"order"}']]);
  assert.deepEqual(logged, []);
});

test("nobody but this machine is called, whatever address was given: nothing leaves, and it is said", async (t) => {
  const { caller, next, logged } = given(t);
  for (const url of [
    "https://shop.example/callback",
    "http://192.168.1.20:8080/",
    "http://127.0.0.1.nip.example/",
    "http://127.0.0.1@shop.example/",
    "http://169.254.169.254/latest/meta-data",
    "http://0.0.0.0/",
  ]) {
    caller.call(callTo(url));
    assert.deepEqual(await next(), ["c1", undefined], url);
    assert.match(
      logged.splice(0).join("\n"),
      /^a call was not made: a simulated terminal calls this machine alone/,
      url,
    );
  }
  for (const url of ["file:///etc/passwd", "nonsense", ""]) {
    caller.call(callTo(url));
    assert.deepEqual(await next(), ["c1", undefined], url);
    assert.match(logged.splice(0).join("\n"), /no http:\/\/ or https:\/\/ URL/, url);
  }
});

test("a redirect is a status like any other: nobody goes there", async (t) => {
  const { caller, next } = given(t);
  let visits = 0;
  const elsewhere = await calledOne(t, (_request, response) => {
    visits += 1;
    response.end();
  });
  const { url } = await calledOne(
    t,
    (_request, response) => void response.writeHead(307, { Location: elsewhere.url }).end(),
  );

  caller.call(callTo(url));

  assert.deepEqual(await next(), ["c1", 307]);
  assert.equal(visits, 0);
});

test("who does not answer in time is given up", async (t) => {
  const clock = createVirtualClock();
  const { caller, next, ends, logged } = given(t, clock);
  const { promise: requested, resolve } = Promise.withResolvers<IncomingMessage>();
  const { url } = await calledOne(t, (request) => resolve(request.resume()));

  caller.call(callTo(url, { answerTimeoutMs: 3_000 }));
  const { socket } = await requested;
  await clock.advance(2_999);
  assert.deepEqual(ends, []);
  await clock.advance(1);

  assert.deepEqual(await next(), ["c1", undefined]);
  assert.match(logged.join("\n"), /nobody answered within 3000 ms/);
  if (!socket.closed) await once(socket, "close");
  assert.equal(clock.pendingTimers(), 0);
});

test("who refuses or hangs up has not answered", async (t) => {
  const { caller, next, logged } = given(t);
  const gone = await calledOne(t);
  gone.server.close();
  await once(gone.server, "close");
  const rude = await calledOne(t, (request) => void request.socket.destroy());

  for (const { url } of [gone, rude]) {
    caller.call(callTo(url));
    assert.deepEqual(await next(), ["c1", undefined]);
  }
  assert.match(logged.join("\n"), /ECONNREFUSED[^]*ECONNRESET/);
});

test("an answer without end is read so far and no further", async (t) => {
  const { caller, next } = given(t);
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const { url } = await calledOne(t, (_request, response) => {
    const more = (): void => {
      while (response.write("x".repeat(16_384)));
    };
    response.on("drain", more).once("close", () => resolve(undefined));
    more();
  });

  caller.call(callTo(url, { answerTimeoutMs: 100_000 }));

  assert.deepEqual(await next(), ["c1", 200]);
  await ended;
});

test("so many wait at once and no more, and what is too long or cannot be written is not sent", async (t) => {
  const { caller, next, logged } = given(t);
  let visits = 0;
  const { url } = await calledOne(t, () => void (visits += 1));
  for (let count = 0; count < 32; count += 1) caller.call(callTo(url));

  caller.call(callTo(url, { call: "one more" }));
  assert.deepEqual(await next(), ["one more", undefined]);
  assert.match(logged.join("\n"), /32 others wait/);

  const other = given(t);
  const wrong: readonly Partial<SimulatedCall>[] = [
    { body: new Uint8Array(256 * 1024 + 1) },
    { headers: { "x-a": "1\r\nx-b: 2" } },
    { headers: { "x a": "1" } },
  ];
  for (const more of wrong) {
    other.caller.call(callTo(url, more));
    assert.deepEqual(await other.next(), ["c1", undefined]);
  }
  assert.equal(other.logged.length, 3);
  assert.ok(visits <= 32);
});

test("closed, it gives up what is under way and tells nobody", async (t) => {
  const { caller, ends, logged } = given(t);
  const { promise: requested, resolve } = Promise.withResolvers<IncomingMessage>();
  const { url } = await calledOne(t, (request) => resolve(request.resume()));
  caller.call(callTo(url));
  const { socket } = await requested;

  caller.close();

  if (!socket.closed) await once(socket, "close");
  await new Promise<void>((done) => setImmediate(done));
  assert.deepEqual([ends, logged], [[], []]);
});
