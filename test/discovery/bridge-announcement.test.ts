import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AdvertisingFailure } from "../../src/discovery/advertise.ts";
import { announceBridge, bridgeService } from "../../src/discovery/bridge-announcement.ts";
import type { Card } from "../../src/discovery/cards.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const SERVICE = bridgeService({ name: "Corner shop", port: 8_456, version: "1.2.3", scheme: "wss" });
const card = (name: string, address: string): Card => ({ name, address, netmask: "255.255.255.0" });
const [LO, ETH, WLAN] = [card("lo", "127.0.0.1"), card("eth0", "10.0.0.1"), card("wlan0", "10.0.1.1")];

/** A machine whose cards come and go, and what is announced on them. */
function machine(...first: readonly Card[]) {
  const clock = createVirtualClock();
  const log = createKeptLog();
  const announced = new Set<string>();
  const broken = new Set<string>();
  let cards: readonly Card[] | undefined = first;
  const bridge = announceBridge(SERVICE, {
    cards: () => cards,
    publish: async ({ name }, address) => {
      await clock.settle();
      if (broken.has(address)) throw new AdvertisingFailure(`Nothing can be announced on ${address}: EPERM.`);
      announced.add(address);
      const close = async () => void announced.delete(address);
      return { name, close, [Symbol.asyncDispose]: close };
    },
    clock,
    log,
  });
  return {
    bridge,
    clock,
    log,
    broken,
    announced: () => [...announced],
    tellsNothing: async () => {
      cards = undefined;
      await clock.advance(10_000);
    },
    has: async (...now: readonly Card[]) => {
      cards = now;
      await clock.advance(10_000);
      await clock.settle();
    },
  };
}

describe("the service, announced", () => {
  it("tells where it is and what is spoken there", () => {
    assert.deepEqual(SERVICE, {
      name: "Corner shop",
      type: "_tillbridge._tcp",
      port: 8_456,
      txt: { version: "1.2.3", path: "/v1", tls: "1" },
    });
    assert.equal(bridgeService({ name: "x", port: 1, version: "1", scheme: "ws" }).txt?.["tls"], "0");
  });

  it("has a name that fits, whatever the shop is called", () => {
    const nameOf = (name: string) => bridgeService({ name, port: 1, version: "1", scheme: "ws" }).name;
    assert.equal(nameOf("  "), "Tillbridge");
    assert.equal(nameOf("🦊".repeat(20)), "🦊".repeat(14));
    assert.equal(nameOf(`${"x".repeat(56)} y`), "x".repeat(56));
  });

  it("is announced on every card but the loopback, and follows them", async () => {
    const { bridge, clock, announced, has } = machine(LO, ETH);
    await clock.settle();
    assert.deepEqual(announced(), [ETH.address]);

    await has(LO, ETH, WLAN);
    assert.deepEqual(announced(), [ETH.address, WLAN.address]);

    await has(LO, WLAN);
    assert.deepEqual(announced(), [WLAN.address]);
    await bridge[Symbol.asyncDispose]();
  });

  it("stays announced while the machine does not tell its cards", async () => {
    const { bridge, clock, announced, has, tellsNothing } = machine(LO, ETH);
    await clock.settle();

    await tellsNothing();
    assert.deepEqual(announced(), [ETH.address]);

    await has(LO, WLAN);
    assert.deepEqual(announced(), [WLAN.address]);
    await bridge[Symbol.asyncDispose]();
  });

  it("takes its leave of all of them at its end, also of one that it is just beginning with", async () => {
    const { bridge, clock, announced } = machine(ETH, WLAN);

    await bridge[Symbol.asyncDispose]();

    assert.deepEqual(announced(), []);
    assert.equal(clock.pendingTimers(), 0);
  });

  it("tells once of a card on which it cannot be, and tries again", async () => {
    const { bridge, log, announced, broken, has } = machine();
    broken.add(WLAN.address);
    await has(ETH, WLAN);
    await has(ETH, WLAN);

    assert.deepEqual(announced(), [ETH.address]);
    assert.deepEqual(
      log.lines.filter((line) => line.startsWith("warn")),
      ["warn Nothing can be announced on 10.0.1.1: EPERM."],
    );

    broken.clear();
    await has(ETH, WLAN);
    assert.deepEqual(announced(), [ETH.address, WLAN.address]);
    await bridge[Symbol.asyncDispose]();
  });
});
