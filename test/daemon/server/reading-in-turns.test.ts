import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { readInTurns } from "../../../src/daemon/server/doorstep.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

async function openPair(t: TestContext): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [near] = (await once(server, "connection")) as [Socket];
  t.after(() => {
    for (const end of [near, far, server]) if ("destroy" in end) end.destroy();
    server.close();
  });
  far.setNoDelay(true);
  return { near, far };
}

test("who sends byte by byte is read less often, and goes on when he is let in", async (t) => {
  const { near, far } = await openPair(t);
  const clock = createVirtualClock();
  let received = 0;
  near.on("data", (bytes) => (received += bytes.length));
  const stop = readInTurns(near, clock);

  for (let count = 1; count <= 41; count += 1) {
    const came = once(near, "data");
    far.write("a");
    await came;
  }
  assert.equal(received, 41);
  assert.equal(near.isPaused(), true, "the 41st piece at once");

  await clock.advance(50);
  assert.equal(near.isPaused(), false);
  const next = once(near, "data");
  far.write("b");
  await next;
  assert.equal(near.isPaused(), true);

  stop();
  await Promise.resolve();
  assert.equal(near.isPaused(), false);
  assert.equal(near.listenerCount("data"), 1);
});
