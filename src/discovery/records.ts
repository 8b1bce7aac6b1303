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
  readonly txt: Text;
  /** The address of the machine that told where it is. */
  readonly speaker: string;
};

type Place = { readonly host: string; readonly port: number };

type Told<Value> = { readonly value: Value; readonly speaker: string };

/** By what makes a value the same when it is told again. */
type AllTold<Value> = Map<string, Told<Value>>;

type Text = ReadonlyMap<string, string>;

type Heard = {
  readonly instance: Instance;
  readonly places: AllTold<Place>;
  /** By their speakers. */
  readonly texts: Map<string, Text>;
};

const NO_TEXT: Text = new Map();

const DOMAIN = ".local";
/** Of interest; what a network has beside them is not kept. */
const MAX_INSTANCES = 256;
/** Of one speaker: some switches answer for all terminals behind them. */
const MAX_INSTANCES_OF_ONE = 64;
/** Two terminals that have one name are both worth seeing; a hundred ports of one are not. The same goes for addresses. */
const MAX_PLACES = 8;
const MAX_HOSTS = 1_024;
const MAX_ADDRESSES = 8;
/** Nobody can take all the room that is there for a name. */
const MAX_TOLD_BY_ONE = 4;
const MAX_TXT_ENTRIES = 32;
const MAX_TXT_BYTES = 1_024;

/**
 * Puts together what the answers of one network tell. Records come in any order and in any number of messages, so each is kept by its name until the
 * others are there. Its cost grows with what is sent and not with the square of it: anybody in the network can send. Nobody takes back what another one
 * told, or leaves him no room for it.
 */
export class AnnouncedServices {
  readonly #types: readonly string[];
  readonly #isOfInterest: (instance: Instance) => boolean;
  readonly #heard = new Map<string, Heard>();
  readonly #instancesOf = new Map<string, number>();
  readonly #addresses = new Map<string, AllTold<string>>();
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

  /**
   * Answers whether there may be something new to ask.
   *
   * @param speaker the address from which it came
   */
  add(records: readonly MdnsRecord[], speaker: string): boolean {
    return records.reduce((isNew, record) => this.#addOne(record, speaker) || isNew, false);
  }

  /** What has to be asked to know where the instances are that were heard of. */
  questions(): readonly Question[] {
    return [...this.#heard.values()].flatMap(({ instance, places, texts }): readonly Question[] => {
      const name = `${instance.name}.${instance.type}${DOMAIN}`;
      const homeless = [...places.values()].filter(({ value: { host } }) => this.#addressesOf(host).length === 0);
      return [
        ...(places.size === 0 ? [{ name, type: "SRV" } as const] : []),
        ...(texts.size === 0 ? [{ name, type: "TXT" } as const] : []),
        ...homeless.map(({ value: { host } }) => ({ name: host, type: "A" }) as const),
      ];
    });
  }

  /** Those that have told all that is needed. */
  services(): readonly MdnsService[] {
    return [...this.#heard.values()].flatMap(({ instance, places, texts }) =>
      [...places.values()].flatMap(({ value: { host, port }, speaker }) => {
        const addresses = this.#addressesOf(host);
        // Of the machine that tells the place, and else of anybody: it may have been told on behalf of another one.
        const [someText = NO_TEXT] = texts.values();
        const txt = texts.get(speaker) ?? someText;
        return addresses.length === 0 ? [] : [{ ...instance, host, port, addresses, txt, speaker }];
      }),
    );
  }

  #addOne({ type, name, ttl = 0, data }: MdnsRecord, speaker: string): boolean {
    switch (type) {
      case "PTR":
        return typeof data === "string" && this.#addPointer(name, data, ttl, speaker);
      case "SRV": {
        const place = placeOf(data);
        return place !== undefined && this.#addPlace(name, { value: place, speaker }, ttl);
      }
      case "TXT": {
        const heard = ttl === 0 ? undefined : this.#of(name, type, speaker);
        if (heard !== undefined && (heard.texts.has(speaker) || heard.texts.size < MAX_PLACES)) {
          heard.texts.set(speaker, txtOf(data));
        }
        return false;
      }
      case "A":
        if (typeof data === "string" && isIPv4(data))
          this.#addAddress(name.toLowerCase(), { value: data, speaker }, ttl);
        return false;
      default:
        return false;
    }
  }

  #addPointer(name: string, instance: string, ttl: number, speaker: string): boolean {
    if (!this.#types.some((type) => isSame(name, type + DOMAIN))) return false;
    if (ttl > 0) return this.#of(instance, "PTR", speaker) !== undefined;
    const places = this.#heard.get(instance.toLowerCase())?.places;
    if (places === undefined) return false;
    for (const [key, place] of places) if (place.speaker === speaker) places.delete(key);
    if (places.size === 0) this.#heard.delete(instance.toLowerCase());
    return false;
  }

  #addPlace(name: string, told: Told<Place>, ttl: number): boolean {
    const host = told.value.host.toLowerCase();
    const key = `${host} ${told.value.port}`;
    if (ttl === 0) {
      const places = this.#heard.get(name.toLowerCase())?.places;
      if (places !== undefined) takeBack(places, key, told.speaker);
      return false;
    }
    const places = this.#of(name, "SRV", told.speaker)?.places;
    if (places === undefined || !keep(places, key, told, MAX_PLACES)) return false;
    this.#awaited.add(host);
    return true;
  }

  /** What is kept of an instance; undefined where it is of no interest, or there is no room. */
  #of(name: string, record: "PTR" | "SRV" | "TXT", speaker: string): Heard | undefined {
    const key = name.toLowerCase();
    const known = this.#heard.get(key);
    if (known !== undefined) return known;
    const instance = this.#instanceOf(name);
    if (instance === undefined || !this.#isOfInterest(instance)) return undefined;
    const ofOne = this.#instancesOf.get(speaker) ?? 0;
    if (this.#heard.size >= MAX_INSTANCES || ofOne >= MAX_INSTANCES_OF_ONE) {
      if (record !== "TXT") this.#refused[record] += 1;
      return undefined;
    }
    const heard: Heard = { instance, places: new Map(), texts: new Map() };
    this.#heard.set(key, heard);
    this.#instancesOf.set(speaker, ofOne + 1);
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

  #addAddress(host: string, told: Told<string>, ttl: number): void {
    const known = this.#addresses.get(host);
    if (known !== undefined) {
      if (ttl === 0) takeBack(known, told.value, told.speaker);
      else keep(known, told.value, told, MAX_ADDRESSES);
    } else if (ttl > 0 && (this.#addresses.size < MAX_HOSTS || this.#awaited.has(host))) {
      this.#addresses.set(host, new Map([[told.value, told]]));
    }
  }

  #addressesOf(host: string): readonly string[] {
    return [...(this.#addresses.get(host.toLowerCase())?.keys() ?? [])];
  }
}

/** Answers whether it is new and there is room for it. */
function keep<Value>(known: AllTold<Value>, key: string, told: Told<Value>, most: number): boolean {
  if (known.has(key) || known.size >= most) return false;
  const bySpeaker = [...known.values()].filter(({ speaker }) => speaker === told.speaker);
  if (bySpeaker.length >= MAX_TOLD_BY_ONE) return false;
  known.set(key, told);
  return true;
}

function takeBack<Value>(known: AllTold<Value>, key: string, speaker: string): void {
  if (known.get(key)?.speaker === speaker) known.delete(key);
}

/** Port 0 and the root mean that the service is not there (RFC 2782, RFC 6763 8). */
function placeOf(data: unknown): Place | undefined {
  const { target: host, port } = Object(data) as { readonly target?: unknown; readonly port?: unknown };
  if (typeof host !== "string" || host === "" || host === ".") return undefined;
  return typeof port === "number" && port > 0 && port < 65_536 ? { host, port } : undefined;
}

/** `key=value`; of one key the first counts (RFC 6763 6.4). What is too much is left out. */
function txtOf(data: unknown): Text {
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
