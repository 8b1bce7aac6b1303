// A thousand links over TCP, one after the other: nothing of them stays.
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { test } from "node:test";
import { TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { startProgram } from "../support/child-program.ts";
import { lastFirst, type Ending } from "../support/ending.ts";

const program = fileURLToPath(new URL("tcp-reconnects.ts", import.meta.url));
const pem = readFileSync(new URL("../transports/fixtures/self-signed-terminal.pem", import.meta.url), "utf8");
/** 800 links that kept a kilobyte each would be seen. */
const HEAP_TOLERANCE_KB = 600;

type Held = {
  readonly rounds: number;
  readonly resources: number;
  readonly timers: number;
  readonly descriptors: number;
  readonly heapKb: number;
};

/** Does what it is told by the first word of a connection. */
function obey(socket: Socket, plain: Socket): void {
  socket.on("error", () => {}); // reset by itself
  socket.once("data", (word: Buffer) => {
    if (word.toString() === "reset") plain.resetAndDestroy();
    else if (word.toString() === "end") socket.end();
    else socket.write("answered");
  });
}

async function listen(ending: Ending, greet: (socket: Socket) => void): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => {});
    greet(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ending.after(() => void server.close());
  return String((server.address() as AddressInfo).port);
}

test("a thousand links, reset, ended or closed: handles and memory are those of two hundred", async (t) => {
  const ending = lastFirst(t);
  const plainPort = await listen(ending, (socket) => obey(socket, socket));
  const tlsPort = await listen(ending, (socket) =>
    obey(new TLSSocket(socket, { isServer: true, key: pem, cert: pem }), socket),
  );
  const fingerprint = new X509Certificate(pem).fingerprint256;
  const child = startProgram(ending, ["--expose-gc", program, plainPort, tlsPort, fingerprint, "200", "1000"]);

  const early = JSON.parse(await child.nextLine()) as Held;
  const late = JSON.parse(await child.nextLine()) as Held;

  t.diagnostic(JSON.stringify(early));
  t.diagnostic(JSON.stringify(late));
  const { heapKb: earlyKb, rounds: _early, ...handlesEarly } = early;
  const { heapKb: lateKb, rounds: _late, ...handlesLate } = late;
  assert.deepEqual(handlesLate, handlesEarly);
  assert.ok(lateKb - earlyKb <= HEAP_TOLERANCE_KB, `${earlyKb} KB became ${lateKb} KB`);
  assert.equal((await child.ended).code, 0);
});
