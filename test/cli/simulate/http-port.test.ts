import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { openHttpPort } from "../../../src/cli/simulate/http-port.ts";
import type { HttpPort } from "../../../src/cli/simulate/port.ts";
import type { SimulatedAnswer, SimulatedRequest } from "../../../src/drivers/simulator.ts";
import { realClock } from "../../support/clock.ts";

const LIMIT_MS = 20_000;

type Heard =
  | { readonly kind: "requested"; readonly exchange: string; readonly request: SimulatedRequest }
  | { readonly kind: "left"; readonly exchange: string }
  | { readonly kind: "log"; readonly text: string };

/** A port that ends with the test, and what it tells, in order. */
async function given(t: TestContext, clock = realClock) {
  const heard: Heard[] = [];
  let wake = (): void => {};
  const hear = (entry: Heard): void => {
    heard.push(entry);
    wake();
  };
  const port = await openHttpPort(
    { host: "127.0.0.1", port: 0 },
    {
      requested: (exchange, request) => hear({ kind: "requested", exchange, request }),
      left: (exchange) => hear({ kind: "left", exchange }),
      log: (text) => hear({ kind: "log", text }),
    },
    clock,
  );
  t.after(() => port.close());
  const next = async <Kind extends Heard["kind"]>(kind: Kind) => {
    for (;;) {
      const index = heard.findIndex((entry) => entry.kind === kind);
      const [found] = index < 0 ? [] : heard.splice(index, 1);
      if (found !== undefined) return found as Extract<Heard, { readonly kind: Kind }>;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  return { port, next };
}

function placeOf(port: HttpPort): { readonly host: string; readonly port: number } {
  assert.equal(port.address.type, "http");
  return port.address;
}

/** A socket that keeps all that comes over it, byte for byte. */
async function dialled(t: TestContext, port: HttpPort) {
  const { host, port: number } = placeOf(port);
  const socket = connect(number, host);
  t.after(() => socket.destroy());
  let text = "";
  let lost: string | undefined;
  socket.setEncoding("latin1").on("data", (chunk: string) => (text += chunk));
  socket.on("error", (error: NodeJS.ErrnoException) => (lost = error.code ?? error.message));
  await once(socket, "connect");
  return {
    socket,
    until: async (words: string): Promise<string> => {
      while (!text.includes(words)) await once(socket, "data", { signal: AbortSignal.timeout(LIMIT_MS) });
      const all = text;
      text = "";
      return all;
    },
    /** How it ended, and what came before. */
    gone: async (): Promise<readonly [how: string, text: string]> => {
      if (!socket.closed) await once(socket, "close", { signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => {});
      return [lost ?? "end", text];
    },
  };
}

const post = (path: string, body: string, headers = ""): string =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

function answer(body: string, about: Partial<SimulatedAnswer> = {}): SimulatedAnswer {
  const bytes = new TextEncoder().encode(body);
  return {
    status: 200,
    reason: "OK",
    headers: [
      ["Connection", "Keep-Alive"],
      ["Signature", "ABCDEF"],
      ["Content-Length", String(bytes.length)],
      ["Content-Type", "application/json"],
    ],
    body: bytes,
    ...about,
  };
}

test("an answer leaves as it was made: status line, order and case of the headers, and nothing of the server's own", async (t) => {
  const { port, next } = await given(t);
  const client = await dialled(t, port);

  client.socket.write(post("/devices/cat/ping?x=1", "{}", "Signature: ff\r\nContent-Type: text/plain\r\n"));
  const { exchange, request } = await next("requested");
  port.answer(exchange, answer('{"a":1}', { status: 400, reason: "Unknown" }));

  assert.deepEqual(
    [request.method, request.path, new TextDecoder().decode(request.body)],
    ["POST", "/devices/cat/ping?x=1", "{}"],
  );
  assert.deepEqual([request.headers["signature"], request.headers["content-type"]], ["ff", "text/plain"]);
  assert.equal(
    await client.until('{"a":1}'),
    'HTTP/1.1 400 Unknown\r\nConnection: Keep-Alive\r\nSignature: ABCDEF\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n{"a":1}',
  );
});

test("several requests share one connection, as the vendor's clients have it", async (t) => {
  const { port, next } = await given(t);
  const client = await dialled(t, port);

  for (const number of [1, 2, 3]) {
    client.socket.write(post(`/${number}`, ""));
    const { exchange, request } = await next("requested");
    assert.equal(request.path, `/${number}`);
    port.answer(exchange, answer(`answer ${number}`));
    await client.until(`answer ${number}`);
  }
});

test("a .NET client that waits for 100 Continue is told to go on, and a keep-alive agent uses its socket again", async (t) => {
  const { port, next } = await given(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const localPorts: (number | undefined)[] = [];

  for (let count = 0; count < 2; count += 1) {
    const asked = httpRequest({
      ...placeOf(port),
      agent,
      method: "POST",
      path: "/",
      headers: { Expect: "100-continue" },
    });
    asked.flushHeaders();
    await once(asked, "continue", { signal: AbortSignal.timeout(LIMIT_MS) });
    asked.end("body");
    const { exchange } = await next("requested");
    port.answer(exchange, answer("answer"));
    const [response] = (await once(asked, "response")) as [NodeJS.ReadableStream & { readonly socket: Socket }];
    localPorts.push(response.socket.localPort);
    response.resume();
    await once(response, "end");
  }

  assert.equal(localPorts[0], localPorts[1]);
});

test("several requests wait at the same time, and each gets its own answer", async (t) => {
  const { port, next } = await given(t);
  const [first, second] = [await dialled(t, port), await dialled(t, port)];
  first.socket.write(post("/first", ""));
  const one = await next("requested");
  second.socket.write(post("/second", ""));
  const two = await next("requested");

  port.answer(two.exchange, answer("to the second"));
  await second.until("to the second");
  port.answer(one.exchange, answer("to the first"));
  await first.until("to the first");
});

test("whoever goes before the answer is told once, and the answer is dropped", async (t) => {
  const { port, next } = await given(t);
  const client = await dialled(t, port);
  client.socket.write(post("/", ""));
  const { exchange } = await next("requested");

  client.socket.destroy();

  assert.equal((await next("left")).exchange, exchange);
  port.answer(exchange, answer("too late"));
  assert.match((await next("log")).text, /8 bytes was not sent: nobody waits/);
});

test("a connection is closed in order or cut, without an answer or behind it", async (t) => {
  const { port, next } = await given(t);
  const ended = async (how: "end" | "cut", told?: SimulatedAnswer) => {
    const client = await dialled(t, port);
    client.socket.write(post("/", ""));
    const { exchange } = await next("requested");
    if (told !== undefined) port.answer(exchange, told);
    port.hangUp(exchange, how);
    return client.gone();
  };

  assert.deepEqual(await ended("end"), ["end", ""]);
  assert.deepEqual(await ended("cut"), ["ECONNRESET", ""]);
  const [how, text] = await ended("end", answer("whole"));
  assert.equal(how, "end");
  assert.match(text, /whole$/);
  const [tornHow, torn] = await ended("end", answer("half", { headers: [["Content-Length", "400"]] }));
  assert.equal(tornHow, "end");
  assert.match(torn, /Content-Length: 400\r\n\r\nhalf$/);
});

test("an answer without headers has none, and ends with the connection", async (t) => {
  const { port, next } = await given(t);
  const client = await dialled(t, port);
  client.socket.write(post("/", ""));

  port.answer((await next("requested")).exchange, answer("all", { headers: [], reason: "" }));

  assert.deepEqual(await client.gone(), ["end", "HTTP/1.1 200 \r\n\r\nall"]);
});

test("a body that is longer than it says goes out as it is", async (t) => {
  const { port, next } = await given(t);
  const client = await dialled(t, port);
  client.socket.write(post("/", ""));
  const { exchange } = await next("requested");

  port.answer(exchange, answer("0123456789", { headers: [["Content-Length", "4"]] }));

  assert.match(await client.until("0123456789"), /^HTTP\/1\.1 200 OK\r\nContent-Length: 4\r\n\r\n0123456789$/);
});

test("switched off it refuses connections and cuts those that are open; switched on it waits at the same port", async (t) => {
  const { port, next } = await given(t);
  const waiting = await dialled(t, port);
  waiting.socket.write(post("/", ""));
  await next("requested");

  port.switchOff();
  assert.deepEqual(await waiting.gone(), ["ECONNRESET", ""]);
  await assert.rejects(dialled(t, port), /ECONNREFUSED/);

  port.switchOn();
  port.switchOff();
  port.switchOn();
  const again = await connected(t, port);
  again.socket.write(post("/again", ""));
  assert.equal((await next("requested")).request.path, "/again");
});

test("a port that another program took meanwhile is tried again until it is free", async (t) => {
  const hurried = { ...realClock, after: (delayMs: number, ring: () => void) => realClock.after(delayMs / 50, ring) };
  const { port, next } = await given(t, hurried);
  port.switchOff();
  const thief = createServer();
  t.after(() => thief.close());
  await taken(thief, port);

  port.switchOn();
  assert.match((await next("log")).text, /another program uses it/);
  thief.close();

  const client = await connected(t, port);
  client.socket.write(post("/again", ""));
  assert.equal((await next("requested")).request.path, "/again");
});

/** Tries until the port is let go. */
async function taken(server: Server, port: HttpPort): Promise<void> {
  const { host, port: number } = placeOf(port);
  const limit = AbortSignal.timeout(LIMIT_MS);
  for (;;) {
    server.listen(number, host);
    const [error] = (await once(server, "listening").catch((cause: unknown) => [cause])) as readonly [unknown?];
    if (error === undefined) return;
    limit.throwIfAborted();
  }
}

/** Tries until somebody listens: when that is, nobody tells. */
async function connected(t: TestContext, port: HttpPort): ReturnType<typeof dialled> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  for (;;) {
    try {
      return await dialled(t, port);
    } catch (error) {
      if (limit.aborted) throw error;
    }
  }
}

test("a request that is too long is cut off, and one that breaks off is never taken", async (t) => {
  const { port, next } = await given(t);
  const long = await dialled(t, port);
  long.socket.write(post("/", "x".repeat(300_000)));
  assert.match((await next("log")).text, /more than 262144 bytes/);
  const [how] = await long.gone();
  assert.notEqual(how, "end");

  const broken = await dialled(t, port);
  broken.socket.write(post("/broken", "{}").slice(0, -1));
  broken.socket.destroy();
  const whole = await dialled(t, port);
  whole.socket.write(post("/whole", "{}"));
  assert.equal((await next("requested")).request.path, "/whole");
});

test("a port that another program has is said", async (t) => {
  const { port } = await given(t);
  const listener = { requested() {}, left() {}, log() {} };
  await assert.rejects(
    openHttpPort(placeOf(port), listener, realClock),
    /another program uses it; choose another port/,
  );
});
