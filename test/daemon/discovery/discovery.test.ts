import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import type { Result } from "../../../src/core/errors.ts";
import type { DaemonEvent, Discovered, TerminalView } from "../../../src/daemon/api.ts";
import { Discovery } from "../../../src/daemon/discovery/discovery.ts";
import type { Scanned, Scanner } from "../../../src/discovery/scanner.ts";
import type { AccountSighting, MdnsSighting } from "../../../src/discovery/sighting.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";
import { sighting, terminal, VENDORS } from "./seen.ts";

const LOOPBACK = "127.0.0.1";

/** Discovery over a scanner that sees what it is told. */
function discovery(
  changes: {
    readonly terminals?: readonly TerminalView[];
    readonly isOff?: boolean;
    readonly more?: readonly Scanner[];
  } = {},
) {
  const events: DaemonEvent[] = [];
  const log = createKeptLog();
  const scans: { readonly forMs: number; readonly signal: AbortSignal }[] = [];
  let next: Promise<Scanned<MdnsSighting>> = Promise.resolve({ sightings: [], troubles: [] });
  const scanner = {
    kinds: ["mdns" as const],
    scan: (forMs: number, signal: AbortSignal) => {
      scans.push({ forMs, signal });
      return next;
    },
  };
  const made = new Discovery({
    vendors: VENDORS,
    terminals: () => changes.terminals ?? [],
    clock: createVirtualClock(),
    log,
    emit: (event) => events.push(event),
    shell: "posix",
    leftOut: [],
    scanners: changes.isOff === true ? [] : [scanner, ...(changes.more ?? [])],
  });
  return {
    discovery: made,
    events,
    log,
    scans,
    /** The next scans see this. */
    see: (...sightings: readonly MdnsSighting[]) => {
      next = Promise.resolve({ sightings, troubles: [] });
    },
    willSee: (scanned: Promise<Scanned<MdnsSighting>>) => {
      next = scanned;
    },
  };
}

function seenBy(result: Result<Discovered>): Discovered {
  assert.equal(result.kind, "done");
  return result.value;
}

/** A program that listens, and counts who connects. */
async function listener(t: TestContext) {
  const connected: string[] = [];
  const server = createServer((socket) => {
    socket.on("data", (bytes) => connected.push(`bytes ${bytes.toString()}`)).on("error", () => undefined);
    socket.on("close", () => connected.push("closed"));
    connected.push("connected");
  }).listen(0, LOOPBACK);
  await once(server, "listening");
  t.after(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { port, connected };
}

describe("discovery", () => {
  it("looks when it is asked to, and tells afterwards what it saw", async () => {
    const { discovery: looking, see, scans } = discovery();
    assert.deepEqual(seenBy(looking.list()), { sightings: [], notes: [] });
    see(sighting({ isOnLink: false }));

    const seen = seenBy(await looking.scan(5_000));

    assert.equal(seen.sightings[0]?.sighting.name, "AcmeConnector");
    assert.deepEqual(seenBy(looking.list()), seen);
    assert.deepEqual(
      scans.map(({ forMs }) => forMs),
      [5_000],
    );
  });

  it("asks the network once for all who ask at the same time, and again for who asks later", async () => {
    const { discovery: looking, willSee, scans } = discovery();
    const held = Promise.withResolvers<Scanned<MdnsSighting>>();
    willSee(held.promise);
    const both = [looking.scan(3_000), looking.scan(9_000)];

    held.resolve({ sightings: [sighting({ isOnLink: false })], troubles: [] });

    const [one, other] = await Promise.all(both);
    assert.ok(one !== undefined && other !== undefined);
    assert.deepEqual(seenBy(one), seenBy(other));
    assert.equal(scans.length, 1);
    await looking.scan(1_000);
    assert.equal(scans.length, 2);
  });

  it("says that it is switched off", async () => {
    const { discovery: looking } = discovery({ isOff: true });
    for (const result of [looking.list(), await looking.scan(1_000)]) {
      assert.equal(result.kind, "refused");
      assert.match(result.refusal.message, /`discovery` in config\.json says false to all of it/);
    }
  });

  it("tells what appeared and what vanished between two looks, and nothing of what is configured", async () => {
    const terminals = [terminal("counter-1", { type: "http", host: "192.168.1.50", port: 7000 })];
    const { discovery: looking, see, events } = discovery({ terminals });
    const far = { isOnLink: false } as const;
    const [one, two, known] = [
      sighting(far),
      sighting({ ...far, port: 7001 }),
      sighting({ ...far, address: "192.168.1.50" }),
    ];
    see(one, known);
    await looking.scan(1_000);
    see(two, known);
    await looking.scan(1_000);
    await looking.scan(1_000);

    assert.deepEqual(
      events.map((event) => [
        event.kind,
        "seen" in event && "sighting" in event.seen && event.seen.sighting.kind === "mdns"
          ? event.seen.sighting.port
          : 0,
      ]),
      [
        ["sighted", 7000],
        ["sighted", 7001],
        ["sightingVanished", 7000],
      ],
    );
  });

  it("notes what could not be looked at each time, and logs it once", async () => {
    const { discovery: looking, willSee, log } = discovery();
    willSee(Promise.resolve({ sightings: [], troubles: [{ card: "eth0", text: "eth0 is deaf." }] }));

    await looking.scan(1_000);
    const { notes } = seenBy(await looking.scan(1_000));

    assert.deepEqual(notes, ["eth0 is deaf."]);
    assert.deepEqual(log.lines, ["warn Discovery: eth0 is deaf."]);
  });

  it("takes what cannot be looked at at all for a trouble: nothing has gone, and it is looked at again", async () => {
    const { discovery: looking, see, willSee, log, events } = discovery();
    see(sighting({ isOnLink: false }));
    await looking.scan(1_000);
    const failing = Promise.reject(new Error("EMFILE"));
    failing.catch(() => undefined);
    willSee(failing);

    const { sightings, notes } = seenBy(await looking.scan(1_000));
    await looking.scan(1_000);

    assert.equal(sightings.length, 1);
    assert.deepEqual(notes, ["Terminals in the network cannot be looked for (EMFILE)."]);
    assert.deepEqual(log.lines, ["warn Discovery: Terminals in the network cannot be looked for (EMFILE)."]);
    see();
    assert.deepEqual(seenBy(await looking.scan(1_000)), { sightings: [], notes: [] });
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ["sighted", "sightingVanished"],
    );
  });

  it("ends a look that is under way when the daemon ends", async () => {
    const { discovery: looking, willSee, scans, events } = discovery();
    const held = Promise.withResolvers<Scanned<MdnsSighting>>();
    willSee(held.promise);
    const asked = looking.scan(300_000);

    const ended = looking[Symbol.asyncDispose]();

    assert.equal(scans[0]?.signal.aborted, true);
    held.resolve({ sightings: [sighting()], troubles: [] });
    await ended;
    assert.deepEqual(seenBy(await asked).sightings, []);
    assert.deepEqual(events, []);
  });
});

describe("accounts with vendors", () => {
  const listed: AccountSighting = {
    kind: "account",
    vendor: "acme",
    name: "Bar",
    device: "A1",
    state: "takes payments",
    why: "its account lists it",
    score: 100,
    simulated: false,
    link: { type: "cloud" },
  };

  it("are asked when a person looks, and not because a terminal is looked for or something was plugged in", async () => {
    let asked = 0;
    const trouble = { text: "The Acme account cannot be asked." };
    const accounts = {
      kinds: ["account" as const],
      scan: () => {
        asked += 1;
        return Promise.resolve({ sightings: [listed], troubles: [trouble] });
      },
    };
    const { discovery: looking, scans } = discovery({ more: [accounts] });
    const [acme] = VENDORS.values();
    assert.ok(acme !== undefined);

    await looking.findLinks(acme, { type: "http", host: "192.168.1.40", port: 7000 }, "counter-1");
    await looking.lookAtPlugged();
    assert.deepEqual([asked, scans.length], [0, 1]);
    const seen = seenBy(await looking.scan(1_000));

    assert.deepEqual([asked, scans.length], [1, 2]);
    assert.deepEqual(
      seen.sightings.map(({ sighting: { name } }) => name),
      ["Bar"],
    );
    assert.deepEqual(seen.notes, [trouble.text]);
    await looking.findLinks(acme, { type: "http", host: "192.168.1.40", port: 7000 }, "counter-1");
    assert.deepEqual(seenBy(looking.list()), seen, "what was not looked at has not gone");
  });
});

describe("whether somebody is there", () => {
  it("is asked by connecting, with nothing sent", async (t) => {
    const { port, connected } = await listener(t);
    const gone = await closedPort();
    const { discovery: looking, see } = discovery();
    see(sighting({ address: LOOPBACK, port }), sighting({ address: LOOPBACK, port: gone }));

    const { sightings } = seenBy(await looking.scan(1_000));

    assert.deepEqual(
      sightings.map(({ reachable }) => reachable),
      [true, false],
    );
    while (connected.length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(connected, ["connected", "closed"]);
  });

  it("is asked of many, and each answer is the right one's", async (t) => {
    const { port } = await listener(t);
    const gone = await closedPort();
    const { discovery: looking, see } = discovery();
    see(
      ...Array.from({ length: 40 }, (_, index) =>
        sighting({ name: `${index}`, address: LOOPBACK, port: index % 2 === 0 ? port : gone }),
      ),
    );

    const { sightings } = seenBy(await looking.scan(1_000));

    assert.ok(sightings.every(({ reachable }, index) => reachable === (index % 2 === 0)));
  });

  it("is not asked where a second connection could cut somebody's payment, or of an address that somebody else told", async (t) => {
    const { port, connected } = await listener(t);
    const here = { address: LOOPBACK, port } as const;
    const tcp = { type: "tcp", host: LOOPBACK, port } as const;
    const cases: readonly [string, MdnsSighting, TerminalView["link"]?][] = [
      ["a configured terminal", sighting(here), { type: "http", host: LOOPBACK, port }],
      ["one that is configured by another name", sighting(here), { type: "http", host: "till.shop", port }],
      ["a terminal on a byte stream", sighting({ ...here, link: tcp })],
      ["a simulated one, which is a payment of somebody's test", sighting({ ...here, link: tcp, simulated: true })],
      ["an address outside of the network", sighting({ ...here, isOnLink: false })],
    ];
    for (const [what, seen, link] of cases) {
      const terminals = link === undefined ? [] : [terminal("counter-1", link)];
      const { discovery: looking, see } = discovery({ terminals });
      see(seen);
      assert.equal(seenBy(await looking.scan(1_000)).sightings[0]?.reachable, undefined, what);
    }
    assert.deepEqual(connected, []);
  });
});

/** A port of this machine at which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, LOOPBACK);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
