// needs: iproute2, root
// What somebody in the shop's network may say while terminals are looked for, by datagrams that were made by hand.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { lastFirst, type Ending } from "../support/ending.ts";
import { linesOf, lookFrom, startDaemon, startStranger, startTerminal, type Look } from "./mdns-shop.ts";
import { openNetwork } from "./network-namespaces.ts";

const STRANGER = "10.91.1.66";
const TERMINAL = "PoyntPOSConnector eth0 10.91.1.2:5555";

const LONGEST_STALL_MS = 200;
const MOST_GROWN_MIB = 150;

/**
 * A network with a terminal, and with a stranger who answers in this manner.
 *
 * @param faces the addresses from which he does, in turn, where they are not his own
 */
async function openShop(t: Ending, manner: string, faces: readonly string[] = []) {
  const network = openNetwork(t);
  const [shop, counter, stranger] = [network.machine("shop"), network.machine("counter"), network.machine("stranger")];
  const segment = network.segment();
  segment.plug(shop, "eth0", "10.91.1.1/24");
  segment.plug(counter, "eth0", "10.91.1.2/24");
  segment.plug(stranger, "eth0", `${STRANGER}/24`);
  for (const face of faces) stranger.ip("address", "add", face, "dev", "eth0");
  await startTerminal(counter, "10.91.1.2");
  const addresses = faces.map((face) => face.replace(/\/.*/, ""));
  return { shop, saying: await startStranger(stranger, manner, STRANGER, addresses) };
}

async function lookBeside(t: TestContext, manner: string, faces: readonly string[] = []): Promise<Look> {
  const { shop, saying } = await openShop(t, manner, faces);

  const look = await lookFrom(shop, 3_000);

  assert.match(await saying.nextLine(), /^said [1-9]/);
  t.diagnostic(
    `${look.seen.length} seen, longest stall ${look.longestStallMs} ms, ${look.grownMiB} MiB more memory, heard ${JSON.stringify(look.firstMs)}`,
  );
  for (const trouble of look.troubles) t.diagnostic(trouble);
  assert.ok(linesOf(look).includes(TERMINAL), "the terminal is seen all the same");
  assert.ok(look.longestStallMs < LONGEST_STALL_MS, "what else runs has its turn");
  assert.ok(look.grownMiB < MOST_GROWN_MIB, "what is said takes no more room than it may");
  return look;
}

test("absurd names, ports, texts and places: what could be a terminal is shown, and what could not is not", async (t) => {
  const look = await lookBeside(t, "oddities");

  const others = look.seen.filter(({ address }) => address === STRANGER).map(({ name, port }) => [port, name]);
  assert.deepEqual(
    others.toSorted(([one], [other]) => Number(one) - Number(other)),
    [
      [7_001, "PoyntPOSConnector \u001b[2J\u0007\n\r"],
      [7_002, "PoyntPOSConnector \u0000 and more"],
      [7_003, "PoyntPOSConnector 🦊🦊"],
      [7_004, "PoyntPOSConnector".padEnd(63, "x")],
      [7_005, `PoyntPOSConnector ${"y".repeat(40)}.${"z".repeat(63)}`.slice(0, 99) + "…"],
      [65_535, "PoyntPOSConnector at the last port"],
    ],
  );
  const elsewhere = look.seen.filter(({ address }) => !address.startsWith("10.91.1."));
  assert.deepEqual(
    elsewhere.map(({ name, address, isOnLink }) => [name, address, isOnLink]),
    [["PoyntPOSConnector at a resolver", "8.8.8.8", false]],
  );
});

test("ten thousand printers", async (t) => {
  const look = await lookBeside(t, "printers");
  assert.deepEqual(linesOf(look), [TERMINAL]);
});

test("ten thousand terminals that one machine claims to have: he gets his share, and it is said", async (t) => {
  const look = await lookBeside(t, "terminals");
  assert.match(look.troubles.join("\n"), /announcements more than fit were left out/);
});

test("datagrams that are made to be hard work, from one machine and from ten", async (t) => {
  const one = await lookBeside(t, "toil");
  assert.deepEqual(linesOf(one), [TERMINAL]);
  assert.match(one.troubles.join("\n"), /^On eth0 10\.91\.1\.66 said more than one machine is listened to/);

  await lookBeside(
    t,
    "toil",
    [...Array(10).keys()].map((index) => `10.91.1.${100 + index}/24`),
  );
});

test("answers from an address that is not in the card's network", async (t) => {
  const look = await lookBeside(t, "outside", ["203.0.113.9/32"]);
  assert.deepEqual(linesOf(look), [TERMINAL]);
});

for (const manner of ["oddities", "terminals"]) {
  test(`the service among ${manner} of a stranger: it says what there is, twice, and ends in order`, async (t) => {
    const ending = lastFirst(t);
    const { shop } = await openShop(ending, manner);
    const { daemon, discover } = await startDaemon(ending, shop);

    for (let times = 0; times < 2; times += 1) {
      const { sightings } = await discover(3);
      assert.ok(sightings.some(({ address, port }) => address === "10.91.1.2" && port === 5_555));
    }

    daemon.kill("SIGTERM");
    assert.equal((await daemon.ended).code, 0);
  });
}
