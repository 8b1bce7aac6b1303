/** Runs in the guest: our serial transport against devices that come and go. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { LinkListener, LinkLost } from "../../../src/transports/transport.ts";
import { plugAdapter } from "./adapter.ts";
import { portOf, untilGone } from "./devices.ts";
import { startFarEnd } from "./far-end.ts";
import { makeSerialGadget, type SerialGadget } from "./gadget.ts";
import { msSince, within, type Cases, type Given } from "./guest.ts";
import { exchange, hear, loseLink, openLink, transport, type Loss } from "./open-link.ts";
import { assertIdle, latestTimer, openFiles } from "./process-load.ts";

const REPLUGS = 20;
const FLOOD_MS = 5_000;
const MEMORY_LIMIT_BYTES = 64 * 1024 * 1024;

function makeTerminal(given: Given, serialNumber: string): SerialGadget {
  const identity = { vendorId: "0x2fb8", productId: "0x2001", manufacturer: "PAX", product: "A terminal" };
  return makeSerialGadget(given, { ...identity, serialNumber });
}

/** Plugs it in and opens it. */
async function openTerminal(given: Given, terminal: SerialGadget, serialNumber: string) {
  terminal.plug();
  const path = await portOf(serialNumber);
  return { path, ...(await openLink(given, path)) };
}

function noteLoss(given: Given, { tookMs, why }: Loss): void {
  given.note(`lost after ${tookMs} ms: ${why}`);
}

async function adapterIsReplugged(given: Given): Promise<void> {
  const adapter = await plugAdapter(given, "TERM-0001");
  await startFarEnd(given, adapter.farEnd, "echoes");
  const firstPath = await portOf("TERM-0001");
  const first = await openLink(given, firstPath);
  await exchange(first, "one\r\ntwo\u0003\u0011\u0013");
  noteLoss(given, await loseLink(first, () => adapter.unplug()));
  await untilGone("TERM-0001");

  // Another one takes its place meanwhile.
  await plugAdapter(given, "SCALE-7");
  assert.equal(await portOf("SCALE-7"), firstPath);
  const from = performance.now();
  const again = await plugAdapter(given, "TERM-0001");
  const secondPath = await portOf("TERM-0001");
  assert.notEqual(secondPath, firstPath);
  await startFarEnd(given, again.farEnd, "echoes");
  await exchange(await openLink(given, secondPath), "back");
  given.note(`${firstPath} became ${secondPath}, which answered ${msSince(from)} ms after it was plugged`);
}

async function unpluggedWhileIt(given: Given, does: "talks" | "silent" | "echoes"): Promise<void> {
  const terminal = makeTerminal(given, "PAX-42");
  await startFarEnd(given, terminal.farEnd, does);
  const open = await openTerminal(given, terminal, "PAX-42");
  if (does === "talks") await hear(open.listener, "tick");
  if (does === "echoes") await exchange(open, "hello");
  noteLoss(given, await loseLink(open, terminal.unplug));
  await assertIdle(given);
}

async function unpluggedUnderWrite(given: Given): Promise<void> {
  const terminal = makeTerminal(given, "PAX-42");
  await startFarEnd(given, terminal.farEnd, "silent");
  const open = await openTerminal(given, terminal, "PAX-42");
  const sending = open.link.send(new Uint8Array(4 * 1024 * 1024), 60_000);
  noteLoss(given, await loseLink(open, terminal.unplug));
  assert.equal((await within(1_000, sending, "the write")).kind, "failed");
  await assertIdle(given);
}

async function manyReplugs(given: Given): Promise<void> {
  const terminal = makeTerminal(given, "PAX-42");
  const losses: Loss[] = [];
  const filesBefore = openFiles();
  for (let replug = 0; replug < REPLUGS; replug += 1) {
    const farEnd = await startFarEnd(given, terminal.farEnd, replug % 2 === 0 ? "talks" : "silent");
    const open = await openTerminal(given, terminal, "PAX-42");
    if (replug % 2 === 0) await hear(open.listener, "tick");
    losses.push(await loseLink(open, terminal.unplug));
    await untilGone("PAX-42");
    await farEnd.end();
  }
  const times = losses.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other);
  const missed = losses.filter(({ why }) => why.includes("is gone")).length;
  given.note(
    `lost after ${times[0]} to ${times.at(-1)} ms; ${missed} of ${REPLUGS} were seen at the device node alone`,
  );
  assert.ok(openFiles() <= filesBefore, `${openFiles()} files are open, ${filesBefore} were`);
  await assertIdle(given);
}

async function twoAtOnce(given: Given): Promise<void> {
  const [one, other] = [makeTerminal(given, "PAX-1"), makeTerminal(given, "PAX-2")];
  await startFarEnd(given, one.farEnd, "echoes");
  await startFarEnd(given, other.farEnd, "echoes");
  const first = await openTerminal(given, one, "PAX-1");
  const second = await openTerminal(given, other, "PAX-2");
  assert.notEqual(first.path, second.path);
  await Promise.all([exchange(first, "to the first"), exchange(second, "to the second")]);

  noteLoss(given, await loseLink(first, one.unplug));

  await exchange(second, "still there");
  assert.deepEqual(second.listener.losses, []);
  assert.doesNotMatch(second.listener.text(), /to the first/);
}

async function flood(given: Given): Promise<void> {
  const terminal = makeTerminal(given, "PAX-42");
  await startFarEnd(given, terminal.farEnd, "floods");
  terminal.plug();
  const path = await portOf("PAX-42");
  let receivedBytes = 0;
  const lost = Promise.withResolvers<LinkLost>();
  const listener: LinkListener = { received: ({ length }) => (receivedBytes += length), lost: lost.resolve };
  const before = process.memoryUsage().rss;
  const opened = await transport.open({ type: "serial", path }, listener, 5_000);
  assert.equal(opened.kind, "open");
  given.after(() => opened.link.close());

  const latestMs = await latestTimer(FLOOD_MS);

  const grewBytes = process.memoryUsage().rss - before;
  given.note(
    `${receivedBytes} bytes in ${FLOOD_MS} ms; a timer was ${latestMs} ms late; ${grewBytes} bytes more memory`,
  );
  assert.ok(receivedBytes > 10_000, "it was no flood");
  assert.ok(latestMs < 1_000, `a timer was ${latestMs} ms late`);
  assert.ok(grewBytes < MEMORY_LIMIT_BYTES, `${grewBytes} bytes of memory were taken`);
  const from = performance.now();
  terminal.unplug();
  await within(2_000, lost.promise, "the report of the loss");
  given.note(`lost after ${msSince(from)} ms`);
  await within(2_000, opened.link.close(), "closing what was lost");
  await assertIdle(given);
}

/** Why a port did not open, and what to do about it. */
async function refusalOf(given: Given, path: string): Promise<string> {
  const opened = await transport.open({ type: "serial", path }, { received() {}, lost() {} }, 5_000);
  if (opened.kind === "open") await opened.link.close();
  assert.equal(opened.kind, "failed", `${path} was opened`);
  const words = `${opened.why}. ${opened.remedy ?? ""}`;
  given.note(words);
  return words;
}

async function noDevice(given: Given): Promise<void> {
  assert.match(await refusalOf(given, "/dev/ttyACM77"), /no device \/dev\/ttyACM77/);
  assert.match(await refusalOf(given, "/etc/passwd"), /not a serial port/);
  assert.match(await refusalOf(given, "/dev"), /not a serial port/);
  assert.match(await refusalOf(given, "/dev/null"), /not a serial port/);
  assert.match(await refusalOf(given, "/dev/serial/by-id/usb-nobody"), /no device/);
}

async function heldPort(given: Given): Promise<void> {
  const terminal = makeTerminal(given, "PAX-42");
  await startFarEnd(given, terminal.farEnd, "echoes");
  const open = await openTerminal(given, terminal, "PAX-42");
  assert.match(await refusalOf(given, open.path), /another program has .* open/);
  await exchange(open, "undisturbed");
  await open.link.close();

  const holder = spawn("flock", [open.path, "sh", "-c", "echo held; exec sleep 1000"], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const ended = once(holder, "exit");
  given.after(async () => {
    if (holder.pid !== undefined) process.kill(-holder.pid, "SIGKILL");
    await ended;
  });
  await once(holder.stdout, "data");
  assert.match(await refusalOf(given, open.path), /^sleep \(process \d+\) has .* open/);
}

export const serialCases: Cases = {
  "an adapter is unplugged while it is used, and opens again at its new path": adapterIsReplugged,
  "a terminal is unplugged while it talks": (given) => unpluggedWhileIt(given, "talks"),
  "a terminal is unplugged while it is silent": (given) => unpluggedWhileIt(given, "silent"),
  "a terminal is unplugged after an exchange": (given) => unpluggedWhileIt(given, "echoes"),
  "a terminal is unplugged while bytes wait that it does not take": unpluggedUnderWrite,
  "a terminal is unplugged and plugged twenty times": manyReplugs,
  "two terminals at once: one is unplugged, and the other one works on": twoAtOnce,
  "a device that floods: the process stays responsive and small": flood,
  "a path that is no device is answered in words": noDevice,
  "a port that is open already, here or in another program, is answered in words": heldPort,
};
