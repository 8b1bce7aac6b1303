import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LinkFaults } from "../../../src/daemon/terminal/link-faults.ts";
import { StreamConnection } from "../../../src/daemon/terminal/stream-connection.ts";
import { getnetWire } from "../../../src/drivers/getnet/codec.ts";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { SimulatedLink } from "../../support/simulated-link.ts";
import { nodeCrypto } from "../../support/terminal-bench.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

describe("rule 2, what is to be sent on one link", () => {
  it("is never sent on the one that was opened after it", async () => {
    const clock = createVirtualClock();
    const terminal = new SimulatedLink(getnet.simulator, {}, clock, nodeCrypto);
    const links: string[] = [];
    const connection = new StreamConnection({
      choose: () => Promise.resolve(),
      open: (listener) => terminal.open(listener),
      wire: getnetWire,
      clock,
      crypto: nodeCrypto,
      log: createKeptLog(),
      faults: new LinkFaults(),
      settings: { openTimeoutMs: 1_000, writeTimeoutMs: 1_000, frameGapMs: 100, backoff: { minMs: 10, maxMs: 10 } },
      listener: {
        up: (link) => void links.push(link),
        message: () => undefined,
        garbled: () => undefined,
        down: () => undefined,
        failed: () => undefined,
      },
    });
    connection.start();
    await clock.advance(10);
    terminal.cutNow();
    await clock.advance(100);
    const [first = "", second = ""] = links;
    assert.notEqual(first, second);
    const before = terminal.bytes.toTerminal;
    assert.equal((await connection.send(first, new Uint8Array([1, 2, 3]))).kind, "refused");
    assert.equal(terminal.bytes.toTerminal, before);
    assert.equal((await connection.send(second, new Uint8Array([1, 2, 3]))).kind, "sent");
    await connection.close();
  });
});
