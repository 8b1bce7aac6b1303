import assert from "node:assert/strict";
import { test } from "node:test";
import { done, refused, type Result } from "../../../src/core/errors.ts";
import type { Discovered, DiscoveryApi, SightingView } from "../../../src/daemon/api.ts";
import { sighting } from "../discovery/seen.ts";
import { serveProtocol, tillRecord } from "../../support/protocol-server.ts";

const SEEN: SightingView = {
  sighting: sighting({ name: "Acme\u001b[2J" }),
  reachable: true,
  missing: ["currency"],
  command: "tillbridge terminals add acme-1",
};
const ON_WIRE = {
  kind: "mdns",
  vendor: "acme",
  name: "Acme\u001b[2J",
  address: "192.168.1.40",
  port: 7000,
  host: "acme.local",
  card: "eth0",
  why: "its name",
  score: 90,
  simulated: false,
  link: { type: "http", host: "192.168.1.40", port: 7000 },
  reachable: true,
  missing: ["currency"],
  command: "tillbridge terminals add acme-1",
};

function discovering(scan: (forMs: number) => Promise<Result<Discovered>>): DiscoveryApi {
  return { list: () => done({ sightings: [SEEN], notes: [] }), scan };
}

test("what the last look saw, and what a look sees now, with what could not be looked at", async (t) => {
  const asked: number[] = [];
  const discovery = discovering(async (forMs) => {
    asked.push(forMs);
    return done({ sightings: [SEEN, { sighting: sighting(), terminal: "counter-1" }], notes: ["eth0 is deaf."] });
  });
  const { open } = await serveProtocol(t, { ports: { discovery } });
  const pos = await open();

  assert.deepEqual((await pos.request("discovery.list")).result, { sightings: [ON_WIRE] });
  const scanned = (await pos.request("discovery.scan", { seconds: 7 })).result;
  await pos.request("discovery.scan");

  assert.deepEqual(scanned?.["notes"], ["eth0 is deaf."]);
  const [one, other] = scanned["sightings"] as readonly Record<string, unknown>[];
  assert.deepEqual(one, ON_WIRE);
  assert.equal(other?.["terminal"], "counter-1");
  assert.deepEqual(asked, [7_000, 3_000]);
});

test("a terminal of an account is told with its state", async (t) => {
  const seen: SightingView = {
    sighting: {
      kind: "account",
      vendor: "acme",
      name: "Bar",
      device: "A1",
      state: "works alone",
      why: "its account lists it",
      score: 100,
      simulated: false,
      link: { type: "cloud" },
      settings: { accessToken: { secret: "NAME" } },
    },
  };
  const list = () => done({ sightings: [seen], notes: [] });
  const { open } = await serveProtocol(t, { ports: { discovery: { list, scan: async () => list() } } });
  const pos = await open();

  assert.deepEqual((await pos.request("discovery.list")).result, { sightings: [seen.sighting] });
});

test("discovery that is switched off says so", async (t) => {
  const off = refused("unsupportedOperation", "Discovery is switched off.");
  const { open } = await serveProtocol(t, { ports: { discovery: { list: () => off, scan: async () => off } } });
  const pos = await open();
  for (const method of ["discovery.list", "discovery.scan"]) {
    assert.equal((await pos.request(method)).error?.data["reason"], "unsupportedOperation", method);
  }
});

test("a look is waited for as long as it was asked to take, and no longer than that and a limit", async (t) => {
  const { promise, resolve } = Promise.withResolvers<Result<Discovered>>();
  const { open, clock } = await serveProtocol(t, {
    ports: { discovery: discovering(() => promise) },
    settings: { limits: { answerMs: 10_000, silenceMs: 3_600_000, pingEveryMs: 3_600_000 } },
  });
  const pos = await open();
  const [long, short] = [pos.post("discovery.scan", { seconds: 300 }), pos.post("discovery.scan", {})];
  const replyTo = (id: number) => pos.next((message) => message.id === id);
  await pos.request("ping");

  await clock.advance(13_001);
  assert.equal((await replyTo(short)).error?.data["reason"], "timeout");
  await clock.advance(280_000);
  resolve(done({ sightings: [], notes: [] }));

  assert.deepEqual((await replyTo(long)).result, { sightings: [] });
});

test("everybody hears what appeared and what vanished", async (t) => {
  const { open, till } = await serveProtocol(t, { records: [tillRecord({ pos: "till-2" })] });
  const [one, two] = [await open(), await open({ pos: "till-2" })];

  till.emit({ kind: "sighted", seen: SEEN });
  till.emit({ kind: "sightingVanished", seen: SEEN });

  for (const pos of [one, two]) {
    assert.deepEqual((await pos.event("terminal.appeared"))["sighting"], ON_WIRE);
    const vanished = await pos.event("terminal.vanished");
    assert.deepEqual([vanished["sighting"], vanished["terminal"], vanished["kept"]], [ON_WIRE, undefined, false]);
  }
});

test("params that are none are refused before anything is asked", async (t) => {
  const { open } = await serveProtocol(t, { ports: { discovery: discovering(() => assert.fail("it looked")) } });
  const pos = await open();
  for (const params of [{ seconds: 0 }, { seconds: 301 }, { seconds: 1.5 }, { second: 1 }]) {
    assert.equal((await pos.request("discovery.scan", params)).error?.data["reason"], "invalidParams");
  }
});
