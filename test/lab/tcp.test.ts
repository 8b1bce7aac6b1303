// needs: iproute2, root
// Links over TCP in a real network: two machines, each a namespace, and a cable between them that can be pulled.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ChildProgram } from "../support/child-program.ts";
import type { Ending } from "../support/ending.ts";
import { openNetwork } from "./network-namespaces.ts";

const NEAR = "10.92.1.1";
const FAR = "10.92.1.2";
const PORT = "7000";
const LIMIT_MS = 2_000;
const REPEATED_WITHIN_MS = 8_000;

const nearProgram = fileURLToPath(new URL("tcp-near.ts", import.meta.url));
const exchangeProgram = fileURLToPath(new URL("tcp-exchange.ts", import.meta.url));
const farProgram = fileURLToPath(new URL("tcp-far.ts", import.meta.url));

/** A till's machine and a terminal's, with a cable between them. */
function openShop(ending: Ending) {
  const network = openNetwork(ending);
  const [near, far] = [network.machine("near"), network.machine("far")];
  const segment = network.segment();
  segment.plug(near, "eth0", `${NEAR}/24`);
  segment.plug(far, "eth0", `${FAR}/24`);
  return {
    near,
    far,
    listen: async () => {
      const peer = far.start([process.execPath, farProgram, PORT]);
      assert.equal(await peer.nextLine(), "listening");
      return peer;
    },
    open: (host = FAR) => near.start([process.execPath, nearProgram, host, PORT, String(LIMIT_MS)]),
    pullCable: () => far.ip("link", "set", "eth0", "down"),
    pushCable: () => far.ip("link", "set", "eth0", "up"),
  };
}

type Told = {
  readonly at: string;
  readonly kind?: string;
  readonly loss?: string;
  readonly why?: string;
  readonly text?: string;
  readonly tookMs: number;
};

async function told(link: ChildProgram, at: string): Promise<Told> {
  const next = JSON.parse(await link.nextLine()) as Told;
  assert.equal(next.at, at, JSON.stringify(next));
  return next;
}

/** Both ends of an open link. */
async function connect(ending: Ending) {
  const shop = openShop(ending);
  const peer = await shop.listen();
  const link = shop.open();
  assert.equal((await told(link, "opened")).kind, "open");
  assert.equal(await peer.nextLine(), "connected");
  return { ...shop, peer, link };
}

test("a cable that is pulled while nothing is said: the system notices, and the link is lost", async (t) => {
  const { link, pullCable } = await connect(t);

  pullCable();

  const lost = await told(link, "lost");
  assert.equal(lost.loss, "failed");
  assert.match(lost.why ?? "", /cannot be reached \(E\w+\)/);
  t.diagnostic(`lost after ${lost.tookMs} ms: ${lost.why}`);
});

test("a word into a pulled cable: the system takes it, says nothing of the loss, and the link is open", async (t) => {
  const { link, peer, pullCable, pushCable } = await connect(t);
  pullCable();

  link.kill("SIGUSR2");

  assert.equal((await told(link, "sent")).kind, "sent");
  // `sent` proves nothing: it is under way for as long as the system tries.
  pushCable();
  assert.equal(await peer.nextLine(), "heard word");
  link.kill("SIGHUP");
  await told(link, "closed"); // and no loss before it
});

test("a link that is given up while its word cannot leave: the word does not arrive when the cable is there again", async (t) => {
  const { link, peer, pullCable, pushCable } = await connect(t);
  pullCable();
  link.kill("SIGUSR2");
  assert.equal((await told(link, "sent")).kind, "sent");

  link.kill("SIGHUP");

  t.diagnostic(`closed after ${(await told(link, "closed")).tookMs} ms`);
  pushCable();
  // For longer than the system waits before it repeats what was not confirmed.
  const heard = peer.nextLine();
  assert.equal(await Promise.race([heard, delay(REPEATED_WITHIN_MS, "nothing")]), "nothing");
});

test("a request that is given up while it cannot leave does not arrive either, over HTTP", async (t) => {
  const shop = openShop(t);
  const peer = await shop.listen();
  const exchange = shop.near.start([process.execPath, exchangeProgram, FAR, PORT, String(LIMIT_MS)]);
  await told(exchange, "opened");
  assert.equal(await peer.nextLine(), "connected");
  shop.pullCable();
  exchange.kill("SIGUSR2");
  assert.equal((await told(exchange, "sent")).kind, "sent");

  exchange.kill("SIGHUP");

  await told(exchange, "closed");
  shop.pushCable();
  const heard = peer.nextLine();
  assert.equal(await Promise.race([heard, delay(REPEATED_WITHIN_MS, "nothing")]), "nothing");
});

test("more than the system takes, into a pulled cable or to a program that is frozen: the write fails in time", async (t) => {
  for (const how of ["pulled", "frozen"] as const) {
    const { link, peer, pullCable } = await connect(t);
    if (how === "pulled") pullCable();
    else peer.kill("SIGSTOP");

    link.kill("SIGALRM");

    const lost = await told(link, "lost");
    assert.match(lost.why ?? "", /not taken within 2000 ms/, how);
    const sent = await told(link, "sent");
    assert.equal(sent.kind, "failed", how);
    t.diagnostic(`${how}: failed after ${sent.tookMs} ms`);
  }
});

test("nobody at the address, or a cable that is pulled: opening is given up in time, with what to do about it", async (t) => {
  const shop = openShop(t);
  await shop.listen();
  const nobody = await told(shop.open("10.92.1.99"), "opened");
  shop.pullCable();
  const pulled = await told(shop.open(), "opened");
  // Known to the machine, as one that was there a moment ago: only silence.
  shop.near.ip("neighbour", "replace", FAR, "lladdr", "02:00:00:00:00:01", "dev", "eth0");
  const silent = await told(shop.open(), "opened");

  for (const opened of [nobody, pulled, silent]) {
    assert.equal(opened.kind, "failed");
    assert.match(opened.why ?? "", /cannot be reached|did not answer within 2000 ms/);
    t.diagnostic(`given up after ${opened.tookMs} ms: ${opened.why}`);
  }
  assert.match(silent.why ?? "", /did not answer within 2000 ms/);
});

test("a reset in mid-stream is lost as `failed`, an end in order as `ended` behind its last words", async (t) => {
  const reset = await connect(t);
  reset.link.kill("SIGUSR2");
  assert.equal((await told(reset.link, "sent")).kind, "sent");
  assert.equal(await reset.peer.nextLine(), "heard word");
  reset.peer.kill("SIGUSR2");
  const lost = await told(reset.link, "lost");
  assert.equal(lost.loss, "failed");
  t.diagnostic(`reset heard after ${lost.tookMs} ms: ${lost.why}`);

  const ordered = await connect(t);
  ordered.peer.kill("SIGHUP");
  assert.equal((await told(ordered.link, "received")).text, "last words");
  assert.equal((await told(ordered.link, "lost")).loss, "ended");
});
