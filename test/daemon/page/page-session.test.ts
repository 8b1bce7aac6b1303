import assert from "node:assert/strict";
import { test } from "node:test";
import { NotConnected } from "../../../src/client/errors.ts";
import type { SocketListener } from "../../../src/client/socket.ts";
import { openPageSession } from "../../../src/daemon/page/session/page-session.ts";
import { createFakeDaemon, FAKE_TOKEN, socketsTo } from "../../support/fake-daemon.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const PRESSED = {
  terminal: "counter-1",
  requestId: "page-1",
  operation: { type: "sale", amount: { value: 1500, currency: "CLP" } },
} as const;

test("given a press while a connection is tried, when that fails, then it is said at once, and nothing leaves with the next session", async (t) => {
  const [daemon, clock] = [createFakeDaemon(), createVirtualClock()];
  daemon.answers.set("diagnostics.alarms", () => ({ alarms: [] }));
  const connect = socketsTo(daemon);
  const tried: SocketListener[] = [];
  let runs = false;
  const page = openPageSession({
    url: "ws://127.0.0.1:8455",
    token: FAKE_TOKEN,
    language: "en",
    version: "1",
    connect: (url, listener) => {
      if (runs) return connect(url, listener);
      tried.push(listener);
      return { send: () => {}, close: () => {} };
    },
    clock,
    random: () => 0.5,
    ended: () => {},
    greeted: () => {},
  });
  t.after(() => page.close());
  await clock.settle();
  assert.deepEqual([page.connection.current().kind, tried.length], ["connecting", 1]);

  const said: unknown[] = [];
  page.ask("transactions.start", PRESSED).catch((error: unknown) => said.push(error));
  tried[0]?.closed(1006, "");
  await clock.settle();
  assert(said[0] instanceof NotConnected);
  runs = true;
  await clock.advance(60_000);

  assert.equal(page.connection.current().kind, "open");
  assert.deepEqual(
    daemon.requests.filter(({ method }) => method === "transactions.start"),
    [],
  );
});
