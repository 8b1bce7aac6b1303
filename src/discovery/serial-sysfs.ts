import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readDevice } from "./usb-sysfs.ts";
import type { RawUsbDevice } from "./usb-source.ts";

/** Ports with a device behind them; a console or a pseudo-terminal is none. */
const PORT = /^tty(ACM|USB|S|AMA|MFD|O|XRUSB|WCH)\d+$/;
/** From the port up to its USB device: the port, its interface, and hubs are beyond. */
const MOST_LEVELS = 5;
/** Of a port of the board that has no chip behind it. */
const NO_CHIP = "0";

export type RawSerialPort = { readonly path: string; readonly usb?: RawUsbDevice };

/**
 * What Linux itself keeps of the serial ports. The npm package starts a program for that, which not every machine has, and asks udev, which knows a new
 * port later than the kernel does.
 *
 * @param folder the system's own, `/sys`
 */
export async function listSerialSysfs(folder: string, most: number): Promise<readonly RawSerialPort[]> {
  const names = await readdir(join(folder, "class", "tty"));
  const ports: RawSerialPort[] = [];
  for (const name of names.filter((candidate) => PORT.test(candidate)).toSorted()) {
    if (ports.length === most) break;
    const port = await readPort(folder, name);
    if (port !== undefined) ports.push(port);
  }
  return ports;
}

async function readPort(folder: string, name: string): Promise<RawSerialPort | undefined> {
  const entry = join(folder, "class", "tty", name);
  const path = `/dev/${name}`;
  let device: string;
  try {
    device = await realpath(join(entry, "device"));
  } catch {
    return undefined; // nothing is behind it, or it is gone by now
  }
  const usb = await usbDeviceAbove(device);
  if (usb !== undefined) return { path, usb };
  const chip = await readFile(join(entry, "type"), "utf8").catch(() => NO_CHIP);
  return chip.trim() === NO_CHIP ? undefined : { path };
}

async function usbDeviceAbove(device: string): Promise<RawUsbDevice | undefined> {
  let folder = device;
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    const found = await readDevice(dirname(folder), basename(folder));
    if (found !== undefined) return found;
    folder = dirname(folder);
  }
  return undefined;
}
