/** Runs in the guest: our USB transport against devices that come and go. */
import assert from "node:assert/strict";
import { openUsbDevices, type UsbDevice } from "../../../src/discovery/usb-devices.ts";
import type { UsbAddress } from "../../../src/transports/usb-address.ts";
import { until } from "../../support/until.ts";
import { msSince, within, type Cases, type Given } from "../usb-guest/guest.ts";
import { bytesOf, exchange, loseLink } from "../usb-guest/open-link.ts";
import { assertIdle, latestTimer } from "../usb-guest/process-load.ts";
import { makeAndroidTerminal } from "./android.ts";
import { LOOPBACK, makeLoopback } from "./loopback.ts";
import { exchangeSizes, openDevices, openUsb, tryToOpen } from "./open-usb.ts";

/** Around the sizes of a packet and of the parts in which a message goes, and those that fill their last packet. */
const SIZES = [1, 2, 63, 64, 65, 511, 512, 513, 1_023, 1_024, 1_536, 4_095, 4_096, 4_097, 8_192, 10_000, 16_384];
const SEEN_MS = 20_000;
const FLOOD_MS = 4_000;

const bulk = (serialNumber: string): UsbAddress => ({ type: "usb", ...LOOPBACK, serialNumber, speaks: "bulk" });

async function messagesOfAnySize(given: Given): Promise<void> {
  makeLoopback(given, "LOOP-1").plug();
  await exchangeSizes(await openUsb(given, bulk("LOOP-1")), SIZES);
}

async function unpluggedAndReplugged(given: Given): Promise<void> {
  const device = makeLoopback(given, "LOOP-2");
  device.plug();
  const first = await openUsb(given, bulk("LOOP-2"));
  await exchange(first, "before");

  const { tookMs, why } = await loseLink(first, device.unplug);
  given.note(`lost after ${tookMs} ms: ${why}`);
  assert.equal(openDevices(), 0);

  const from = performance.now();
  device.plug();
  await exchange(await openUsb(given, bulk("LOOP-2")), "after");
  given.note(`it answered ${msSince(from)} ms after it was plugged again`);
}

async function closedAndOpenedAgain(given: Given): Promise<void> {
  makeLoopback(given, "LOOP-3").plug();
  for (let round = 0; round < 5; round += 1) {
    const open = await openUsb(given, bulk("LOOP-3"));
    await exchange(open, `round ${round}`);
    await within(2_000, open.link.close(), "closing");
    assert.equal(openDevices(), 0);
  }
}

async function twoAlike(given: Given): Promise<void> {
  const devices = [makeLoopback(given, "LOOP-4"), makeLoopback(given, "LOOP-5")];
  for (const device of devices) device.plug();
  await exchange(await openUsb(given, bulk("LOOP-5")), "five");
  await exchange(await openUsb(given, bulk("LOOP-4")), "four");

  const opened = await tryToOpen({ type: "usb", ...LOOPBACK, speaks: "bulk" });
  assert.equal(opened.kind, "failed");
  assert.match(opened.why, /^2 USB devices match/);
}

async function takenByAnother(given: Given): Promise<void> {
  makeLoopback(given, "LOOP-6").plug();
  await openUsb(given, bulk("LOOP-6"));

  const opened = await tryToOpen(bulk("LOOP-6"));

  assert.equal(opened.kind, "failed");
  assert.match(opened.remedy ?? "", /Another program or a driver of the system has it/);
  assert.equal(openDevices(), 1);
}

async function seenWithoutBeingOpened(given: Given): Promise<void> {
  const opened = await openUsbDevices();
  assert.equal(opened.kind, "open");
  assert.equal(opened.trouble, undefined);
  const { devices } = opened;
  given.after(async () => devices[Symbol.asyncDispose]());
  // Looked at when something has changed, and at no other time.
  let seen: readonly UsbDevice[] = [];
  devices.onChange(() => {
    void devices.list().then((list) => {
      seen = list;
    });
  });

  const device = makeLoopback(given, "LOOP-7");
  device.plug();
  await within(
    SEEN_MS,
    until(() => seen.some(isLoopback7)),
    "to hear that it was plugged",
  );
  assert.deepEqual(seen.find(isLoopback7), {
    vendorId: 0x1d6b,
    productId: 0x0104,
    serialNumber: "LOOP-7",
    manufacturer: "Linux",
    product: "Loopback",
    interfaces: [{ classCode: 255, subclassCode: 0 }],
  });
  assert.equal(openDevices(), 0);

  device.unplug();
  await within(
    SEEN_MS,
    until(() => !seen.some(isLoopback7)),
    "to hear that it was unplugged",
  );
}

const isLoopback7 = ({ serialNumber }: UsbDevice): boolean => serialNumber === "LOOP-7";

async function takesNothing(given: Given): Promise<void> {
  const address: UsbAddress = { type: "usb", vendorId: "0x2fb8", serialNumber: "MUTE-1", speaks: "bulk" };
  const terminal = await makeAndroidTerminal(given, "MUTE-1", "silent");
  terminal.plug();
  const { link, listener } = await openUsb(given, address);

  const from = performance.now();
  assert.deepEqual(await link.send(bytesOf("sale"), 1_000), {
    kind: "failed",
    why: "a write was not taken within 1000 ms",
  });
  assert.equal(listener.losses.length, 1);
  await within(8_000, link.close(), "closing");
  given.note(`lost and closed after ${msSince(from)} ms`);
  assert.equal(openDevices(), 0);
  await openUsb(given, address);
}

async function floods(given: Given): Promise<void> {
  const address: UsbAddress = { type: "usb", vendorId: "0x2fb8", serialNumber: "FLOOD-1", speaks: "bulk" };
  const terminal = await makeAndroidTerminal(given, "FLOOD-1", "floods");
  terminal.plug();
  let heardBytes = 0;
  const { link, listener } = await openUsb(given, address, (bytes) => {
    heardBytes += bytes.length;
  });

  const from = performance.now();
  const latestMs = await latestTimer(FLOOD_MS);
  given.note(`${Math.round((heardBytes / msSince(from)) * 1_000)} bytes a second; timers up to ${latestMs} ms late`);
  assert.ok(heardBytes > 0);
  assert.ok(heardBytes < 1_048_576 + (msSince(from) / 1_000) * 600_000, "it is read as fast as it sends");
  assert.ok(latestMs < 1_000, "others wait for it");
  assert.equal(link.isOpen, true);

  terminal.unplug();
  await within(2_000, listener.untilLost(), "the report of the loss");
}

async function startedAsAccessory(given: Given): Promise<void> {
  const address: UsbAddress = {
    type: "usb",
    vendorId: "0x2fb8",
    serialNumber: "AOA-1",
    speaks: "accessory",
    accessory: { manufacturer: "Acme", model: "Till" },
  };
  const terminal = await makeAndroidTerminal(given, "AOA-1", "silent");
  terminal.plug();
  const first = await openUsb(given, address);
  assert.deepEqual(
    terminal.strings.map((text) => text.replace("\0", "")),
    [...["Acme", "Till", "Payments of the shop's tills", "1", "", "1"]],
  );
  // A device that reads as Android does keeps a message that fills its last packet, unless it is told that it has ended.
  await exchangeSizes(first, SIZES.slice(0, -1));

  await first.link.close();
  const second = await openUsb(given, address);
  await exchange(second, "an earlier run has started it");
  assert.equal(terminal.starts(), 1);

  const { tookMs, why } = await loseLink(second, terminal.unplug);
  given.note(`lost after ${tookMs} ms: ${why}`);
  const from = performance.now();
  terminal.plug();
  await exchange(await openUsb(given, address), "started again");
  given.note(`it answered as an accessory ${msSince(from)} ms after it was plugged again`);
  assert.equal(terminal.starts(), 2);
}

export const bulkCases: Cases = {
  "messages of every size come back whole": messagesOfAnySize,
  "a device that is unplugged is lost, and found again when it is plugged": unpluggedAndReplugged,
  "a device that was closed can be opened at once": closedAndOpenedAgain,
  "two devices alike are told apart by their serial numbers, and not without": twoAlike,
  "a device that another program has says so": takenByAnother,
  "a device is seen when it is plugged and unplugged, without being opened": seenWithoutBeingOpened,
  "a device that takes nothing is lost, and can be opened again": takesNothing,
  "a device that floods is read at a pace, and lost when it is unplugged": floods,
  "an Android device is started as an accessory, and again after a replug": startedAsAccessory,
  "afterwards nothing is done": assertIdle,
};
