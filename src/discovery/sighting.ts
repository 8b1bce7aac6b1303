import type { JsonObject } from "../core/json.ts";

/** What discovery saw, which vendor it looks like, and what would be configured. Names are a stranger's: data, never more. */
export type Sighting = MdnsSighting | PluggedSighting | AccountSighting;

type Recognised = {
  /** Absent where it could be anything. */
  readonly vendor?: string;
  /** As it calls itself, cut to a length that people read. */
  readonly name: string;
  /** By what it was recognised, or why not, in words that complete "because ...". */
  readonly why: string;
  /** How sure that is, 1 to 100; absent with the vendor. */
  readonly score?: number;
  /** It says of itself that it is no real terminal. */
  readonly simulated: boolean;
  /** The `link` of the terminal in a configuration; absent where nobody knows how to reach it. */
  readonly link?: Link;
  /** Settings of the terminal, as far as they are known from what was seen. */
  readonly settings?: JsonObject;
};

/** Announced on the network. */
export type MdnsSighting = Recognised & {
  readonly kind: "mdns";
  readonly vendor: string;
  readonly score: number;
  /** IPv4. */
  readonly address: string;
  readonly port: number;
  /** The host name that it announces beside its address. */
  readonly host: string;
  /** The network card on which it was seen. */
  readonly card: string;
  /** Whether the address is in the network of the card: what is not was told by somebody else, and is not asked. */
  readonly isOnLink: boolean;
};

/** Plugged into this machine: a serial port, or a USB device without one. */
export type PluggedSighting = Recognised & {
  readonly kind: "serial" | "usb";
  /** Of the serial port: `/dev/ttyACM0`, `COM3`. */
  readonly path?: string;
  readonly usb?: UsbIdentity;
};

/** Listed by its vendor, as one of an account whose access is configured. */
export type AccountSighting = Recognised & {
  readonly kind: "account";
  readonly vendor: string;
  readonly score: number;
  /** As the vendor names it. */
  readonly device: string;
  readonly model?: string;
  /** In words: whether it takes payments, and if not, what has to be done. */
  readonly state: string;
};

/** As the device's descriptors say. */
export type UsbIdentity = {
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber?: string;
  readonly manufacturer?: string;
  readonly product?: string;
};

type Link = JsonObject & { readonly type: string };

/** The same in two looks: the same name at the same place, or the same device. */
export function sightingKey(sighting: Sighting): string {
  if (sighting.kind === "mdns") {
    const { kind, vendor, name, address, port } = sighting;
    return JSON.stringify([kind, vendor, name, address, port]);
  }
  if (sighting.kind === "account") return JSON.stringify([sighting.kind, sighting.vendor, sighting.device]);
  const { kind, path, usb } = sighting;
  return JSON.stringify([kind, path, usb?.vendorId, usb?.productId, usb?.serialNumber]);
}

/** `0x2fb8`, as it is written in a configuration. */
export function usbNumber(id: number): string {
  return `0x${id.toString(16).padStart(4, "0")}`;
}
