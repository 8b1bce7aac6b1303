import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { viewsOf } from "../../src/daemon/discovery/views.ts";
import type { KnownVendor } from "../../src/discovery/fingerprints.ts";
import { pluggedScanner, type Plugged } from "../../src/discovery/plugged-scanner.ts";
import type { SerialPorts, SerialPortSeen } from "../../src/discovery/serial-ports.ts";
import type { PluggedSighting, UsbIdentity } from "../../src/discovery/sighting.ts";
import type { UsbDevice, UsbDevices } from "../../src/discovery/usb-devices.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { vendors } from "../../src/drivers/registry.ts";

const KNOWN: readonly KnownVendor[] = vendors.map(({ id, fingerprints = [] }) => ({ id, fingerprints }));
const TERMINAL = {
  vendorId: 0x2fb8,
  productId: 0x2001,
  serialNumber: "A920-0001",
  manufacturer: "PAX",
  product: "A920",
};
const FTDI = { vendorId: 0x0403, productId: 0x6001, serialNumber: "FT0001", manufacturer: "FTDI" };
const CH340 = { vendorId: 0x1a86, productId: 0x7523 };
const CDC = [{ classCode: 2, subclassCode: 2 }];
const OWN_CLASS = [{ classCode: 255, subclassCode: 0 }];

const at = (path: string, usb?: UsbIdentity): SerialPortSeen => ({ path, ...(usb === undefined ? {} : { usb }) });

function portsOf(listed: readonly SerialPortSeen[] | string): SerialPorts {
  return {
    list: () =>
      Promise.resolve(typeof listed === "string" ? { kind: "failed", why: listed } : { kind: "listed", ports: listed }),
    onChange: () => () => undefined,
  };
}

function usbOf(listed: readonly UsbDevice[] | "gone"): NonNullable<Plugged["usb"]> {
  const devices: UsbDevices = {
    list: () => (listed === "gone" ? Promise.reject(new Error("no rights")) : Promise.resolve(listed)),
    onChange: () => () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return () => Promise.resolve({ kind: "open", devices });
}

const look = (plugged: Plugged) => pluggedScanner(plugged, KNOWN).scan(0, new AbortController().signal);
async function seen(ports: readonly SerialPortSeen[], devices: readonly UsbDevice[] = []) {
  const { sightings, troubles } = await look({ serial: portsOf(ports), usb: usbOf(devices) });
  assert.deepEqual(troubles, []);
  return sightings;
}

function commandsOf(sightings: readonly PluggedSighting[]): readonly (string | undefined)[] {
  const surroundings = {
    vendors: new Map(vendors.map((vendor) => [vendor.id, vendor])),
    terminals: [],
    listening: new Map<string, boolean>(),
    shell: "posix",
  } as const;
  return viewsOf(sightings, surroundings).map(({ command }) => command);
}

describe("a terminal that is plugged in as a serial port", () => {
  it("is its vendor's, with the reason, and is added by what it is and not by the port that it has today", async () => {
    const sightings = await seen([at("/dev/ttyACM3", TERMINAL)], [{ ...TERMINAL, interfaces: CDC }]);
    const [terminal] = sightings;
    assert.equal(sightings.length, 1, "it is told once");
    assert(terminal !== undefined);
    assert.deepEqual([terminal.kind, terminal.vendor, terminal.path], ["serial", getnet.id, "/dev/ttyACM3"]);
    assert.equal(terminal.name, "PAX A920 A920-0001");
    assert.match(terminal.why, /its USB vendor is 0x2fb8/);
    assert.deepEqual(terminal.link, {
      type: "usb",
      vendorId: "0x2fb8",
      productId: "0x2001",
      serialNumber: "A920-0001",
    });
    assert.deepEqual(commandsOf(sightings), [
      "tillbridge terminals add getnet-1 --vendor getnet --usb 0x2fb8:0x2001:A920-0001 --setting currency=CURRENCY",
    ]);
  });

  it("is added by its port where it tells no serial number", async () => {
    const { serialNumber: _none, ...nameless } = TERMINAL;
    const sightings = await seen([at("/dev/ttyACM3", nameless)]);
    assert.deepEqual(sightings[0]?.link, { type: "serial", path: "/dev/ttyACM3" });
  });
});

describe("a generic adapter", () => {
  it("is listed, and nothing more: no vendor, no link, no command", async () => {
    const sightings = await seen([at("/dev/ttyUSB0", FTDI), at("/dev/ttyUSB1", CH340), at("/dev/ttyS0")]);
    assert.deepEqual(
      sightings.map(({ path }) => path),
      ["/dev/ttyS0", "/dev/ttyUSB0", "/dev/ttyUSB1"],
    );
    for (const { vendor, link, score, settings, why } of sightings) {
      assert.deepEqual([vendor, link, score, settings], [undefined, undefined, undefined, undefined]);
      assert.match(why, /anything can be behind it|cannot be seen/);
    }
    assert.deepEqual(commandsOf(sightings), [undefined, undefined, undefined]);
  });

  it("is nobody's with any chip that adapters have", async () => {
    const chips = [0x0403, 0x1a86, 0x067b, 0x10c4, 0x04d8, 0x2341, 0x0557];
    const ports = chips.map((vendorId, index) => at(`/dev/ttyUSB${index}`, { vendorId, productId: 0x6001 }));
    for (const { vendor } of await seen(ports)) assert.equal(vendor, undefined);
  });

  it("stands behind what is recognised", async () => {
    const sightings = await seen([at("/dev/ttyACM0", FTDI), at("/dev/ttyACM9", TERMINAL)]);
    assert.deepEqual(
      sightings.map(({ vendor }) => vendor),
      ["getnet", undefined],
    );
  });
});

describe("a device that says hostile things", () => {
  const WORDS = [
    "$(reboot)",
    "`reboot`",
    "A;reboot",
    "A|reboot",
    "A&B",
    "A'B",
    'A"B',
    "A B",
    "--yes",
    "-A",
    "A\\B",
    "%PATH%",
    "é",
    "",
  ];

  it("says nothing of it in a command", async () => {
    for (const word of WORDS) {
      const hostile = { ...TERMINAL, serialNumber: word, manufacturer: word, product: word };
      const [command = ""] = commandsOf(await seen([at("/dev/ttyACM0", hostile)]));
      assert.equal(
        command,
        "tillbridge terminals add getnet-1 --vendor getnet --serial /dev/ttyACM0 --setting currency=CURRENCY",
        word,
      );
    }
  });

  it("is no more than one line in a list of 128", async () => {
    const ports = Array.from({ length: 300 }, (_, index) => at(`/dev/ttyUSB${index}`, FTDI));
    const { sightings, troubles } = await look({ serial: portsOf([...ports, at("/dev/ttyACM0", TERMINAL)]) });
    assert.equal(sightings.length, 128);
    assert.equal(sightings[0]?.vendor, "getnet", "a terminal is not what is left out");
    assert.match(troubles[0]?.text ?? "", /^173 serial ports/);
  });
});

describe("a USB device without a serial port", () => {
  it("is told where it is a terminal's, and has no command: by what it speaks nobody can see", async () => {
    const sightings = await seen([], [{ ...TERMINAL, interfaces: OWN_CLASS }]);
    assert.deepEqual([sightings[0]?.kind, sightings[0]?.vendor, sightings[0]?.link], ["usb", "getnet", undefined]);
    assert.match(sightings[0]?.why ?? "", /it has no serial port/);
    assert.deepEqual(commandsOf(sightings), [undefined]);
  });

  it("is told without a vendor where it could speak, and not at all where it is a mouse or a hub", async () => {
    const sightings = await seen(
      [],
      [
        { vendorId: 0x18d1, productId: 0x4ee7, interfaces: OWN_CLASS },
        { vendorId: 0x046d, productId: 0xc077, interfaces: [{ classCode: 3, subclassCode: 1 }] },
        { vendorId: 0x1d6b, productId: 2, interfaces: [{ classCode: 9, subclassCode: 0 }] },
        { vendorId: 0x2fb8, productId: 9, interfaces: [{ classCode: 9, subclassCode: 0 }] },
      ],
    );
    assert.deepEqual(
      sightings.map(({ usb, vendor }) => [usb?.vendorId, vendor]),
      [[0x18d1, undefined]],
    );
  });
});

describe("what cannot be looked at", () => {
  it("is a trouble of its kind, and the rest goes on", async () => {
    const device = { ...TERMINAL, interfaces: OWN_CLASS };
    const noPorts = await look({ serial: portsOf("no udev"), usb: usbOf([device]) });
    assert.deepEqual([noPorts.troubles[0]?.kind, noPorts.sightings.length], ["serial", 1]);
    assert.match(noPorts.troubles[0]?.text ?? "", /no udev/);

    const noUsb = await look({
      serial: portsOf([at("/dev/ttyACM0", TERMINAL)]),
      usb: () => Promise.resolve({ kind: "failed", why: "no libusb" }),
    });
    assert.deepEqual([noUsb.troubles[0]?.kind, noUsb.sightings.length], ["usb", 1]);

    const lost = await look({ serial: portsOf([at("/dev/ttyACM0", TERMINAL)]), usb: usbOf("gone") });
    assert.deepEqual([lost.troubles[0]?.kind, lost.sightings.length], ["usb", 1]);
  });

  it("is not looked at where it is switched off", async () => {
    assert.deepEqual(pluggedScanner({ serial: portsOf([]) }, KNOWN).kinds, ["serial"]);
    assert.deepEqual(pluggedScanner({ usb: usbOf([]) }, KNOWN).kinds, ["usb"]);
    assert.deepEqual((await look({})).sightings, []);
  });
});
