import type { SightingOnWire } from "../../../protocol/terminal.ts";

/** What tells two sightings apart: where they are, and not what they say of themselves. */
export function placeOfSighting(seen: SightingOnWire): string {
  const { kind, address, port, path, vendorId, productId, serialNumber, device, vendor } = seen;
  return JSON.stringify([kind, address, port, path, vendorId, productId, serialNumber, device, device && vendor]);
}

/** By what it was taken for a terminal, or why it was not. */
export type RecognizedBy = "itself" | "networkName" | "account" | "usbMaker" | "unknownUsbMaker" | "plainPort";

/** Undefined of what only a later version sees. */
export function recognizedBy({ kind, simulated, vendor, vendorId }: SightingOnWire): RecognizedBy | undefined {
  if (simulated === true) return "itself";
  switch (kind) {
    case "mdns":
      return "networkName";
    case "account":
      return "account";
    case "serial":
    case "usb":
      if (vendorId === undefined) return "plainPort";
      return vendor === undefined ? "unknownUsbMaker" : "usbMaker";
    case undefined:
    default:
      return undefined;
  }
}

/** The list with one more, or with what is new about one that is in it. The surest first. */
export function withSighting(seen: readonly SightingOnWire[], sighting: SightingOnWire): readonly SightingOnWire[] {
  const place = placeOfSighting(sighting);
  return sorted([...seen.filter((each) => placeOfSighting(each) !== place), sighting].slice(-MOST));
}

export function withoutSighting(seen: readonly SightingOnWire[], sighting: SightingOnWire): readonly SightingOnWire[] {
  const place = placeOfSighting(sighting);
  return seen.filter((each) => placeOfSighting(each) !== place);
}

/** Those that can be added first, then by how sure it is, then by where they are. */
export function sorted(seen: readonly SightingOnWire[]): readonly SightingOnWire[] {
  return seen.toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      (other.score ?? 0) - (one.score ?? 0) ||
      placeOfSighting(one).localeCompare(placeOfSighting(other)),
  );
}

/** `10.0.0.5:5000`, `/dev/ttyACM0`, `2fb8:2001`, `cloud`. */
export function whereIs({
  address,
  port,
  path,
  vendorId,
  productId,
  serialNumber,
  host,
  device,
}: SightingOnWire): string {
  if (address !== undefined)
    return port === undefined ? address : `${address.includes(":") ? `[${address}]` : address}:${port}`;
  if (path !== undefined) return path;
  if (vendorId !== undefined) return [vendorId, productId, serialNumber].filter((part) => part !== undefined).join(":");
  return device ?? host ?? "";
}

/** An id for it that no terminal has. */
export function freeId(vendor: string, taken: readonly string[]): string {
  const used = new Set(taken);
  for (let number = 1; ; number += 1) if (!used.has(`${vendor}-${number}`)) return `${vendor}-${number}`;
}

/** A network can announce what it wants: what is shown has an end. */
const MOST = 256;

function rank({ terminal, link, vendor }: SightingOnWire): number {
  if (terminal !== undefined) return 1;
  return link !== undefined && vendor !== undefined ? 0 : 2;
}
