import assert from "node:assert/strict";
import { test } from "node:test";
import { linksLike } from "../../../src/daemon/discovery/whereabouts.ts";
import { sighting, VENDORS } from "./seen.ts";

const [acme] = VENDORS.values();
assert(acme !== undefined);
const FORMER = { type: "http", host: "192.168.1.9", port: 7000, tls: { fingerprint: "AA" } };
const hostsLike = (link: Parameters<typeof linksLike>[0], ...seen: Parameters<typeof linksLike>[2]) =>
  linksLike(link, acme, seen).map(({ host }) => host);

test("it is looked for at the places of its vendor and medium, with all else of its link as it was", () => {
  assert.deepEqual(linksLike(FORMER, acme, [sighting({ address: "192.168.1.77", port: 7001 })]), [
    { ...FORMER, host: "192.168.1.77", port: 7001 },
  ]);
  assert.deepEqual(hostsLike(FORMER, sighting({ vendor: "other" })), []);
  assert.deepEqual(hostsLike({ ...FORMER, type: "tcp" }, sighting()), []);
});

test("an address that somebody outside of the card's network told is not knocked at", () => {
  assert.deepEqual(hostsLike(FORMER, sighting({ isOnLink: false })), []);
});

test("a simulated terminal never stands in for a real one, whatever it says of itself", () => {
  const impostor = sighting({ simulated: true });
  const onThisMachine = sighting({ simulated: true, address: "127.0.0.1", link: { type: "http" } });
  assert.deepEqual(hostsLike(FORMER, impostor, onThisMachine), []);
  assert.deepEqual(hostsLike({ type: "http" }, impostor, onThisMachine), []);
  assert.deepEqual(hostsLike({ ...FORMER, host: "127.0.0.1" }, impostor, onThisMachine), ["127.0.0.1"]);
});

test("a terminal at a serial port is looked for at the ports of its maker's devices alone", () => {
  const seen = { kind: "serial", name: "", why: "", simulated: false } as const;
  const own = { ...seen, vendor: "acme", path: "/dev/ttyACM1", score: 60 };
  const adapter = { ...seen, path: "/dev/ttyUSB0" };
  const port = { type: "serial", path: "/dev/ttyACM0", baudRate: 9600 };
  assert.deepEqual(linksLike(port, acme, [own, adapter, sighting()]), [{ ...port, path: "/dev/ttyACM1" }]);
});
