import assert from "node:assert/strict";
import { once } from "node:events";
import WebSocket from "ws";
import { schemaFaults } from "../../src/core/schema.ts";
import { ErrorDataSchema } from "../../src/protocol/envelope.ts";
import { EVENTS, eventSchema, HelloSchema, type EventType } from "../../src/protocol/events.ts";
import { METHODS, type MethodName } from "../../src/protocol/methods.ts";

export type Message = {
  readonly id?: string | number | null;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data: Record<string, unknown> };
};

/**
 * A WebSocket client that hides nothing: every message in the order in which it came. It holds each one against the published
 * schemas and fails the test where one does not fit.
 */
export type ProtocolClient = {
  readonly socket: WebSocket;
  readonly messages: readonly Message[];
  /** The next message that fits and was not taken before; those before it stay. */
  next(fits: (message: Message) => boolean): Promise<Message>;
  sendText(text: string): void;
  /** Sends a request and takes its reply. */
  request(method: string, params?: unknown): Promise<Message>;
  /** Sends a request and leaves its reply. Answers the id. */
  post(method: string, params?: unknown): number;
  /** The next event of this type. */
  event(type: string): Promise<Record<string, unknown>>;
  /** The close code. */
  readonly closed: Promise<number>;
};

export type ConnectOptions = {
  readonly headers?: Record<string, string>;
  readonly origin?: string;
  /** PEM: who is trusted beside those whom everybody trusts. */
  readonly ca?: string;
  /** Whose certificate it has to be, where that is not the host of the URL. */
  readonly servername?: string;
};

/** The HTTP status of an upgrade that was refused. */
export class UpgradeRefused extends Error {
  override readonly name = "UpgradeRefused";
  readonly status: number;

  constructor(status: number) {
    super(`upgrade refused with ${status}`);
    this.status = status;
  }
}

/** Resolves with the client after `hello` has arrived; rejects with `UpgradeRefused`. */
export async function connectProtocol(url: string, options: ConnectOptions = {}): Promise<ProtocolClient> {
  const socket = new WebSocket(url, options);
  const messages: Message[] = [];
  const untaken: Message[] = [];
  const takers: { readonly fits: (message: Message) => boolean; readonly take: (message: Message) => void }[] = [];
  const methods = new Map<unknown, string>();
  let lastId = 0;

  const offer = (message: Message) => {
    const index = takers.findIndex(({ fits }) => fits(message));
    if (index === -1) untaken.push(message);
    else takers.splice(index, 1)[0]?.take(message);
  };
  socket.on("message", (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    messages.push(message);
    assertFits(message, methods.get(message.id));
    offer(message);
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  const next = (fits: (message: Message) => boolean) => {
    const index = untaken.findIndex(fits);
    const [there] = index === -1 ? [] : untaken.splice(index, 1);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise<Message>((take) => takers.push({ fits, take }));
  };
  const post = (method: string, params?: unknown) => {
    const id = (lastId += 1);
    methods.set(id, method);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return id;
  };

  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("unexpected-response", (_request, response) => {
      reject(new UpgradeRefused(response.statusCode ?? 0));
      socket.terminate();
    });
    socket.on("error", reject);
  });
  const client: ProtocolClient = {
    socket,
    messages,
    next,
    post,
    sendText: (text) => socket.send(text),
    request: (method, params) => {
      const id = post(method, params);
      return next((message) => message.id === id);
    },
    event: async (type) => {
      const message = await next(({ method, params }) => method === "event" && params?.["type"] === type);
      return message.params ?? {};
    },
    closed,
  };
  await next(({ method }) => method === "hello");
  return client;
}

function assertFits(message: Message, method: string | undefined): void {
  const { params, result, error } = message;
  const type = params?.["type"];
  const faults = [
    ...(message.method === "hello" ? schemaFaults(HelloSchema, params) : []),
    ...(message.method === "event" ? schemaFaults(eventSchema(assertEventType(type)), params) : []),
    ...(result !== undefined && method !== undefined && Object.hasOwn(METHODS, method)
      ? schemaFaults(METHODS[method as MethodName].result, result)
      : []),
    ...(error === undefined ? [] : schemaFaults(ErrorDataSchema, error.data)),
  ];
  assert.deepEqual(faults, [], `${method ?? String(type)} breaks its published schema: ${JSON.stringify(message)}`);
}

function assertEventType(type: unknown): EventType {
  assert.ok(typeof type === "string" && Object.hasOwn(EVENTS, type), `event of type ${String(type)}`);
  return type as EventType;
}

/** When the other side has handled what was sent: it answers pings in order. */
export async function roundTrip(socket: WebSocket): Promise<void> {
  const answered = once(socket, "pong");
  socket.ping();
  await answered;
}
