import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { AnnouncedServices, type MdnsRecord } from "../../src/discovery/records.ts";

const HTTP = "_http._tcp";
const SIM = "_sim._tcp";
const instance = (name: string, type = HTTP) => `${name}.${type}.local`;

const ptr = (name: string, ttl = 120): MdnsRecord => ({
  type: "PTR",
  name: `${HTTP}.local`,
  ttl,
  data: instance(name),
});
const srv = (name: string, host: string, port: number, ttl = 120): MdnsRecord => ({
  type: "SRV",
  name: instance(name),
  ttl,
  data: { target: host, port, priority: 0, weight: 0 },
});
const a = (host: string, address: string, ttl = 120): MdnsRecord => ({ type: "A", name: host, ttl, data: address });
const txt = (name: string, ...entries: readonly string[]): MdnsRecord => ({
  type: "TXT",
  name: instance(name),
  ttl: 120,
  data: entries.map((entry) => Buffer.from(entry)),
});

type Packet = readonly MdnsRecord[];
const SPEAKER = "192.168.1.40";

const empty = () => new AnnouncedServices([HTTP, SIM], ({ name }) => !name.includes("printer"));
const collect = (...packets: readonly Packet[]) => collectFrom(...packets.map((packet) => [SPEAKER, packet] as const));
const collectFrom = (...packets: readonly (readonly [speaker: string, Packet])[]) => {
  const announced = empty();
  for (const [speaker, packet] of packets) announced.add(packet, speaker);
  return announced;
};
const placesOf = (announced: AnnouncedServices) =>
  announced.services().map(({ name, host, port, addresses }) => `${name} ${host}:${port} ${addresses.join(",")}`);

const TERMINAL = [ptr("T"), srv("T", "t.local", 7000), a("t.local", "192.168.1.40")];

describe("what was announced", () => {
  it("is a service when its place and its address are known, in whatever order and however many messages", () => {
    const [pointer, place, address] = TERMINAL;
    assert.ok(pointer !== undefined && place !== undefined && address !== undefined);
    const expected = ["T t.local:7000 192.168.1.40"];

    assert.deepEqual(placesOf(collect(TERMINAL)), expected);
    assert.deepEqual(placesOf(collect([address], [place], [pointer])), expected);
    assert.deepEqual(placesOf(collect([place, address])), expected, "without a pointer");
    assert.deepEqual(placesOf(collect(TERMINAL, TERMINAL, TERMINAL)), expected, "told again");
    assert.deepEqual(placesOf(collect([pointer, place])), []);
    assert.deepEqual(placesOf(collect([pointer, address])), []);
  });

  it("is asked for what it left open, and for nothing twice known", () => {
    const asked = (announced: AnnouncedServices) => announced.questions().map(({ name, type }) => `${type} ${name}`);

    assert.deepEqual(asked(collect([ptr("T")])), [`SRV ${instance("T")}`, `TXT ${instance("T")}`]);
    assert.deepEqual(asked(collect([ptr("T"), srv("T", "t.local", 7000), txt("T")])), ["A t.local"]);
    assert.deepEqual(asked(collect([...TERMINAL, txt("T")])), []);
  });

  it("has names in any case of letters, with dots in them, of the type that they end with", () => {
    const upper = TERMINAL.map((record) => ({ ...record, name: record.name.toUpperCase() }));
    assert.deepEqual(placesOf(collect(upper)), ["T t.local:7000 192.168.1.40"]);

    const dotted = collect([ptr("Till 1.2 (left)"), srv("Till 1.2 (left)", "t.local", 1), a("t.local", "10.0.0.1")]);
    assert.deepEqual(placesOf(dotted), ["Till 1.2 (left) t.local:1 10.0.0.1"]);
    assert.equal(dotted.services()[0]?.type, HTTP);
  });

  it("is forgotten with its goodbye, whole or in parts", () => {
    assert.deepEqual(placesOf(collect(TERMINAL, [ptr("T", 0)])), []);
    assert.deepEqual(placesOf(collect(TERMINAL, [srv("T", "t.local", 7000, 0)])), []);
    assert.deepEqual(placesOf(collect(TERMINAL, [a("t.local", "192.168.1.40", 0)])), []);
    assert.deepEqual(placesOf(collect(TERMINAL, [ptr("T", 0)], TERMINAL)), ["T t.local:7000 192.168.1.40"]);
  });

  it("is kept apart where two have one name", () => {
    const other = [srv("T", "u.local", 7000), a("u.local", "192.168.1.41")];
    assert.deepEqual(placesOf(collect(TERMINAL, other)), [
      "T t.local:7000 192.168.1.40",
      "T u.local:7000 192.168.1.41",
    ]);
  });

  it("tells its text, of each key the first", () => {
    const [service] = collect(TERMINAL, [
      txt("T", "vendor=acme", "vendor=other", "flag", "=odd", "link=a=b", ""),
    ]).services();
    assert.deepEqual(
      [...(service?.txt ?? [])],
      [
        ["vendor", "acme"],
        ["flag", ""],
        ["link", "a=b"],
      ],
    );
  });

  it("is nothing where it says that the service is not there, or is no record at all", () => {
    const odd: readonly MdnsRecord[] = [
      srv("T", "t.local", 0),
      srv("T", ".", 7000),
      srv("T", "", 7000),
      { type: "SRV", name: instance("T"), ttl: 1 },
      { type: "SRV", name: instance("T"), ttl: 1, data: null },
      { type: "SRV", name: instance("T"), ttl: 1, data: { target: 5, port: "7000" } },
      { type: "PTR", name: `${HTTP}.local`, ttl: 1, data: { no: "name" } },
      { type: "A", name: "t.local", ttl: 1, data: "not an address" },
      { type: "A", name: "t.local", ttl: 1, data: "::1" },
      { type: "TXT", name: instance("T"), ttl: 1, data: "no list" },
      { type: "OPT", name: ".", data: [] },
    ];
    assert.deepEqual(placesOf(collect(odd, [a("t.local", "10.0.0.1")])), []);
  });
});

describe("what one machine announces", () => {
  const STRANGER = "192.168.1.66";
  const FOUND = ["T t.local:7000 192.168.1.40"];
  const many = Array.from({ length: 100 }, (_, index) => index);

  it("is not taken back by another one", () => {
    for (const goodbye of [ptr("T", 0), srv("T", "t.local", 7000, 0), a("t.local", "192.168.1.40", 0)]) {
      assert.deepEqual(placesOf(collectFrom([SPEAKER, TERMINAL], [STRANGER, [goodbye]])), FOUND);
    }
    const claimed = collectFrom([STRANGER, [ptr("T")]], [SPEAKER, TERMINAL.slice(1)], [STRANGER, [ptr("T", 0)]]);
    assert.deepEqual(placesOf(claimed), FOUND);
  });

  it("finds room, whatever another one said under that name before", () => {
    const places = many.map((index) => srv("T", "t.local", index + 1));
    const addresses = many.map((index) => a("t.local", `10.0.0.${index}`));
    const announced = collectFrom([STRANGER, [...places, ...addresses]], [SPEAKER, TERMINAL]);

    const own = announced.services().find(({ speaker }) => speaker === SPEAKER);

    assert.equal(own?.port, 7000);
    assert.ok(own.addresses.includes("192.168.1.40"));
  });

  it("finds room, however many others another one announced, and they are counted", () => {
    const others = many.flatMap((index) => [ptr(`A ${index}`), srv(`A ${index}`, `a-${index}.local`, 7000)]);
    const announced = collectFrom([STRANGER, others], [SPEAKER, TERMINAL]);

    assert.deepEqual(placesOf(announced), FOUND);
    assert.equal(announced.leftOut, 100 - 64);
  });

  it("has the text that it tells itself", () => {
    const told: Packet = [...TERMINAL, txt("T", "simulated=0")];
    const announced = collectFrom([SPEAKER, told], [STRANGER, [txt("T", "simulated=1")]]);
    assert.deepEqual([...(announced.services()[0]?.txt ?? [])], [["simulated", "0"]]);

    const onBehalf = collectFrom([SPEAKER, TERMINAL], [STRANGER, [txt("T", "simulated=1")]]);
    assert.deepEqual([...(onBehalf.services()[0]?.txt ?? [])], [["simulated", "1"]]);
  });
});

describe("however much is announced", () => {
  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => {
      const host = `${prefix}-${index}.local`;
      return [ptr(`${prefix} ${index}`), srv(`${prefix} ${index}`, host, 7000), a(host, "10.0.0.1")];
    });

  it("what is of no interest takes no room", () => {
    const announced = collect(...many("printer", 10_000), TERMINAL);
    assert.deepEqual(placesOf(announced), ["T t.local:7000 192.168.1.40"]);
    assert.equal(announced.leftOut, 0);
    assert.deepEqual(announced.questions(), [{ name: instance("T"), type: "TXT" }]);
  });

  it("what is of interest is kept up to a limit, and the rest is counted", () => {
    const speakers = Array.from({ length: 10 }, (_, index) => `10.0.0.${index}`);
    const announced = collectFrom(
      ...speakers.flatMap((speaker) => many(speaker, 1_000).map((packet) => [speaker, packet] as const)),
    );
    assert.equal(announced.services().length, 256);
    assert.equal(announced.leftOut, 10_000 - 256);
  });

  it("so is what one instance says of itself", () => {
    const places = Array.from({ length: 100 }, (_, index) => srv("T", "t.local", index + 1));
    const addresses = Array.from({ length: 100 }, (_, index) => a("t.local", `10.0.0.${index}`));
    const texts = Array.from({ length: 60 * 1024 }, (_, index) => `key${index}=value`);
    const services = collect(places, addresses, [txt("T", ...texts)]).services();

    assert.equal(services.length, 4);
    assert.equal(services[0]?.addresses.length, 4);
    assert.equal(services[0].txt.size, 32);
    const long = collect(TERMINAL, [txt("T", "small=1", `key=${"x".repeat(60 * 1024)}`)]).services();
    assert.deepEqual(
      long.map((service) => [...service.txt]),
      [[["small", "1"]]],
    );
  });

  it("takes time that grows with it, and not with its square", () => {
    const packet = many("terminal", 20_000).flat();
    const before = process.cpuUsage();
    collect(packet);
    // The square of it would take minutes.
    assert.ok(process.cpuUsage(before).user < 5_000_000);
  });
});
