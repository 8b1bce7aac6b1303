/** Runs in the guest: the kernel's own device that gives back what it gets, over a bulk endpoint each way. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { debianKernel } from "../guest/kernel.ts";
import { makeGadget, type Gadget } from "../usb-guest/gadget.ts";
import type { Given } from "../usb-guest/guest.ts";

export const LOOPBACK = { vendorId: "0x1d6b", productId: "0x0104" } as const;

export function makeLoopback(given: Given, serialNumber: string): Gadget {
  loadModule("usb_f_ss_lb");
  const identity = { ...LOOPBACK, serialNumber, manufacturer: "Linux", product: "Loopback" };
  return makeGadget(given, identity, `Loopback.${serialNumber}`);
}

function loadModule(name: string): void {
  const loaded = new Set(
    readFileSync("/proc/modules", "utf8")
      .split("\n")
      .map((line) => line.split(" ")[0]),
  );
  for (const file of debianKernel().moduleFiles([name])) {
    if (!loaded.has(basename(file, ".ko").replaceAll("-", "_"))) execFileSync("insmod", [file]);
  }
}
