import type { Shell } from "../../core/shell-word.ts";
import { sightingKey, type Sighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { SightingView, TerminalView } from "../api.ts";
import { addCommand, missingSettings } from "./add-command.ts";
import { standingOf } from "./configured.ts";

export type Surroundings = {
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly terminals: readonly TerminalView[];
  /** Who listens, of those that were asked, by the keys of their sightings. */
  readonly listening: ReadonlyMap<string, boolean>;
  readonly shell: Shell;
};

/** What was seen, in the light of what is configured. Each one that is new gets an id that is free. */
export function viewsOf(sightings: readonly Sighting[], surroundings: Surroundings): readonly SightingView[] {
  const { vendors, terminals, listening } = surroundings;
  const taken = new Set(terminals.map(({ id }) => id));
  return sightings.map((sighting) => {
    const standing = standingOf(sighting, terminals, vendors);
    const listens = listening.get(sightingKey(sighting));
    return {
      sighting,
      ...(listens === undefined ? {} : { reachable: listens }),
      ...(standing.kind === "configured" ? { terminal: standing.terminal } : waysIn(sighting, taken, surroundings)),
    };
  });
}

function waysIn(
  { vendor: id, link, settings = {} }: Sighting,
  taken: Set<string>,
  { vendors, shell }: Surroundings,
): Pick<SightingView, "missing" | "command"> {
  const vendor = id === undefined ? undefined : vendors.get(id);
  if (id === undefined || vendor === undefined || link === undefined) return {};
  const missing = missingSettings(vendor, settings);
  const command = addCommand({ terminal: freeId(id, taken), vendor: id, link, settings, missing }, shell);
  return { ...(missing.length === 0 ? {} : { missing }), command };
}

function freeId(vendor: string, taken: Set<string>): string {
  let number = 1;
  while (taken.has(`${vendor}-${number}`)) number += 1;
  const id = `${vendor}-${number}`;
  taken.add(id);
  return id;
}
