// needs: iproute2, root
// Terminals that are looked for in real networks: each machine is a namespace, each network a bridge with its cables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSeenFrom, linesOf, lookFrom, startTerminal } from "./mdns-shop.ts";
import { openNetwork } from "./network-namespaces.ts";

const TERMINAL = "PoyntPOSConnector";

test("two cards, a terminal behind each: both are seen at once, on the card where they are", async (t) => {
  const network = openNetwork(t);
  const [shop, first, second] = [network.machine("shop"), network.machine("first"), network.machine("second")];
  const [counter, office] = [network.segment(), network.segment()];
  counter.plug(shop, "eth0", "10.91.1.1/24");
  counter.plug(first, "eth0", "10.91.1.2/24");
  office.plug(shop, "eth1", "10.91.2.1/24");
  office.plug(second, "eth0", "10.91.2.2/24");
  await Promise.all([startTerminal(first, "10.91.1.2"), startTerminal(second, "10.91.2.2")]);

  const look = await assertSeenFrom(shop, [`${TERMINAL} eth0 10.91.1.2:5555`, `${TERMINAL} eth1 10.91.2.2:5555`]);

  assert.deepEqual(look.troubles, []);
  t.diagnostic(`first heard after ${JSON.stringify(look.firstMs)} ms`);
});

test("an address that changes: the new one is seen, the old one is not", async (t) => {
  const network = openNetwork(t);
  const [shop, counter] = [network.machine("shop"), network.machine("counter")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(counter, "eth0", "10.91.1.2/24");
  const before = await startTerminal(counter, "10.91.1.2");
  await assertSeenFrom(shop, [`${TERMINAL} eth0 10.91.1.2:5555`]);

  // As a terminal does that gets another lease: without a goodbye.
  counter.ip("address", "delete", "10.91.1.2/24", "dev", "eth0");
  before.kill("SIGKILL");
  counter.ip("address", "add", "10.91.1.77/24", "dev", "eth0");
  await startTerminal(counter, "10.91.1.77");

  await assertSeenFrom(shop, [`${TERMINAL} eth0 10.91.1.77:5555`]);
});

test("one name on two terminals: both are seen, the second under the next name", async (t) => {
  const network = openNetwork(t);
  const [shop, first, second] = [network.machine("shop"), network.machine("first"), network.machine("second")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(first, "eth0", "10.91.1.2/24");
  segment.plug(second, "eth0", "10.91.1.3/24");
  await startTerminal(first, "10.91.1.2");
  await startTerminal(second, "10.91.1.3");

  await assertSeenFrom(shop, [`${TERMINAL} (2) eth0 10.91.1.3:5555`, `${TERMINAL} eth0 10.91.1.2:5555`]);
});

test("one terminal with two cards in one network: it keeps its name, and is seen at both addresses", async (t) => {
  const network = openNetwork(t);
  const [shop, counter] = [network.machine("shop"), network.machine("counter")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(counter, "eth0", "10.91.1.2/24");
  segment.plug(counter, "eth1", "10.91.1.3/24");
  await startTerminal(counter, "0.0.0.0");

  await assertSeenFrom(shop, [`${TERMINAL} eth0 10.91.1.2:5555`, `${TERMINAL} eth0 10.91.1.3:5555`]);
});

test("a terminal that says goodbye, or is killed: it is not there in the next look", async (t) => {
  const network = openNetwork(t);
  const [shop, first, second] = [network.machine("shop"), network.machine("first"), network.machine("second")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(first, "eth0", "10.91.1.2/24");
  segment.plug(second, "eth0", "10.91.1.3/24");
  const polite = await startTerminal(first, "10.91.1.2");
  const killed = await startTerminal(second, "10.91.1.3");
  await assertSeenFrom(shop, [`${TERMINAL} (2) eth0 10.91.1.3:5555`, `${TERMINAL} eth0 10.91.1.2:5555`]);

  polite.kill("SIGTERM");
  assert.equal((await polite.ended).code, 0);
  await assertSeenFrom(shop, [`${TERMINAL} (2) eth0 10.91.1.3:5555`]);
  killed.kill("SIGKILL");
  await killed.ended;

  assert.deepEqual(linesOf(await lookFrom(shop)), []);
});
