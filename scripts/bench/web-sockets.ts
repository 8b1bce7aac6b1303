import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { WebSocket, WebSocketServer } from "ws";
import { momentMs } from "./moments.ts";

/** A POS program with nothing in it: requests go out as they are, and the moments are taken at the socket. */
export type Pos = {
  ask(method: string, params: object): Promise<unknown>;
  /** Asks for a sale and waits until its end is told. */
  pay(terminal: string): Promise<Payment>;
  close(): void;
};

export type Payment = {
  readonly terminal: string;
  readonly transaction: string;
  readonly outcome: string;
  readonly sentMs: number;
  readonly toldMs: number;
  /** The request and the event, as they were on the wire. */
  readonly request: string;
  readonly event: string;
};

type Told = {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: { readonly type?: string; readonly transaction?: unknown };
};

type Transaction = { readonly id: string; readonly requestId: string; readonly outcome?: { readonly kind: string } };

/** Opens a session of a POS, or of the administrator. */
export async function openPos(url: string, pos: string, token: string): Promise<Pos> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const answers = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  const ends = new Map<string, (transaction: Transaction, toldMs: number, event: string) => void>();
  let lastId = 0;

  socket.on("message", (data: Buffer) => {
    const toldMs = momentMs();
    const text = data.toString("utf8");
    const { id, result, error, params } = JSON.parse(text) as Told;
    if (params?.type === "transaction.settled") {
      const transaction = params.transaction as Transaction;
      ends.get(transaction.requestId)?.(transaction, toldMs, text);
    } else if (id !== undefined) {
      const waiting = answers.get(id);
      answers.delete(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error.message));
    }
  });
  await once(socket, "open");

  const request = (method: string, params: object) => {
    lastId += 1;
    const answered = Promise.withResolvers<unknown>();
    answers.set(lastId, answered);
    return { answered, text: JSON.stringify({ jsonrpc: "2.0", id: lastId, method, params }) };
  };
  const ask = (method: string, params: object) => {
    const { answered, text } = request(method, params);
    socket.send(text);
    return answered.promise;
  };
  const pay = (terminal: string) => {
    const requestId = randomUUID();
    const operation = { type: "sale", amount: { value: 12_990, currency: "CLP" }, reference: requestId };
    const { answered, text } = request("transactions.start", { terminal, requestId, operation });
    return new Promise<Payment>((resolve, reject) => {
      answered.promise.catch(reject);
      ends.set(requestId, ({ id, outcome }, toldMs, event) => {
        ends.delete(requestId);
        resolve({ terminal, transaction: id, outcome: outcome?.kind ?? "none", sentMs, toldMs, request: text, event });
      });
      const sentMs = momentMs();
      socket.send(text);
    });
  };
  await ask("session.open", { protocol: 1, pos, token });
  return { ask, pay, close: () => socket.terminate() };
}

/** Sends a text and waits until it comes back; answers how long that took. */
export type Echo = { measure(text: string): Promise<number>; close(): void };

export async function openEcho(url: string): Promise<Echo> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let came = (_atMs: number) => {};
  socket.on("message", () => came(momentMs()));
  await once(socket, "open");
  return {
    measure: (text) =>
      new Promise((resolve) => {
        came = (atMs) => resolve(atMs - sentMs);
        const sentMs = momentMs();
        socket.send(text);
      }),
    close: () => socket.terminate(),
  };
}

/** A bare server that sends back what it gets, once `before` is done; answers its port. */
export async function serveEcho(before: (path: string) => void): Promise<number> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  server.on("connection", (socket, { url }) => {
    socket.on("message", (data: Buffer) => {
      before(url ?? "");
      socket.send(data.toString("utf8"));
    });
  });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The echo server has no port.");
  return address.port;
}
