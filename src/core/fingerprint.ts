import type { JsonObject } from "./json.ts";

/** What a terminal of one vendor looks like to discovery: data, one row for each way in which it shows itself. */
export type Fingerprint = MdnsFingerprint | UsbFingerprint;

/** Seen on USB: a device whose maker makes terminals. Never the chip of an adapter, behind which anything can be. */
export type UsbFingerprint = {
  readonly kind: "usb";
  /** As the USB registry gave it to the maker. */
  readonly vendorId: number;
  /** Any product of the maker where nothing is said. */
  readonly productId?: number;
  /** Settings of the terminal that follow from what was seen. */
  readonly settings?: JsonObject;
  /** How sure it is, 1 to 100, 50 where nothing is said. */
  readonly score?: number;
  /** For the technician, behind what was seen: what follows from it, or what is not known. */
  readonly note?: string;
};

/** Seen on the network: a service with such a name. */
export type MdnsFingerprint = {
  readonly kind: "mdns";
  /** The service type as it is asked for: `_http._tcp`. */
  readonly service: string;
  /** A part of the instance's name; capital letters are as good as small ones. */
  readonly nameContains: string;
  /** A name that holds this as well is something else. */
  readonly nameLacks?: string;
  /** By what a terminal is reached at the address and port that were announced; absent where nobody knows. */
  readonly link?: "tcp" | "http";
  /** What that link needs beside type, host and port. */
  readonly linkFields?: JsonObject;
  /** Settings of the terminal that follow from what was seen. */
  readonly settings?: JsonObject;
  /** How sure it is, 1 to 100, 50 where nothing is said. Of several rows that fit, the surest one counts. */
  readonly score?: number;
  /** For the technician, behind what was seen: what follows from it, or what is not known. */
  readonly note?: string;
};

/** What a real terminal publishes of itself, so that its simulator can do the same. */
export type Announcement = {
  readonly name: string;
  /** The service type: `_http._tcp`. */
  readonly type: string;
  readonly txt?: Readonly<Record<string, string>>;
};
