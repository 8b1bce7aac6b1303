import assert from "node:assert/strict";
import type { NetworkInterfaceInfo } from "node:os";
import { describe, it } from "node:test";
import { cardsExamination, kindOf, knownCards, type CardFacts } from "../../../src/doctor/network/cards.ts";
import { netmaskOf, prefixOf } from "../../../src/doctor/network/netmask.ts";
import { routeCheck } from "../../../src/doctor/network/route.ts";
import { inEnglish, toldInEnglish } from "../told.ts";

const of = (address: string): NetworkInterfaceInfo => {
  const [ip = "", prefix = "24"] = address.split("/");
  return { address: ip, netmask: netmaskOf(Number(prefix)), family: "IPv4", mac: "", internal: false, cidr: address };
};
const LO = { lo: ["127.0.0.1/8"] };
type Shown = Readonly<Record<string, readonly string[]>>;

const portsOf = (shown: Shown, facts: Readonly<Record<string, CardFacts>> = {}) => ({
  interfaces: () => Object.fromEntries(Object.entries({ ...LO, ...shown }).map(([name, all]) => [name, all.map(of)])),
  factsOf: (card: string) => Promise.resolve(facts[card] ?? {}),
});
const examined = async (shown: Shown, needed: string | undefined = "counter-1") =>
  inEnglish(await cardsExamination(portsOf(shown), needed).examine(new AbortController().signal));
const verdicts = async (shown: Shown, needed?: string) => (await examined(shown, needed)).map(({ verdict }) => verdict);

describe("the network cards", () => {
  it("one with an address is well, and is told with what stands behind it", async () => {
    const [check] = await examined({ eth0: ["192.168.1.5/24"], wg0: ["10.8.0.2/32"], docker0: ["172.17.0.1/16"] });
    assert.deepEqual(check, {
      id: "network.cards",
      verdict: "ok",
      evidence:
        "eth0 192.168.1.5/24, wg0 10.8.0.2/32 (a VPN or tunnel), docker0 172.17.0.1/16 (inside of this computer)",
    });
  });

  it("none but those of containers is a fault where a terminal needs one, and none where all are plugged in", async () => {
    const [check] = await examined({ docker0: ["172.17.0.1/16"] });
    assert.equal(check?.verdict, "fault");
    assert.match(check.evidence, /no IPv4|has an IPv4 address.*docker0.*needed for counter-1/i);
    const unneeded = cardsExamination(portsOf({}), undefined).examine(new AbortController().signal);
    assert.deepEqual(
      (await unneeded).map(({ verdict }) => verdict),
      ["ok"],
    );
  });

  it("an address that the machine gave itself is a fault", async () => {
    assert.deepEqual(await verdicts({ eth0: ["169.254.7.7/16"] }), ["fault"]);
  });

  it("two cards in one network are a warning; two addresses on one card are none", async () => {
    assert.deepEqual(await verdicts({ eth0: ["192.168.1.5/24"], wlan0: ["192.168.1.9/24"] }), ["warning"]);
    assert.deepEqual(await verdicts({ eth0: ["192.168.1.5/24", "192.168.1.9/24"] }), ["ok"]);
    assert.deepEqual(await verdicts({ eth0: ["192.168.1.5/24"], eth1: ["192.168.2.5/24"] }), ["ok"]);
  });

  it("containers or a VPN with the shop's numbers are a fault, where theirs is the network that is asked first", async () => {
    assert.deepEqual(await verdicts({ eth0: ["172.17.5.5/16"], docker0: ["172.17.0.1/16"] }), ["fault"]);
    assert.deepEqual(await verdicts({ eth0: ["10.1.1.5/24"], tun0: ["10.8.0.2/8"] }), ["ok"]);
  });

  it("what stands behind one is told by its name, and by what the system knows", () => {
    const kinds = (names: readonly string[], facts: CardFacts = {}) =>
      new Set(names.map((name) => kindOf(name, "10.0.0.1", facts)));
    assert.deepEqual(
      kinds(["tun0", "wg0", "ppp0", "tailscale0", "OpenVPN TAP-Windows6", "NordLynx"]),
      new Set(["tunnel"]),
    );
    assert.deepEqual(
      kinds(["docker0", "br-0123456789ab", "veth12ab", "virbr0", "vEthernet (WSL)", "VirtualBox Host-Only Network"]),
      new Set(["inner"]),
    );
    assert.deepEqual(kinds(["eth0", "enp3s0", "wlan0", "br0", "Ethernet 2", "WLAN", "bond0"]), new Set(["ordinary"]));
    assert.deepEqual(kinds(["corp"], { tunnel: true }), new Set(["tunnel"]));
    assert.equal(kindOf("lo", "127.0.0.1", {}), "loopback");
  });

  it("netmasks and their lengths", () => {
    for (const prefix of [0, 8, 23, 24, 32]) assert.equal(prefixOf(netmaskOf(prefix)), prefix);
    assert.equal(netmaskOf(23), "255.255.254.0");
  });
});

describe("the way to an address", () => {
  const cards = () =>
    knownCards(portsOf({ eth0: ["192.168.1.5/24"], tun0: ["10.8.0.2/24"], docker0: ["172.17.0.1/16"] }));
  const way = async (address: string, from: string) =>
    toldInEnglish(routeCheck("terminal.counter-1.route", address, { kind: "from", address: from }, await cards()));

  it("over the card of its network is well; through the router of another one too, and that is said", async () => {
    assert.equal((await way("192.168.1.41", "192.168.1.5")).verdict, "ok");
    const far = await way("192.168.7.41", "192.168.1.5");
    assert.equal(far.verdict, "ok");
    assert.match(far.evidence, /router/);
  });

  it("a VPN that takes the shop's own network is a fault", async () => {
    const check = await way("192.168.1.41", "10.8.0.2");
    assert.equal(check.verdict, "fault");
    assert.match(check.evidence, /eth0.*leaves by tun0.*VPN takes it/);
  });

  it("containers that take it are a fault, too", async () => {
    const check = await way("192.168.1.41", "172.17.0.1");
    assert.equal(check.verdict, "fault");
    assert.match(check.evidence, /leaves by docker0/);
  });

  it("a private address that is looked for in a VPN is a warning, one of the internet is none", async () => {
    assert.equal((await way("192.168.7.41", "10.8.0.2")).verdict, "warning");
    assert.equal((await way("34.1.1.1", "10.8.0.2")).verdict, "ok");
  });

  it("no route is a fault", async () => {
    const found = routeCheck(
      "terminal.counter-1.route",
      "10.0.0.1",
      { kind: "none", code: "ENETUNREACH" },
      await cards(),
    );
    const none = toldInEnglish(found);
    assert.equal(none.verdict, "fault");
    assert.match(none.evidence, /ENETUNREACH/);
  });
});
