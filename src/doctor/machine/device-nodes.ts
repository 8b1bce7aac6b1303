import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { JsonObject } from "../../core/json.ts";
import { listSerialSysfs } from "../../discovery/serial-sysfs.ts";
import { readDevice } from "../../discovery/usb-sysfs.ts";
import type { RawUsbDevice } from "../../discovery/usb-source.ts";

/** Where a program opens a terminal's device. */
export type DeviceNode = {
  readonly path: string;
  /** What is plugged in there: `PAX A920`. */
  readonly what?: string;
};

export type FoundNode = { readonly kind: "node"; readonly node: DeviceNode } | { readonly kind: "none" | "several" };

export type PluggedDevice = {
  /** Its folder in `/sys/bus/usb/devices`: `1-4.2`. */
  readonly name: string;
  readonly path: string;
  readonly usb: RawUsbDevice;
};

const MOST = 256;

/** The device of a serial or USB link, as Linux has it now. */
export async function nodesOf(link: JsonObject, root = ""): Promise<FoundNode> {
  if (link["type"] === "serial") {
    const { path } = link;
    return typeof path === "string" ? { kind: "node", node: { path } } : { kind: "none" };
  }
  const isSerial = link["speaks"] === undefined || link["speaks"] === "serial";
  const seen = isSerial ? await listSerialSysfs(`${root}/sys`, MOST).catch(() => []) : await pluggedDevices(root);
  const [found, ...others] = seen.filter(({ usb }) => usb !== undefined && isIt(usb, link));
  if (found === undefined) return { kind: "none" };
  return others.length > 0 ? { kind: "several" } : { kind: "node", node: nodeOf(found.path, found.usb) };
}

function nodeOf(path: string, usb: RawUsbDevice | undefined): DeviceNode {
  const what = [usb?.manufacturer, usb?.product].filter((text) => text !== undefined).join(" ");
  return { path, ...(what === "" ? {} : { what }) };
}

export function isIt(usb: RawUsbDevice, { vendorId, productId, serialNumber }: JsonObject): boolean {
  return (
    usb.vendorId === Number(vendorId) &&
    (productId === undefined || usb.productId === Number(productId)) &&
    (serialNumber === undefined || usb.serialNumber === serialNumber)
  );
}

/** Every USB device, with its node: `/dev/bus/usb/001/004`. None where the machine has no USB. */
export async function pluggedDevices(root = ""): Promise<readonly PluggedDevice[]> {
  const folder = `${root}/sys/bus/usb/devices`;
  const names = await readdir(folder).catch(() => []);
  const number = async (name: string, field: string) => {
    const text = await readFile(join(folder, name, field), "utf8").catch(() => "");
    return text.trim().padStart(3, "0");
  };
  const devices: PluggedDevice[] = [];
  for (const name of names.filter((candidate) => /^\d+-[\d.]+$/.test(candidate)).slice(0, MOST)) {
    const usb = await readDevice(folder, name, names);
    if (usb === undefined) continue;
    const path = `/dev/bus/usb/${await number(name, "busnum")}/${await number(name, "devnum")}`;
    devices.push({ name, path, usb });
  }
  return devices;
}
