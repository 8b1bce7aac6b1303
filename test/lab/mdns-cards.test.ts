// needs: iproute2, root
// The service while network cards come and go under it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { lastFirst } from "../support/ending.ts";
import { startDaemon, startStranger, startTerminal, type Discovered } from "./mdns-shop.ts";
import { openNetwork } from "./network-namespaces.ts";

/** A service on a machine with one card, and a terminal in a network in which it has none. */
async function openShop(t: TestContext, interfaces?: readonly string[]) {
  const ending = lastFirst(t);
  const network = openNetwork(ending);
  const [shop, counter] = [network.machine("shop"), network.machine("counter")];
  const [office, hall] = [network.segment(), network.segment()];
  office.plug(shop, "eth0", "10.91.1.1/24");
  hall.plug(counter, "eth0", "10.91.2.2/24");
  await startTerminal(counter, "10.91.2.2");
  const service = await startDaemon(ending, shop, interfaces);
  const plug = (address?: string) => hall.plug(shop, "eth1", address);
  return { shop, counter, ...service, plug };
}

const notesOf = ({ notes = [] }: Discovered) => notes.filter((note) => note.includes("network card"));
/** In seconds: what is to be seen can be late where others have the processor. */
const LONG = 3;
const SEEN = ["PoyntPOSConnector 10.91.2.2:5555"];
const seen = ({ sightings }: Discovered) => sightings.map(({ name, address, port }) => `${name} ${address}:${port}`);

test("a card that is plugged in is looked at next time; one that is pulled out is not missed", async (t) => {
  const { shop, discover, plug } = await openShop(t);
  assert.deepEqual(seen(await discover()), []);

  plug("10.91.2.1/24");
  assert.deepEqual(seen(await discover(LONG)), SEEN);

  shop.ip("link", "delete", "eth1");
  const without = await discover();
  assert.deepEqual([seen(without), notesOf(without)], [[], []]);

  plug("10.91.2.1/24");
  assert.deepEqual(seen(await discover(LONG)), SEEN);
});

test("a card that is pulled out in the middle of a look: the look ends well, and the next one too", async (t) => {
  const { shop, counter, discover, plug } = await openShop(t);
  plug("10.91.2.1/24");
  // The service looks by itself at a card that is new: that look is over then, and the next one is the one that was asked for.
  assert.deepEqual(seen(await discover(LONG)), SEEN);
  const stranger = await startStranger(counter, "silence", "10.91.2.2");

  const looking = discover(2 * LONG);
  assert.equal(await stranger.nextLine(), "said 0", "it looks");
  shop.ip("link", "delete", "eth1");
  const look = await looking;

  assert.deepEqual(notesOf(look), [
    "The network card eth1 lost its address 10.91.2.1 while terminals were looked for; look again when it is back.",
  ]);
  assert.deepEqual(seen(await discover()), []);
});

test("a card that was asked for and is not there, has no address, or is down: that is said once, and the others are looked at", async (t) => {
  const { shop, home, daemon, discover, plug } = await openShop(t, ["eth0", "eth1"]);
  const missing = ["There is no network card eth1 with an IPv4 address; discovery.interfaces in config.json names it."];

  assert.deepEqual(notesOf(await discover()), missing);
  plug();
  assert.deepEqual(notesOf(await discover()), missing);
  shop.ip("address", "add", "10.91.2.1/24", "dev", "eth1");
  const found = await discover(LONG);
  assert.deepEqual([seen(found), notesOf(found)], [SEEN, []]);
  shop.ip("link", "set", "eth1", "down");
  const down = await discover();
  // Nothing is known of it now, so what was there has not vanished.
  assert.deepEqual([seen(down), notesOf(down)], [SEEN, missing]);

  daemon.kill("SIGTERM");
  assert.equal((await daemon.ended).code, 0);
  const log = readFileSync(join(home, "logs", "tillbridge.log"), "utf8");
  assert.equal(log.split("There is no network card eth1").length - 1, 1);
});
