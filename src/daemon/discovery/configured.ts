import { realpathSync } from "node:fs";
import { isIPv4 } from "node:net";
import type { JsonObject } from "../../core/json.ts";
import type { LinkKind, Vendor } from "../../drivers/driver.ts";
import type { AccountSighting, PluggedSighting, Sighting, UsbIdentity } from "../../discovery/sighting.ts";
import type { TerminalView } from "../api.ts";

/** How a sighting stands to the terminals that are configured. */
export type Standing =
  | { readonly kind: "new" }
  | { readonly kind: "configured"; readonly terminal: string }
  /** A terminal with its port is configured by a name: whether it is this one, only the network could tell. */
  | { readonly kind: "perhapsConfigured" };

export function standingOf(
  sighting: Sighting,
  terminals: readonly Pick<TerminalView, "id" | "vendor" | "link" | "device">[],
  vendors: ReadonlyMap<string, Vendor>,
): Standing {
  if (sighting.kind === "account") return standingOfListed(sighting, terminals);
  if (sighting.kind !== "mdns") return standingOfPlugged(sighting, terminals);
  const named = terminals.find(({ vendor, link }) => vendor === sighting.vendor && link["mdns"] === sighting.name);
  if (named !== undefined) return { kind: "configured", terminal: named.id };
  const { link } = sighting;
  if (link === undefined) return { kind: "new" };
  const alike = terminals
    .map((terminal) => ({ id: terminal.id, link: withLinkDefaults(terminal, vendors) }))
    .filter((terminal) => terminal.link["type"] === link.type && terminal.link["port"] === link["port"]);
  const here = new Set([sighting.address, plainHost(sighting.host)]);
  const same = alike.find((terminal) => here.has(plainHost(terminal.link["host"])));
  if (same !== undefined) return { kind: "configured", terminal: same.id };
  return alike.some(({ link: { host } }) => host !== undefined && !isIPv4(plainHost(host)))
    ? { kind: "perhapsConfigured" }
    : { kind: "new" };
}

function standingOfListed(
  { vendor, device }: AccountSighting,
  terminals: readonly Pick<TerminalView, "id" | "vendor" | "device">[],
): Standing {
  const same = terminals.find((terminal) => terminal.vendor === vendor && terminal.device === device);
  return same === undefined ? { kind: "new" } : { kind: "configured", terminal: same.id };
}

function standingOfPlugged(
  { path, usb }: PluggedSighting,
  terminals: readonly Pick<TerminalView, "id" | "link">[],
): Standing {
  const same = terminals.find(({ link }) => {
    if (link["type"] === "serial") return path !== undefined && isPortAt(link["path"], path);
    return link["type"] === "usb" && usb !== undefined && isUsbLinkTo(link, usb);
  });
  return same === undefined ? { kind: "new" } : { kind: "configured", terminal: same.id };
}

/** A port has names that hold wherever it is plugged in (`/dev/serial/by-id/...`), which lead to the one that it was seen by. */
function isPortAt(configured: unknown, path: string): boolean {
  if (configured === path) return true;
  if (typeof configured !== "string" || !configured.startsWith("/")) return false;
  try {
    return realpathSync(configured) === path;
  } catch {
    return false; // nothing is plugged in there now
  }
}

function isUsbLinkTo({ vendorId, productId, serialNumber }: JsonObject, usb: UsbIdentity): boolean {
  return (
    Number(vendorId) === usb.vendorId &&
    (productId === undefined || Number(productId) === usb.productId) &&
    (serialNumber === undefined || serialNumber === usb.serialNumber)
  );
}

function withLinkDefaults(
  { vendor, link }: Pick<TerminalView, "vendor" | "link">,
  vendors: ReadonlyMap<string, Vendor>,
): JsonObject {
  const { type } = link;
  const defaults = typeof type === "string" ? vendors.get(vendor)?.linkDefaults[type as LinkKind] : undefined;
  return { ...defaults, ...link };
}

/** A host as it is compared: names of the DNS know no capitals, and may end with a dot. */
function plainHost(host: unknown): string {
  const name = String(host).toLowerCase().replace(/\.$/, "");
  return name === "localhost" ? "127.0.0.1" : name;
}
