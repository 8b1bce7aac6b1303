import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import { createLine } from "../../../src/daemon/server/line.ts";
import { createSessionHold } from "../../../src/daemon/server/session-hold.ts";
import { socketSide } from "../../../src/daemon/server/socket-side.ts";
import { createUpgrade, type Socket } from "../../../src/daemon/server/socket.ts";
import type { TransactionOnWire } from "../../../src/protocol/transaction.ts";
import { openCounter } from "../../support/counter.ts";

const UPGRADE = [
  "GET / HTTP/1.1",
  "Host: localhost",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
];
/** A close frame of a client: masked with zeros, without a code. */
const GOODBYE = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);
/** More than the system keeps for a client that does not read. */
const TOO_MUCH = "x".repeat(32 * 1024 * 1024);

const AT = "2026-01-02T03:04:05.000Z";
const TRANSACTION: TransactionOnWire = {
  id: "T1",
  requestId: "r1",
  pos: "till-1",
  terminal: "counter-1",
  operation: { type: "sale", amount: { value: 1250, currency: "EUR" } },
  state: "settled",
  createdAt: AT,
  outcome: { kind: "canceled", by: "pos", revision: 1, decidedBy: { kind: "daemon" } },
  acknowledged: false,
};

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A socket whose client reads nothing, and what it is told. */
async function openDeafClient(context: TestContext) {
  const server = createServer();
  const opened = Promise.withResolvers<Socket>();
  const closed = Promise.withResolvers<undefined>();
  const upgrade = createUpgrade(1_024);
  server.on("upgrade", (request, connection, head) =>
    upgrade(request, connection, head, (socket) => {
      opened.resolve(socket);
      const nothing = () => undefined;
      const deaf = { received: nothing, receivedBinary: nothing, read: nothing, pinged: nothing };
      return { ...deaf, broke: nothing, heard: nothing, closed: () => closed.resolve(undefined) };
    }),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  client.pause();
  context.after(() => {
    client.destroy();
    server.close();
  });
  client.write(`${UPGRADE.join("\r\n")}\r\n\r\n`);
  return { client, socket: await opened.promise, closed: closed.promise };
}

test("given a client that reads nothing any more, when an outcome is for it, then nobody says that it was told", async () => {
  const { reception, till } = openCounter();
  const { context: server } = reception;
  const nothing = () => undefined;
  const toTheTill = (unreadBytes: number) => {
    const sent: string[] = [];
    let unread = 0;
    const socket: Socket = {
      get unreadBytes() {
        return unread;
      },
      send: (text) => void sent.push(text),
      flushed: () => Promise.resolve(),
      ping: nothing,
      pause: nothing,
      resume: nothing,
      close: nothing,
      terminate: nothing,
    };
    const line = createLine(socket, server.limits.unreadBytes, server.log, nothing);
    const hold = createSessionHold(server.intake);
    const { stream } = socketSide({ server, socket, line, pos: "till-1", language: "en", hold, keepTrace: nothing });
    stream.begin(0, 0);
    unread = unreadBytes;
    stream.push({ seq: 1, at: AT, body: { type: "transaction.settled", transaction: TRANSACTION } });
    return { sent: sent.length, isOver: line.isOver() };
  };

  assert.deepEqual(toTheTill(server.limits.unreadBytes + 1), { sent: 0, isOver: true });
  assert.deepEqual(till.toldOf, []);
  assert.deepEqual(toTheTill(0), { sent: 1, isOver: false });
  assert.deepEqual(till.toldOf, ["T1 1"]);
});

test("given a client that says goodbye and reads nothing, when somebody waits for what it was sent, then he waits for its end", async (context) => {
  const { client, socket, closed } = await openDeafClient(context);
  socket.send(TOO_MUCH);
  const unreadBytes = socket.unreadBytes;
  assert(unreadBytes > 0);
  client.write(GOODBYE);
  // Our own goodbye waits behind the rest: from then on it is being closed.
  while (socket.unreadBytes === unreadBytes) await turn();

  const order: string[] = [];
  const flushed = socket.flushed().then(() => order.push("flushed"));
  const over = closed.then(() => order.push("closed"));
  await turn();
  client.destroy();
  await Promise.all([flushed, over]);

  assert.deepEqual(order, ["closed", "flushed"]);
  // Nothing is waited for any more, whoever asks.
  await socket.flushed();
});
