import { isIPv4 } from "node:net";
import type { Instance } from "./fingerprints.ts";

/** One record of a DNS message, as it was decoded. What is in it is a stranger's. */
export type MdnsRecord = {
  readonly type: string;
  readonly name: string;
  /** Seconds; 0 is a goodbye. */
  readonly ttl?: number;
  readonly data?: unknown;
};

export type Question = { readonly name: string; readonly type: "PTR" | "SRV" | "TXT" | "A" };

/** An instance that told where it is. */
export type MdnsService = Instance & {
  readonly host: string;
  readonly port: number;
  /** IPv4; never empty. */
  readonly addresses: readonly string[];
  readonly txt: ReadonlyMap<string, string>;
};

type Place = { readonly host: string; readonly port: number };

type Heard = { readonly instance: Instance; readonly places: Map<string, Place>; txt?: ReadonlyMap<string, string> };

const DOMAIN = ".local";
/** Of interest; what a network has beside them is not kept. */
const MAX_INSTANCES = 256;
/** Two terminals that have one name are both worth seeing; a hundred ports of one are not. */
const MAX_PLACES = 8;
const MAX_HOSTS = 1_024;
const MAX_ADDRESSES = 8;
const MAX_TXT_ENTRIES = 32;
const MAX_TXT_BYTES = 1_024;

/**
 * Puts together what the answers of one network tell. Records come in any order and in any number of messages, so each is kept by its name until the
 * others are there. Its cost grows with what is sent and not with the square of it: anybody in the network can send.
 */
export class AnnouncedServices {
  readonly #types: readonly string[];
  readonly #isOfInterest: (instance: Instance) => boolean;
  readonly #heard = new Map<string, Heard>();
  readonly #addresses = new Map<string, Set<string>>();
  /** Hosts of instances: however many others are announced, their addresses find room. */
  readonly #awaited = new Set<string>();
  /** What was refused for want of room, by the record that would have begun it. */
  readonly #refused = { PTR: 0, SRV: 0 };

  constructor(types: readonly string[], isOfInterest: (instance: Instance) => boolean) {
    this.#types = types;
    this.#isOfInterest = isOfInterest;
  }

  /** How many instances of interest there was no room for; one that was announced again counts again. */
  get leftOut(): number {
    return Math.max(this.#refused.PTR, this.#refused.SRV);
  }

  /** Answers whether there may be something new to ask. */
  add(records: readonly MdnsRecord[]): boolean {
    return records.reduce((isNew, record) => this.#addOne(record) || isNew, false);
  }

  /** What has to be asked to know where the instances are that were heard of. */
  questions(): readonly Question[] {
    return [...this.#heard.values()].flatMap(({ instance, places, txt }): readonly Question[] => {
      const name = `${instance.name}.${instance.type}${DOMAIN}`;
      const homeless = [...places.values()].filter(({ host }) => this.#addressesOf(host).length === 0);
      return [
        ...(places.size === 0 ? [{ name, type: "SRV" } as const] : []),
        ...(txt === undefined ? [{ name, type: "TXT" } as const] : []),
        ...homeless.map(({ host }) => ({ name: host, type: "A" }) as const),
      ];
    });
  }

  /** Those that have told all that is needed. */
  services(): readonly MdnsService[] {
    return [...this.#heard.values()].flatMap(({ instance, places, txt = new Map() }) =>
      [...places.values()].flatMap(({ host, port }) => {
        const addresses = this.#addressesOf(host);
        return addresses.length === 0 ? [] : [{ ...instance, host, port, addresses, txt }];
      }),
    );
  }

  #addOne({ type, name, ttl = 0, data }: MdnsRecord): boolean {
    switch (type) {
      case "PTR":
        return typeof data === "string" && this.#addPointer(name, data, ttl);
      case "SRV": {
        const place = placeOf(data);
        return place !== undefined && this.#addPlace(name, place, ttl);
      }
      case "TXT": {
        const heard = ttl === 0 ? undefined : this.#of(name, type);
        if (heard !== undefined) heard.txt = txtOf(data);
        return false;
      }
      case "A":
        if (typeof data === "string" && isIPv4(data)) this.#addAddress(name.toLowerCase(), data, ttl);
        return false;
      default:
        return false;
    }
  }

  #addPointer(name: string, instance: string, ttl: number): boolean {
    if (!this.#types.some((type) => isSame(name, type + DOMAIN))) return false;
    if (ttl > 0) return this.#of(instance, "PTR") !== undefined;
    this.#heard.delete(instance.toLowerCase());
    return false;
  }

  #addPlace(name: string, place: Place, ttl: number): boolean {
    const host = place.host.toLowerCase();
    const key = `${host} ${place.port}`;
    if (ttl === 0) {
      this.#heard.get(name.toLowerCase())?.places.delete(key);
      return false;
    }
    const places = this.#of(name, "SRV")?.places;
    if (places === undefined || places.has(key) || places.size >= MAX_PLACES) return false;
    places.set(key, place);
    this.#awaited.add(host);
    return true;
  }

  /** What is kept of an instance; undefined where it is of no interest, or there is no room. */
  #of(name: string, record: "PTR" | "SRV" | "TXT"): Heard | undefined {
    const key = name.toLowerCase();
    const known = this.#heard.get(key);
    if (known !== undefined) return known;
    const instance = this.#instanceOf(name);
    if (instance === undefined || !this.#isOfInterest(instance)) return undefined;
    if (this.#heard.size >= MAX_INSTANCES) {
      if (record !== "TXT") this.#refused[record] += 1;
      return undefined;
    }
    const heard: Heard = { instance, places: new Map() };
    this.#heard.set(key, heard);
    return heard;
  }

  /** The name may have dots of its own, so it is what stands before the type. */
  #instanceOf(name: string): Instance | undefined {
    for (const type of this.#types) {
      const end = `.${type}${DOMAIN}`;
      if (name.length > end.length && isSame(name.slice(-end.length), end))
        return { type, name: name.slice(0, -end.length) };
    }
    return undefined;
  }

  #addAddress(host: string, address: string, ttl: number): void {
    const known = this.#addresses.get(host);
    if (ttl === 0) known?.delete(address);
    else if (known !== undefined) {
      if (known.size < MAX_ADDRESSES) known.add(address);
    } else if (this.#addresses.size < MAX_HOSTS || this.#awaited.has(host)) {
      this.#addresses.set(host, new Set([address]));
    }
  }

  #addressesOf(host: string): readonly string[] {
    return [...(this.#addresses.get(host.toLowerCase()) ?? [])];
  }
}

/** Port 0 and the root mean that the service is not there (RFC 2782, RFC 6763 8). */
function placeOf(data: unknown): Place | undefined {
  const { target: host, port } = Object(data) as { readonly target?: unknown; readonly port?: unknown };
  if (typeof host !== "string" || host === "" || host === ".") return undefined;
  return typeof port === "number" && port > 0 && port < 65_536 ? { host, port } : undefined;
}

/** `key=value`; of one key the first counts (RFC 6763 6.4). What is too much is left out. */
function txtOf(data: unknown): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  let bytes = 0;
  for (const entry of Array.isArray(data) ? (data as readonly unknown[]) : []) {
    if (!Buffer.isBuffer(entry)) continue;
    bytes += entry.length;
    if (entries.size >= MAX_TXT_ENTRIES || bytes > MAX_TXT_BYTES) break;
    const [, key = "", value = ""] = /^([^=]+)(?:=(.*))?$/s.exec(entry.toString("utf8")) ?? [];
    if (key !== "" && !entries.has(key)) entries.set(key, value);
  }
  return entries;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
