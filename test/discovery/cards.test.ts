import assert from "node:assert/strict";
import { test } from "node:test";
import { cardsOf, isOnLink, isUnicast } from "../../src/discovery/cards.ts";
import { machineCards } from "../../src/discovery/machine-cards.ts";

const v4 = (address: string, netmask: string, internal = false) => ({
  address,
  netmask,
  family: "IPv4" as const,
  mac: "02:00:00:00:00:01",
  internal,
  cidr: null,
});
const v6 = {
  address: "fe80::1",
  netmask: "ffff:ffff:ffff:ffff::",
  family: "IPv6" as const,
  mac: "02:00:00:00:00:01",
  internal: false,
  cidr: null,
  scopeid: 2,
};
const INTERFACES = {
  lo: [v4("127.0.0.1", "255.0.0.0", true)],
  eth0: [v4("192.168.1.10", "255.255.255.0"), v6, v4("10.0.0.5", "255.255.0.0")],
  wifi: [v6],
};

test("each IPv4 address of a card is a network to look at, the loopback too", () => {
  assert.deepEqual(cardsOf(INTERFACES), {
    cards: [
      { name: "lo", address: "127.0.0.1", netmask: "255.0.0.0" },
      { name: "eth0", address: "192.168.1.10", netmask: "255.255.255.0" },
      { name: "eth0", address: "10.0.0.5", netmask: "255.255.0.0" },
    ],
    missing: [],
  });
});

test("only the cards that are wanted, and those that are wanted in vain by name", () => {
  const { cards, missing } = cardsOf(INTERFACES, ["lo", "wifi", "eth7"]);
  assert.deepEqual(
    cards.map(({ name }) => name),
    ["lo"],
  );
  assert.deepEqual(missing, ["wifi", "eth7"]);
});

test("of a machine that does not tell its cards none is known, and why", () => {
  const deaf = () => {
    throw new Error("A system error occurred: uv_interface_addresses returned EMFILE (too many open files)");
  };
  const why = /EMFILE/;
  for (const wanted of [undefined, ["eth0"]]) {
    const { unlisted = "", ...none } = machineCards(wanted, deaf);
    assert.match(unlisted, why);
    assert.deepEqual(none, { cards: [], missing: [] }, "nor is one known to be missing");
  }
  assert.deepEqual(
    machineCards(["lo"], () => INTERFACES),
    cardsOf(INTERFACES, ["lo"]),
  );
});

test("an address is in the network of a card as its mask says, up to the highest bit", () => {
  const card = { name: "eth0", address: "192.168.1.10", netmask: "255.255.255.128" };
  assert.equal(isOnLink(card, "192.168.1.127"), true);
  assert.equal(isOnLink(card, "192.168.1.128"), false);
  assert.equal(isOnLink(card, "192.168.2.10"), false);
  assert.equal(isOnLink(card, "64.168.1.10"), false);
  assert.equal(isOnLink({ ...card, netmask: "255.255.255.255" }, "192.168.1.10"), true);
  assert.equal(isOnLink({ ...card, netmask: "255.255.255.255" }, "192.168.1.11"), false);
});

test("nobody in a network can send us to the loopback, to everybody or to a group", () => {
  const [loopback, card] = cardsOf(INTERFACES).cards;
  assert.ok(loopback !== undefined && card !== undefined);
  for (const address of ["127.0.0.1", "0.0.0.0", "224.0.0.251", "255.255.255.255"]) {
    assert.equal(isUnicast(card, address), false, address);
  }
  assert.equal(isUnicast(card, "10.9.9.9"), true);
  assert.equal(isUnicast(loopback, "127.0.0.1"), true);
});
