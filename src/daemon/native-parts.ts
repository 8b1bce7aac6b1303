import { existsSync } from "node:fs";
import { tryLibrary } from "../journal/rehearsal.ts";
import { loadSerialLibrary } from "../transports/serial.ts";
import { loadUsbLibrary } from "../transports/usb-library.ts";
import { loadForeignCalls, loadNotify } from "./supervision/libsystemd.ts";

/** Something compiled that the daemon may load, if only when a terminal needs it. */
type NativePart = {
  /** The package, or Node's own module. */
  readonly name: string;
  /** Rejects where it does not load on this machine. */
  readonly load: () => Promise<unknown>;
};

/** There, and only there, the service has to tell its system how it is. */
const BOOTED_BY_SYSTEMD = "/run/systemd/system";

/** All that the daemon may load on this machine: each that is missing is better found before it is needed. */
export function nativeParts(
  platform = process.platform,
  isSystemd = existsSync(BOOTED_BY_SYSTEMD),
): readonly NativePart[] {
  const everywhere: readonly NativePart[] = [
    { name: "node:sqlite", load: () => Promise.resolve().then(tryLibrary) },
    { name: "@serialport/bindings-cpp", load: loadSerialLibrary },
    { name: "usb", load: loadUsbLibrary },
  ];
  if (platform !== "linux") return everywhere;
  const foreign = { name: "koffi", load: loadForeignCalls };
  return [...everywhere, foreign, ...(isSystemd ? [{ name: "libsystemd", load: mustNotify }] : [])];
}

async function mustNotify(): Promise<void> {
  const loaded = await loadNotify();
  if (loaded.kind === "missing") throw new Error(loaded.why);
}
