import { isIPv6 } from "node:net";
import type { Vendor } from "../../drivers/driver.ts";
import type { PortAddress } from "./port.ts";

/** The `link` of a terminal in a configuration that leads to a simulated one. */
export type SimulatedLink = PortAddress | { readonly type: "cloud"; readonly baseUrl: string };

/** Where a vendor's terminals are behind its cloud, the port plays the cloud. */
export function linkTo({ links }: Pick<Vendor, "links">, address: PortAddress): SimulatedLink {
  if (address.type !== "http" || links.includes("http") || !links.includes("cloud")) return address;
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
  return { type: "cloud", baseUrl: `http://${host}:${address.port}` };
}

/** As it is printed, for people. */
export function linkInWords(link: SimulatedLink): string {
  switch (link.type) {
    case "serial":
      return link.path;
    case "cloud":
      return link.baseUrl;
    case "tcp":
    case "http":
      return `${link.host}:${link.port}`;
  }
}
