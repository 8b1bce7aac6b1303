import type { Scanned } from "./scanner.ts";
import { sightingKey, type Sighting } from "./sighting.ts";

/** What is seen now is limited by who looks. A card that hears and cannot ask adds to what is kept with each look. */
const MAX_SIGHTINGS = 256;

export type Changes = { readonly appeared: readonly Sighting[]; readonly vanished: readonly Sighting[] };

/** What was seen last. Two looks are compared here, because what an announcement claims about its own life is not to be believed. */
export class Directory {
  #sightings: ReadonlyMap<string, Sighting> = new Map();

  get sightings(): readonly Sighting[] {
    return [...this.#sightings.values()];
  }

  /**
   * What was seen takes the place of what had been seen before in the same ways. Where nothing could be seen, nothing has gone.
   *
   * @param kinds in which ways it was looked
   */
  replace({ sightings, troubles }: Scanned, kinds: readonly Sighting["kind"][]): Changes {
    const blindCards = new Set(troubles.flatMap(({ card }) => card ?? []));
    const blindKinds = new Set(troubles.flatMap(({ kind }) => kind ?? []));
    const isOutOfSight = (sighting: Sighting) =>
      !kinds.includes(sighting.kind) ||
      blindKinds.has(sighting.kind) ||
      (sighting.kind === "mdns" && blindCards.has(sighting.card));
    const before = this.#sightings;
    const now = new Map(sightings.map((sighting) => [sightingKey(sighting), sighting]));
    // What was seen later stands before what has been kept for longer.
    const kept = [...before].filter(([key, sighting]) => isOutOfSight(sighting) && !now.has(key));
    for (const [key, sighting] of kept.slice(0, Math.max(0, MAX_SIGHTINGS - now.size))) now.set(key, sighting);
    this.#sightings = now;
    return {
      appeared: [...now].filter(([key]) => !before.has(key)).map(([, sighting]) => sighting),
      vanished: [...before].filter(([key]) => !now.has(key)).map(([, sighting]) => sighting),
    };
  }
}
