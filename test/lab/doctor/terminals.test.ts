// Terminals of a running service with which something is really wrong, each in a process of its own.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { openShop } from "../../support/shop.ts";
import { startTerminal } from "../../support/simulated-terminal.ts";
import { doctorOnce } from "./doctor-run.ts";

const HOUR_MS = 3_600_000;
const IMPATIENT = { currency: "CLP", quietMs: 300, replyMs: 1_000, receivedMs: 500 };

/** The service asks it nothing by itself while the test runs, and does not lose patience with it. */
const UNASKED = { probeMs: 900_000, replyMs: 60_000 };

/** The money of a sale moves, and its reply is not in time for anybody. */
const SLOW = { rules: [{ when: { command: "sale" }, then: [{ kind: "slow", ms: 60_000, phase: "reply" }] }] };

async function listening(ending: Ending, server: Server): Promise<object> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    socket.on("error", () => undefined);
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  ending.after(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { type: "tcp", host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}

/** A service with terminals, of which only what is told here is wrong. */
async function openFaultyShop(t: TestContext) {
  const ending = lastFirst(t);
  const [stranger, unpaired, deaf] = await Promise.all([
    startTerminal(ending, { scenario: { identity: { serialNumber: "SOMEBODY-ELSE" } } }),
    startTerminal(ending, { vendor: "poynt" }),
    listening(ending, createServer()),
  ]);
  const getnet = { vendor: "getnet", settings: IMPATIENT };
  return openShop(ending, {
    terminals: {
      zone: { scenario: { clockSkewMs: -3 * HOUR_MS }, settings: IMPATIENT },
      doubt: { scenario: SLOW, memory: "dies", settings: IMPATIENT },
      stopped: { settings: UNASKED },
    },
    config: {
      terminals: [
        { id: "stranger", ...getnet, link: stranger.link, serialNumber: "OURS" },
        { id: "unpaired", vendor: "poynt", link: unpaired.link, settings: { currency: "CLP" } },
        { id: "deaf", ...getnet, link: deaf },
        {
          id: "lacking",
          vendor: "mercado-pago",
          link: { type: "cloud", baseUrl: "http://127.0.0.1:9" },
          settings: { terminalId: "NEWLAND_N950__1", currency: "MXN", accessToken: { secret: "never-set" } },
        },
      ],
    },
  });
}

test("clocks that are wrong, a doubt, no pairing, nobody there, somebody else: each is told of its own terminal", async (t) => {
  const shop = await openFaultyShop(t);
  const { till } = shop;
  for (const terminal of ["zone", "stopped"]) {
    const { outcome } = await (await shop.addTill(`till-${terminal}`, terminal)).sale(1_000).ended;
    assert.equal(outcome?.kind, "approved", terminal);
  }
  const terminal = shop.terminal("doubt");
  const doubtful = (await shop.addTill("till-of-the-doubt", "doubt")).sale(1_250);
  await terminal.decided();
  terminal.program.kill("SIGKILL");
  await terminal.program.ended;
  await terminal.startAgain();
  assert.equal((await doubtful.ended).outcome?.kind, "unknown");
  await Promise.all([
    till.terminalIs("fenced", "doubt"),
    till.terminalIs("unpaired", "unpaired"),
    ...["stranger", "deaf"].map((id) => till.terminalIs("offline", id)),
  ]);
  // From now on it has power, and its program does nothing any more.
  shop.terminal("stopped").program.kill("SIGSTOP");

  const { check, code } = await doctorOnce(t, shop.home);

  const shown = (id: string) => {
    const { verdict, evidence, remedy, terminal: about } = check(`terminal.${id}`);
    assert.equal(about, id.slice(0, id.indexOf(".")));
    return `${verdict}: ${evidence} → ${remedy ?? ""}`;
  };
  assert.match(shown("stopped.clock"), /^ok: .* its clock showed \d{4}-.*; here it was \d{4}-/);
  assert.match(shown("zone.clock"), /^warning: .* It is 3 h behind\. Whole hours: .*time zone.* → Set the clock/);
  assert.match(shown("stopped.probe"), /^fault: It did not answer our question within 3 s/);
  assert.match(shown("doubt.fence"), /^fault: Transaction \w+ is in doubt since .* → .*transactions resolve/);
  assert.match(
    shown("unpaired.pairing"),
    /^fault: It is not paired.* → `tillbridge terminals pair unpaired --home \S+`/,
  );
  assert.match(shown("stranger.link"), /^fault: .*serial number SOMEBODY-ELSE, not OURS/);
  assert.match(shown("deaf.link"), /^fault: .*takes connections.* The service says: .*answer/);
  assert.match(shown("lacking.settings"), /^fault: .*never-set.* → `tillbridge secret set never-set --home \S+`/);
  assert.equal(code, 1);
});
