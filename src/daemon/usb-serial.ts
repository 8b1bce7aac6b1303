import type { SerialPorts, SerialPortSeen } from "../discovery/serial-ports.ts";
import type { SerialAddress } from "../transports/serial.ts";
import type { Opened, Transport } from "../transports/transport.ts";
import { nameOfAddress, type UsbAddress } from "../transports/usb-address.ts";

/**
 * A USB device that appears as a serial port, by what it is: its port has another name after each replug. Nothing is opened but the port of the one
 * device that it is.
 */
export function usbSerialTransport(serial: Transport<SerialAddress>, serialPorts: SerialPorts): Transport<UsbAddress> {
  return {
    kind: "usb",
    open: async (address, listener, openTimeoutMs, signal) => {
      const listed = await serialPorts.list();
      if (listed.kind === "failed") return { kind: "failed", why: `serial ports cannot be listed: ${listed.why}` };
      const [port, ...others] = listed.ports.filter((seen) => isAt(seen, address));
      if (port === undefined) return notThere(address);
      if (others.length > 0) return ambiguous(address, [port, ...others]);
      const { baudRate, dataBits, stopBits, parity } = address;
      const line = {
        ...(baudRate === undefined ? {} : { baudRate }),
        ...(dataBits === undefined ? {} : { dataBits }),
        ...(stopBits === undefined ? {} : { stopBits }),
        ...(parity === undefined ? {} : { parity }),
      };
      const opened = await serial.open({ type: "serial", path: port.path, ...line }, listener, openTimeoutMs, signal);
      if (opened.kind === "failed" || (await isStillThere(serialPorts, port, address))) return opened;
      await opened.link.close();
      return { kind: "failed", why: `another device had ${port.path} when it was opened` };
    },
  };
}

/** Between the list and the opening a replug may have given the port to another device. Nothing was written to it. */
async function isStillThere(serialPorts: SerialPorts, { path }: SerialPortSeen, address: UsbAddress): Promise<boolean> {
  const listed = await serialPorts.list();
  return listed.kind === "listed" && listed.ports.some((seen) => seen.path === path && isAt(seen, address));
}

function isAt({ usb }: SerialPortSeen, { vendorId, productId, serialNumber }: UsbAddress): boolean {
  return (
    usb?.vendorId === Number(vendorId) &&
    (productId === undefined || usb.productId === Number(productId)) &&
    (serialNumber === undefined || usb.serialNumber === serialNumber)
  );
}

function notThere(address: UsbAddress): Opened {
  return {
    kind: "failed",
    why: `no USB device ${nameOfAddress(address)} is plugged in, or it is no serial port`,
    remedy: "Check the cable and that the terminal is switched on; `tillbridge discover` shows what is plugged in.",
  };
}

/** Which of them it is nobody can say: a terminal is one device, and the other one may be a copy. */
function ambiguous(address: UsbAddress, ports: readonly SerialPortSeen[]): Opened {
  return {
    kind: "failed",
    why: `${ports.length} USB devices are ${nameOfAddress(address)}: ${ports.map(({ path }) => path).join(", ")}`,
    remedy:
      address.serialNumber === undefined
        ? "Name the serial number of the one that it is in its link; `tillbridge discover` shows them."
        : "Unplug the one that it is not: two devices have the same serial number.",
  };
}
