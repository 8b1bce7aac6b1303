import type { Clock, Log } from "../../core/ports.ts";
import type { DaemonEvent, TerminalConfig } from "../api.ts";
import { Presence } from "./presence.ts";
import { Recognition } from "./recognition.ts";
import { Route, type FindPlaces, type Place } from "./route.ts";

export type FoundOutPorts = {
  readonly config: TerminalConfig;
  readonly place: Place;
  /** Where else it may be. */
  readonly find: FindPlaces;
  /** Whether no other terminal is at this place, or is being looked for there, now. */
  readonly isFree: (place: Place) => boolean;
  /** The other terminal of this vendor whose device has this serial number. */
  readonly ownerOf: (serialNumber: string) => string | undefined;
  /** The device of another terminal answers in its place. Answers whether the two change places now. */
  readonly metNeighbour: (owner: string) => boolean;
  /** The configuration is another one now, and is to stand after a restart. */
  readonly keep: () => void;
  readonly emit: (event: DaemonEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** What is found out about a terminal belongs in its configuration: which device it is, and where. */
export class FoundOut {
  readonly #ports: FoundOutPorts;
  #config: TerminalConfig;
  readonly recognition: Recognition;
  readonly route: Route;
  readonly presence: Presence;

  constructor(ports: FoundOutPorts) {
    const { config, place, find, isFree, clock, log } = ports;
    this.#ports = ports;
    this.#config = config;
    const recognition = new Recognition({
      ...ports,
      terminal: config.id,
      serialNumber: config.serialNumber,
      isAtItsPlace: () => !this.route.isElsewhere,
      learned: (serialNumber) => {
        const { serialNumber: _before, ...rest } = this.#config;
        this.#keep({ ...rest, ...(serialNumber === undefined ? {} : { serialNumber }) });
      },
    });
    this.recognition = recognition;
    // Of what is found elsewhere nobody else could say whether it is this one.
    this.route = new Route({
      place,
      find: async () => (recognition.serialNumber === undefined ? [] : find()),
      isFree,
      clock,
    });
    this.presence = new Presence({
      route: this.route,
      recognition,
      moved: (link) => {
        log.info("terminal.foundElsewhere", "found at another place", { link: JSON.stringify(link) });
        this.#keep({ ...this.#config, link });
      },
    });
  }

  /** As it was configured, with what was found out since. */
  get config(): TerminalConfig {
    return this.#config;
  }

  /** Its device was met at this place, or may be there. Whoever says so keeps the configuration. */
  moveTo(place: Place): void {
    this.#config = { ...this.#config, link: place.link };
    this.route.settle(place);
  }

  #keep(config: TerminalConfig): void {
    this.#config = config;
    this.#ports.keep();
  }
}
