import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkFaults } from "../../../src/daemon/terminal/link-faults.ts";
import { StreamConnection } from "../../../src/daemon/terminal/stream-connection.ts";
import { getnetWire } from "../../../src/drivers/getnet/codec.ts";
import type { Opened } from "../../../src/transports/transport.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** A connection whose link cannot be opened, as long as nobody says otherwise. */
function connectionTo(failure: Extract<Opened, { kind: "failed" }>) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const attemptsMs: number[] = [];
  const ignore = () => undefined;
  const connection = new StreamConnection({
    choose: () => Promise.resolve(),
    open: () => {
      attemptsMs.push(clock.monotonicMs());
      return Promise.resolve(failure);
    },
    wire: getnetWire,
    clock,
    crypto: nodeCrypto,
    log,
    faults: new LinkFaults(),
    settings: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 10_000, maxMs: 10_000 } },
    listener: { up: ignore, message: ignore, garbled: ignore, down: ignore, failed: ignore },
  });
  const began = clock.monotonicMs();
  return { clock, log, connection, attempts: () => attemptsMs.map((atMs) => atMs - began) };
}

test("a link that cannot be opened is tried again, and why is said once", async () => {
  const { clock, log, connection, attempts } = connectionTo({ kind: "failed", why: "no cable", remedy: "Plug it in." });
  connection.start();

  await clock.advance(25_000);

  assert.deepEqual(attempts(), [0, 10_000, 20_000]);
  assert.deepEqual(log.whole, [
    JSON.stringify({
      level: "warn",
      event: "terminal.linkFailed",
      message: "the link cannot be opened",
      why: "no cable. Plug it in",
    }),
  ]);
  await connection.close();
});

test("what comes right by itself is tried again within its time, whatever the back-off says", async () => {
  const { clock, connection, attempts } = connectionTo({ kind: "failed", why: "held", retryWithinMs: 2_000 });
  connection.start();

  await clock.advance(5_000);

  assert.deepEqual(attempts(), [0, 2_000, 4_000]);
  await connection.close();
});

test("what was plugged in is tried at once, and never twice at a time", async () => {
  const { clock, connection, attempts } = connectionTo({ kind: "failed", why: "no cable" });
  connection.start();
  await clock.advance(3_000);

  connection.tryNow();
  connection.tryNow();
  await clock.advance(1_000);

  assert.deepEqual(attempts(), [0, 3_000]);
  await connection.close();
  connection.tryNow();
  await clock.advance(60_000);
  assert.equal(attempts().length, 2, "one that is closed opens nothing");
});
