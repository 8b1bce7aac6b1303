// One look for terminals, on the machine where it runs. Tells in one line of JSON what was seen, and what it cost.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";
import { systemClock } from "../../src/client/clock.ts";
import { cardsOf } from "../../src/discovery/cards.ts";
import { mdnsScanner } from "../../src/discovery/mdns-scanner.ts";
import { vendors } from "../../src/drivers/registry.ts";
import type { Look } from "./mdns-shop.ts";

const [forMs = "3000", ...wanted] = process.argv.slice(2);
/** What a terminal is known by, beside what the scanner makes of it. */
const MARK = Buffer.from("PoyntPOSConnector");
const TICK_MS = 10;

const { cards } = cardsOf(networkInterfaces());
const ear = createSocket({ type: "udp4", reuseAddr: true });
ear.bind(5353, "0.0.0.0");
await once(ear, "listening");
for (const { address } of cards) ear.addMembership("224.0.0.251", address);

const firstMs: Record<string, number> = {};
const before = process.memoryUsage.rss();
const begun = performance.now();
ear.on("message", (bytes, { address }) => {
  const isAnswer = ((bytes[2] ?? 0) & 0x80) !== 0;
  if (isAnswer && bytes.includes(MARK)) firstMs[address] ??= Math.round(performance.now() - begun);
});
let longestStallMs = 0;
let [last, busy] = [performance.now(), process.cpuUsage()];
const ticking = setInterval(() => {
  const now = performance.now();
  const { user, system } = process.cpuUsage(busy);
  // While other programs have the processor nothing runs either, which is nobody's fault here.
  longestStallMs = Math.max(longestStallMs, Math.min(now - last - TICK_MS, (user + system) / 1_000));
  [last, busy] = [now, process.cpuUsage()];
}, TICK_MS);

const scanner = mdnsScanner({
  vendors: vendors.map(({ id, fingerprints = [] }) => ({ id, fingerprints })),
  cards: () => cardsOf(networkInterfaces(), wanted.length === 0 ? undefined : wanted),
  clock: systemClock,
});
const { sightings, troubles } = await scanner.scan(Number(forMs), new AbortController().signal);

clearInterval(ticking);
ear.close();
const look: Look = {
  seen: sightings,
  troubles: troubles.map(({ text }) => text),
  firstMs,
  tookMs: Math.round(performance.now() - begun),
  longestStallMs: Math.round(longestStallMs),
  grownMiB: Math.round((process.memoryUsage.rss() - before) / 2 ** 20),
};
console.log(JSON.stringify(look));
