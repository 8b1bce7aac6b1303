import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { done } from "../../src/core/errors.ts";
import { Intake } from "../../src/daemon/intake.ts";
import { linksOver } from "../../src/daemon/links.ts";
import { openTill } from "../../src/daemon/till.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createMemoryJournal } from "../support/memory-journal.ts";
import { nodeCrypto } from "../support/terminal-bench.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const at = (id: string, link: object, vendor = "getnet") => ({
  id,
  vendor,
  disabled: true,
  link: { ...link },
  settings: { currency: "CLP" },
});
const TCP = { type: "tcp", host: "Lane-1.local", port: 7000 };

/** A till whose terminals are switched off: nothing is opened. */
async function tillWith(configured: readonly ReturnType<typeof at>[]) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const till = await openTill(
    {
      journal: createMemoryJournal(),
      vendors: new Map(vendors.map((vendor) => [vendor.id, vendor])),
      bindLink: linksOver(clock),
      findLinks: () => Promise.resolve([]),
      intake: new Intake(),
      secretValues: {
        read: () => Promise.resolve(undefined),
        set: () => Promise.resolve(),
        remove: () => Promise.resolve(false),
      },
      clock,
      crypto: { ...nodeCrypto, verifyEd25519: () => false },
      log,
      settings: {
        repeatWindowMs: 1_000,
        posGoneMs: 1_000,
        appendLimitMs: 1_000,
        queueLimitMs: 1_000,
        maxWaiting: 1,
        restartPatienceMs: 1_000,
        connection: { openTimeoutMs: 1, writeTimeoutMs: 1, frameGapMs: 1, backoff: { minMs: 1, maxMs: 1 } },
      },
      rulesOf: () => ({}),
      startOfDay: (nowMs) => nowMs,
      saveTerminals: () => Promise.resolve(done({})),
    },
    configured,
  );
  return { till, log };
}

describe("two terminals at one address", () => {
  it("are not added: one device has one queue", async () => {
    const { till } = await tillWith([at("counter-1", TCP)]);
    const added = await till.terminals.add(at("counter-2", { ...TCP, host: "lane-1.LOCAL" }));
    assert(added.kind === "refused");
    assert.equal(added.refusal.reason, "invalidParams");
    assert.match(added.refusal.message, /counter-1 has this address/);
    assert.equal(till.terminals.get("counter-2"), undefined);
  });

  it("are not added under one name in the network either", async () => {
    const { till } = await tillWith([at("counter-1", { type: "tcp", mdns: "Lane 1" })]);
    const added = await till.terminals.add(at("counter-2", { type: "tcp", mdns: "Lane 1" }));
    assert(added.kind === "refused");
    assert.match(added.refusal.message, /counter-1 has this address/);
    assert.equal((await till.terminals.add(at("counter-2", { type: "tcp", mdns: "Lane 2" }))).kind, "done");
  });

  it("are not added by two technicians at the same moment either, nor one of them twice", async () => {
    const { till } = await tillWith([]);
    const added = await Promise.all([
      till.terminals.add(at("counter-1", TCP)),
      till.terminals.add(at("counter-2", TCP)),
      till.terminals.add(at("counter-1", { ...TCP, port: 7002 })),
    ]);
    assert.deepEqual(
      added.map(({ kind }) => kind),
      ["done", "refused", "refused"],
    );
    assert.equal(till.terminals.list().length, 1);
  });

  it("of which one moves to the other's address stay as they were", async () => {
    const { till } = await tillWith([at("counter-1", TCP), at("counter-2", { ...TCP, port: 7001 })]);
    const moved = await till.terminals.update(at("counter-2", TCP));
    assert.equal(moved.kind, "refused");
    assert.equal(till.terminals.get("counter-2")?.link["port"], 7001);
  });

  it("in a configuration that was written by hand: the first one is served, and the log says why the other is not", async () => {
    const { till, log } = await tillWith([at("counter-1", TCP), at("counter-2", TCP)]);
    assert.deepEqual(
      till.terminals.list().map(({ id }) => id),
      ["counter-1"],
    );
    assert.match(log.lines.join("\n"), /a terminal is not served: another one has its address/);
  });

  it("are told apart by port, by medium and by path", async () => {
    const { till } = await tillWith([
      at("a", TCP),
      at("b", { ...TCP, port: 7001 }),
      at("c", { ...TCP, type: "http" }, "poynt"),
      at("d", { type: "serial", path: "/dev/ttyACM0" }),
      at("e", { type: "serial", path: "/dev/ttyACM1" }),
    ]);
    assert.equal(till.terminals.list().length, 5);
  });
});
