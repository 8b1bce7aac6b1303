import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { advertise, AdvertisingFailure, type Advertised, type Advertisement } from "../../src/discovery/advertise.ts";
import { createVirtualClock, type VirtualClock } from "../support/virtual-clock.ts";
import { answer, LOOPBACK, openPeer, question, srv, type Message, type Peer } from "./peer.ts";

const HTTP = "_http._tcp";
const NAME = "AcmeConnector";
const INSTANCE = `${NAME}.${HTTP}.local`;
const SERVICE: Advertised = { name: NAME, type: HTTP, port: 55_555, txt: { simulated: "1" } };

type Published = {
  readonly peer: Peer;
  readonly clock: VirtualClock;
  readonly advertisement: Advertisement;
  /** The first announcement. */
  readonly announced: Message;
};

/** A service that is published in a network of its own, with another machine in it. */
async function publish(t: TestContext, service = SERVICE): Promise<Published> {
  const peer = await openPeer(t);
  const clock = createVirtualClock();
  const publishing = advertise(service, { interfaceAddress: LOOPBACK, clock, port: peer.port });
  await pastProbes(peer, clock, `${service.name.replaceAll(".", "-")}.${service.type}.local`);
  const announced = await peer.heard(({ isAnswer }) => isAnswer);
  const advertisement = await publishing;
  t.after(() => advertisement.close());
  return { peer, clock, advertisement, announced };
}

/** Nobody says that he has the name. */
async function pastProbes(peer: Peer, clock: VirtualClock, instance: string): Promise<void> {
  for (let probe = 0; probe < 3; probe += 1) {
    await peer.asked(instance, "ANY");
    await clock.settle();
    await clock.advance(250);
  }
}

const linesOf = ({ answers }: Message) => answers.map(({ type, name, data }) => `${type} ${name} ${data}`);

const ALL = [
  `PTR _services._dns-sd._udp.local ${HTTP}.local`,
  `PTR ${HTTP}.local ${INSTANCE}`,
  `SRV ${INSTANCE} acmeconnector-55555.local:55555`,
  `TXT ${INSTANCE} \u000bsimulated=1`,
  `A acmeconnector-55555.local ${LOOPBACK}`,
];
const ITS_PLACE = ALL.slice(2);

describe("a service that is published", () => {
  it("is announced twice, with the address of its card and no other", async (t) => {
    const { peer, clock, announced } = await publish(t);
    assert.deepEqual(linesOf(announced), ALL);

    await clock.advance(1_000);

    assert.deepEqual(linesOf(await peer.heard(({ isAnswer }) => isAnswer)), ALL);
  });

  it("answers a question of type ANY with SRV and A in one message", async (t) => {
    const { peer } = await publish(t);

    await peer.say(question(INSTANCE, "ANY"));

    assert.deepEqual(linesOf(await peer.heard(({ isAnswer }) => isAnswer)), ITS_PLACE);
  });

  it("answers each other question with what is needed beside it, and a stranger's with nothing", async (t) => {
    const { peer } = await publish(t);
    const expected = [
      [question(`${HTTP}.local`, "PTR"), ALL.slice(1)],
      [question(INSTANCE.toUpperCase(), "SRV"), ITS_PLACE],
      [question(INSTANCE, "TXT"), ITS_PLACE],
      [question("acmeconnector-55555.local", "A"), ALL.slice(4)],
      [question("_services._dns-sd._udp.local", "PTR"), ALL.slice(0, 1)],
    ] as const;
    for (const [asked, lines] of expected) {
      await peer.say(question("other.local", "A"));
      await peer.say(question(INSTANCE, "PTR"));
      await peer.say(asked);
      assert.deepEqual(linesOf(await peer.heard(({ isAnswer }) => isAnswer)), lines);
    }
  });

  it("answers who asks from another port at that port, under his number", async (t) => {
    const { peer } = await publish(t);
    const stranger = await openPeer(t, { port: peer.port, isStranger: true });

    await stranger.say(question(INSTANCE, "ANY", 77));

    const heard = await stranger.heard(({ isAnswer }) => isAnswer);
    assert.deepEqual([heard.id, heard.questions], [77, [{ name: INSTANCE, type: "ANY" }]]);
    assert.deepEqual(linesOf(heard), ITS_PLACE);
    assert.ok(heard.answers.every(({ ttl }) => ttl === 10));
  });

  it("answers twenty times in a second, and in the next one again", async (t) => {
    const { peer, clock } = await publish(t);
    const answers: Message[] = [];
    const hearing = async (): Promise<never> => {
      for (;;) answers.push(await peer.heard(({ isAnswer }) => isAnswer));
    };
    void hearing();
    /** One message is read in a turn of the event loop. */
    const allRead = async () => {
      for (let turn = 0; turn < 200; turn += 1) await clock.settle();
    };

    for (let count = 0; count < 50; count += 1) await peer.say(question(INSTANCE, "ANY"));
    await allRead();
    assert.equal(answers.length, 20);

    await clock.advance(1_000);
    await peer.say(question(INSTANCE, "ANY"));
    await allRead();
    assert.equal(answers.length, 22, "it was announced again as well");
  });

  it("says goodbye for all of it, once", async (t) => {
    const { peer, clock, advertisement } = await publish(t);

    await Promise.all([advertisement.close(), advertisement.close()]);

    const goodbye = await peer.heard(({ isAnswer }) => isAnswer);
    assert.deepEqual(linesOf(goodbye), ALL);
    assert.ok(goodbye.answers.every(({ ttl }) => ttl === 0));
    assert.equal(clock.pendingTimers(), 0);
  });

  it("takes the next name where its own is taken", async (t) => {
    const peer = await openPeer(t);
    const clock = createVirtualClock();
    const publishing = advertise(SERVICE, { interfaceAddress: LOOPBACK, clock, port: peer.port });
    await peer.asked(INSTANCE, "ANY");
    await peer.say(answer(srv(HTTP, NAME, "other.local", 1), srv(HTTP, `${NAME} (2)`, "gone.local", 1, 0)));
    // It asks for the next name when it has heard of the first one.
    while (clock.pendingTimers() > 0) await clock.advance(250);
    await peer.asked(`${NAME} (2).${HTTP}.local`, "ANY");
    while (clock.pendingTimers() > 0) await clock.advance(250);

    await using advertisement = await publishing;

    assert.equal(advertisement.name, `${NAME} (2)`);
  });

  it("keeps its name where this machine publishes the same on another card, and not where another machine does", async (t) => {
    const same = answer(srv(HTTP, NAME, "acmeconnector-55555.local", 55_555));
    for (const { address, name } of [
      { address: LOOPBACK, name: NAME },
      { address: "127.0.0.66", name: `${NAME} (2)` },
    ]) {
      const peer = await openPeer(t, { address });
      const clock = createVirtualClock();
      const publishing = advertise(SERVICE, { interfaceAddress: LOOPBACK, clock, port: peer.port });
      await peer.asked(INSTANCE, "ANY");
      await peer.say(same);
      await clock.settle();
      while (clock.pendingTimers() > 0) await clock.advance(250);

      await using advertisement = await publishing;

      assert.equal(advertisement.name, name);
    }
  });

  it("has a name without dots, which would be several", async (t) => {
    const { advertisement } = await publish(t, { ...SERVICE, name: "Till.1.2" });
    assert.equal(advertisement.name, "Till-1-2");
  });

  it("fails where no card has the address", async () => {
    const options = { interfaceAddress: "203.0.113.7", clock: createVirtualClock() };
    await assert.rejects(advertise(SERVICE, options), AdvertisingFailure);
  });
});
