/** Runs in the guest: what the kernel and udev made of a device that was plugged. */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { until } from "../../support/until.ts";
import { within } from "./guest.ts";

const LIMIT_MS = 20_000;

/** The node of the serial port with this serial number, as soon as it can be opened. */
export async function portOf(serialNumber: string): Promise<string> {
  let found: string | undefined;
  await within(
    LIMIT_MS,
    until(() => (found = portNow(serialNumber)) !== undefined),
    `the port of ${serialNumber}`,
  );
  return found ?? "";
}

export async function untilGone(serialNumber: string): Promise<void> {
  await within(
    LIMIT_MS,
    until(() => portNow(serialNumber) === undefined),
    `the end of the port of ${serialNumber}`,
  );
}

function portNow(serialNumber: string): string | undefined {
  const ports = readdirSync("/sys/class/tty").filter((name) => /^tty(?:ACM|USB)/.test(name));
  const name = ports.find((port) => serialNumberOf(port) === serialNumber);
  return name !== undefined && existsSync(join("/dev", name)) ? join("/dev", name) : undefined;
}

/** The nearest one above the port: that of the USB device. */
function serialNumberOf(port: string): string | undefined {
  try {
    for (let folder = realpathSync(join("/sys/class/tty", port, "device")); folder !== "/"; folder = dirname(folder)) {
      if (existsSync(join(folder, "serial"))) return readFileSync(join(folder, "serial"), "utf8").trim();
    }
  } catch {
    // It is being unplugged.
  }
  return undefined;
}
