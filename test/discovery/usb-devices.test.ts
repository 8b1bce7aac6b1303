import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openUsbDevices, type UsbDevices } from "../../src/discovery/usb-devices.ts";
import type { RawUsbDevice, UsbSource } from "../../src/discovery/usb-source.ts";
import { listSysfs } from "../../src/discovery/usb-sysfs.ts";

const TERMINAL: RawUsbDevice = {
  vendorId: 0x2fb8,
  productId: 0x2001,
  serialNumber: "A-1",
  manufacturer: "PAX",
  product: "A920",
  interfaces: [{ classCode: 255, subclassCode: 0 }],
};

/** A bus of which the test says what is on it. */
function fakeSource(devices: readonly RawUsbDevice[] = []) {
  let changed: (() => void) | undefined;
  const source: UsbSource = {
    list: (most) => Promise.resolve(devices.slice(0, most)),
    watch: (heard) => {
      changed = heard;
      return Promise.resolve(() => {
        changed = undefined;
        return Promise.resolve();
      });
    },
  };
  return { source, change: () => changed?.(), isWatched: () => changed !== undefined };
}

async function devicesOf(source: UsbSource): Promise<UsbDevices> {
  const opened = await openUsbDevices(() => Promise.resolve(source));
  assert.equal(opened.kind, "open");
  return opened.devices;
}

test("what is plugged in is listed as its system knows it", async () => {
  const nameless = { ...TERMINAL, serialNumber: undefined, manufacturer: undefined, product: undefined };
  await using devices = await devicesOf(fakeSource([TERMINAL, nameless]).source);

  assert.deepEqual(await devices.list(), [
    TERMINAL,
    { vendorId: 0x2fb8, productId: 0x2001, interfaces: [{ classCode: 255, subclassCode: 0 }] },
  ]);
});

test("of more devices than a machine has, 256 are told", async () => {
  const { source } = fakeSource();
  await using devices = await devicesOf({
    ...source,
    list: () => Promise.resolve(Array<RawUsbDevice>(1_000).fill(TERMINAL)),
  });

  assert.equal((await devices.list()).length, 256);
});

test("names are cut and cleaned; a serial number that would have to be is left out, since it would name another device", async () => {
  const absurd = {
    ...TERMINAL,
    serialNumber: "A".repeat(126),
    manufacturer: "P\u0000A\u001b[31mX",
    product: "x".repeat(10_000),
  };
  await using devices = await devicesOf(fakeSource([absurd, { ...TERMINAL, serialNumber: "A-1\n" }]).source);

  const [first, second] = await devices.list();

  assert.equal(first?.manufacturer, "P A [31mX");
  assert.equal(first.product, "x".repeat(100));
  assert.equal(first.serialNumber, undefined);
  assert.equal(second?.serialNumber, undefined);
});

test("more interfaces than a device has are not told", async () => {
  const interfaces = Array<{ classCode: number; subclassCode: number }>(500).fill({ classCode: 3, subclassCode: 0 });
  await using devices = await devicesOf(fakeSource([{ ...TERMINAL, interfaces }]).source);

  assert.equal((await devices.list())[0]?.interfaces.length, 32);
});

test("who listens hears of each change until they stop", async () => {
  const { source, change } = fakeSource();
  await using devices = await devicesOf(source);
  const heard: string[] = [];
  const stop = devices.onChange(() => void heard.push("first"));
  devices.onChange(() => void heard.push("second"));

  change();
  stop();
  change();

  assert.deepEqual(heard, ["first", "second", "second"]);
});

test("after disposing nobody watches any more", async () => {
  const { source, change, isWatched } = fakeSource();
  const devices = await devicesOf(source);
  devices.onChange(() => assert.fail("it is not watched any more"));
  assert.equal(isWatched(), true);

  await devices[Symbol.asyncDispose]();
  change();

  assert.equal(isWatched(), false);
});

test("a machine where nobody can hear of changes lists all the same, and says so", async () => {
  const { source } = fakeSource([TERMINAL]);
  const opened = await openUsbDevices(() =>
    Promise.resolve({ ...source, watch: () => Promise.reject(new Error("failed to open udev netlink socket")) }),
  );

  assert.equal(opened.kind, "open");
  assert.match(opened.trouble ?? "", /nobody tells when a USB device is plugged in: failed to open udev/);
  assert.equal((await opened.devices.list()).length, 1);
  await opened.devices[Symbol.asyncDispose]();
});

for (const [what, why, open] of [
  [
    "the native part does not load",
    "Cannot find native binding",
    () => Promise.reject(new Error("Cannot find native binding")),
  ],
  [
    "there is no USB",
    "this machine has no USB, as far as its system tells",
    () =>
      Promise.resolve({
        ...fakeSource().source,
        list: () => Promise.reject(new Error("ENOENT: no such file or directory")),
      }),
  ],
] as const) {
  test(`a machine where ${what} says so`, async () => {
    const opened = await openUsbDevices(open);

    assert.equal(opened.kind, "failed");
    assert.equal(opened.why, why);
  });
}

/** A folder as Linux shows its devices in. */
async function sysfs(files: Readonly<Record<string, string>>) {
  const folder = await mkdtemp(join(tmpdir(), "sysfs-"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, ".."), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

test("Linux' own list is read: devices with their interfaces, no buses, and nothing that is half gone", async () => {
  await using system = await sysfs({
    "usb1/idVendor": "1d6b\n",
    "usb1/idProduct": "0002\n",
    "1-0:1.0/bInterfaceClass": "09\n",
    "1-4.2/idVendor": "2fb8\n",
    "1-4.2/idProduct": "2001\n",
    "1-4.2/serial": "A 1 \n",
    "1-4.2/manufacturer": "Pax & Söhne\n",
    "1-4.2/product": "A920\n",
    "1-4.2:1.0/bInterfaceClass": "ff\n",
    "1-4.2:1.0/bInterfaceSubClass": "42\n",
    "1-4.2:1.1/bInterfaceClass": "02\n",
    "1-4.2:1.1/bInterfaceSubClass": "02\n",
    "1-4/idVendor": "05e3\n",
    "1-4/idProduct": "0608\n",
    "2-1/idVendor": "0403\n",
  });

  assert.deepEqual(await listSysfs(system.folder, 10), [
    {
      vendorId: 0x05e3,
      productId: 0x0608,
      serialNumber: undefined,
      manufacturer: undefined,
      product: undefined,
      interfaces: [],
    },
    {
      vendorId: 0x2fb8,
      productId: 0x2001,
      serialNumber: "A 1 ",
      manufacturer: "Pax & Söhne",
      product: "A920",
      interfaces: [
        { classCode: 255, subclassCode: 0x42 },
        { classCode: 2, subclassCode: 2 },
      ],
    },
  ]);
  assert.equal((await listSysfs(system.folder, 1)).length, 1);
});

test("this machine lists its devices or says why not, and nothing keeps listening", async () => {
  const opened = await openUsbDevices();

  if (opened.kind === "failed") return assert.match(opened.why, /USB|native/);
  assert.ok(Array.isArray(await opened.devices.list()));
  await opened.devices[Symbol.asyncDispose]();
});
