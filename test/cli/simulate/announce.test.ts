import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { systemClock } from "../../../src/client/clock.ts";
import { announce } from "../../../src/cli/simulate/announce.ts";
import { SimulatorFailure } from "../../../src/cli/simulate/failure.ts";
import { SIMULATOR_TYPE } from "../../../src/discovery/simulated.ts";
import { openPeer, question } from "../../discovery/peer.ts";

const LOOPBACK = "127.0.0.1";
const MDNS_PORT = 5353;
const silent = { id: "silent", name: "Silent 9000" };
const acme = {
  id: "acme",
  name: "Acme",
  announcement: { name: "AcmeConnector", type: "_http._tcp", txt: { model: "9" } },
};

describe("a simulated terminal that is announced", () => {
  it("says what a real one of its vendor says, and that it is simulated", async (t) => {
    const peer = await openPeer(t, { port: MDNS_PORT });
    const address = { type: "http", host: LOOPBACK, port: 55_555 } as const;
    await using announced = await announce(acme, address, { currency: "EUR" }, systemClock);
    const instance = `${announced.name}._http._tcp.local`;

    await peer.say(question(instance, "ANY"));

    assert.match(announced.name, /^AcmeConnector/);
    const { answers } = await peer.heard((message) => message.isAnswer && message.answers[0]?.name === instance);
    assert.deepEqual(
      answers.map(({ type, data }) => [type, data.replace(/^.*:/, "")]),
      [
        ["SRV", "55555"],
        ["TXT", "\u0007model=9\u000bsimulated=1\u0010set.currency=EUR"],
        ["A", LOOPBACK],
      ],
    );
  });

  it("says whose it is and how it is reached where a real one says nothing", async (t) => {
    const peer = await openPeer(t, { port: MDNS_PORT });
    const address = { type: "tcp", host: "localhost", port: 7_000 } as const;
    await using announced = await announce(silent, address, { currency: "CLP", quietMs: 5 }, systemClock);
    const instance = `${announced.name}.${SIMULATOR_TYPE}.local`;

    await peer.say(question(instance, "TXT"));

    assert.match(announced.name, /^Simulated Silent 9000/);
    const { answers } = await peer.heard((message) => message.isAnswer && message.answers[0]?.name === instance);
    const text = answers.find(({ type }) => type === "TXT")?.data ?? "";
    for (const entry of ["simulated=1", "vendor=silent", "link=tcp", "set.currency=CLP", "set.quietMs=5"]) {
      assert.ok(text.includes(entry), entry);
    }
  });

  it("has to be in the network, at an IPv4 address of this machine", async () => {
    const attempts = [
      { type: "serial", path: "/dev/ttyS0" },
      { type: "tcp", host: "::1", port: 7_000 },
      { type: "tcp", host: "till.shop", port: 7_000 },
      { type: "tcp", host: "203.0.113.7", port: 7_000 },
    ] as const;
    for (const address of attempts) {
      await assert.rejects(announce(silent, address, {}, systemClock), SimulatorFailure, JSON.stringify(address));
    }
  });
});
