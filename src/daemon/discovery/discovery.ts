import { done, refused, type Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock, Log } from "../../core/ports.ts";
import type { Shell } from "../../core/shell-word.ts";
import { Directory, type Changes } from "../../discovery/directory.ts";
import { listensAt } from "../../discovery/reachability.ts";
import type { Scanned, Scanner, Trouble } from "../../discovery/scanner.ts";
import { sightingKey, type MdnsSighting, type Sighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { DaemonEvent, Discovered, DiscoveryApi, TerminalView } from "../api.ts";
import { standingOf } from "./configured.ts";
import { linksLike } from "./whereabouts.ts";
import { viewsOf } from "./views.ts";

export type DiscoveryPorts = {
  /** What the configuration lets it look at. */
  readonly scanners: readonly Scanner[];
  /** For people: what it does not. */
  readonly leftOut: readonly string[];
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly terminals: () => readonly TerminalView[];
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: DaemonEvent) => void;
  readonly shell: Shell;
};

const FIND_MS = 1_500;
const ASK_TIMEOUT_MS = 1_000;
const ASKED_AT_ONCE = 16;
/** Troubles that were said; some of them hold counts, which are new each time. */
const MOST_SAID = 100;

const OF_KIND = {
  mdns: "Terminals in the network",
  usb: "USB devices",
  serial: "Serial ports",
  account: "Terminals of accounts",
} as const;

/** Looks for terminals when somebody asks it to, and at what is plugged in when that changes. */
export class Discovery implements DiscoveryApi, AsyncDisposable {
  readonly #ports: DiscoveryPorts;
  readonly #directory = new Directory();
  readonly #ending = new AbortController();
  readonly #said = new Set<string>();
  #listening: ReadonlyMap<string, boolean> = new Map();
  #notes: readonly string[] = [];
  #accountNotes: readonly string[] = [];
  #running: Promise<void> | undefined;
  #asking: Promise<void> | undefined;
  /** Each of their looks costs what an account may ask its vendor: only a person has them look. */
  readonly #accounts: readonly Scanner[];
  readonly #places: readonly Scanner[];

  constructor(ports: DiscoveryPorts) {
    this.#ports = ports;
    this.#accounts = ports.scanners.filter(({ kinds }) => kinds.includes("account"));
    this.#places = ports.scanners.filter((scanner) => !this.#accounts.includes(scanner));
  }

  list(): Result<Discovered> {
    return this.#ports.scanners.length === 0 ? switchedOff() : done(this.#discovered());
  }

  async scan(forMs: number): Promise<Result<Discovered>> {
    if (this.#ports.scanners.length === 0) return switchedOff();
    this.#asking ??= this.#look(this.#accounts, forMs).finally(() => (this.#asking = undefined));
    await Promise.all([this.#lookAtPlaces(forMs), this.#asking]);
    return done(this.#discovered());
  }

  /** Whoever asks while it looks is told what it sees: the network is not asked twice at a time. */
  #lookAtPlaces(forMs: number): Promise<void> {
    return (this.#running ??= this.#look(this.#places, forMs).finally(() => (this.#running = undefined)));
  }

  /**
   * Where a terminal may be that is not where it was: looked for now, or heard from the look that is under way. Never rejects: whoever waits for it is
   * about to open a link, which may as well be where it was.
   */
  async findLinks(vendor: Vendor, link: JsonObject, terminal: string): Promise<readonly JsonObject[]> {
    try {
      return await this.#findLinks(vendor, link, terminal);
    } catch (error) {
      this.#sayOnce([{ text: `Terminals cannot be looked for (${whyOf(error)}).` }]);
      return [];
    }
  }

  async #findLinks(vendor: Vendor, link: JsonObject, terminal: string): Promise<readonly JsonObject[]> {
    // What is named by its USB device is found wherever that is plugged in, and nowhere else.
    if (link["type"] === "usb") return [];
    if (link["type"] === "serial") await this.lookAtPlugged();
    else await this.#lookAtPlaces(FIND_MS);
    const others = this.#ports.terminals().filter((other) => other.id !== terminal && !mayBeAskedToo(other));
    const free = this.#directory.sightings.filter((sighting) => this.#isFree(sighting, others));
    return linksLike(link, vendor, free);
  }

  /** What takes no connection for each request is left alone where it could be another terminal that is configured: as in `#mayBeAsked`. */
  #isFree(sighting: Sighting, others: readonly TerminalView[]): boolean {
    const { kind } = standingOf(sighting, others, this.#ports.vendors);
    return kind === "new" || (kind === "perhapsConfigured" && sighting.link?.type === "http");
  }

  /** Something was plugged in or out: what that is is told without being asked for. The network is left alone. */
  async lookAtPlugged(): Promise<void> {
    if (this.#running !== undefined) await this.#running;
    const plugged = this.#places.filter(({ kinds }) => !kinds.includes("mdns"));
    if (!this.#ending.signal.aborted) await this.#look(plugged, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all([this.#running, this.#asking]);
  }

  async #look(scanners: readonly Scanner[], forMs: number): Promise<void> {
    const looks = await Promise.all(scanners.map((scanner) => scannedBy(scanner, forMs, this.#ending.signal)));
    if (this.#ending.signal.aborted) return;
    const sightings = looks.flatMap((look) => look.sightings);
    const troubles = looks.flatMap((look) => look.troubles);
    const kinds = scanners.flatMap((scanner) => scanner.kinds);
    if (kinds.includes("mdns")) {
      this.#listening = await this.#whoListens(sightings.filter((sighting) => sighting.kind === "mdns"));
      this.#notes = troubles.map(({ text }) => text);
    }
    if (kinds.includes("account")) this.#accountNotes = troubles.map(({ text }) => text);
    this.#sayOnce(troubles);
    this.#tell(this.#directory.replace({ sightings, troubles }, kinds));
  }

  /** A name in the network is anybody's: whether somebody is there is asked, of those that may be asked. */
  async #whoListens(sightings: readonly MdnsSighting[]): Promise<ReadonlyMap<string, boolean>> {
    const waiting = sightings.filter((sighting) => this.#mayBeAsked(sighting));
    const listening = new Map<string, boolean>();
    const ending = this.#ending.signal;
    const ask = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && !ending.aborted; next = waiting.shift()) {
        const listens = await listensAt(next.address, next.port, ASK_TIMEOUT_MS, this.#ports.clock);
        listening.set(sightingKey(next), listens);
      }
    };
    await Promise.all(Array.from({ length: ASKED_AT_ONCE }, ask));
    return listening;
  }

  /**
   * A terminal on a byte stream may drop the connection that it has for a new one, in the middle of a payment of whoever has it. So only what takes a
   * connection for each request is asked, and of those not what is configured here or could be. An address outside of the card's network was told by
   * somebody else: it could be any machine.
   */
  #mayBeAsked(sighting: MdnsSighting): boolean {
    if (!sighting.isOnLink || sighting.link?.type !== "http") return false;
    return standingOf(sighting, this.#ports.terminals(), this.#ports.vendors).kind === "new";
  }

  #tell({ appeared, vanished }: Changes): void {
    const { emit } = this.#ports;
    const isNew = new Set(appeared);
    for (const seen of this.#discovered().sightings) {
      if (isNew.has(seen.sighting) && seen.terminal === undefined) emit({ kind: "sighted", seen });
    }
    for (const seen of viewsOf(vanished, this.#surroundings())) emit({ kind: "sightingVanished", seen });
  }

  /** What cannot be looked at is the same each time. */
  #sayOnce(troubles: readonly Trouble[]): void {
    for (const { text } of troubles) {
      if (this.#said.has(text)) continue;
      if (this.#said.size < MOST_SAID) this.#said.add(text);
      this.#ports.log.warn("discovery.hindered", `Discovery: ${text}`);
    }
  }

  #discovered(): Discovered {
    const notes = [...this.#ports.leftOut, ...this.#notes, ...this.#accountNotes];
    return { sightings: viewsOf(this.#directory.sightings, this.#surroundings()), notes };
  }

  #surroundings() {
    const { vendors, terminals, shell } = this.#ports;
    return { vendors, terminals: terminals(), listening: this.#listening, shell };
  }
}

/** What it should not do: a way of looking that fails as a whole. Nothing is known to have gone by that. */
async function scannedBy(scanner: Scanner, forMs: number, signal: AbortSignal): Promise<Scanned> {
  try {
    return await scanner.scan(forMs, signal);
  } catch (error) {
    const why = whyOf(error);
    const troubles = scanner.kinds.map((kind) => ({ kind, text: `${OF_KIND[kind]} cannot be looked for (${why}).` }));
    return { sightings: [], troubles };
  }
}

function whyOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Each request of HTTP has a connection of its own, and where that terminal is not itself, ours may be: the two have changed places. */
function mayBeAskedToo({ link, state }: TerminalView): boolean {
  return link["type"] === "http" && (state === "offline" || state === "unpaired");
}

function switchedOff() {
  return refused(
    "unsupportedOperation",
    "Discovery is switched off: `discovery` in config.json says false to all of it. Switch it on, or add the terminal by its address with `tillbridge terminals add`.",
  );
}
