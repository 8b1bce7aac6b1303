import type { JsonObject } from "../core/json.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { TerminalConfig } from "./api.ts";
import { placeOf, type BindLink } from "./links.ts";
import type { Place } from "./terminal/route.ts";
import type { Terminal } from "./terminal/terminal.ts";

export type FindLinks = (vendor: Vendor, link: JsonObject, terminal: string) => Promise<readonly JsonObject[]>;

type PlacesPorts = {
  readonly bindLink: BindLink;
  readonly findLinks: FindLinks;
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly placeOf: (config: TerminalConfig) => string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  /** Its configuration is another one now, and so is that of the one with which it changed places. */
  readonly changed: (terminal: string) => void;
};

/** Two devices by turns at one address are no exchange. */
const CHANGE_AGAIN_MS = 5_000;

/** Where terminals are, and could be. */
export class Places {
  readonly #ports: PlacesPorts;
  #exchangedMs: number | undefined;

  constructor(ports: PlacesPorts) {
    this.#ports = ports;
  }

  /** One device has one queue, and a terminal may drop the link that it has for a new one, in the middle of a payment. */
  isFree(terminal: string, vendor: Vendor, link: JsonObject): boolean {
    const { bindLink, terminals, placeOf: placeIn } = this.#ports;
    const bound = bindLink(vendor, link);
    if (bound.kind === "faulty") return false;
    const place = placeOf(bound.address);
    // By HTTP nobody's connection is cut by being asked: there two that have changed places may look for each other.
    const mayBeAsked = ({ state }: Terminal) =>
      link["type"] === "http" && (state === "offline" || state === "unpaired");
    const isThere = (one: Terminal) =>
      one.id !== terminal &&
      !mayBeAsked(one) &&
      (placeIn(one.config) === place || placeIn({ ...one.config, link: one.route }) === place);
    return place === undefined || ![...terminals.values()].some(isThere);
  }

  /** Where it may be, other than where another terminal is. */
  async find(terminal: string, vendor: Vendor, link: JsonObject): Promise<readonly Place[]> {
    const { bindLink, findLinks } = this.#ports;
    const links = await findLinks(vendor, link, terminal);
    return links.flatMap((seen) => {
      const bound = bindLink(vendor, seen);
      return bound.kind === "bound" && this.isFree(terminal, vendor, seen)
        ? [{ link: seen, medium: bound.medium }]
        : [];
    });
  }

  /**
   * The device of one terminal was met in the place of another one. Where that one is nowhere else, each gets the other's place: one of the two is right
   * then, and the other one may be. Who is there has to prove it as ever.
   */
  exchange(here: string, owner: string): boolean {
    const { bindLink, terminals, clock, log, changed } = this.#ports;
    const [one, other] = [terminals.get(here), terminals.get(owner)];
    if (one?.isLost !== true || other?.isLost !== true) return false;
    const nowMs = clock.monotonicMs();
    if (this.#exchangedMs !== undefined && nowMs - this.#exchangedMs < CHANGE_AGAIN_MS) return false;
    const [placeOfOne, placeOfOther] = [one, other].map(({ vendor, config }): Place | undefined => {
      const bound = bindLink(vendor, config.link, config.serialNumber !== undefined);
      return bound.kind === "bound" ? { link: config.link, medium: bound.medium } : undefined;
    });
    if (placeOfOne === undefined || placeOfOther === undefined) return false;
    this.#exchangedMs = nowMs;
    log.warn("terminal.placesChanged", "two terminals have changed places", { terminal: here, other: owner });
    one.moveTo(placeOfOther);
    other.moveTo(placeOfOne);
    changed(here);
    return true;
  }
}
