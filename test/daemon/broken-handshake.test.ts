import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import type { Simulator, SimulatorInput } from "../../src/drivers/simulator.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };

/** It takes connections, and hangs up as soon as it is asked who it is: a web server, another vendor's terminal. */
const HANGS_UP = { ...FAST, rules: [{ when: {}, then: [{ kind: "linkCut", at: "request", how: "end" }] }] };

describe("somebody who takes connections and breaks off each handshake", () => {
  it("is no terminal that is just connecting: it is offline, in words, and a payment is refused", async () => {
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: HANGS_UP });
    await world.start();
    await world.until(() => world.state === "offline", 30_000);
    await world.clock.advance(120_000);
    assert.equal(world.state, "offline", "a new connection each time proves nothing");
    assert.match(world.till.terminals.get("counter-1")?.detail ?? "", /before the terminal had answered who it is$/);
    const started = await world.startOperation(world.sale(900));
    assert.equal(started.kind === "refused" ? started.refusal.reason : started.kind, "terminalOffline");
  });

  it("is forgotten as soon as the terminal is there", async () => {
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: HANGS_UP });
    await world.start();
    await world.until(() => world.state === "offline", 30_000);
    world.link.replace(FAST, "forgets");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(world.till.terminals.get("counter-1")?.detail, undefined);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  });
});

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A router's or printer's page, to whatever it is asked. */
const WEB_SERVER: Simulator = {
  ...getnet.simulator,
  create: () => ({ step: (input) => pageTo(input) }),
};

function pageTo(input: SimulatorInput): ReturnType<ReturnType<Simulator["create"]>["step"]> {
  const page = bytesOf("<html><body>Printer</body></html>");
  if (input.kind === "bytes")
    return [
      { kind: "write", bytes: bytesOf("HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\n\r\n") },
      { kind: "close", how: "end" },
    ];
  if (input.kind !== "requested") return [];
  const headers = [
    ["Content-Type", "text/html"],
    ["Content-Length", String(page.length)],
  ] as const;
  return [
    { kind: "answer", exchange: input.exchange, answer: { status: 404, reason: "Not Found", headers, body: page } },
  ];
}

describe("a web server at a terminal's address", () => {
  const PAIRED = { pairing: "a secret" };
  const terminals = [
    { vendor: { ...getnet, simulator: WEB_SERVER }, settings: SETTINGS },
    { vendor: { ...poynt, simulator: WEB_SERVER }, settings: { currency: "USD" }, pairing: PAIRED },
  ];
  for (const terminal of terminals) {
    it(`is named as what it is, whatever it is asked: ${terminal.vendor.name}`, async () => {
      const world = new World(terminal);
      await world.start();
      await world.until(() => world.state === "offline", 30_000);
      const found = world.till.terminals.get("counter-1");
      assert.equal(found?.detail, "a web server answers there, and no terminal: check the terminal's address and port");
      assert.deepEqual(found.linkFault, { kind: "otherProgram", program: "web" });
      await world.clock.advance(120_000);
      assert.equal(world.state, "offline");
    });
  }

  it("is forgotten once the terminal itself is there", async () => {
    let isThere = false;
    const simulator: Simulator = {
      ...getnet.simulator,
      create: (scenario, memory) => (isThere ? getnet.simulator : WEB_SERVER).create(scenario, memory),
    };
    const world = new World({ vendor: { ...getnet, simulator }, settings: SETTINGS });
    await world.start();
    await world.until(() => world.state === "offline", 30_000);
    isThere = true;
    world.link.replace(FAST, "forgets");
    await world.until(() => world.state === "ready", 60_000);
    const found = world.till.terminals.get("counter-1");
    assert.deepEqual([found?.detail, found?.linkFault], [undefined, undefined]);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  });
});
