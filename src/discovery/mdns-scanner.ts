import type { Clock, Timer } from "../core/ports.ts";
import { isOnLink, isUnicast, type Card, type Cards } from "./cards.ts";
import { isOfInterest, matchOf, typesOf, type KnownVendor } from "./fingerprints.ts";
import type { Mdns } from "./mdns.ts";
import { AnnouncedServices, type MdnsService, type Question } from "./records.ts";
import type { Scanner, Trouble } from "./scanner.ts";
import { sightingKey, type MdnsSighting } from "./sighting.ts";

export type MdnsScannerOptions = {
  readonly vendors: readonly KnownVendor[];
  /** Looked at anew for each scan: a cable is plugged in, a VPN comes up. */
  readonly cards: () => Cards;
  readonly clock: Clock;
  readonly port?: number;
};

/** Between two times that everything is asked, first; then twice as long each time (RFC 6762 5.2). */
const FIRST_PAUSE_MS = 1_000;
/** Of one card and scan. A busy network says a tenth of it. */
const MAX_BYTES = 2 * 1024 * 1024;
const MAX_CARDS = 32;
const MAX_SIGHTINGS = 128;
/** Of a name, in characters. */
const MAX_NAME = 100;

/** A sighting, and the address of the machine that told of it. */
type Told = { readonly sighting: MdnsSighting; readonly speaker: string };

type Seen = { readonly card: Card; readonly services: readonly MdnsService[]; readonly troubles: readonly Trouble[] };

/** Asks every card's network for services that look like terminals. Nothing is listened to between two scans. */
export function mdnsScanner({ vendors, cards, clock, port }: MdnsScannerOptions): Scanner<MdnsSighting> {
  const types = typesOf(vendors);
  const scanCard = async (card: Card, forMs: number, signal: AbortSignal): Promise<Seen> => {
    // Loaded when it is needed, which in most shops is on one day.
    const { openMdns } = await import("./mdns.ts");
    const opened = await openMdns({ card, maxBytes: MAX_BYTES, ...(port === undefined ? {} : { port }) });
    if (opened.kind === "failed") return { card, services: [], troubles: [blind(card, opened.why)] };
    await using mdns = opened.mdns;
    const announced = new AnnouncedServices(types, (instance) => isOfInterest(instance, vendors));
    await askAndHear(mdns, types, announced, clock, forMs, signal);
    return { card, services: announced.services(), troubles: [...troublesOf(mdns, announced, card)] };
  };
  return {
    kinds: ["mdns"],
    scan: async (forMs, signal) => {
      const before = cards();
      const { cards: found, missing } = before;
      const seen = await Promise.all(found.slice(0, MAX_CARDS).map((card) => scanCard(card, forMs, signal)));
      const after = cards();
      const unlisted = before.unlisted ?? after.unlisted;
      const told = distinct(seen.flatMap(({ card, services }) => sightingsOn(card, services, vendors)));
      return {
        sightings: inOrder(fairly(told)),
        troubles: [
          ...missing.map(notThere),
          ...(unlisted === undefined ? [] : [notListed(unlisted)]),
          ...(found.length === 0 && missing.length === 0 && unlisted === undefined
            ? [{ text: "This machine has no network card that is up." }]
            : []),
          ...seen.flatMap(({ card, troubles }) => (hasGone(card, after) ? [wentAway(card)] : troubles)),
          ...(told.length > MAX_SIGHTINGS ? [tooMany(told.length)] : []),
        ],
      };
    },
  };
}

function hasGone(card: Card, { cards, unlisted }: Cards): boolean {
  return unlisted === undefined && !cards.some(({ name, address }) => name === card.name && address === card.address);
}

/** Asks for the types, and for what an answer left open; again and again, since a datagram may be lost. */
function askAndHear(
  mdns: Mdns,
  types: readonly string[],
  announced: AnnouncedServices,
  clock: Clock,
  forMs: number,
  signal: AbortSignal,
): Promise<void> {
  const asked = new Set<string>();
  let next: Timer | undefined;
  const ask = (questions: readonly Question[]): void => {
    const fresh = questions.filter(({ name, type }) => !asked.has(`${type} ${name}`));
    for (const { name, type } of fresh) asked.add(`${type} ${name}`);
    mdns.ask(fresh);
  };
  const askAll = (pauseMs: number): void => {
    asked.clear();
    ask([...types.map((type): Question => ({ name: `${type}.local`, type: "PTR" })), ...announced.questions()]);
    next = clock.after(pauseMs, () => askAll(pauseMs * 2));
  };
  mdns.hearAnswers((records, speaker) => {
    if (announced.add(records, speaker)) ask(announced.questions());
  });
  askAll(FIRST_PAUSE_MS);
  return new Promise((resolve) => {
    const end = (): void => {
      next?.cancel();
      limit.cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const limit = clock.after(forMs, end);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

/** One for each address at which it can be reached: of those that are told, the ones of this network, and else the others. */
function sightingsOn(card: Card, services: readonly MdnsService[], vendors: readonly KnownVendor[]): readonly Told[] {
  return services.flatMap((service) => {
    const match = matchOf(service, service.txt, vendors);
    if (match === undefined) return [];
    const addresses = service.addresses.filter((address) => isUnicast(card, address));
    const onLink = addresses.filter((address) => isOnLink(card, address));
    const { vendor, score, simulated, link, settings } = match;
    return (onLink.length > 0 ? onLink : addresses).map((address): Told => {
      const { port, host, speaker } = service;
      const sighting: MdnsSighting = {
        kind: "mdns",
        vendor,
        name: shortened(service.name),
        address,
        port,
        host: shortened(host),
        card: card.name,
        why: onLink.length > 0 ? match.why : `${match.why}; its address is not in the network of ${card.name}`,
        score,
        simulated,
        isOnLink: onLink.length > 0,
        ...(link === undefined ? {} : { link: { type: link.type, host: address, port, ...link.fields } }),
        ...(Object.keys(settings).length === 0 ? {} : { settings }),
      };
      return { sighting, speaker };
    });
  });
}

/** Two cards in one network see the same. */
function distinct(told: readonly Told[]): readonly Told[] {
  return [...new Map(told.toReversed().map((one) => [sightingKey(one.sighting), one])).values()];
}

/** Where there is no room for all, who tells of many does not take it from who tells of one. */
function fairly(told: readonly Told[]): readonly MdnsSighting[] {
  if (told.length <= MAX_SIGHTINGS) return told.map(({ sighting }) => sighting);
  const counts = new Map<string, number>();
  const ranked = told.map(({ sighting, speaker }) => {
    const rank = counts.get(speaker) ?? 0;
    counts.set(speaker, rank + 1);
    return { sighting, rank };
  });
  const first = ranked.toSorted((one, other) => one.rank - other.rank).slice(0, MAX_SIGHTINGS);
  return first.map(({ sighting }) => sighting);
}

/** The surest first, and the same order each time. */
function inOrder(sightings: readonly MdnsSighting[]): readonly MdnsSighting[] {
  const compared = (one: string, other: string) => Number(one > other) - Number(one < other);
  return sightings.toSorted(
    (one, other) =>
      other.score - one.score ||
      compared(one.name, other.name) ||
      compared(one.address, other.address) ||
      one.port - other.port,
  );
}

function shortened(name: string): string {
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - 1).toWellFormed()}…`;
}

function* troublesOf(mdns: Mdns, announced: AnnouncedServices, card: Card): Generator<Trouble> {
  if (mdns.sendFailure !== undefined) yield blind(card, mdns.sendFailure);
  if (mdns.isFlooded)
    yield { text: `On ${card.name} more was said than is listened to; a terminal may be missing here.` };
  const [loudest, ...others] = mdns.tooLoud;
  if (loudest !== undefined) {
    const who = others.length === 0 ? loudest : `${loudest} (and ${others.length} more)`;
    yield { text: `On ${card.name} ${who} said more than one machine is listened to; a terminal may be missing here.` };
  }
  if (announced.leftOut > 0) {
    yield {
      text: `On ${card.name} ${announced.leftOut} announcements more than fit were left out; a terminal may be missing here.`,
    };
  }
}

function blind({ name }: Card, why: string): Trouble {
  return {
    card: name,
    text: `The network card ${name} cannot be asked for terminals (${why}). Check the firewall of this machine for UDP port 5353, or add the terminal by its address.`,
  };
}

function wentAway({ name, address }: Card): Trouble {
  return {
    card: name,
    text: `The network card ${name} lost its address ${address} while terminals were looked for; look again when it is back.`,
  };
}

/** Of no card it is known now who is there. */
function notListed(why: string): Trouble {
  return {
    kind: "mdns",
    text: `The network cards of this machine cannot be listed (${why}). Restart the service, or add the terminal by its address.`,
  };
}

function notThere(name: string): Trouble {
  return {
    card: name,
    text: `There is no network card ${name} with an IPv4 address; discovery.interfaces in config.json names it.`,
  };
}

function tooMany(count: number): Trouble {
  return { text: `${count - MAX_SIGHTINGS} of ${count} sightings were left out.` };
}
