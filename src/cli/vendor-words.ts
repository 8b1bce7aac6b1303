import type { KnownVendor } from "./call.ts";

const OPTIONS: Readonly<Record<string, string>> = {
  serial: "--serial PATH",
  usb: "--usb VENDOR:PRODUCT",
  tcp: "--tcp HOST:PORT",
  http: "--http HOST:PORT",
  cloud: "--cloud",
};

/** How a terminal of each vendor is added, with what is to be filled in in capitals. */
export function waysToAdd(vendors: readonly KnownVendor[]): string {
  return vendors
    .flatMap((vendor) => [`  ${vendor.name}:`, ...commandsOf(vendor).map((line) => `    ${line}`)])
    .join("\n");
}

function commandsOf({ id, links, settings }: KnownVendor): readonly string[] {
  const needed = settings
    .filter(({ isRequired }) => isRequired)
    .map(({ name, isSecret }) => ` ${isSecret ? "--secret-setting" : "--setting"} ${name}=${name.toUpperCase()}`);
  return links.map(
    (link) => `tillbridge terminals add ID --vendor ${id} ${OPTIONS[link] ?? "--link JSON"}${needed.join("")}`,
  );
}

/** `acme (Acme Terminals)` */
export function vendorsInWords(vendors: readonly KnownVendor[]): string {
  return vendors.map(({ id, name }) => (id === name.toLowerCase() ? id : `${id} (${name})`)).join(", ");
}
