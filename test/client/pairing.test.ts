import assert from "node:assert/strict";
import { test } from "node:test";
import { NotConnected, RequestRefused } from "../../src/client/errors.ts";
import { pairPos } from "../../src/client/pairing.ts";
import { createFakeDaemon, FAKE_TOKEN, socketsTo } from "../support/fake-daemon.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const TILL = { url: "ws://127.0.0.1:8455/v1", pos: "till-1", clock: createVirtualClock() };

test("the code gives the token", async () => {
  const token = await pairPos({ ...TILL, code: "ABCD2345", connect: socketsTo(createFakeDaemon()) });
  assert.equal(token, FAKE_TOKEN);
});

test("a wrong code is refused with its reason", async () => {
  await assert.rejects(pairPos({ ...TILL, code: "WRONG", connect: socketsTo(createFakeDaemon()) }), (error) => {
    assert.ok(error instanceof RequestRefused);
    assert.equal(error.reason, "pairingFailed");
    return true;
  });
});

test("without a daemon it says where it looked", async () => {
  const pairing = pairPos({
    ...TILL,
    code: "ABCD2345",
    connect: (_url, listener) => {
      queueMicrotask(() => listener.closed(1006, ""));
      return { send: () => {}, close: () => {} };
    },
  });
  await assert.rejects(pairing, (error) => error instanceof NotConnected && error.message.includes(TILL.url));
});
