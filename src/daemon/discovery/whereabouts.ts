import { isIPv4 } from "node:net";
import type { JsonObject } from "../../core/json.ts";
import type { MdnsSighting, Sighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";

/**
 * The links, like one that led nowhere, that lead to what looks like a terminal of this vendor. What is no terminal by its fingerprint is none of
 * them: nobody knocks at a printer to ask whether it is one.
 */
export function linksLike(link: JsonObject, { id }: Vendor, sightings: readonly Sighting[]): readonly JsonObject[] {
  return sightings
    .filter((sighting) => sighting.vendor === id)
    .flatMap((sighting): readonly JsonObject[] => {
      // A cloud does not move.
      if (sighting.kind === "account") return [];
      if (sighting.kind !== "mdns") {
        return link["type"] === "serial" && sighting.path !== undefined ? [{ ...link, path: sighting.path }] : [];
      }
      if (sighting.link?.type !== link["type"] || !sighting.isOnLink || isImpostor(sighting, link)) return [];
      // It is not where its name leads.
      const { mdns: _name, ...rest } = link;
      return [{ ...sighting.link, ...rest, host: sighting.address, port: sighting.port }];
    });
}

/** A simulated terminal approves whatever it is asked, and anybody in the network can announce one under a name and a number that are not its own. */
export function isForeignSimulator({ simulated, address }: MdnsSighting): boolean {
  return simulated && !isLoopback(address);
}

/** One on this machine stands in for one that was on this machine as well, and for no other. */
function isImpostor(sighting: MdnsSighting, { host }: JsonObject): boolean {
  return isForeignSimulator(sighting) || (sighting.simulated && !(typeof host === "string" && isLoopback(host)));
}

function isLoopback(host: string): boolean {
  return host === "localhost" || (isIPv4(host) && host.startsWith("127."));
}
