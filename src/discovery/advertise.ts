import { assert } from "../core/assert.ts";
import type { Clock } from "../core/ports.ts";
import type { Card } from "./cards.ts";
import { machineCards } from "./machine-cards.ts";
import { openMdns, type Mdns, type OwnRecord } from "./mdns.ts";

/** What is published of a terminal. */
export type Advertised = {
  readonly name: string;
  /** `_http._tcp` */
  readonly type: string;
  readonly port: number;
  readonly txt?: Readonly<Record<string, string>>;
};

export interface Advertisement extends AsyncDisposable {
  /** The name that it has got: another one where the wanted one was taken. */
  readonly name: string;
  /** Says goodbye, so that whoever heard of it forgets it. */
  close(): Promise<void>;
}

export type AdvertiseOptions = {
  /** An IPv4 address of this machine: it is published on that card alone, and with that address alone. */
  readonly interfaceAddress: string;
  readonly clock: Clock;
  /** Another one than 5353 is a network of its own, for tests. */
  readonly port?: number;
};

/** It cannot be published. The message is for people. */
export class AdvertisingFailure extends Error {
  override readonly name = "AdvertisingFailure";
}

/** Seconds (RFC 6762 10). */
const HOST_TTL = 120;
const OTHER_TTL = 4_500;
/** How long somebody who has the name may take to say so, and how often he is asked (RFC 6762 8.1). */
const PROBE_MS = 250;
const PROBES = 3;
const MOST_NAMES = 20;
/** The second announcement (RFC 6762 8.3). */
const ANNOUNCE_AGAIN_MS = 1_000;
/** Of what is said in a second; a busy network says a tenth of it. */
const MAX_BYTES = 256 * 1024;
const SECOND_MS = 1_000;
/** In a second. Everybody hears each of them, so who asks more often has heard it. */
const MAX_ANSWERS = 20;
/** A label of the DNS has 63, and a number may have to be put behind it. */
const MAX_NAME_BYTES = 57;

/**
 * Publishes a service until it is closed.
 *
 * @throws AdvertisingFailure where this card cannot do it, or the name is taken many times over
 */
export async function advertise(service: Advertised, options: AdvertiseOptions): Promise<Advertisement> {
  const { interfaceAddress, clock, port } = options;
  const wanted = service.name.replaceAll(".", "-");
  assert(
    wanted !== "" && Buffer.byteLength(wanted) <= MAX_NAME_BYTES,
    "a service was to be published under a name that is none",
  );
  const card = cardAt(interfaceAddress);
  const renewal = { everyMs: SECOND_MS, clock };
  const opened = await openMdns({ card, maxBytes: MAX_BYTES, renewal, ...(port === undefined ? {} : { port }) });
  if (opened.kind === "failed") {
    throw new AdvertisingFailure(`Nothing can be announced on ${interfaceAddress}: ${opened.why}.`);
  }
  const { mdns } = opened;
  const name = await freeName(mdns, wanted, service, clock);
  if (name === undefined) {
    await mdns[Symbol.asyncDispose]();
    throw new AdvertisingFailure(
      `The name ${wanted} is taken ${MOST_NAMES} times in the network of ${interfaceAddress}.`,
    );
  }
  return publish(mdns, { ...service, name }, card, clock);
}

async function publish(mdns: Mdns, service: Advertised, card: Card, clock: Clock): Promise<Advertisement> {
  const records = recordsOf(service, card.address);
  const all = Object.values(records);
  const mayAnswer = answerLimit(clock);
  mdns.hearQuestions((questions) => {
    const answers = [...new Set(questions.flatMap((question) => answersTo(question, records)))];
    return answers.length > 0 && mayAnswer() ? answers : [];
  });
  await mdns.tell(all);
  const again = clock.after(ANNOUNCE_AGAIN_MS, () => void mdns.tell(all));
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    again.cancel();
    await mdns.tell(all.map((record) => ({ ...record, ttl: 0 })));
    await mdns[Symbol.asyncDispose]();
  };
  const closeOnce = () => (closing ??= close());
  return { name: service.name, close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

function isOwn(address: string): boolean {
  return machineCards().cards.some((card) => card.address === address);
}

/** Whoever asks all the time would else make us fill the network. */
function answerLimit(clock: Clock): () => boolean {
  let [begunMs, count] = [clock.monotonicMs(), 0];
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - begunMs >= SECOND_MS) [begunMs, count] = [nowMs, 0];
    count += 1;
    return count <= MAX_ANSWERS;
  };
}

function cardAt(address: string): Card {
  const { cards, unlisted } = machineCards();
  if (unlisted !== undefined) {
    throw new AdvertisingFailure(
      `Nothing can be announced on ${address}: the network cards cannot be listed (${unlisted}).`,
    );
  }
  const card = cards.find((known) => known.address === address);
  if (card === undefined) throw new AdvertisingFailure(`No network card of this machine has the address ${address}.`);
  return card;
}

/** The name, or the name with a number that nobody has yet. */
async function freeName(
  mdns: Mdns,
  wanted: string,
  { type, port }: Advertised,
  clock: Clock,
): Promise<string | undefined> {
  const taken = new Set<string>();
  const stop = mdns.hearAnswers((records, speaker) => {
    for (const { type: kind, name, ttl, data } of records) {
      if (kind !== "SRV" || ttl === 0) continue;
      const [label = ""] = name.split(`.${type}.`, 1);
      const { target } = Object(data) as { readonly target?: unknown };
      // One machine with two cards in one network hears itself.
      if (target !== hostOf(label, port) || !isOwn(speaker)) taken.add(name.toLowerCase());
    }
  });
  try {
    for (let number = 1; number <= MOST_NAMES; number += 1) {
      const name = number === 1 ? wanted : `${wanted} (${number})`;
      const instance = `${name}.${type}.local`;
      const isTaken = () => taken.has(instance.toLowerCase());
      for (let probe = 0; probe < PROBES && !isTaken(); probe += 1) {
        mdns.ask([{ name: instance, type: "ANY" }]);
        await pause(clock, PROBE_MS);
      }
      if (!isTaken()) return name;
    }
    return undefined;
  } finally {
    stop();
  }
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}

type Records = Readonly<Record<"enumeration" | "pointer" | "place" | "text" | "address", OwnRecord>>;

function recordsOf({ name, type, port, txt = {} }: Advertised, address: string): Records {
  const [instance, host] = [`${name}.${type}.local`, hostOf(name, port)];
  const entries = Object.entries(txt).map(([key, value]) => `${key}=${value}`);
  return {
    // What kinds of services there are, for whoever lists them (RFC 6763 9).
    enumeration: {
      type: "PTR",
      name: "_services._dns-sd._udp.local",
      ttl: OTHER_TTL,
      flush: false,
      data: `${type}.local`,
    },
    pointer: { type: "PTR", name: `${type}.local`, ttl: OTHER_TTL, flush: false, data: instance },
    place: { type: "SRV", name: instance, ttl: HOST_TTL, flush: true, data: { target: host, port } },
    // One without entries still has one string (RFC 6763 6.1).
    text: { type: "TXT", name: instance, ttl: OTHER_TTL, flush: true, data: entries.length === 0 ? [""] : entries },
    address: { type: "A", name: host, ttl: HOST_TTL, flush: true, data: address },
  };
}

/** A host of its own: the machine's name belongs to whoever publishes that already. */
function hostOf(name: string, port: number): string {
  const word = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `${word}-${port}.local`;
}

/**
 * Whoever asks for the instance gets its place and its address in one message: there is a finder that asks one question of type ANY, needs both, and
 * asks no second one (docs/adr/0061-discovery.md).
 */
function answersTo(
  question: { readonly name: string; readonly type: string },
  { enumeration, pointer, place, text, address }: Records,
): readonly OwnRecord[] {
  const isAsked = ({ name, type }: OwnRecord) =>
    name.toLowerCase() === question.name.toLowerCase() && (question.type === "ANY" || question.type === type);
  if (isAsked(enumeration)) return [enumeration];
  if (isAsked(address)) return [address];
  if (isAsked(pointer)) return [pointer, place, text, address];
  return isAsked(place) || isAsked(text) ? [place, text, address] : [];
}
