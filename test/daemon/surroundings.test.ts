import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Discovery } from "../../src/daemon/discovery/discovery.ts";
import { watchSurroundings } from "../../src/daemon/surroundings.ts";
import type { Senses } from "../../src/daemon/discovery/senses.ts";
import type { Card, Cards } from "../../src/discovery/cards.ts";
import type { Sighting } from "../../src/discovery/sighting.ts";
import { createKeptLog } from "../support/kept-log.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

/** What happens around a machine on which nothing but this is plugged in. */
function surroundings() {
  const clock = createVirtualClock();
  const happened = { wakes: 0, tries: 0, looks: [] as string[] };
  const plugged = new Set<() => void>();
  const scanner = (kinds: readonly Sighting["kind"][]) => ({
    kinds,
    scan: () => {
      happened.looks.push(kinds.join());
      return Promise.resolve({ sightings: [], troubles: [] });
    },
  });
  const discovery = new Discovery({
    scanners: [scanner(["mdns"]), scanner(["serial", "usb"])],
    leftOut: [],
    vendors: new Map(),
    terminals: () => [],
    clock,
    log: createKeptLog(),
    emit: () => undefined,
    shell: "posix",
  });
  const senses: Senses = {
    network: undefined,
    plugged: undefined,
    leftOut: [],
    serialPorts: { list: () => Promise.resolve({ kind: "listed", ports: [] }), onChange: () => () => undefined },
    findService: () => Promise.resolve({ kind: "notFound", why: "" }),
    onPlugged: (changed) => {
      plugged.add(changed);
      return () => plugged.delete(changed);
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const till = {
    wake: () => {
      happened.wakes += 1;
    },
    tryLinksNow: () => {
      happened.tries += 1;
    },
  };
  const card: Card = { name: "eth0", address: "10.0.0.1", netmask: "255.255.255.0" };
  const network: { now: Cards } = { now: { cards: [card], missing: [] } };
  const watch = watchSurroundings(till, discovery, senses, clock, () => network.now);
  const plug = () => {
    for (const changed of plugged) changed();
  };
  return { clock, happened, plug, plugged, watch, network, card };
}

describe("what happens around the machine", () => {
  it("nothing, is answered with nothing", async () => {
    const { clock, happened } = surroundings();
    await clock.advance(600_000);
    assert.deepEqual(happened, { wakes: 0, tries: 0, looks: [] });
  });

  it("a plug, is answered once it has settled: links are tried, and what is plugged in is looked at, not the network", async () => {
    const { clock, happened, plug } = surroundings();
    plug();
    await clock.advance(149);
    assert.equal(happened.tries, 0);
    await clock.advance(1);
    assert.equal(happened.tries, 1);
    await clock.advance(10_000);
    assert.deepEqual(happened, { wakes: 0, tries: 1, looks: ["serial,usb"] });
  });

  it("a plug that comes just before the answer to another one, is answered as well", async () => {
    const { clock, happened, plug } = surroundings();
    plug();
    await clock.advance(149);
    plug();
    await clock.advance(1);
    assert.equal(happened.tries, 1);
    await clock.advance(10_000);
    assert.deepEqual(happened, { wakes: 0, tries: 2, looks: ["serial,usb", "serial,usb"] });
  });

  for (const everyMs of [1, 140, 160]) {
    it(`a bad contact, each ${everyMs} ms, is answered while it lasts, and not all the time`, async () => {
      const { clock, happened, plug } = surroundings();
      for (let ms = 0; ms < 60_000; ms += everyMs) {
        plug();
        await clock.advance(everyMs);
      }
      assert.ok(happened.tries >= 28 && happened.tries <= 30, `${happened.tries} tries in a minute`);
      assert.ok(happened.looks.length >= 18 && happened.looks.length <= 20, `${happened.looks.length} looks`);
    });
  }

  it("a network card with another address, is answered: links are tried, and terminals are looked for", async () => {
    const { clock, happened, network, card } = surroundings();
    network.now = { cards: [{ ...card, address: "10.0.0.2" }], missing: [] };
    await clock.advance(10_000);
    assert.deepEqual(happened, { wakes: 0, tries: 1, looks: ["mdns", "serial,usb"] });
  });

  it("a machine that does not tell its cards, is no change; a change that shows afterwards is one", async () => {
    const { clock, happened, network, card } = surroundings();
    const known = network.now;
    network.now = { cards: [], missing: [], unlisted: "EMFILE" };
    await clock.advance(10_000);
    network.now = known;
    await clock.advance(10_000);
    assert.equal(happened.tries, 0);

    network.now = { cards: [], missing: [], unlisted: "EMFILE" };
    await clock.advance(10_000);
    network.now = { cards: [card, { ...card, name: "wlan0" }], missing: [] };
    await clock.advance(10_000);
    assert.equal(happened.tries, 1);
  });

  it("a sleep, is answered with fresh links", async () => {
    const { clock, happened } = surroundings();
    clock.setWallClock(clock.now() + 3_600_000);
    await clock.advance(1_000);
    assert.deepEqual(happened, { wakes: 1, tries: 0, looks: [] });
  });

  it("is nobody's business any more after the end, also a plug that has not settled yet", async () => {
    const { clock, happened, plug, plugged, watch } = surroundings();
    plug();
    watch[Symbol.dispose]();
    clock.setWallClock(clock.now() + 3_600_000);
    await clock.advance(60_000);
    assert.deepEqual([happened, plugged.size, clock.pendingTimers()], [{ wakes: 0, tries: 0, looks: [] }, 0, 0]);
  });
});
