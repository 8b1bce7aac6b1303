/** Runs in the guest: links of our USB transport to what is plugged. */
import { readdirSync, readlinkSync } from "node:fs";
import type { Opened } from "../../../src/transports/transport.ts";
import type { UsbAddress } from "../../../src/transports/usb-address.ts";
import { usbTransport } from "../../../src/transports/usb.ts";
import { realClock } from "../../support/clock.ts";
import { createRecordingListener } from "../../support/recording-listener.ts";
import { until } from "../../support/until.ts";
import { within, type Given } from "../usb-guest/guest.ts";
import { exchange, type OpenLink } from "../usb-guest/open-link.ts";

const OPEN_MS = 10_000;
const PLUGGED_MS = 20_000;

const transport = usbTransport(realClock);

export function tryToOpen(address: UsbAddress, listener = createRecordingListener()): Promise<Opened> {
  return transport.open(address, listener, OPEN_MS);
}

/** Opens it as soon as the system has recognised it. */
export async function openUsb(
  given: Given,
  address: UsbAddress,
  received?: (bytes: Uint8Array) => void,
): Promise<OpenLink> {
  const recording = createRecordingListener();
  const listener = received === undefined ? recording : { ...recording, received };
  let opened: Opened | undefined;
  const open = async (): Promise<boolean> => {
    opened = await tryToOpen(address, listener);
    return opened.kind === "open" || !opened.why.startsWith("there is no USB device");
  };
  await within(PLUGGED_MS, until(open), `to open ${JSON.stringify(address)}`);
  if (opened?.kind !== "open") throw new Error(opened?.why ?? "it was not opened");
  const { link } = opened;
  given.after(() => link.close());
  return { link, listener };
}

/** Sends messages of these sizes, and waits until each has come back whole. */
export async function exchangeSizes(open: OpenLink, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) await exchange(open, `${size}:`.padEnd(size - 1, "x").slice(0, size - 1) + ".");
}

/** How many USB devices this process has open. */
export function openDevices(): number {
  return readdirSync("/proc/self/fd").filter((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`).startsWith("/dev/bus/usb");
    } catch {
      return false; // it was of this very look
    }
  }).length;
}
