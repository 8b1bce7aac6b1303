import assert from "node:assert/strict";
import { test } from "node:test";
import { deviceExaminations, type NodeLook } from "../../../src/doctor/machine/devices.ts";
import { ruleExamination } from "../../../src/doctor/machine/neighbours.ts";
import { linuxUsbPowerExaminations } from "../../../src/doctor/machine/power.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { checkOf, configWith, foundBy, plant } from "./examined.ts";

const SERVICE = { uid: 990, name: "tillbridge", groups: [985] };
const ID = "terminal.counter-1.device";

const terminals = (link: object, more: object = {}) =>
  configWith({ terminals: [{ id: "counter-1", vendor: "getnet", link, ...more }] }).terminals;

const SERIAL = terminals({ type: "serial", path: "/dev/ttyUSB0" });

const node = (
  facts: { uid: number; gid: number; mode: number },
  usable: "usable" | "noRights" | "forbidden",
): NodeLook => ({
  stat: () => Promise.resolve({ ...facts, isCharacterDevice: () => true }),
  usable: () => Promise.resolve({ kind: usable }),
});

test("a device that the service may use is well, and its owner is told", async () => {
  const look = node({ uid: 0, gid: 0, mode: 0o20660 }, "usable");

  const check = await checkOf(ID, deviceExaminations(SERIAL, SERVICE, { look }));

  assert.equal(check.verdict, "ok");
  assert.match(check.evidence, /^\/dev\/ttyUSB0 belongs to root:root, mode 660; the service runs as tillbridge/);
  assert.equal(check.terminal, "counter-1");
});

test("given a group that the service is not in, then the fault names it, and the command that mends it", async () => {
  const look = node({ uid: 0, gid: 4_020, mode: 0o20660 }, "noRights");

  const check = await checkOf(ID, deviceExaminations(SERIAL, SERVICE, { look }));

  assert.equal(check.verdict, "fault");
  assert.match(
    check.evidence,
    /belongs to root:gid 4020, mode 660; the service runs as tillbridge .* and may not use it/,
  );
  assert.match(check.remedy ?? "", /usermod --append --groups gid 4020 tillbridge/);
});

test("given a device of root alone, then the rule for udev is the remedy", async () => {
  const look = node({ uid: 0, gid: 0, mode: 0o20600 }, "noRights");

  const check = await checkOf(ID, deviceExaminations(SERIAL, SERVICE, { look }));

  assert.deepEqual([check.verdict, (check.remedy ?? "").includes("udev rule")], ["fault", true]);
});

test("given a kind of device that the service's unit forbids, then its unit is the remedy", async () => {
  const look = node({ uid: 0, gid: 985, mode: 0o20660 }, "forbidden");

  const check = await checkOf(ID, deviceExaminations(SERIAL, SERVICE, { look }));

  assert.deepEqual([check.verdict, (check.remedy ?? "").includes("DeviceAllow=/dev/ttyUSB0 rw")], ["fault", true]);
});

test("given nothing at the path, or a file, then that is told where the link is looked at", async (t) => {
  const folder = freshFolder(t);
  plant(folder, { ttyFILE: "" });

  for (const name of ["ttyNONE", "ttyFILE"]) {
    const none = terminals({ type: "serial", path: `${folder}/${name}` });
    assert.deepEqual(await foundBy(...deviceExaminations(none, SERVICE)), [], name);
  }
});

test("given a terminal on the network, one that is not used, or one that is nowhere in particular, then there is nothing to say", async () => {
  for (const each of [
    terminals({ type: "tcp", host: "127.0.0.1", port: 1 }),
    terminals({ type: "serial", path: "/dev/ttyUSB0" }, { disabled: true }),
    terminals({ type: "serial" }, { serialNumber: "A1" }),
  ]) {
    assert.deepEqual(await foundBy(...deviceExaminations(each, SERVICE)), []);
  }
});

const PAX = {
  "sys/bus/usb/devices/1-4/idVendor": "2fb8\n",
  "sys/bus/usb/devices/1-4/idProduct": "2001\n",
  "sys/bus/usb/devices/1-4/busnum": "1\n",
  "sys/bus/usb/devices/1-4/devnum": "7\n",
  "sys/bus/usb/devices/1-4/manufacturer": "PAX\n",
  "sys/bus/usb/devices/1-4/product": "A920\n",
};
const BULK = terminals({ type: "usb", vendorId: "0x2fb8", productId: "0x2001", speaks: "bulk" });

test("a USB device is found where the system has it now, and told by its name", async (t) => {
  const root = freshFolder(t);
  plant(root, PAX);
  const look = node({ uid: 0, gid: 0, mode: 0o20660 }, "usable");

  const check = await checkOf(ID, deviceExaminations(BULK, SERVICE, { root, look }));

  assert.match(check.evidence, /^\/dev\/bus\/usb\/001\/007 \(PAX A920\) belongs to/);
});

test("given no such USB device, or two, then nothing is said of rights", async (t) => {
  const [empty, two] = [freshFolder(t), freshFolder(t)];
  plant(two, PAX);
  plant(two, Object.fromEntries(Object.entries(PAX).map(([path, text]) => [path.replace("1-4", "1-5"), text])));

  for (const root of [empty, two]) {
    assert.deepEqual(await foundBy(...deviceExaminations(BULK, SERVICE, { root })), []);
  }
});

test("a device that the system may switch off is a warning, one that it never does is well", async (t) => {
  const root = freshFolder(t);
  plant(root, { ...PAX, "sys/bus/usb/devices/1-4/power/control": "auto\n" });
  const [auto] = await foundBy(...linuxUsbPowerExaminations(BULK, root));
  const other = freshFolder(t);
  plant(other, { ...PAX, "sys/bus/usb/devices/1-4/power/control": "on\n" });
  const [on] = await foundBy(...linuxUsbPowerExaminations(BULK, other));
  const unread = freshFolder(t);
  plant(unread, PAX);
  const [hidden] = await foundBy(...linuxUsbPowerExaminations(BULK, unread));

  assert.deepEqual([auto?.verdict, on?.verdict, hidden?.verdict], ["warning", "ok", "unknown"]);
  assert.match(auto?.evidence ?? "", /1-4\/power\/control: auto/);
});

test("the rule for udev is asked for where a terminal is plugged in and a program is there that would open it", async (t) => {
  const neighbour = { "usr/sbin/ModemManager": "" };
  const verdict = async (files: Readonly<Record<string, string>>) => {
    const root = freshFolder(t);
    plant(root, files);
    return (await checkOf("devices.rule", ruleExamination(SERIAL, root))).verdict;
  };

  assert.equal(await verdict({}), "ok");
  assert.equal(await verdict(neighbour), "warning");
  assert.equal(await verdict({ ...neighbour, "usr/lib/udev/rules.d/91-tillbridge.rules": "" }), "ok");
  assert.deepEqual(ruleExamination(terminals({ type: "tcp", host: "127.0.0.1", port: 1 })), []);
});
