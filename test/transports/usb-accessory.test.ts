import assert from "node:assert/strict";
import { test } from "node:test";
import type { Opened } from "../../src/transports/transport.ts";
import type { UsbAddress } from "../../src/transports/usb-address.ts";
import { busFor, bytesOf, failureOf, LIMIT_MS, linkOf } from "./usb-bus.ts";
import { bulkInterface, type FakeDevice, type FakeDeviceOptions } from "./usb-fake.ts";

const ADDRESS: UsbAddress = { type: "usb", vendorId: "0x2fb8", speaks: "accessory", serialNumber: "T-1" };
const WITHOUT_SERIAL_NUMBER: UsbAddress = { type: "usb", vendorId: "0x2fb8", speaks: "accessory" };
const GOOGLE = 0x18d1;

/** As Android shows itself with its debug bridge on; which of the two comes first is its own matter. */
const ACCESSORY_INTERFACES = [
  bulkInterface({ interfaceNumber: 0, subclassCode: 66 }),
  bulkInterface({ interfaceNumber: 1, subclassCode: 255 }),
];

function bus() {
  const plain = busFor(ADDRESS);
  const { clock, open, usb } = plain;
  /** Each accessory that came back after a start. */
  const accessories: FakeDevice[] = [];
  const plugAccessory = (options: FakeDeviceOptions = {}): FakeDevice => {
    const accessory = usb.plug({
      vendorId: GOOGLE,
      productId: 0x2d01,
      serialNumber: "T-1",
      interfaces: ACCESSORY_INTERFACES,
      ...options,
    });
    accessories.push(accessory);
    return accessory;
  };
  /** A terminal that comes back as an accessory as soon as it is started. */
  const plugTerminal = (options: FakeDeviceOptions = {}, asAccessory: FakeDeviceOptions = {}): FakeDevice =>
    usb.plug({
      serialNumber: "T-1",
      accessoryVersion: 2,
      onStart: (device) => {
        device.unplug();
        plugAccessory(asAccessory);
      },
      ...options,
    });
  /** Opens, while time passes. */
  const opened = async (address: Partial<UsbAddress> = {}): Promise<Opened> => {
    const opening = open(address);
    await clock.advance(LIMIT_MS);
    return opening;
  };
  return { ...plain, accessories, plugAccessory, plugTerminal, opened };
}

test("a terminal is told who we are, started, and spoken to when it has come back", async () => {
  const { accessories, clock, listener, opened, plugTerminal } = bus();
  const terminal = plugTerminal();

  const link = linkOf(await opened());

  assert.equal(link.name, "usb 0x2fb8 with serial number T-1 #1");
  assert.deepEqual(terminal.calls, ["open", "ask 51", ...Array<string>(6).fill("tell 52"), "tell 53", "close"]);
  assert.deepEqual(terminal.strings, [
    "Tillbridge\0",
    "Tillbridge\0",
    "Payments of the shop's tills\0",
    "1\0",
    "\0",
    "1\0",
  ]);
  const [accessory] = accessories;
  assert.deepEqual(accessory?.calls, ["open", "interfaces", "claim 1"]);

  assert.deepEqual(await link.send(bytesOf("sale"), LIMIT_MS), { kind: "sent" });
  assert.deepEqual(accessory.written, [bytesOf("sale")]);
  accessory.say(bytesOf("approved"));
  await clock.advance(0);
  await listener.until((text) => text === "approved");

  accessory.unplug();
  await listener.untilLost();
  assert.equal(link.isOpen, false);
});

test("the address says what the app on the terminal waits for", async () => {
  const { opened, plugTerminal } = bus();
  const terminal = plugTerminal();

  linkOf(await opened({ accessory: { manufacturer: "Acme", model: "Till", version: "7" } }));

  assert.deepEqual(terminal.strings.slice(0, 2), ["Acme\0", "Till\0"]);
  assert.equal(terminal.strings[3], "7\0");
});

test("a terminal that an earlier run has started is spoken to as it is", async () => {
  const { open, plugAccessory } = bus();
  const accessory = plugAccessory();

  linkOf(await open());

  assert.deepEqual(accessory.calls, ["open", "interfaces", "claim 1"]);
});

test("replugged, it is started again", async () => {
  const { accessories, listener, opened, plugTerminal } = bus();
  plugTerminal();
  linkOf(await opened());
  accessories[0]?.unplug();
  await listener.untilLost();

  const terminal = plugTerminal();
  assert.equal(linkOf(await opened()).name, "usb 0x2fb8 with serial number T-1 #2");
  assert.equal(terminal.calls.includes("tell 53"), true);
});

test("an accessory with another serial number is another terminal, and is left alone", async () => {
  const { open, plugAccessory } = bus();
  const other = plugAccessory({ serialNumber: "T-2" });

  assert.match(failureOf(await open()).why, /there is no USB device 0x2fb8 with serial number T-1/);
  assert.deepEqual(other.calls, []);
});

test("without a serial number in the address, an accessory could be anybody's, and is left alone", async () => {
  const { plugAccessory, transport, listener } = bus();
  const accessory = plugAccessory();

  const { why, remedy } = failureOf(await transport.open(WITHOUT_SERIAL_NUMBER, listener, LIMIT_MS));

  assert.match(why, /an Android device in accessory mode, and nothing tells whether it is this one/);
  assert.match(remedy ?? "", /serial number/);
  assert.deepEqual(accessory.calls, []);
});

test("without a serial number in the address, the terminal that was started here is known by its own", async () => {
  const { accessories, clock, plugTerminal, transport, listener } = bus();
  plugTerminal();
  const open = () => transport.open(WITHOUT_SERIAL_NUMBER, listener, LIMIT_MS);
  const opening = open();
  await clock.advance(LIMIT_MS);
  const link = linkOf(await opening);

  const closing = link.close();
  await clock.advance(500);
  await closing;

  linkOf(await open());
  assert.equal(accessories.length, 1);
});

test("a terminal without a serial number comes back as the accessory that was not there before", async () => {
  const { accessories, clock, plugTerminal, plugAccessory, transport, listener } = bus();
  const neighbour = plugAccessory({ serialNumber: undefined });
  plugTerminal({ serialNumber: undefined }, { serialNumber: undefined });

  const opening = transport.open(WITHOUT_SERIAL_NUMBER, listener, LIMIT_MS);
  await clock.advance(LIMIT_MS);

  linkOf(await opening);
  assert.equal(accessories[1]?.isOpen, true);
  assert.deepEqual(neighbour.calls, []);
});

test("a device that says the serial number of an accessory makes both of them nobody's", async () => {
  const { open, plugAccessory, plugTerminal } = bus();
  const devices = [plugAccessory(), plugTerminal()];

  assert.match(failureOf(await open()).why, /^2 USB devices match/);
  for (const device of devices) assert.deepEqual(device.calls, []);
});

test("a terminal that comes back as somebody else is not taken for it", async () => {
  const { accessories, opened, plugTerminal } = bus();
  plugTerminal({}, { serialNumber: "T-2" });

  assert.match(failureOf(await opened()).why, /within 5000 ms: it was started as an accessory and did not come back/);
  assert.deepEqual(accessories[0]?.calls, []);
});

test("two that come back with the same serial number are not told apart", async () => {
  const { accessories, opened, plugAccessory, plugTerminal } = bus();
  plugTerminal({
    onStart: (device) => {
      device.unplug();
      plugAccessory();
      plugAccessory();
    },
  });

  assert.match(failureOf(await opened()).why, /^2 USB devices match/);
  for (const accessory of accessories) assert.deepEqual(accessory.calls, []);
});

for (const [what, options] of [
  ["answers version 0", { accessoryVersion: 0 }],
  ["does not know the question", {}],
] as const) {
  test(`a device that ${what} is told nothing, and closed`, async () => {
    const { open, usb } = bus();
    const device = usb.plug({ serialNumber: "T-1", ...options });

    const { why, remedy } = failureOf(await open());

    assert.match(why, /does not know Android Open Accessory/);
    assert.match(remedy ?? "", /`speaks`/);
    assert.deepEqual(device.calls, ["open", "ask 51", "close"]);
  });
}

test("a device that does not take a string is not started", async () => {
  const { open, plugTerminal } = bus();
  const terminal = plugTerminal({ refusesString: 2 });

  assert.match(failureOf(await open()).why, /does not take the accessory's description/);
  assert.equal(terminal.calls.includes("tell 53"), false);
  assert.equal(terminal.isOpen, false);
});

test("a device that does not come back fails in time, and says how it answered the start", async () => {
  const { opened, plugTerminal } = bus();
  const terminal = plugTerminal({ onStart: () => {} });
  terminal.fail("tell 53", "controlTransferOut error: Stall");

  const { why } = failureOf(await opened());

  assert.match(why, /^0x2fb8 with serial number T-1 did not open within 5000 ms: it did not come back .* Stall$/);
  assert.equal(terminal.isOpen, false);
});

test("a device that is gone before it has answered the start has been started", async () => {
  const { opened, plugTerminal, plugAccessory } = bus();
  plugTerminal({
    onStart: (device) => {
      device.unplug();
      plugAccessory();
      throw new Error("controlTransferOut error: Disconnected");
    },
  });

  linkOf(await opened());
});

test("an accessory that may not be opened yet is tried again until it may", async () => {
  const { accessories, clock, open, plugAccessory, plugTerminal } = bus();
  let mayOpen = (): void => assert.fail("it was not started");
  plugTerminal({
    onStart: (device) => {
      device.unplug();
      const accessory = plugAccessory();
      accessory.fail("open", "open error: permission denied (errno 13)");
      mayOpen = () => accessory.mend("open");
    },
  });

  const opening = open();
  await clock.advance(1_000);
  mayOpen();
  await clock.advance(200);

  linkOf(await opening);
  assert.ok((accessories[0]?.calls.filter((call) => call === "open").length ?? 0) > 2);
});

test("an accessory that may never be opened says why", async () => {
  const { opened, plugAccessory, plugTerminal } = bus();
  plugTerminal({
    onStart: (device) => {
      device.unplug();
      plugAccessory().fail("open", "open error: permission denied (errno 13)");
    },
  });

  assert.match(failureOf(await opened()).why, /within 5000 ms: .*permission denied/);
});

test("an accessory that has sound alone is not spoken to", async () => {
  const { accessories, opened, plugTerminal } = bus();
  plugTerminal({}, { productId: 0x2d02, interfaces: [bulkInterface({ classCode: 1 })] });

  assert.match(failureOf(await opened()).why, /has no interface of the vendor's own/);
  assert.equal(accessories[0]?.isOpen, false);
});

for (const call of ["open", "ask 51", "tell 52", "tell 53"]) {
  test(`opening that is given up at "${call}" answers at once, goes no further, and leaves the device closed`, async () => {
    const { clock, open, plugTerminal } = bus();
    const terminal = plugTerminal();
    const goOn = terminal.hold(call);
    const giving = new AbortController();

    const opening = open({}, giving.signal);
    await clock.settle();
    giving.abort();
    assert.match(failureOf(await opening).why, /was given up/);
    assert.equal(clock.pendingTimers(), 0);

    goOn();
    await clock.settle();
    assert.deepEqual(terminal.calls.slice(-2), [call, "close"]);
    assert.equal(terminal.isOpen, false);
  });

  test(`a device that hangs at "${call}" fails in time`, async () => {
    const { opened, plugTerminal } = bus();
    const terminal = plugTerminal();
    terminal.hold(call);

    assert.match(failureOf(await opened()).why, /did not open within 5000 ms: it/);
  });
}

test("opening that is given up while the device is away answers at once, and does not open it later", async () => {
  const { accessories, clock, open, plugAccessory, plugTerminal } = bus();
  plugTerminal({ onStart: (device) => device.unplug() });
  const giving = new AbortController();

  const opening = open({}, giving.signal);
  await clock.advance(1_000);
  giving.abort();
  assert.match(failureOf(await opening).why, /was given up/);
  assert.equal(clock.pendingTimers(), 0);
  plugAccessory();
  await clock.advance(LIMIT_MS);

  assert.deepEqual(accessories[0]?.calls, []);
});

test("opening that is given up while the accessory is claimed leaves it closed", async () => {
  const { accessories, clock, open, plugAccessory } = bus();
  const goOn = plugAccessory().hold("claim 1");
  const giving = new AbortController();

  const opening = open({}, giving.signal);
  await clock.settle();
  giving.abort();
  assert.match(failureOf(await opening).why, /was given up/);
  goOn();
  await clock.settle();

  assert.equal(accessories[0]?.isOpen, false);
});
