import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, it, type TestContext } from "node:test";
import type { Fingerprint } from "../../src/core/fingerprint.ts";
import type { Card, Cards } from "../../src/discovery/cards.ts";
import { mdnsScanner } from "../../src/discovery/mdns-scanner.ts";
import type { Scanned } from "../../src/discovery/scanner.ts";
import type { MdnsSighting } from "../../src/discovery/sighting.ts";
import { SIMULATOR_TYPE } from "../../src/discovery/simulated.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { a, answer, LOOPBACK, openPeer, ptr, question, service, srv, txt, type Peer } from "./peer.ts";

const HTTP = "_http._tcp";
const FINGERPRINT: Fingerprint = { kind: "mdns", service: HTTP, nameContains: "Acme", link: "http", score: 80 };
const LO: Card = { name: "lo", address: LOOPBACK, netmask: "255.0.0.0" };

type Scan = {
  readonly peer: Peer;
  /** Lets the scanner read all that was said before: it asks for what it hears of and does not know. */
  caughtUp(): Promise<void>;
  /** Lets the time pass, and answers what was seen. */
  end(): Promise<Scanned<MdnsSighting>>;
  advance(durationMs: number): Promise<void>;
};

/** A scanner at work in a network of its own, with one other machine in it; its first question was heard. */
async function scan(t: TestContext, cards: readonly Card[] = [LO]): Promise<Scan> {
  const peer = await openPeer(t);
  const clock = createVirtualClock();
  const scanner = mdnsScanner({
    vendors: [{ id: "acme", fingerprints: [FINGERPRINT] }],
    cards: () => ({ cards, missing: [] }),
    clock,
    port: peer.port,
  });
  const ending = new AbortController();
  const scanned = scanner.scan(3_000, ending.signal);
  t.after(async () => {
    ending.abort();
    await scanned;
  });
  await peer.asked(`${HTTP}.local`, "PTR");
  let markers = 0;
  return {
    peer,
    caughtUp: async () => {
      const marker = `Acme marker ${(markers += 1)}`;
      await peer.say(answer(ptr(HTTP, marker)));
      await peer.asked(`${marker}.${HTTP}.local`, "SRV");
    },
    end: async () => {
      await clock.advance(3_000);
      assert.equal(clock.pendingTimers(), 0);
      return scanned;
    },
    advance: (durationMs) => clock.advance(durationMs),
  };
}

/** Twenty-five terminals in one message. */
function crowd(name: string): Buffer {
  const host = `${name.toLowerCase().replaceAll(" ", "-")}.local`;
  const records = Array.from({ length: 25 }, (_, index) => {
    const instance = `${name} Acme ${index}`;
    return [ptr(HTTP, instance), srv(HTTP, instance, host, 7000)];
  });
  return answer(...records.flat(), a(host, LOOPBACK));
}

const seen = ({ sightings }: Scanned<MdnsSighting>) =>
  sightings.map(({ name, address, port }) => `${name} ${address}:${port}`);

describe("looking for terminals by mDNS", () => {
  it("asks for what the fingerprints name and for simulators, and sees who answers", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    await peer.say(service(HTTP, "AcmeConnector", 55_555));
    await peer.say(service(HTTP, "Laser printer", 631));
    await caughtUp();

    const { sightings, troubles } = await end();

    assert.deepEqual(troubles, []);
    assert.deepEqual(sightings, [
      {
        kind: "mdns",
        vendor: "acme",
        name: "AcmeConnector",
        address: LOOPBACK,
        port: 55_555,
        host: "acmeconnector.local",
        card: "lo",
        why: 'its name contains "Acme" (_http._tcp)',
        score: 80,
        simulated: false,
        isOnLink: true,
        link: { type: "http", host: LOOPBACK, port: 55_555 },
      },
    ]);
  });

  it("puts together what comes in pieces, asking for each", async (t) => {
    const { peer, caughtUp, end } = await scan(t);

    await peer.say(answer(ptr(HTTP, "Acme")));
    await peer.asked(`Acme.${HTTP}.local`, "SRV");
    await peer.say(answer(srv(HTTP, "Acme", "host.local", 7000)));
    await peer.asked("host.local", "A");
    await peer.say(answer(a("host.local", LOOPBACK)));
    await caughtUp();

    assert.deepEqual(seen(await end()), [`Acme ${LOOPBACK}:7000`]);
  });

  it("asks for all of it again, since an answer may have been lost", async (t) => {
    const { peer, caughtUp, end, advance } = await scan(t);

    await advance(1_000);
    const again = await peer.asked(`${HTTP}.local`, "PTR");
    await peer.say(service(HTTP, "Acme", 7000));
    await caughtUp();

    assert.deepEqual(
      again.questions.map(({ name }) => name),
      [`${HTTP}.local`, `${SIMULATOR_TYPE}.local`],
    );
    assert.deepEqual(seen(await end()), [`Acme ${LOOPBACK}:7000`]);
  });

  it("finds a simulated terminal of a vendor whose terminals announce nothing", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    await peer.say(
      answer(
        ptr(SIMULATOR_TYPE, "Till 1"),
        srv(SIMULATOR_TYPE, "Till 1", "till.local", 7000),
        txt(SIMULATOR_TYPE, "Till 1", ["vendor=acme", "link=tcp", "set.currency=EUR"]),
        a("till.local", LOOPBACK),
      ),
    );
    await caughtUp();

    const [sighting] = (await end()).sightings;

    assert.deepEqual(sighting?.link, { type: "tcp", host: LOOPBACK, port: 7000 });
    assert.deepEqual([sighting.simulated, sighting.settings], [true, { currency: "EUR" }]);
  });

  it("forgets who says goodbye, and sees one that answers twice or on two cards once", async (t) => {
    const { peer, caughtUp, end } = await scan(t, [LO, { ...LO, name: "second" }]);
    await peer.say(service(HTTP, "Acme gone", 1));
    for (let times = 0; times < 5; times += 1) await peer.say(service(HTTP, "Acme", 7000));
    await peer.say(answer(ptr(HTTP, "Acme gone", 0)));
    await caughtUp();

    assert.deepEqual(seen(await end()), [`Acme ${LOOPBACK}:7000`]);
  });

  it("takes an address of the card's own network before others, and says so of an address outside", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    const both = [a("both.local", "10.1.2.3"), a("both.local", LOOPBACK)];
    await peer.say(answer(ptr(HTTP, "Acme both"), srv(HTTP, "Acme both", "both.local", 1), ...both));
    await peer.say(service(HTTP, "Acme outside", 2, "10.1.2.3"));
    await peer.say(service(HTTP, "Acme nowhere", 3, "224.0.0.1"));
    await caughtUp();

    const { sightings } = await end();

    assert.deepEqual(
      sightings.map(({ name, address, isOnLink }) => [name, address, isOnLink]),
      [
        ["Acme both", LOOPBACK, true],
        ["Acme outside", "10.1.2.3", false],
      ],
    );
    assert.match(sightings[1]?.why ?? "", /not in the network of lo$/);
  });

  it("ends at once when it is told to, with what it knows", async (t) => {
    const peer = await openPeer(t);
    const clock = createVirtualClock();
    const ending = new AbortController();
    const options = { vendors: [], cards: () => ({ cards: [LO], missing: [] }), clock, port: peer.port };
    const scanned = mdnsScanner(options).scan(3_000, ending.signal);
    await peer.asked(`${SIMULATOR_TYPE}.local`, "PTR");

    ending.abort();

    assert.deepEqual(await scanned, { sightings: [], troubles: [] });
    assert.equal(clock.pendingTimers(), 0);
  });
});

describe("what strangers say while it looks", () => {
  it("is survived when it is nonsense", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    const whole = service(HTTP, "Acme broken", 7000);
    for (let length = 0; length < whole.length; length += 1) await peer.say(whole.subarray(0, length));
    for (let at = 0; at < whole.length; at += 1) {
      const broken = Buffer.from(whole);
      broken[at] = 0xff;
      await peer.say(broken);
    }
    const pointerLoop = Buffer.concat([answer().fill(1, 7, 8), Buffer.from([0xc0, 12, 0, 12, 0, 1])]);
    const countsTooMany = Buffer.from(whole.subarray(0, 12)).fill(0xff, 4);
    await peer.say(pointerLoop);
    await peer.say(countsTooMany);
    await peer.say(Buffer.alloc(9_000, 0xc0));
    await peer.say(question(`${HTTP}.local`, "ANY"));
    await peer.say(service(HTTP, "Acme", 7000));
    await caughtUp();

    assert.ok(seen(await end()).includes(`Acme ${LOOPBACK}:7000`));
  });

  it("is data and no more, however long its names and texts are", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    const label = "Acme\u001b[2J\n".padEnd(60, "x");
    const long = [label, "é".repeat(30), "y".repeat(60)].join(".");
    const texts = Array.from({ length: 30 }, (_, index) => `${index}=${"t".repeat(250)}`);
    const records = [ptr(HTTP, long), srv(HTTP, long, "host.local", 7000), a("host.local", LOOPBACK)];
    await peer.say(answer(...records, txt(HTTP, long, texts)));
    const pages = Array.from({ length: 240 }, () => "t".repeat(250));
    const tooMuch = [ptr(HTTP, "Acme"), srv(HTTP, "Acme", "host.local", 7000), txt(HTTP, "Acme", pages)];
    await peer.say(answer(...tooMuch));
    await caughtUp();

    const { sightings } = await end();

    assert.equal(sightings.length, 1, "a message of 60 KB is none");
    assert.equal(sightings[0]?.name.length, 100);
    assert.ok(sightings[0].name.startsWith("Acme\u001b[2J\n"));
  });

  it("is not asked for where its name is no text", async (t) => {
    const { peer, caughtUp, end } = await scan(t);
    const label = "Acme".padEnd(60, "x");
    const pointer = answer(ptr(HTTP, label));
    for (let at = pointer.indexOf("xxx"); pointer[at] === 0x78; at += 1) pointer[at] = 0xff;

    await peer.say(pointer);
    await caughtUp();

    assert.deepEqual((await end()).sightings, []);
    assert.equal(peer.unreadable, 0);
  });

  it("is left out and told when it is more than a network says", async (t) => {
    const { peer, end, caughtUp } = await scan(t);
    for (let machine = 2; machine < 5; machine += 1) {
      const other = await openPeer(t, { port: peer.port, address: `127.0.0.${machine}` });
      for (let packet = 0; packet < 40; packet += 1) await other.say(crowd(`${machine}-${packet}`));
    }
    await peer.say(service(HTTP, "Acme", 7000));
    await caughtUp();

    const { sightings, troubles } = await end();

    assert.equal(sightings.length, 128);
    const told = troubles.map(({ text }) => text).join("\n");
    assert.match(told, /^On lo \d+ announcements more than fit were left out/);
    assert.match(told, /^65 of 193 sightings were left out/m);
  });

  it("keeps nobody from being seen, when one machine claims to be a thousand", async (t) => {
    const { peer, end, caughtUp } = await scan(t);
    const stranger = await openPeer(t, { port: peer.port, address: "127.0.0.66" });
    for (let packet = 0; packet < 40; packet += 1) await stranger.say(crowd(`A ${packet}`));
    await peer.say(service(HTTP, "Acme", 7000));
    await caughtUp();

    const seenAt = await end();

    assert.ok(seen(seenAt).includes(`Acme ${LOOPBACK}:7000`));
    assert.match(seenAt.troubles[0]?.text ?? "", /^On lo \d+ announcements more than fit were left out/);
  });

  it("is not listened to any more beyond one machine's share, and that is told with his address", async (t) => {
    const { peer, end, caughtUp } = await scan(t);
    const stranger = await openPeer(t, { port: peer.port, address: "127.0.0.66" });
    const junk = Buffer.alloc(8_900);
    for (let packet = 0; packet < 40; packet += 1) await stranger.say(junk);
    await stranger.say(service(HTTP, "Acme loud", 7000));
    await peer.say(service(HTTP, "Acme", 7000));
    await caughtUp();

    const seenAt = await end();

    assert.deepEqual(seen(seenAt), [`Acme ${LOOPBACK}:7000`]);
    assert.match(seenAt.troubles[0]?.text ?? "", /^On lo 127\.0\.0\.66 said more than one machine is listened to/);
  });

  it("is not listened to any more beyond a limit for all, and that is told", async (t) => {
    const { peer, end } = await scan(t);
    const junk = Buffer.alloc(8_900);
    for (let machine = 2; machine < 12; machine += 1) {
      const other = await openPeer(t, { port: peer.port, address: `127.0.0.${machine}` });
      for (let packet = 0; packet < 29; packet += 1) await other.say(junk);
    }
    await peer.say(service(HTTP, "Acme", 7000));

    const { sightings, troubles } = await end();

    assert.deepEqual(sightings, []);
    assert.match(troubles[0]?.text ?? "", /^On lo more was said than is listened to/);
  });

  it("counts for nothing when it comes from another network", async (t) => {
    const other = { name: "other", netmask: "255.255.255.255", address: "127.0.0.2" };
    const { peer, caughtUp, end } = await scan(t, [other, LO]);
    await peer.say(service(HTTP, "Acme", 7000, other.address));
    await caughtUp();

    const { sightings } = await end();

    assert.deepEqual(
      sightings.map(({ card, address }) => [card, address]),
      [["lo", other.address]],
    );
  });
});

describe("what cannot be looked at", () => {
  const lookOn = async (
    cards: readonly Card[],
    missing: readonly string[] = [],
    port?: number,
  ): Promise<Scanned<MdnsSighting>> => {
    const clock = createVirtualClock();
    const scanner = mdnsScanner({
      vendors: [],
      cards: () => ({ cards, missing }),
      clock,
      ...(port === undefined ? {} : { port }),
    });
    return scanner.scan(0, AbortSignal.abort());
  };

  it("is a card that is not there, or none at all", async () => {
    const { troubles } = await lookOn([], ["eth7"]);
    assert.deepEqual(
      troubles.map(({ card }) => card),
      ["eth7"],
    );
    assert.match((await lookOn([])).troubles[0]?.text ?? "", /no network card/);
  });

  it("is the network of a machine that does not tell its cards, before or meanwhile: what was seen has not gone", async () => {
    const unlisted: Cards = { cards: [], missing: [], unlisted: "EMFILE" };
    for (const before of [unlisted, { cards: [LO], missing: [] }]) {
      const looks = [before];
      const cards = () => looks.shift() ?? unlisted;
      const scanner = mdnsScanner({ vendors: [], cards, clock: createVirtualClock() });
      const { troubles } = await scanner.scan(0, AbortSignal.abort());
      assert.deepEqual(
        troubles.map(({ kind, text }) => [kind, text.slice(0, 60)]),
        [["mdns", "The network cards of this machine cannot be listed (EMFILE)."]],
      );
    }
  });

  it("is a card without multicast, while the others are looked at", async () => {
    const gone: Card = { name: "gone", address: "203.0.113.7", netmask: "255.255.255.0" };
    const { troubles } = await lookOn([gone, LO]);
    assert.deepEqual(
      troubles.map(({ card }) => card),
      ["gone"],
    );
    assert.match(
      troubles[0]?.text ?? "",
      /^The network card gone cannot be asked for terminals \(.+\)\. Check the firewall/,
    );
  });

  it("is a card that went away meanwhile, whatever the system says about it", async () => {
    let looks = 0;
    const cards = () => ({ cards: (looks += 1) === 1 ? [LO] : [], missing: [] });
    const scanner = mdnsScanner({ vendors: [], cards, clock: createVirtualClock() });

    const { troubles } = await scanner.scan(0, AbortSignal.abort());

    assert.deepEqual(
      troubles.map(({ card, text }) => [card, text.slice(0, 50)]),
      [["lo", "The network card lo lost its address 127.0.0.1 whi"]],
    );
  });

  it("is a port that another program has for itself", async (t) => {
    const holder = createSocket({ type: "udp4" });
    holder.bind(0, "0.0.0.0");
    await once(holder, "listening");
    t.after(() => new Promise<void>((resolve) => holder.close(resolve)));

    const { troubles } = await lookOn([LO], [], holder.address().port);

    assert.match(troubles[0]?.text ?? "", /EADDRINUSE/);
  });
});
