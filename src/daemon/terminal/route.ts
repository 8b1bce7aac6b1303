import type { JsonObject } from "../../core/json.ts";
import type { Clock } from "../../core/ports.ts";
import { mediumFollowing, type Medium } from "./medium.ts";

/** Where a terminal can be reached, as in its configuration, and bound to its medium. */
export type Place = { readonly link: JsonObject; readonly medium: Medium };

/** Places where a terminal of this vendor was seen, and that are no other terminal's. */
export type FindPlaces = () => Promise<readonly Place[]>;

type RoutePorts = {
  /** As configured. */
  readonly place: Place;
  readonly find: FindPlaces;
  /** Whether no other terminal is there, or is being looked for there, now. */
  readonly isFree: (place: Place) => boolean;
  readonly clock: Clock;
};

/** Links at the place that is configured that came to nothing, before it is looked for elsewhere. */
const PATIENCE = 2;
/** Then whoever else answers there is left in peace: a terminal may drop the link that another program has to it for ours. */
const MANY = 6;
const REST_MS = 60_000;
/** Between two looks around: each of them asks the whole network. */
const LOOK_AGAIN_MS = 15_000;

/**
 * The way to a terminal that may have moved: the place that is configured first; where it is not there, one after the other the places where
 * discovery sees what could be it. Only whoever proves to be it (`arrived`) makes a place its own.
 */
export class Route {
  readonly #ports: RoutePorts;
  #home: Place;
  #current: Place;
  #candidates: Place[] = [];
  #inVain = 0;
  #lookedMs: number | undefined;

  constructor(ports: RoutePorts) {
    this.#ports = ports;
    this.#home = ports.place;
    this.#current = ports.place;
  }

  /** Of the place that was chosen last. Both kinds of media open what they are told there. */
  get medium(): Medium {
    return mediumFollowing(this.#home.medium.kind, () => this.#current.medium);
  }

  /** Whether the place that was chosen last is not the one that is configured: who is there has to say so. */
  get isElsewhere(): boolean {
    return this.#current !== this.#home;
  }

  /** For how long nobody should be asked again at its own place, after somebody else was found there. */
  get restMs(): number {
    return this.#inVain < MANY || this.#candidates.length > 0 || this.isElsewhere ? 0 : REST_MS;
  }

  /** The place that was chosen last. */
  get place(): Place {
    return this.#current;
  }

  isHome(place: Place): boolean {
    return place === this.#home;
  }

  /** Before each new link: where it leads. */
  async choose(): Promise<void> {
    await this.#step();
    await this.#current.medium.choose?.();
  }

  async #step(): Promise<void> {
    this.#inVain += 1;
    this.#current = this.#home;
    for (let next = this.#candidates.shift(); next !== undefined; next = this.#candidates.shift()) {
      // It was free when it was seen; a terminal that has come home there meanwhile may be in the middle of a sale.
      if (!this.#ports.isFree(next)) continue;
      this.#current = next;
      return;
    }
    // The first of these is no failure yet.
    if (this.#inVain > PATIENCE) await this.#lookAround();
  }

  /** Somebody else answers at the place that was chosen. Answers whether there is another one to try. */
  async avoid(): Promise<boolean> {
    if (this.#candidates.length === 0) await this.#lookAround();
    return this.#candidates.length > 0;
  }

  /**
   * It is at this place, which is the one of a link that may be gone by now: another one may be tried already. Answers its link where that is another
   * one than is configured.
   */
  arrived(place: Place): JsonObject | undefined {
    this.#inVain = 0;
    this.#candidates = [];
    this.#lookedMs = undefined;
    if (place === this.#home) return undefined;
    this.#home = place;
    return place.link;
  }

  /** From now on it is at this place, as far as anybody knows. */
  settle(place: Place): void {
    this.#home = place;
    this.#current = place;
    this.#candidates = [];
    this.#inVain = 0;
  }

  async #lookAround(): Promise<void> {
    const { find, clock } = this.#ports;
    const nowMs = clock.monotonicMs();
    if (this.#lookedMs !== undefined && nowMs - this.#lookedMs < LOOK_AGAIN_MS) return;
    this.#lookedMs = nowMs;
    const here = JSON.stringify(this.#home.link);
    this.#candidates = (await find()).filter(({ link }) => JSON.stringify(link) !== here);
  }
}
