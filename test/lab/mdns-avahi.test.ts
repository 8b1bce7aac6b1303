// needs: avahi-daemon, avahi-utils, dbus, iproute2, root
// Avahi as the independent peer: what it announces is found, and what is announced from here is found by it.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { startAvahi } from "./mdns-avahi.ts";
import { assertSeenFrom, linesOf, lookFrom, startTerminal } from "./mdns-shop.ts";
import { openNetwork } from "./network-namespaces.ts";

const HTTP = "_http._tcp";
const announcer = fileURLToPath(new URL("./mdns-announcer.ts", import.meta.url));
const NAME = "PoyntPOSConnector";

function shopAndCounter(t: TestContext) {
  const network = openNetwork(t);
  const [shop, counter] = [network.machine("shop"), network.machine("counter")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(counter, "eth0", "10.91.1.2/24");
  return { shop, counter };
}

test("what Avahi announces is found, at its new address after it changed, and not after its end", async (t) => {
  const { shop, counter } = shopAndCounter(t);
  const avahi = await startAvahi(t, counter, "counter");
  const publishing = await avahi.publish(NAME, HTTP, 5_555, "model=P5");

  const look = await assertSeenFrom(shop, [`${NAME} eth0 10.91.1.2:5555`]);
  assert.equal(look.seen[0]?.host, "counter.local");
  t.diagnostic(`first heard after ${JSON.stringify(look.firstMs)} ms`);

  counter.ip("address", "delete", "10.91.1.2/24", "dev", "eth0");
  counter.ip("address", "add", "10.91.1.77/24", "dev", "eth0");
  await assertSeenFrom(shop, [`${NAME} eth0 10.91.1.77:5555`]);

  publishing.kill("SIGTERM");
  await publishing.ended;
  assert.deepEqual(linesOf(await lookFrom(shop)), []);
});

test("what is announced from here is found and resolved by Avahi, and forgotten with its goodbye", async (t) => {
  const { shop, counter } = shopAndCounter(t);
  const avahi = await startAvahi(t, shop, "shop");
  const terminal = await startTerminal(counter, "10.91.1.2");

  const browsing = avahi.browse(HTTP);
  assert.equal(await browsing.nextLine(), `+;eth0;IPv4;${NAME};Web Site;local`);
  assert.match(
    await browsing.nextLine(),
    /^=;eth0;IPv4;PoyntPOSConnector;Web Site;local;poyntposconnector-5555\.local;10\.91\.1\.2;5555;"simulated=1"/,
  );
  terminal.kill("SIGTERM");

  assert.equal(await browsing.nextLine(), `-;eth0;IPv4;${NAME};Web Site;local`);
});

test("beside Avahi on the same machine, which has the port as well, and in the network, which has the name", async (t) => {
  const { shop, counter } = shopAndCounter(t);
  await startAvahi(t, shop, "shop");
  const avahi = await startAvahi(t, counter, "counter");
  await avahi.publish(NAME, HTTP, 7_777);
  await startTerminal(counter, "10.91.1.2");

  const look = await assertSeenFrom(shop, [`${NAME} (2) eth0 10.91.1.2:5555`, `${NAME} eth0 10.91.1.2:7777`]);

  assert.deepEqual(look.troubles, []);
});

test("the service that is announced on every card: Avahi sees it on each, also on one that comes later, and its leave", async (t) => {
  const network = openNetwork(t);
  const [shop, other] = [network.machine("shop"), network.machine("other")];
  const [office, hall] = [network.segment(), network.segment()];
  office.plug(shop, "eth0", "10.91.1.1/24");
  office.plug(other, "eth0", "10.91.1.2/24");
  hall.plug(other, "eth1", "10.91.2.2/24");
  const browsing = (await startAvahi(t, other, "other")).browse("_tillbridge._tcp");
  const announcing = shop.start([process.execPath, announcer]);

  assert.equal(await browsing.nextLine(), "+;eth0;IPv4;Corner\\032shop;_tillbridge._tcp;local");
  assert.match(await browsing.nextLine(), /^=;eth0;IPv4;.*;10\.91\.1\.1;8456;"tls=1" "path=\/v1" "version=1\.2\.3"$/);
  hall.plug(shop, "eth1", "10.91.2.1/24");
  assert.equal(await browsing.nextLine(), "+;eth1;IPv4;Corner\\032shop;_tillbridge._tcp;local");
  assert.match(await browsing.nextLine(), /^=;eth1;IPv4;.*;10\.91\.2\.1;8456;/);
  announcing.kill("SIGTERM");

  const leaves = [await browsing.nextLine(), await browsing.nextLine()].toSorted();
  assert.deepEqual(
    leaves,
    ["eth0", "eth1"].map((card) => `-;${card};IPv4;Corner\\032shop;_tillbridge._tcp;local`),
  );
});
