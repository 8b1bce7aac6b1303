import assert from "node:assert/strict";
import { describe, it, test } from "node:test";
import { usbSerialTransport } from "../../src/daemon/usb-serial.ts";
import type { SerialPorts, SerialPortSeen } from "../../src/discovery/serial-ports.ts";
import type { SerialAddress } from "../../src/transports/serial.ts";
import type { Link, Transport } from "../../src/transports/transport.ts";
import type { UsbAddress } from "../../src/transports/usb-address.ts";

const port = (path: string, serialNumber?: string, productId = 0x2001): SerialPortSeen => ({
  path,
  usb: { vendorId: 0x2fb8, productId, ...(serialNumber === undefined ? {} : { serialNumber }) },
});
const ADDRESS: UsbAddress = { type: "usb", vendorId: "0x2FB8", productId: "0x2001", serialNumber: "A1" };
const LISTENER = { received: () => undefined, lost: () => undefined };

/** What is opened of these ports. */
function transportOver(listed: readonly SerialPortSeen[] | string) {
  const opened: SerialAddress[] = [];
  const serial: Transport<SerialAddress> = {
    kind: "serial",
    open: (address) => {
      opened.push(address);
      return Promise.resolve({ kind: "failed", why: "busy" });
    },
  };
  const ports: SerialPorts = {
    list: () =>
      Promise.resolve(typeof listed === "string" ? { kind: "failed", why: listed } : { kind: "listed", ports: listed }),
    onChange: () => () => undefined,
  };
  const usb = usbSerialTransport(serial, ports);
  const open = async (address: UsbAddress) => {
    const answer = await usb.open(address, LISTENER, 1_000, new AbortController().signal);
    assert(answer.kind === "failed");
    return answer;
  };
  return { open, opened };
}

describe("a USB device that is a serial port", () => {
  it("is opened at the port that it has today, and no other port is", async () => {
    const { open, opened } = transportOver([
      { path: "/dev/ttyS0" },
      port("/dev/ttyACM0", "B2"),
      port("/dev/ttyACM1"),
      port("/dev/ttyACM2", "A1"),
      port("/dev/ttyACM3", "A1", 0x2002),
    ]);
    await open({ ...ADDRESS, baudRate: 9_600, parity: "even" });
    assert.deepEqual(opened, [{ type: "serial", path: "/dev/ttyACM2", baudRate: 9_600, parity: "even" }]);
  });

  it("is any of its vendor where nothing more is said, if it is the only one", async () => {
    const { open, opened } = transportOver([port("/dev/ttyACM0", "B2"), { path: "/dev/ttyS0" }]);
    await open({ type: "usb", vendorId: "0x2fb8" });
    assert.deepEqual(
      opened.map(({ path }) => path),
      ["/dev/ttyACM0"],
    );
  });

  it("is none of two that look the same: nobody knows which of them it is", async () => {
    const { open, opened } = transportOver([port("/dev/ttyACM0", "A1"), port("/dev/ttyACM1", "A1")]);
    const twins = await open(ADDRESS);
    assert.match(twins.why, /2 USB devices are .*A1: \/dev\/ttyACM0, \/dev\/ttyACM1/);
    assert.match(twins.remedy ?? "", /Unplug/);
    assert.deepEqual(opened, []);
  });

  it("is none of two of its kind without a serial number, and the remedy is to name one", async () => {
    const { open, opened } = transportOver([port("/dev/ttyACM0", "A1"), port("/dev/ttyACM1", "A2")]);
    const either = await open({ type: "usb", vendorId: "0x2fb8" });
    assert.match(either.remedy ?? "", /Name the serial number/);
    assert.deepEqual(opened, []);
  });

  it("that is not plugged in is told so, and nothing is opened in its place", async () => {
    const { open, opened } = transportOver([port("/dev/ttyACM0", "B2")]);
    const away = await open(ADDRESS);
    assert.match(away.why, /no USB device 0x2FB8:0x2001 with serial number A1 is plugged in/);
    assert.match(away.remedy ?? "", /cable/);
    assert.deepEqual(opened, []);
  });

  it("is not found where ports cannot be listed, and the reason is told", async () => {
    const { open, opened } = transportOver("no udev");
    assert.match((await open(ADDRESS)).why, /no udev/);
    assert.deepEqual(opened, []);
  });
});

test("a port that another device has by the time that it is open is given up, and nothing is written to it", async () => {
  const closed: string[] = [];
  const link: Link = {
    name: "serial",
    isOpen: true,
    send: () => assert.fail("nothing is written"),
    close: () => Promise.resolve(void closed.push("closed")),
  };
  const lists = [[port("/dev/ttyACM0", "A1")], [port("/dev/ttyACM0", "SCALE"), port("/dev/ttyACM1", "A1")]];
  const usb = usbSerialTransport(
    { kind: "serial", open: () => Promise.resolve({ kind: "open", link }) },
    { list: () => Promise.resolve({ kind: "listed", ports: lists.shift() ?? [] }), onChange: () => () => undefined },
  );

  const opened = await usb.open(ADDRESS, LISTENER, 1_000);

  assert.deepEqual([opened.kind, closed], ["failed", ["closed"]]);
});
