import type { JsonObject } from "../../core/json.ts";
import type { Sighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";

/**
 * The links, like one that led nowhere, that lead to what looks like a terminal of this vendor. What is no terminal by its fingerprint is none of
 * them: nobody knocks at a printer to ask whether it is one.
 */
export function linksLike(link: JsonObject, { id }: Vendor, sightings: readonly Sighting[]): readonly JsonObject[] {
  return sightings
    .filter((sighting) => sighting.vendor === id)
    .flatMap((sighting): readonly JsonObject[] => {
      if (sighting.kind !== "mdns") {
        return link["type"] === "serial" && sighting.path !== undefined ? [{ ...link, path: sighting.path }] : [];
      }
      if (sighting.link?.type !== link["type"] || !sighting.isOnLink) return [];
      return [{ ...sighting.link, ...link, host: sighting.address, port: sighting.port }];
    });
}
