import { watch } from "node:fs";
import type { Clock } from "../core/ports.ts";
import { listSerialSysfs } from "./serial-sysfs.ts";
import type { UsbIdentity } from "./sighting.ts";
import { usbIdentityOf } from "./usb-identity.ts";

/** A serial port of this machine, as its system knows it: nothing was opened to find out. */
export type SerialPortSeen = {
  /** `/dev/ttyACM0`, `COM3`. */
  readonly path: string;
  /** Of the USB device behind it; absent where it is built in. */
  readonly usb?: UsbIdentity;
};

type SerialPortsListed =
  | { readonly kind: "listed"; readonly ports: readonly SerialPortSeen[] }
  /** For people. */
  | { readonly kind: "failed"; readonly why: string };

export interface SerialPorts {
  list(): Promise<SerialPortsListed>;
  /** Calls `changed` when a port comes or goes, where this system tells that; perhaps several times. Answers how to stop it. */
  onChange(changed: () => void): () => void;
}

const LIST_LIMIT_MS = 5_000;
const MOST_PORTS = 256;
const HEX = /^[0-9a-f]{1,4}$/i;
/** Device nodes of serial adapters and CDC-ACM devices. */
const PLUGGED_NODE = /^tty(ACM|USB)\d+$/;

/** The machine's own. */
export const systemSerialPorts = (clock: Clock): SerialPorts => ({
  list: async () => {
    try {
      return {
        kind: "listed",
        ports: process.platform === "linux" ? await listedByKernel() : await listedByLibrary(clock),
      };
    } catch (error) {
      return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
    }
  },
  onChange: (changed) => {
    if (process.platform !== "linux") return () => undefined;
    try {
      const watcher = watch("/dev", { persistent: false }, (_event, name) => {
        if (name !== null && PLUGGED_NODE.test(name)) changed();
      });
      // What is plugged in is then seen at the next attempt to open it.
      watcher.on("error", () => watcher.close());
      return () => watcher.close();
    } catch {
      return () => undefined;
    }
  },
});

async function listedByKernel(): Promise<readonly SerialPortSeen[]> {
  const ports = await listSerialSysfs("/sys", MOST_PORTS);
  return ports.map(({ path, usb }) => (usb === undefined ? { path } : { path, usb: usbIdentityOf(usb) }));
}

async function listedByLibrary(clock: Clock): Promise<readonly SerialPortSeen[]> {
  const { SerialPort } = await import("serialport");
  const ports = await withinLimit(SerialPort.list(), clock);
  return ports.slice(0, MOST_PORTS).map(({ path, vendorId = "", productId = "", serialNumber, manufacturer }) => {
    if (!HEX.test(vendorId) || !HEX.test(productId)) return { path };
    const usb = { vendorId: Number.parseInt(vendorId, 16), productId: Number.parseInt(productId, 16) };
    // Windows has the place on the bus there where the device tells no serial number.
    const isNumber = serialNumber?.includes("&") === false;
    return { path, usb: usbIdentityOf({ ...usb, serialNumber: isNumber ? serialNumber : undefined, manufacturer }) };
  });
}

/** The list is made by a program of the system, which may hang. */
function withinLimit<Value>(listing: Promise<Value>, clock: Clock): Promise<Value> {
  const over = new Promise<never>((_resolve, reject) => {
    const limit = clock.after(LIST_LIMIT_MS, () => reject(new Error(`no answer within ${LIST_LIMIT_MS} ms`)));
    void listing.catch(() => undefined).then(() => limit.cancel());
  });
  return Promise.race([listing, over]);
}
