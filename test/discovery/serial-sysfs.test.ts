import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { listSerialSysfs } from "../../src/discovery/serial-sysfs.ts";
import { freshFolder } from "../support/home-folder.ts";

/** A tree as the kernel shows it: devices, and the ports that lead to them. */
function sys(t: TestContext, devices: Readonly<Record<string, string>>, ports: Readonly<Record<string, string>>) {
  const folder = freshFolder(t);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(devices)) write(path, `${text}\n`);
  for (const [name, device] of Object.entries(ports)) {
    mkdirSync(join(folder, "class", "tty", name), { recursive: true });
    mkdirSync(join(folder, device), { recursive: true });
    symlinkSync(join(folder, device), join(folder, "class", "tty", name, "device"));
  }
  return { folder, write };
}

const USB = "devices/pci0/usb1";
const TERMINAL = {
  [`${USB}/idVendor`]: "1d6b",
  [`${USB}/idProduct`]: "0002",
  [`${USB}/1-4/idVendor`]: "2fb8",
  [`${USB}/1-4/idProduct`]: "2001",
  [`${USB}/1-4/serial`]: "PAX-42",
  [`${USB}/1-4/manufacturer`]: "PAX",
};

test("a port is told with the USB device behind it, however deep that lies, and never with its hub", async (t) => {
  const adapter = { [`${USB}/1-5/1-5.2/idVendor`]: "0403", [`${USB}/1-5/1-5.2/idProduct`]: "6001" };
  const { folder } = sys(
    t,
    { ...TERMINAL, ...adapter },
    { ttyACM0: `${USB}/1-4/1-4:1.0`, ttyUSB3: `${USB}/1-5/1-5.2/1-5.2:1.0/ttyUSB3` },
  );

  const [terminal, other, ...more] = await listSerialSysfs(folder, 10);

  assert.deepEqual([terminal?.path, other?.path, more], ["/dev/ttyACM0", "/dev/ttyUSB3", []]);
  const { vendorId, productId, serialNumber, manufacturer } = terminal?.usb ?? {};
  assert.deepEqual([vendorId, productId, serialNumber, manufacturer], [0x2fb8, 0x2001, "PAX-42", "PAX"]);
  assert.deepEqual([other?.usb?.vendorId, other?.usb?.serialNumber], [0x0403, undefined]);
});

test("of the board's own ports only those with a chip are told, and consoles never", async (t) => {
  const { folder, write } = sys(t, {}, { ttyS0: "devices/pnp0/00:05", ttyS1: "devices/platform/serial8250" });
  write("class/tty/ttyS0/type", "4\n");
  write("class/tty/ttyS1/type", "0\n");
  mkdirSync(join(folder, "class/tty/tty1"));
  mkdirSync(join(folder, "class/tty/console"));

  assert.deepEqual(await listSerialSysfs(folder, 10), [{ path: "/dev/ttyS0" }]);
});

test("a port whose device is gone by now is none, and no more are told than are wanted", async (t) => {
  const { folder } = sys(t, TERMINAL, { ttyACM0: `${USB}/1-4/1-4:1.0`, ttyACM1: `${USB}/1-4/1-4:1.2` });
  mkdirSync(join(folder, "class/tty/ttyACM2"));
  symlinkSync(join(folder, "devices/gone"), join(folder, "class/tty/ttyACM2/device"));

  const all = await listSerialSysfs(folder, 10);
  assert.deepEqual(
    all.map(({ path }) => path),
    ["/dev/ttyACM0", "/dev/ttyACM1"],
  );
  assert.equal((await listSerialSysfs(folder, 1)).length, 1);
});
