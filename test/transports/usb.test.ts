import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { schemaFaults } from "../../src/core/schema.ts";
import type { Link, Opened } from "../../src/transports/transport.ts";
import { UsbAddressSchema, type UsbAddress } from "../../src/transports/usb-address.ts";
import { usbTransport } from "../../src/transports/usb.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { bulkInterface, createFakeUsb, type FakeDeviceOptions } from "./usb-fake.ts";

const LIMIT_MS = 5_000;
const ADDRESS: UsbAddress = { type: "usb", vendorId: "0x2fb8", productId: "0x2001", speaks: "bulk" };
const bytesOf = (text: string) => new TextEncoder().encode(text);

function linkOf(opened: Opened): Link {
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  return opened.link;
}

function failureOf(opened: Opened): { readonly why: string; readonly remedy?: string } {
  assert.equal(opened.kind, "failed");
  return opened;
}

function bus() {
  const clock = createVirtualClock();
  const usb = createFakeUsb(clock);
  const transport = usbTransport(clock, () => Promise.resolve(usb));
  const listener = createRecordingListener();
  const open = (address: Partial<UsbAddress> = {}, signal?: AbortSignal) =>
    transport.open({ ...ADDRESS, ...address }, listener, LIMIT_MS, signal);
  return { clock, usb, transport, listener, open };
}

/** A device and an open link to it, which is being read. */
async function connected(options: FakeDeviceOptions = {}) {
  const world = bus();
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
  const world = bus();
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

test("without such a device, that is said, and no other is opened", async () => {
  const { usb, open } = bus();
  const others = [usb.plug({ vendorId: 0x0403 }), usb.plug({ productId: 0x2002 })];

  const { why, remedy } = failureOf(await open());

  assert.equal(why, "there is no USB device 0x2fb8:0x2001");
  assert.equal(remedy, "Plug it in and switch it on.");
  for (const other of others) assert.deepEqual(other.calls, []);
});

test("of two devices alike none is opened, and the serial number tells them apart", async () => {
  const { usb, open } = bus();
  const [first, second] = [usb.plug({ serialNumber: "A" }), usb.plug({ serialNumber: "B" })];

  const { why, remedy } = failureOf(await open());
  assert.match(why, /^2 USB devices match 0x2fb8:0x2001/);
  assert.match(remedy ?? "", /serial number/);
  assert.deepEqual([...first.calls, ...second.calls], []);

  assert.equal(linkOf(await open({ serialNumber: "B" })).name, "usb 0x2fb8:0x2001 with serial number B #1");
  assert.deepEqual(first.calls, []);
});

test("two devices that say the same serial number are not told apart", async () => {
  const { usb, open } = bus();
  const devices = [usb.plug({ serialNumber: "A" }), usb.plug({ serialNumber: "A" })];

  assert.match(failureOf(await open({ serialNumber: "A" })).why, /^2 USB devices match/);
  for (const device of devices) assert.deepEqual(device.calls, []);
});

test("a device without a serial number is not one whose serial number is named", async () => {
  const { usb, open } = bus();
  const device = usb.plug({});

  assert.match(failureOf(await open({ serialNumber: "A" })).why, /there is no USB device/);
  assert.deepEqual(device.calls, []);
  linkOf(await open());
});

test("an interface of another class is never claimed", async () => {
  const { usb, open } = bus();
  const device = usb.plug({ interfaces: [bulkInterface({ classCode: 10 }), bulkInterface({ classCode: 7 })] });

  assert.match(failureOf(await open()).why, /has no interface of the vendor's own with one bulk endpoint each way/);
  assert.deepEqual(device.calls, ["open", "interfaces", "close"]);
});

test("of several interfaces of the vendor's own, the address says which", async () => {
  const { usb, open } = bus();
  const device = usb.plug({ interfaces: [bulkInterface(), bulkInterface({ interfaceNumber: 3 })] });

  assert.match(failureOf(await open()).why, /several interfaces of the vendor's own \(0, 3\): `interface` has to say/);
  assert.match(failureOf(await open({ interface: 2 })).why, /has no interface 2 of the vendor's own/);
  linkOf(await open({ interface: 3 }));
  assert.deepEqual(
    device.calls.filter((call) => call.startsWith("claim")),
    ["claim 3"],
  );
});

const bulkIn = { endpointNumber: 1, direction: "in", type: "bulk", packetBytes: 512 } as const;
const bulkOut = { endpointNumber: 2, direction: "out", type: "bulk", packetBytes: 512 } as const;
for (const [what, endpoints] of [
  ["two ways in", [bulkIn, { ...bulkIn, endpointNumber: 3 }, bulkOut]],
  ["no way out", [bulkIn]],
  ["an interrupt endpoint for the way in", [{ ...bulkIn, type: "interrupt" }, bulkOut]],
  ["packets of no bytes", [{ ...bulkIn, packetBytes: 0 }, bulkOut]],
  ["packets larger than there are", [bulkIn, { ...bulkOut, packetBytes: 65_535 }]],
] as const) {
  test(`an interface with ${what} is not claimed`, async () => {
    const { usb, open } = bus();
    const device = usb.plug({ interfaces: [bulkInterface({ endpoints })] });

    assert.match(failureOf(await open()).why, /with one bulk endpoint each way/);
    assert.equal(device.isOpen, false);
  });
}

test("a device that has become something else between being listed and being opened is let go", async () => {
  const { clock, usb, open } = bus();
  const device = usb.plug({});
  const goOn = device.hold("open");

  const opening = open();
  await clock.settle();
  device.turnInto([bulkInterface({ classCode: 8 })]);
  goOn();

  assert.match(failureOf(await opening).why, /has no interface of the vendor's own/);
  assert.equal(device.isOpen, false);
});

test("a device that is unplugged between being listed and being opened is gone", async () => {
  const { clock, usb, open } = bus();
  const device = usb.plug({});
  const goOn = device.hold("open");

  const opening = open();
  await clock.settle();
  device.unplug();
  goOn();

  assert.match(failureOf(await opening).why, /cannot be opened: the device is gone/);
});

for (const [message, expected] of [
  ["open error: permission denied (errno 13)", /udev rule/],
  ["claimInterface error: interface is busy (errno 16)", /End the program.*"speaks": "serial"/],
  ["open error: not supported", /WinUSB/],
] as const) {
  test(`"${message}" comes with what to do about it`, async () => {
    const { usb, open } = bus();
    const device = usb.plug({});
    device.fail(message.startsWith("claim") ? "claim 0" : "open", message);

    assert.match(failureOf(await open()).remedy ?? "", expected);
    assert.equal(device.isOpen, false);
  });
}

for (const call of ["open", "interfaces", "claim 0"]) {
  test(`a device that hangs at "${call}" fails in time, and is closed when it goes on after all`, async () => {
    const { clock, usb, open } = bus();
    const device = usb.plug({});
    const goOn = device.hold(call);

    const opening = open();
    await clock.advance(LIMIT_MS);
    assert.match(failureOf(await opening).why, /did not open within 5000 ms/);

    goOn();
    await clock.settle();
    assert.equal(device.calls.at(-1), "close");
    assert.equal(device.isOpen, false);
  });

  test(`opening that is given up at "${call}" answers at once`, async () => {
    const { clock, usb, open } = bus();
    const device = usb.plug({});
    const goOn = device.hold(call);
    const giving = new AbortController();

    const opening = open({}, giving.signal);
    await clock.settle();
    giving.abort();
    assert.match(failureOf(await opening).why, /was given up/);
    assert.equal(clock.pendingTimers(), 0);

    goOn();
    await clock.settle();
    assert.deepEqual(device.calls.slice(-2), [call, "close"]);
    assert.equal(device.isOpen, false);
  });
}

test("a signal that outlives many links is not listened to for each of them", async () => {
  const { usb, open } = bus();
  const { signal } = new AbortController();

  await open({}, signal);
  usb.plug({});
  linkOf(await open({}, signal));

  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("opening that was given up before it began touches nothing", async () => {
  const { usb, open } = bus();
  const device = usb.plug({});

  assert.match(failureOf(await open({}, AbortSignal.abort())).why, /was given up/);
  assert.deepEqual(device.calls, []);
});

test("a machine on which the native part does not load says so, and tries again the next time", async () => {
  const clock = createVirtualClock();
  const usb = createFakeUsb(clock);
  usb.plug({});
  let isMended = false;
  const transport = usbTransport(clock, () =>
    isMended ? Promise.resolve(usb) : Promise.reject(new Error("Cannot find native binding")),
  );
  const open = () => transport.open(ADDRESS, createRecordingListener(), LIMIT_MS);

  const { why, remedy } = failureOf(await open());
  assert.equal(why, "USB does not work on this machine: Cannot find native binding");
  assert.match(remedy ?? "", /Install again/);

  isMended = true;
  linkOf(await open());
});

test("a machine without USB says so", async () => {
  const clock = createVirtualClock();
  const usb = createFakeUsb(clock);
  const list = () => Promise.reject(new Error("/sys/bus/usb/devices/ not found (errno 2)"));
  const transport = usbTransport(clock, () => Promise.resolve({ ...usb, list }));

  const { why } = failureOf(await transport.open(ADDRESS, createRecordingListener(), LIMIT_MS));

  assert.match(why, /the USB devices of this machine cannot be listed/);
});

test("an address that speaks over a serial port is not for this transport", async () => {
  const { usb, open } = bus();
  const device = usb.plug({});

  assert.match(failureOf(await open({ speaks: "serial" })).why, /no port of it was found/);
  assert.deepEqual(device.calls, []);
});

test("an address names the vendor in the way that is usual, and nothing that is not known", () => {
  const faults = (more: object) => schemaFaults(UsbAddressSchema, { type: "usb", vendorId: "0x2fb8", ...more });

  assert.deepEqual(faults({ productId: "0x2001", serialNumber: "A", speaks: "bulk", interface: 255 }), []);
  assert.deepEqual(faults({ speaks: "serial", baudRate: 9_600, dataBits: 7, stopBits: 2, parity: "even" }), []);
  assert.deepEqual(faults({ speaks: "accessory", accessory: { manufacturer: "Acme", uri: "https://x" } }), []);
  assert.deepEqual(
    faults({ vendorId: "2fb8" }).map(({ field }) => field),
    ["vendorId"],
  );
  assert.deepEqual(
    faults({ serialNumber: "A".repeat(127) }).map(({ field }) => field),
    ["serialNumber"],
  );
  assert.deepEqual(
    faults({ interface: 256 }).map(({ field }) => field),
    ["interface"],
  );
  assert.deepEqual(
    faults({ accessory: { model: "x\n" } }).map(({ field }) => field),
    ["accessory.model"],
  );
  assert.deepEqual(
    faults({ path: "/dev/ttyACM0" }).map(({ field }) => field),
    ["path"],
  );
});
