import assert from "node:assert/strict";
import { test } from "node:test";
import { LinkFaults } from "../../../src/daemon/terminal/link-faults.ts";
import { StreamConnection } from "../../../src/daemon/terminal/stream-connection.ts";
import { getnetWire } from "../../../src/drivers/getnet/codec.ts";
import type { LinkListener, Opened } from "../../../src/transports/transport.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** A connection to what answers each attempt to open it with the same. */
function connectionTo(opened: Opened, opening: (listener: LinkListener, attempt: number) => void = () => undefined) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const attemptsMs: number[] = [];
  const story: string[] = [];
  const ignore = () => undefined;
  const connection = new StreamConnection({
    choose: () => Promise.resolve(),
    open: (listener) => {
      attemptsMs.push(clock.monotonicMs());
      opening(listener, attemptsMs.length);
      return Promise.resolve(opened);
    },
    wire: getnetWire,
    clock,
    crypto: nodeCrypto,
    log,
    faults: new LinkFaults(),
    settings: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 10_000, maxMs: 10_000 } },
    listener: {
      up: (link) => story.push(`up: ${link}`),
      down: (loss, why) => story.push(`down: ${loss}, ${why}`),
      message: ignore,
      garbled: ignore,
      failed: ignore,
    },
  });
  const began = clock.monotonicMs();
  return { clock, log, connection, story, attempts: () => attemptsMs.map((atMs) => atMs - began) };
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

test("a link that is lost before its opening has answered is lost, and another one is opened", async () => {
  const link = {
    name: "serial",
    isOpen: false,
    send: () => Promise.resolve({ kind: "refused", why: "it was unplugged" } as const),
    close: () => Promise.resolve(),
  };
  const { clock, connection, story, attempts } = connectionTo({ kind: "open", link }, (listener, attempt) => {
    if (attempt === 1) listener.lost({ loss: "failed", why: "it was unplugged" });
  });
  connection.start();

  await clock.advance(15_000);

  assert.deepEqual(story, ["up: serial", "down: failed, it was unplugged", "up: serial"]);
  assert.deepEqual(attempts(), [0, 10_000]);
  await connection.close();
});
