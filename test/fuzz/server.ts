import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import type { Target } from "../../scripts/fuzz/target.ts";
import { ADMINISTRATOR_TOKEN, serveProtocol, TILL_TOKEN, type TestServer } from "../support/protocol-server.ts";
import WebSocket from "ws";
import { schemaFaults } from "../../src/core/schema.ts";
import { readMessage } from "../../src/daemon/server/message.ts";
import { ErrorDataSchema } from "../../src/protocol/envelope.ts";
import { eventSchema, HelloSchema, type EventType } from "../../src/protocol/events.ts";
import { METHODS, type MethodName } from "../../src/protocol/methods.ts";
import { APPROVED } from "../support/fake-till.ts";
import type { Message } from "../support/protocol-client.ts";
import { call, CONVERSATIONS, SALE } from "./conversations.ts";
import { bytesOf, fromLatin1, latin1Of, textOf } from "./inputs.ts";

/** What transactions and log lines of earlier inputs leave behind must not slow down the later ones. */
const INPUTS_OF_ONE_SERVER = 500;
const MOST_MESSAGES = 24;
const TURN_MS = 20;
const OPENING = "the session";
const LIMITS = { requestsPerSecond: 1_000_000, messageBytes: 65_536 };

type Opened = { readonly server: TestServer; readonly close: () => Promise<void> };

async function openServer(): Promise<Opened> {
  const endings: (() => unknown)[] = [];
  const context = { after: (ending: () => unknown) => void endings.push(ending) } as unknown as TestContext;
  const server = await serveProtocol(context, { settings: { limits: LIMITS } });
  return {
    server,
    close: async () => {
      for (const ending of endings) await ending();
    },
  };
}

/** A server that is replaced by another one now and then. */
function createServers(): () => Promise<TestServer> {
  let opened: Opened | undefined;
  let inputs = 0;
  return async () => {
    if (inputs % INPUTS_OF_ONE_SERVER === 0) {
      await opened?.close();
      opened = await openServer();
    }
    inputs += 1;
    assert(opened !== undefined);
    return opened.server;
  };
}

/**
 * Messages on one socket, a line each; the first line says who speaks. Every message gets exactly one reply, each as its schema says, or the socket is
 * closed; nothing fails inside.
 */
export function messages(): Target {
  const next = createServers();
  return {
    seeds: ["nobody", "till", "administrator"].flatMap((who) =>
      CONVERSATIONS.map((lines) => bytesOf([who, ...lines].join("\n"))),
    ),
    words: ["till-1", TILL_TOKEN, ADMINISTRATOR_TOKEN, "counter-1", "T1", "EUR", "\n"],
    run: async (input) => {
      const served = await next();
      const [who = "", ...lines] = textOf(input)
        .split("\n")
        .slice(0, MOST_MESSAGES + 1);
      const linesBefore = served.log.whole.length;
      const speaker = await speakerAs(who, served);
      const before = repliesIn(speaker.heard).length;
      for (const line of lines) speaker.socket.send(line);
      await allAnswered(speaker, served, before + lines.length);
      speaker.socket.terminate();
      await speaker.closed;
      assertNothingFailed(served.log.whole.slice(linesBefore));
      assertFits(speaker.heard, lines);
    },
  };
}

/** A socket that hides nothing and complains of nothing: what it heard is looked at when all is said. */
type Speaker = { readonly socket: WebSocket; readonly heard: readonly Message[]; readonly closed: Promise<unknown> };

async function speakerAs(who: string, { server }: TestServer): Promise<Speaker> {
  const socket = new WebSocket(server.url);
  const heard: Message[] = [];
  socket.on("message", (data: Buffer) => heard.push(JSON.parse(data.toString()) as Message));
  socket.on("error", () => undefined); // `close` follows it
  const closed = once(socket, "close");
  await once(socket, "open");
  const session = who.startsWith("a")
    ? { pos: "cli", token: ADMINISTRATOR_TOKEN }
    : { pos: "till-1", token: TILL_TOKEN };
  if (/^[at]/.test(who)) {
    socket.send(call("session.open", { protocol: 1, ...session }, OPENING));
    while (!heard.some(({ id }) => id === OPENING)) await once(socket, "message");
  }
  return { socket, heard, closed };
}

const repliesIn = (heard: readonly Message[]): readonly Message[] => heard.filter(({ method }) => method === undefined);

/** Until there is a reply to each message, or the socket is closed. Who waits for the end of a payment gets it. */
async function allAnswered({ socket, heard, closed }: Speaker, served: TestServer, expected: number): Promise<void> {
  const { till } = served;
  while (socket.readyState === WebSocket.OPEN && repliesIn(heard).length < expected) {
    for (const id of till.started) {
      const transaction = await till.journal.get(id);
      if (transaction !== undefined && transaction.outcome === undefined && transaction.dispatched === undefined)
        await till.settle(id, APPROVED);
    }
    await aTurn(served);
  }
  // Whatever would come twice has come by the answer to a ping.
  if (socket.readyState === WebSocket.OPEN) {
    socket.ping();
    const waiting = new Set([socket]);
    void Promise.race([once(socket, "pong"), closed]).then(() => waiting.clear());
    while (waiting.size > 0) await aTurn(served);
  }
  assert(repliesIn(heard).length <= expected, `${repliesIn(heard).length} replies to ${expected} messages`);
}

/** Who says too much is not read for a while, so time goes on. */
async function aTurn({ clock }: TestServer): Promise<void> {
  await clock.advance(TURN_MS);
  await new Promise((resolve) => setImmediate(resolve));
}

/** What is said fits what is published. A result is held against its method where its id was used once. */
function assertFits(heard: readonly Message[], lines: readonly string[]): void {
  const asked = lines.flatMap((line) => {
    const message = readMessage(line);
    return message.kind === "request" ? [message] : [];
  });
  for (const { id, method, params, result, error } of heard) {
    const [request, ...others] = asked.filter((one) => one.id === id);
    const name = others.length === 0 ? request?.method : undefined;
    const type = params?.["type"];
    const faults = [
      ...(method === "hello" ? schemaFaults(HelloSchema, params) : []),
      ...(method === "event" ? schemaFaults(eventSchema(type as EventType), params) : []),
      ...(error === undefined ? [] : schemaFaults(ErrorDataSchema, error.data)),
      ...(result !== undefined && name !== undefined && Object.hasOwn(METHODS, name)
        ? schemaFaults(METHODS[name as MethodName].result, result)
        : []),
    ];
    assert.deepEqual(
      faults,
      [],
      `${name ?? method ?? "a reply"} breaks its schema: ${JSON.stringify(result ?? error ?? params)}`,
    );
  }
}

/** The fakes behind the server fail where they are asked for what no daemon would do. */
function assertNothingFailed(lines: readonly string[]): void {
  const failed = lines.find(
    (line) => line.includes("A request failed inside") && !/fake-till|memory-journal/.test(line),
  );
  assert.equal(failed, undefined, failed);
}

const request = (...lines: readonly string[]) => fromLatin1([...lines, "", ""].join("\r\n"));
const UPGRADE = [
  "GET /v1 HTTP/1.1",
  "Host: 127.0.0.1:PORT",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
] as const;

/** Raw bytes where HTTP is expected. They are answered or the connection is closed, and the next one is served as always. */
export function http(): Target {
  const next = createServers();
  return {
    seeds: [
      request("GET /health HTTP/1.1", "Host: 127.0.0.1:PORT"),
      request("GET /metrics HTTP/1.1", "Host: localhost:PORT", "Authorization: Bearer x", "Connection: close"),
      request("HEAD /health HTTP/1.0"),
      request(...UPGRADE),
      request(...UPGRADE, "Origin: https://pos.example.com", "Sec-WebSocket-Extensions: permessage-deflate"),
      request(...UPGRADE, "Origin: null", "Sec-WebSocket-Protocol: a, b"),
      request(
        "OPTIONS /v1 HTTP/1.1",
        "Host: [::1]:PORT",
        "Origin: http://evil.test",
        "Access-Control-Request-Private-Network: true",
      ),
      request("POST /health HTTP/1.1", "Host: 127.0.0.1:PORT", "Transfer-Encoding: chunked", "", "3", "abc", "0"),
      request("GET http://127.0.0.1:PORT/health?x=1 HTTP/1.1", "Host: 127.0.0.1:PORT", "Content-Length: 3", "", "abc"),
      request("PRI * HTTP/2.0", "", "SM"),
    ],
    words: ["\r\n", "127.0.0.1:PORT", "Host: ", "Origin: ", "Connection: ", "HTTP/1.1", "/v1", "/health", "/metrics"],
    run: async (input) => {
      const { server } = await next();
      const text = latin1Of(input).replaceAll("PORT", String(server.port));
      await exchanged(server.port, fromLatin1(text));
      await assertServed(server.port);
    },
  };
}

const frame = (first: number, payload: string, mask = [0, 0, 0, 0]): Uint8Array => {
  const bytes = Buffer.from(payload);
  const length = bytes.length < 126 ? [0x80 | bytes.length] : [0xfe, bytes.length >> 8, bytes.length & 0xff];
  return Uint8Array.from([first, ...length, ...mask, ...bytes]);
};
const [TEXT, BINARY, CLOSE, PING, PONG, MORE, LAST] = [0x81, 0x82, 0x88, 0x89, 0x8a, 0x01, 0x80];
const joined = (...frames: readonly Uint8Array[]) => Uint8Array.from(frames.flatMap((one) => [...one]));

/** Raw bytes behind an upgrade: frames whose mask is zero, so that what is changed in them arrives as it is. */
export function frames(): Target {
  const next = createServers();
  const open = call("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN });
  return {
    seeds: [
      joined(frame(TEXT, open), frame(TEXT, call("ping", {}, 2)), frame(CLOSE, "\u0003\u00e8")),
      joined(frame(MORE, open.slice(0, 20)), frame(PING, "x"), frame(LAST, open.slice(20))),
      joined(frame(BINARY, call("ping")), frame(PONG, ""), frame(TEXT, "{")),
      joined(frame(TEXT | 0x40, call("ping")), frame(TEXT, call("transactions.start", SALE))),
      Uint8Array.from([TEXT, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]),
    ],
    run: async (input) => {
      const { server, log } = await next();
      const before = log.whole.length;
      const upgrade = request(...UPGRADE.map((line) => line.replace("PORT", String(server.port))));
      await exchanged(server.port, joined(upgrade, input));
      assertNothingFailed(log.whole.slice(before));
      await assertServed(server.port);
    },
  };
}

/** All that was answered, once the server has closed the connection. Its own half is closed behind the bytes. */
async function exchanged(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  let answer = "";
  socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
  socket.on("error", () => undefined); // `close` follows it
  const closed = once(socket, "close");
  socket.end(bytes);
  await closed;
  return answer;
}

async function assertServed(port: number): Promise<void> {
  const answer = await exchanged(port, request("GET /health HTTP/1.1", `Host: 127.0.0.1:${port}`, "Connection: close"));
  assert.match(answer, /^HTTP\/1\.1 (200|503) /, "another one is not served");
}
