import assert from "node:assert/strict";
import { test } from "node:test";
import { BULK_ADDRESS, busFor, bytesOf, LIMIT_MS, linkOf } from "./usb-bus.ts";
import type { FakeDeviceOptions } from "./usb-fake.ts";

/** A device and an open link to it, which is being read. */
async function connected(options: FakeDeviceOptions = {}) {
  const world = busFor(BULK_ADDRESS);
  const device = world.usb.plug(options);
  const link = linkOf(await world.open());
  await world.clock.advance(0);
  return { ...world, device, link };
}

test("bytes go both ways unchanged, and the link is named after the device", async () => {
  const { clock, device, link, listener } = await connected();

  assert.equal(link.name, "usb 0x2fb8:0x2001 #1");
  assert.deepEqual(await link.send(bytesOf("sale"), LIMIT_MS), { kind: "sent" });
  assert.deepEqual(device.written, [bytesOf("sale")]);

  device.say(bytesOf("approved"));
  device.say(bytesOf(", thank you"));
  assert.equal(await listener.until((text) => text.length === 19), "approved, thank you");
  const closing = link.close();
  await clock.advance(500);
  await closing;
  assert.deepEqual(listener.losses, []);
});

test("a long message goes in parts, and one that fills its last packet is ended by an empty one", async () => {
  const { device, link } = await connected();
  const partSizes = async (size: number): Promise<readonly number[]> => {
    const before = device.written.length;
    assert.deepEqual(await link.send(new Uint8Array(size).fill(7), LIMIT_MS), { kind: "sent" });
    return device.written.slice(before).map(({ length }) => length);
  };

  assert.deepEqual(await partSizes(511), [511]);
  assert.deepEqual(await partSizes(512), [512, 0]);
  assert.deepEqual(await partSizes(513), [513]);
  assert.deepEqual(await partSizes(4_096), [4_096, 0]);
  assert.deepEqual(await partSizes(10_000), [4_096, 4_096, 1_808]);
  assert.deepEqual(await partSizes(0), []);
});

test("a device that says nothing for an hour is still connected, and heard after that", async () => {
  const { clock, device, link, listener } = await connected();

  await clock.advance(3_600_000);
  device.say(bytesOf("still here"));

  await listener.until((text) => text === "still here");
  assert.equal(link.isOpen, true);
});

test("an unplug while it is read is lost at once, once, and the device is let go", async () => {
  const { device, link, listener, usb } = await connected();

  device.unplug("silently");

  assert.match((await listener.untilLost()).why, /the device is gone: unplugged or switched off/);
  await link.close();
  assert.equal(listener.losses.length, 1);
  assert.equal(device.calls.at(-1), "close");
  assert.equal(usb.listeners(), 0);
  assert.equal((await link.send(bytesOf("late"), LIMIT_MS)).kind, "refused");
});

test("what the system tells of an unplug counts for that device alone", async () => {
  const world = busFor(BULK_ADDRESS);
  const other = world.usb.plug({ productId: 0x9999 });
  world.usb.plug({});
  linkOf(await world.open());

  other.unplug();
  await world.clock.advance(0);

  assert.deepEqual(world.listener.losses, []);
  assert.deepEqual(other.calls, []);
});

test("an unplug that the system tells is lost though nothing is read at that moment", async () => {
  const { clock, device, link, listener } = await connected();
  for (let said = 0; said < 2_500; said += 1) device.say(new Uint8Array(512).fill(65));
  await clock.settle();
  while (device.isReading) await clock.settle();

  device.unplug();

  assert.match((await listener.untilLost()).why, /was unplugged/);
  await link.close();
  assert.equal(clock.pendingTimers(), 0);
});

test("an unplug while it is written to answers `failed`, never `refused`", async () => {
  const { clock, device, link, listener } = await connected();
  device.takes(0);

  const sending = link.send(bytesOf("sale"), LIMIT_MS);
  await clock.settle();
  device.unplug("silently");

  assert.equal((await sending).kind, "failed");
  assert.equal(listener.losses.length, 1);
});

test("a write that is not taken in time is lost, and closing waits until the device can be closed", async () => {
  const { clock, device, link, listener } = await connected();
  device.takes(0);

  const sending = link.send(bytesOf("sale"), 1_000);
  await clock.advance(1_000);
  assert.deepEqual(await sending, { kind: "failed", why: "a write was not taken within 1000 ms" });
  assert.equal(listener.losses.length, 1);
  assert.equal(device.isOpen, true);

  const closing = link.close();
  await clock.advance(LIMIT_MS);
  await closing;
  assert.equal(device.isOpen, false);
});

test("of a message that is given up, no further part is sent", async () => {
  const { clock, device, link } = await connected();
  const goOn = device.hold("write");

  const sending = link.send(new Uint8Array(10_000), LIMIT_MS);
  await clock.settle();
  const closing = link.close();
  goOn();
  await clock.advance(500);

  assert.equal((await sending).kind, "failed");
  await closing;
  assert.deepEqual(
    device.written.map(({ length }) => length),
    [4_096],
  );
});

test("a device that takes a part of what it is given is lost: nobody knows what the rest became", async () => {
  const { device, link, listener } = await connected();
  device.takes(3);

  const sent = await link.send(bytesOf("sale"), LIMIT_MS);

  assert.equal(sent.kind, "failed");
  assert.match((await listener.untilLost()).why, /took 3 of 4 bytes/);
});

test("closing waits for the read that is under way and for nothing else, and lets the device go", async () => {
  const { clock, device, link, listener, usb } = await connected();
  assert.equal(device.isReading, true);

  const closing = link.close();
  await clock.advance(500);
  await closing;

  assert.equal(device.isOpen, false);
  assert.equal(usb.listeners(), 0);
  assert.equal(clock.pendingTimers(), 0);
  assert.deepEqual(listener.losses, []);
});

test("closing never hangs, whatever the library does", async () => {
  const { clock, device, link } = await connected();
  device.hold("close");

  const closing = link.close();
  await clock.advance(6_000);

  await closing;
});

test("closing does not reject when the device cannot be closed", async () => {
  const { clock, device, link } = await connected();
  device.fail("close", "close error: broken");

  const closing = link.close();
  await clock.advance(500);

  await closing;
});

test("a device that floods is read at a pace, and all of it arrives", async () => {
  const { clock, device, listener } = await connected();
  const packets = 4_096;
  for (let said = 0; said < packets; said += 1) device.say(new Uint8Array(512).fill(65));

  await clock.advance(0);
  assert.ok(listener.text().length < 1_100_000, String(listener.text().length));
  await clock.advance(10_000);
  assert.equal(listener.text().length, packets * 512);
});

test("a device that sends empty packets without end does not keep the machine busy", async () => {
  const { clock, device, listener } = await connected();
  for (let said = 0; said < 20_000; said += 1) device.say(new Uint8Array());
  device.say(bytesOf("at last"));

  await clock.advance(4_000);
  assert.equal(listener.text(), "");
  await clock.advance(5_000);
  assert.equal(listener.text(), "at last");
});
