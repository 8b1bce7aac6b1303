import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { TerminalView } from "../../../src/daemon/api.ts";
import { Discovery } from "../../../src/daemon/discovery/discovery.ts";
import { linksLike } from "../../../src/daemon/discovery/whereabouts.ts";
import { linksOver } from "../../../src/daemon/links.ts";
import type { PluggedSighting, Sighting } from "../../../src/discovery/sighting.ts";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { sighting, terminal, VENDORS } from "./seen.ts";

const ACME = { ...getnet, id: "acme" };
const tcpAt = (address: string, changes: Partial<ReturnType<typeof sighting>> = {}) =>
  sighting({ address, link: { type: "tcp", host: address, port: 7000 }, ...changes });

function plugged(path: string, serialNumber: string, changes: Partial<PluggedSighting> = {}): PluggedSighting {
  return {
    kind: "serial",
    vendor: "acme",
    name: "a terminal",
    path,
    usb: { vendorId: 0x2fb8, productId: 0x2001, serialNumber },
    why: "its USB vendor",
    score: 60,
    simulated: false,
    ...changes,
  };
}

/** Discovery that sees this, and counts how often it looks at the network. */
function seeing(sightings: readonly Sighting[], terminals: readonly TerminalView[] = []) {
  const looks = { network: 0, plugged: 0 };
  const scanner = (kinds: readonly Sighting["kind"][], look: "network" | "plugged") => ({
    kinds,
    scan: () => {
      looks[look] += 1;
      return Promise.resolve({ sightings: sightings.filter(({ kind }) => kinds.includes(kind)), troubles: [] });
    },
  });
  const discovery = new Discovery({
    scanners: [scanner(["mdns"], "network"), scanner(["serial", "usb"], "plugged")],
    leftOut: [],
    vendors: VENDORS,
    terminals: () => terminals,
    clock: createVirtualClock(),
    log: createKeptLog(),
    emit: () => undefined,
    shell: "posix",
  });
  const placesOf = async (link: JsonObject) => {
    const links = await discovery.findLinks(ACME, link, "counter-1");
    return links.map(({ host, path }) => host ?? path);
  };
  return { placesOf, looks };
}

describe("where a terminal may be that is not where it was", () => {
  it("is an address, where it is not where its name leads", () => {
    const [link = {}] = linksLike({ type: "tcp", mdns: "Counter one" }, ACME, [tcpAt("10.0.0.4")]);
    assert.deepEqual(link, { type: "tcp", host: "10.0.0.4", port: 7000 });
    assert.equal(linksOver(createVirtualClock())(getnet, link).kind, "bound");
  });

  it("is not where another terminal is, by whatever that one is named", async () => {
    const others = [
      terminal("counter-2", { type: "tcp", host: "10.0.0.2", port: 7000 }),
      terminal("counter-3", { type: "tcp", mdns: "Counter three" }),
    ];
    const { placesOf } = seeing(
      [tcpAt("10.0.0.2"), tcpAt("10.0.0.3", { name: "Counter three" }), tcpAt("10.0.0.4", { name: "Counter one" })],
      [terminal("counter-1", { type: "tcp", mdns: "Counter one" }), ...others],
    );
    assert.deepEqual(await placesOf({ type: "tcp", mdns: "Counter one" }), ["10.0.0.4"]);
  });

  it("is not at the port of a USB device that another terminal is", async () => {
    const other = terminal("counter-2", { type: "usb", vendorId: "0x2fb8", serialNumber: "A1" });
    const { placesOf, looks } = seeing([plugged("/dev/ttyACM0", "A1"), plugged("/dev/ttyACM1", "A2")], [other]);
    assert.deepEqual(await placesOf({ type: "serial", path: "/dev/ttyACM9" }), ["/dev/ttyACM1"]);
    assert.deepEqual(looks, { network: 0, plugged: 1 }, "the network is left alone");
  });

  it("is not tried on a byte stream that could be another terminal's by its host name", async () => {
    const other = terminal("counter-2", { type: "tcp", host: "lane-2", port: 7000 });
    const { placesOf } = seeing([tcpAt("10.0.0.4")], [other]);
    assert.deepEqual(await placesOf({ type: "tcp", host: "10.0.0.9", port: 7000 }), []);
  });

  it("is not looked for in the network where it is a USB device: that is found as soon as it is plugged in", async () => {
    const { placesOf, looks } = seeing([tcpAt("10.0.0.4")]);
    assert.deepEqual(await placesOf({ type: "usb", vendorId: "0x2fb8", serialNumber: "A1" }), []);
    assert.deepEqual(looks, { network: 0, plugged: 0 });
  });

  it("is nowhere where it cannot be found out, which is said once", async () => {
    const log = createKeptLog();
    const discovery = new Discovery({
      scanners: [{ kinds: ["mdns"], scan: () => Promise.resolve({ sightings: [tcpAt("10.0.0.4")], troubles: [] }) }],
      leftOut: [],
      vendors: VENDORS,
      terminals: () => {
        throw new Error("out of order");
      },
      clock: createVirtualClock(),
      log,
      emit: () => undefined,
      shell: "posix",
    });
    for (let time = 0; time < 2; time += 1) {
      assert.deepEqual(await discovery.findLinks(ACME, { type: "tcp", host: "10.0.0.9", port: 7000 }, "counter-1"), []);
    }
    assert.deepEqual(log.lines, ["warn Discovery: Terminals cannot be looked for (out of order)."]);
  });
});
