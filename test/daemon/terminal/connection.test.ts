import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Connection } from "../../../src/daemon/terminal/connection.ts";
import type { Framed, StreamWire } from "../../../src/drivers/driver.ts";
import type { LinkListener } from "../../../src/transports/transport.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const [GOOD, ODD] = [1, 2];

/** Each byte is a frame; those that are not `GOOD` are no message. */
const wire: StreamWire<string> = {
  kind: "stream",
  createFramer: () => ({
    push: (chunk) => [...chunk].map((byte): Framed => ({ kind: "frame", bytes: Uint8Array.of(byte) })),
    flush: () => [],
  }),
  encode: () => new Uint8Array(),
  decode: ([byte]) => (byte === GOOD ? { kind: "message", message: "good" } : { kind: "garbled", why: "odd" }),
};

async function connected() {
  const clock = createVirtualClock();
  const heard: string[] = [];
  let terminal: LinkListener | undefined;
  const connection = new Connection({
    open: (listener) => {
      terminal = listener;
      const link = { name: "link", isOpen: true, close: async () => {}, send: async () => ({ kind: "sent" }) as const };
      return Promise.resolve({ kind: "open", link });
    },
    wire,
    clock,
    crypto: nodeCrypto,
    log: createKeptLog(),
    settings: { openTimeoutMs: 100, writeTimeoutMs: 100, frameGapMs: 100, backoff: { minMs: 50, maxMs: 100 } },
    listener: {
      up: () => heard.push("up"),
      message: (message) => heard.push(message),
      garbled: (why) => heard.push(why),
      down: (_loss, why) => heard.push(`down: ${why}`),
      failed: (why) => heard.push(why),
    },
  });
  connection.start();
  await clock.settle();
  return { clock, heard, says: (...bytes: readonly number[]) => terminal?.received(Uint8Array.from(bytes)) };
}

const odd = (count: number) => Array.from({ length: count }, () => ODD);

describe("a connection", () => {
  it("gives up a link over which nothing but nonsense comes, and opens the next one later", async () => {
    const { clock, heard, says } = await connected();

    says(...odd(100_000));

    assert.equal(heard.filter((word) => word === "odd").length, 1_000, "the rest costs nobody time");
    assert.match(heard.at(-1) ?? "", /down: .*speaks no language of this terminal/);
    await clock.advance(100);
    assert.equal(heard.at(-1), "up");
  });

  it("bears nonsense between messages, as much as comes", async () => {
    const { heard, says } = await connected();

    for (let round = 0; round < 10; round += 1) says(...odd(999), GOOD);

    assert.equal(heard.filter((word) => word === "good").length, 10);
    assert.equal(
      heard.some((word) => word.startsWith("down")),
      false,
    );
  });
});
