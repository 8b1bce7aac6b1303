import type { Fingerprint, MdnsFingerprint, UsbFingerprint } from "../core/fingerprint.ts";
import type { JsonObject } from "../core/json.ts";
import { usbNumber, type UsbIdentity } from "./sighting.ts";
import { isMarked, settingsOf, SIMULATOR_TYPE, simulatedOf } from "./simulated.ts";

/** What the daemon hands in of a vendor: discovery knows none by itself. */
export type KnownVendor = { readonly id: string; readonly fingerprints: readonly Fingerprint[] };

/** An instance of a service: `Front desk` of `_http._tcp`. */
export type Instance = { readonly type: string; readonly name: string };

/** Which vendor it looks like, why, and what would be configured beside its address and port. */
export type Match = {
  readonly vendor: string;
  readonly score: number;
  readonly why: string;
  readonly simulated: boolean;
  readonly link?: { readonly type: "tcp" | "http"; readonly fields: JsonObject };
  readonly settings: JsonObject;
};

export type UsbMatch = Pick<Match, "vendor" | "score" | "why" | "settings">;

const USUAL_SCORE = 50;
/** It says what it is. */
const SIMULATOR_SCORE = 100;

/** The service types that are worth asking for. */
export function typesOf(vendors: readonly KnownVendor[]): readonly string[] {
  const types = vendors.flatMap((vendor) => mdnsOf(vendor).map(({ service }) => service.toLowerCase()));
  return [...new Set([...types, SIMULATOR_TYPE])];
}

/** Whether its name alone makes it worth keeping: a network has hundreds of services that are no terminals. */
export function isOfInterest(instance: Instance, vendors: readonly KnownVendor[]): boolean {
  return (
    sameText(instance.type, SIMULATOR_TYPE) ||
    vendors.some((vendor) => mdnsOf(vendor).some((fingerprint) => fits(fingerprint, instance)))
  );
}

/** The surest of what fits, of equals the one that is named first; undefined where it is nobody's. */
export function matchOf(
  instance: Instance,
  txt: ReadonlyMap<string, string>,
  vendors: readonly KnownVendor[],
): Match | undefined {
  if (sameText(instance.type, SIMULATOR_TYPE)) return simulatedMatch(txt, vendors);
  const matches = vendors.flatMap((vendor) =>
    mdnsOf(vendor)
      .filter((fingerprint) => fits(fingerprint, instance))
      .map((fingerprint) => matchBy(fingerprint, vendor.id, txt)),
  );
  return surest(matches);
}

/** Whose terminal a USB device looks like. The chip of an adapter is nobody's: fiscal printers and scales are behind those as well. */
export function usbMatchOf(usb: UsbIdentity, vendors: readonly KnownVendor[]): UsbMatch | undefined {
  const matches = vendors.flatMap(({ id, fingerprints }) =>
    fingerprints
      .filter((fingerprint) => fingerprint.kind === "usb" && fitsUsb(fingerprint, usb))
      .map(({ score = USUAL_SCORE, note, settings = {} }): UsbMatch => {
        const seen = `its USB vendor is ${usbNumber(usb.vendorId)}`;
        return { vendor: id, score, why: note === undefined ? seen : `${seen}; ${note}`, settings };
      }),
  );
  return surest(matches);
}

function surest<Kind extends { readonly score: number }>(matches: readonly Kind[]): Kind | undefined {
  return matches.reduce<Kind | undefined>(
    (best, match) => (best === undefined || match.score > best.score ? match : best),
    undefined,
  );
}

function fitsUsb({ vendorId, productId }: UsbFingerprint, usb: UsbIdentity): boolean {
  return vendorId === usb.vendorId && (productId === undefined || productId === usb.productId);
}

function mdnsOf({ fingerprints }: KnownVendor): readonly MdnsFingerprint[] {
  return fingerprints.filter((fingerprint) => fingerprint.kind === "mdns");
}

function fits({ service, nameContains, nameLacks }: MdnsFingerprint, { type, name }: Instance): boolean {
  if (!sameText(service, type)) return false;
  return contains(name, nameContains) && (nameLacks === undefined || !contains(name, nameLacks));
}

function matchBy(fingerprint: MdnsFingerprint, vendor: string, txt: ReadonlyMap<string, string>): Match {
  const { service, nameContains, link, linkFields, score, note } = fingerprint;
  const simulated = isMarked(txt);
  const seen = `its name contains "${nameContains}" (${service})${simulated ? "; it says that it is simulated" : ""}`;
  return {
    vendor,
    score: score ?? USUAL_SCORE,
    why: note === undefined ? seen : `${seen}; ${note}`,
    simulated,
    ...(link === undefined ? {} : { link: { type: link, fields: linkFields ?? {} } }),
    // Only a simulator has a say in it.
    settings: { ...fingerprint.settings, ...(simulated ? settingsOf(txt) : {}) },
  };
}

function simulatedMatch(txt: ReadonlyMap<string, string>, vendors: readonly KnownVendor[]): Match | undefined {
  const told = simulatedOf(txt);
  if (told === undefined || !vendors.some(({ id }) => id === told.vendor)) return undefined;
  return {
    vendor: told.vendor,
    score: SIMULATOR_SCORE,
    why: "it says that it is a simulated terminal",
    simulated: true,
    link: { type: told.link, fields: {} },
    settings: told.settings,
  };
}

/** Names of the DNS are the same in capital and small letters. */
function sameText(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}
