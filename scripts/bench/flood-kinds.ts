/** What a hostile program on the same machine does to the daemon, as fast as it is let, until its process ends. */
import { connect, type Socket } from "node:net";
import { WebSocket } from "ws";
import { MAX_VALUES } from "../../src/protocol/json.ts";

type Victim = {
  readonly port: number;
  readonly url: string;
  /** Of a POS that is known: some floods come from inside. */
  readonly pos: string;
  readonly token: string;
  /** Something was done once more. */
  readonly count: () => void;
};

type Flood = (victim: Victim) => void;

/** As many at a time, which is more than there may be sockets. */
const AT_ONCE = 100;
const MANY = 2_000;
const LARGE = 65_536;
const PARTS_OF_A_MESSAGE = 1_000;
const PINGS_AT_ONCE = 50;

/** Without a processor of its own for the daemon a flood changes nothing but this. */
const computes: Flood = ({ count }) => {
  setImmediate(() => {
    for (let turn = 0; turn < 1e6; turn += 1) Math.sqrt(turn);
    count();
    computes({ count } as Victim);
  });
};

/** Holds so many connections; one that was ended is opened again. */
function keep(many: number, victim: Victim, opened: (socket: Socket, isOver: () => boolean) => void): void {
  for (let number = 0; number < many; number += 1) keepOne(victim, opened);
}

function keepOne(victim: Victim, opened: (socket: Socket, isOver: () => boolean) => void): void {
  const socket = connect({ port: victim.port, host: "127.0.0.1", noDelay: true });
  let isOver = false;
  socket.once("connect", () => {
    victim.count();
    opened(socket, () => isOver);
  });
  socket.on("error", () => {}).resume();
  socket.once("close", () => {
    isOver = true;
    setImmediate(() => keepOne(victim, opened));
  });
}

/** Writes these bytes one by one and over again. */
function drip(bytes: Buffer, socket: Socket, isOver: () => boolean, from = 0): void {
  if (isOver()) return;
  const at = from % bytes.length;
  socket.write(bytes.subarray(at, at + 1), () => setImmediate(() => drip(bytes, socket, isOver, at + 1)));
}

function upgradeText({ port }: Victim, headers: readonly string[] = []): string {
  return [
    "GET /v1 HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
    "\r\n",
  ].join("\r\n");
}

/** Holds so many WebSockets; one that was ended is opened again. */
function keepSockets(many: number, victim: Victim, opened: (socket: WebSocket) => void): void {
  for (let number = 0; number < many; number += 1) keepSocket(victim, opened);
}

function keepSocket(victim: Victim, opened: (socket: WebSocket) => void): void {
  const socket = new WebSocket(victim.url, { perMessageDeflate: false });
  socket.on("error", () => {});
  socket.once("open", () => opened(socket));
  socket.once("close", () => setImmediate(() => keepSocket(victim, opened)));
}

/** Sends as fast as the system takes it. */
function pour(socket: WebSocket, next: () => void): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount < LARGE) next();
  setImmediate(() => pour(socket, next));
}

function request(id: number, method: string, params: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params });
}

function session({ pos, token }: Victim): string {
  return request(1, "session.open", { protocol: 1, pos, token });
}

/** The dearest text that there may be to read: every number is one to look at twice. */
const DEAR = `[${"1.0,".repeat(MAX_VALUES - 2)}1]`.padEnd(LARGE);
const DEEP = "[".repeat(LARGE);

export const FLOODS: Readonly<Record<string, Flood>> = {
  "a program that only computes": computes,
  "2,000 connections that say nothing": (victim) => keep(MANY, victim, () => {}),
  "headers byte by byte": (victim) =>
    keep(AT_ONCE, victim, (socket, isOver) => drip(Buffer.from("GET /v1 HTTP/1.1\r\nX: a"), socket, isOver)),
  "refused pages": (victim) =>
    keep(AT_ONCE, victim, (socket) => socket.write(upgradeText(victim, ["Origin: https://evil.example"]))),
  "sockets without a session": (victim) => keepSockets(AT_ONCE, victim, () => victim.count()),
  "frames byte by byte": (victim) =>
    keep(AT_ONCE, victim, (socket, isOver) => {
      socket.write(upgradeText(victim));
      // A frame of 64 KB that is never whole.
      drip(Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]), socket, isOver);
    }),
  "messages in a thousand parts": (victim) =>
    keepSockets(AT_ONCE, victim, (socket) =>
      pour(socket, () => {
        for (let part = 0; part < PARTS_OF_A_MESSAGE; part += 1) socket.send("", { fin: false });
        victim.count();
      }),
    ),
  "compressed frames": (victim) =>
    keep(AT_ONCE, victim, (socket) => {
      socket.write(upgradeText(victim));
      socket.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
    }),
  pings: (victim) =>
    keepSockets(AT_ONCE, victim, (socket) => {
      const ping = () => {
        for (let number = 0; number < PINGS_AT_ONCE; number += 1) socket.ping();
        socket.once("pong", () => setImmediate(ping));
        victim.count();
      };
      ping();
    }),
  "wrong tokens": (victim) =>
    keepSockets(AT_ONCE, victim, (socket) => {
      const guess = () => {
        victim.count();
        socket.send(request(1, "session.open", { protocol: 1, pos: victim.pos, token: "guessed" }));
      };
      socket.on("message", guess);
    }),
  "wrong pairing codes": (victim) =>
    keepSockets(AT_ONCE, victim, (socket) => {
      const guess = () => {
        victim.count();
        socket.send(request(1, "session.pair", { pos: victim.pos, code: "ABCDEFGH" }));
      };
      socket.on("message", guess);
    }),
  "large messages of strangers": (victim) =>
    keepSockets(AT_ONCE, victim, (socket) =>
      pour(socket, () => {
        socket.send(DEAR);
        victim.count();
      }),
    ),
  "deep messages of strangers": (victim) =>
    keepSockets(AT_ONCE, victim, (socket) =>
      pour(socket, () => {
        socket.send(DEEP);
        victim.count();
      }),
    ),
  "large messages of a POS": (victim) =>
    keepSockets(AT_ONCE / 4, victim, (socket) => {
      socket.send(session(victim));
      pour(socket, () => {
        socket.send(DEAR);
        victim.count();
      });
    }),
  "requests of a POS": (victim) =>
    keepSockets(AT_ONCE / 4, victim, (socket) => {
      socket.send(session(victim));
      pour(socket, () => {
        socket.send(request(2, "transactions.list", {}));
        victim.count();
      });
    }),
  "a POS that reads no answer": (victim) =>
    keepSockets(AT_ONCE / 4, victim, (socket) => {
      socket.send(session(victim));
      socket.pause();
      pour(socket, () => {
        socket.send(request(2, "terminals.list", {}));
        victim.count();
      });
    }),
};
