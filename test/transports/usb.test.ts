import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { schemaFaults } from "../../src/core/schema.ts";
import { UsbAddressSchema } from "../../src/transports/usb-address.ts";
import { usbTransport } from "../../src/transports/usb.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { BULK_ADDRESS, busFor, failureOf, LIMIT_MS, linkOf } from "./usb-bus.ts";
import { bulkInterface, createFakeUsb } from "./usb-fake.ts";

test("without such a device, that is said, and no other is opened", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
  const others = [usb.plug({ vendorId: 0x0403 }), usb.plug({ productId: 0x2002 })];

  const { why, remedy } = failureOf(await open());

  assert.equal(why, "there is no USB device 0x2fb8:0x2001");
  assert.equal(remedy, "Plug it in and switch it on.");
  for (const other of others) assert.deepEqual(other.calls, []);
});

test("of two devices alike none is opened, and the serial number tells them apart", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
  const [first, second] = [usb.plug({ serialNumber: "A" }), usb.plug({ serialNumber: "B" })];

  const { why, remedy } = failureOf(await open());
  assert.match(why, /^2 USB devices match 0x2fb8:0x2001/);
  assert.match(remedy ?? "", /serial number/);
  assert.deepEqual([...first.calls, ...second.calls], []);

  assert.equal(linkOf(await open({ serialNumber: "B" })).name, "usb 0x2fb8:0x2001 with serial number B #1");
  assert.deepEqual(first.calls, []);
});

test("two devices that say the same serial number are not told apart", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
  const devices = [usb.plug({ serialNumber: "A" }), usb.plug({ serialNumber: "A" })];

  assert.match(failureOf(await open({ serialNumber: "A" })).why, /^2 USB devices match/);
  for (const device of devices) assert.deepEqual(device.calls, []);
});

test("a device without a serial number is not one whose serial number is named", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
  const device = usb.plug({});

  assert.match(failureOf(await open({ serialNumber: "A" })).why, /there is no USB device/);
  assert.deepEqual(device.calls, []);
  linkOf(await open());
});

test("an interface of another class is never claimed", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
  const device = usb.plug({ interfaces: [bulkInterface({ classCode: 10 }), bulkInterface({ classCode: 7 })] });

  assert.match(failureOf(await open()).why, /has no interface of the vendor's own with one bulk endpoint each way/);
  assert.deepEqual(device.calls, ["open", "interfaces", "close"]);
});

test("of several interfaces of the vendor's own, the address says which", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
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
    const { usb, open } = busFor(BULK_ADDRESS);
    const device = usb.plug({ interfaces: [bulkInterface({ endpoints })] });

    assert.match(failureOf(await open()).why, /with one bulk endpoint each way/);
    assert.equal(device.isOpen, false);
  });
}

test("a device that has become something else between being listed and being opened is let go", async () => {
  const { clock, usb, open } = busFor(BULK_ADDRESS);
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
  const { clock, usb, open } = busFor(BULK_ADDRESS);
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
    const { usb, open } = busFor(BULK_ADDRESS);
    const device = usb.plug({});
    device.fail(message.startsWith("claim") ? "claim 0" : "open", message);

    assert.match(failureOf(await open()).remedy ?? "", expected);
    assert.equal(device.isOpen, false);
  });
}

for (const call of ["open", "interfaces", "claim 0"]) {
  test(`a device that hangs at "${call}" fails in time, and is closed when it goes on after all`, async () => {
    const { clock, usb, open } = busFor(BULK_ADDRESS);
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
    const { clock, usb, open } = busFor(BULK_ADDRESS);
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
  const { usb, open } = busFor(BULK_ADDRESS);
  const { signal } = new AbortController();

  await open({}, signal);
  usb.plug({});
  linkOf(await open({}, signal));

  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("opening that was given up before it began touches nothing", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
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
  const open = () => transport.open(BULK_ADDRESS, createRecordingListener(), LIMIT_MS);

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

  const { why } = failureOf(await transport.open(BULK_ADDRESS, createRecordingListener(), LIMIT_MS));

  assert.match(why, /the USB devices of this machine cannot be listed/);
});

test("an address that speaks over a serial port is not for this transport", async () => {
  const { usb, open } = busFor(BULK_ADDRESS);
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
