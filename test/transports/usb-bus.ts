import assert from "node:assert/strict";
import type { Link, Opened } from "../../src/transports/transport.ts";
import type { UsbAddress } from "../../src/transports/usb-address.ts";
import { usbTransport } from "../../src/transports/usb.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import { createFakeUsb } from "./usb-fake.ts";

export const LIMIT_MS = 5_000;
export const bytesOf = (text: string) => new TextEncoder().encode(text);

export function linkOf(opened: Opened): Link {
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  return opened.link;
}

export function failureOf(opened: Opened): { readonly why: string; readonly remedy?: string } {
  assert.equal(opened.kind, "failed");
  return opened;
}

/** A bus, and our transport on it. */
export function busFor(address: UsbAddress) {
  const clock = createVirtualClock();
  const usb = createFakeUsb(clock);
  const transport = usbTransport(clock, () => Promise.resolve(usb));
  const listener = createRecordingListener();
  const open = (more: Partial<UsbAddress> = {}, signal?: AbortSignal) =>
    transport.open({ ...address, ...more }, listener, LIMIT_MS, signal);
  return { clock, usb, transport, listener, open };
}

export const BULK_ADDRESS: UsbAddress = { type: "usb", vendorId: "0x2fb8", productId: "0x2001", speaks: "bulk" };
