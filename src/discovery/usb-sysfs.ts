import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RawUsbDevice } from "./usb-source.ts";

/** A device, `1-4.2`: the bus and the ports on the way to it. Not a bus itself, `usb1`. */
const DEVICE = /^\d+-\d+(\.\d+)*$/;

/**
 * What Linux itself keeps of the USB devices: it read it when they were plugged in. The npm package would open every device, and
 * ask it, to tell as much.
 */
export async function listSysfs(folder: string, most: number): Promise<readonly RawUsbDevice[]> {
  const names = await readdir(folder);
  const devices: RawUsbDevice[] = [];
  for (const name of names.filter((candidate) => DEVICE.test(candidate)).toSorted()) {
    if (devices.length === most) break;
    const device = await readDevice(folder, name, names);
    if (device !== undefined) devices.push(device);
  }
  return devices;
}

/**
 * Of one device; undefined where there is none.
 *
 * @param names of all that is in the folder beside it: its interfaces are there too
 */
export async function readDevice(
  folder: string,
  name: string,
  names: readonly string[] = [],
): Promise<RawUsbDevice | undefined> {
  const text = async (...path: string[]): Promise<string | undefined> => {
    try {
      return (await readFile(join(folder, ...path), "utf8")).replace(/\n$/, "");
    } catch {
      return undefined; // the device has no such name, or is gone by now
    }
  };
  const hex = async (...path: string[]): Promise<number> => Number.parseInt((await text(...path)) ?? "", 16);

  const [vendorId, productId] = [await hex(name, "idVendor"), await hex(name, "idProduct")];
  if (Number.isNaN(vendorId) || Number.isNaN(productId)) return undefined;
  const interfaces = [];
  for (const child of names.filter((candidate) => candidate.startsWith(`${name}:`)).toSorted()) {
    const [classCode, subclassCode] = [await hex(child, "bInterfaceClass"), await hex(child, "bInterfaceSubClass")];
    if (!Number.isNaN(classCode) && !Number.isNaN(subclassCode)) interfaces.push({ classCode, subclassCode });
  }
  return {
    vendorId,
    productId,
    serialNumber: await text(name, "serial"),
    manufacturer: await text(name, "manufacturer"),
    product: await text(name, "product"),
    interfaces,
  };
}
