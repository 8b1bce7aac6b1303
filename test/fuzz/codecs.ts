import assert from "node:assert/strict";
import type { Target } from "../../scripts/fuzz/target.ts";
import type { HttpAnswer, HttpRequest } from "../../src/core/http.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import type { HttpWire, Keys, OpenedAnswer, StreamWire } from "../../src/drivers/wire.ts";
import { AMOUNT } from "../conformance/samples.ts";
import { seededCrypto } from "../support/seeded-crypto.ts";
import { World } from "../support/world.ts";
import { assertNoCardNumbers, CARD_NUMBERS, fromLatin1, latin1Of, toldIn } from "./inputs.ts";
import { sampleOf, trusting } from "./vendors.ts";

const MOST_SEEDS = 200;
const DIALOGUE_MS = 20_000;
/** Of the conformance suite: all of them would take most of the time there is. */
const MOST_STORIES = 4;

/** A vendor's codec alone: whatever comes is a message or garbled, and holds no card number. Its seeds are what was said in `stories` of them. */
export function codec(vendor: Vendor, stories = MOST_STORIES): Promise<Target> {
  return vendor.wire.kind === "stream"
    ? streamCodec(vendor, vendor.wire, stories)
    : httpCodec(vendor, vendor.wire, stories);
}

/** Plays stories of the conformance suite, so that the wire hears what the simulated terminal can say. */
async function playStories(vendor: Vendor, stories: number): Promise<void> {
  const sample = sampleOf(vendor);
  for (const { scenario } of Object.values(sample.stories).slice(0, stories)) {
    const world = new World({ ...sample, vendor, scenario });
    await world.start();
    await world.clock.advance(5_000);
    await Promise.race([world.startOperation(world.sale(AMOUNT)), world.clock.advance(500)]);
    await world.clock.advance(DIALOGUE_MS);
    await world.crash();
  }
}

/** The same frames come out, however the bytes are chunked. */
async function streamCodec(vendor: Vendor, wire: StreamWire<unknown>, stories: number): Promise<Target> {
  const crypto = seededCrypto();
  const heard = new Set<string>();
  const recording: StreamWire<unknown> = {
    ...wire,
    decode: (frame, itsCrypto) => {
      heard.add(latin1Of(frame));
      return wire.decode(frame, itsCrypto);
    },
  };
  await playStories({ ...vendor, wire: recording }, stories);
  const framesOf = (input: Uint8Array, sizeOf: (at: number) => number): readonly Uint8Array[] => {
    const framer = wire.createFramer();
    const framed = [];
    for (let at = 0; at < input.length;) {
      const size = sizeOf(at);
      framed.push(...framer.push(input.slice(at, at + size)));
      at += size;
    }
    return [...framed, ...framer.flush()].flatMap((one) => (one.kind === "frame" ? [one.bytes] : []));
  };
  return {
    seeds: [...[...heard].slice(0, MOST_SEEDS), [...heard].slice(0, 5).join("")].map(fromLatin1),
    words: CARD_NUMBERS,
    run: (input) => {
      const whole = framesOf(input, () => Math.max(1, input.length));
      const pieces = framesOf(input, (at) => 1 + ((input[at] ?? 0) % 7));
      assert.deepEqual(pieces.map(latin1Of), whole.map(latin1Of), "chunking makes other frames");
      for (const frame of [input, ...whole]) {
        const decoded = wire.decode(frame, crypto);
        if (decoded.kind === "message") assertNoCardNumbers(JSON.stringify(decoded.message), "a message");
      }
    },
  };
}

/** What opens one sort of answer, and what was asked for with it. */
type Opening = {
  readonly seeds: string[];
  readonly asked: HttpRequest[];
  keys: Keys | undefined;
  readonly open: (head: string, headers: HttpAnswer["headers"], body: Uint8Array) => OpenedAnswer<unknown> | undefined;
};

/**
 * The first line says whose answer it is (of the terminal's wire, the account's, or a call), the number of the recorded request and the status; then come
 * headers, an empty line and the body.
 */
async function httpCodec(vendor: Vendor, wire: HttpWire<unknown>, stories: number): Promise<Target> {
  const { account } = vendor;
  const openings = new Map<string, Opening>([["wire", openingOf(wire)]]);
  if (account !== undefined) openings.set("account", openingOf(account.wire));
  const calls = account?.calls;
  const callSeeds: string[] = [];
  const call: Opening = {
    seeds: callSeeds,
    asked: [],
    keys: undefined,
    open: (head, headers, body) =>
      call.keys === undefined
        ? undefined
        : calls?.open({ query: head, headers, body }, trusting(call.keys), Date.UTC(2026, 0, 2)),
  };
  openings.set("call", call);
  const recording = (name: string, its: HttpWire<unknown>): HttpWire<unknown> => ({
    ...its,
    open: (answer, asked, keys) => {
      note(openings.get(name), name, answer, asked, keys);
      return its.open(answer, asked, keys);
    },
  });
  const recorded: Vendor = {
    ...vendor,
    wire: recording("wire", wire),
    ...(account === undefined ? {} : { account: { ...account, wire: recording("account", account.wire) } }),
  };
  await playStories(recorded, stories);
  call.keys = openings.get("account")?.keys;
  callSeeds.push(
    'call id=1&type=order\ncontent-type: application/json\nx-signature: ts=1767323045000,v1=00\n\n{"id":1,"resource":"/x"}',
  );
  return {
    seeds: [...openings.values()].flatMap(({ seeds }) => seeds.slice(0, MOST_SEEDS)).map(fromLatin1),
    words: CARD_NUMBERS,
    run: (input) => {
      const text = latin1Of(input);
      const [kind = "", ...head] = (text.split("\n", 1)[0] ?? "").split(" ");
      const bodyAt = text.indexOf("\n\n");
      const lines = text
        .slice(0, bodyAt < 0 ? text.length : bodyAt)
        .split("\n")
        .slice(1);
      const body = fromLatin1(bodyAt < 0 ? "" : text.slice(bodyAt + 2));
      const opened = openings.get(kind)?.open(head.join(" "), headersIn(lines), body);
      if (opened?.kind === "message") assertNoCardNumbers(toldIn(opened.message), "a message");
    },
  };
}

function openingOf(wire: HttpWire<unknown>): Opening {
  const opening: Opening = {
    seeds: [],
    asked: [],
    keys: undefined,
    open: (head, headers, body) => {
      const [index = "0", status = "200"] = head.split(" ");
      const { keys } = opening;
      const asked = opening.asked[Math.abs(Number.parseInt(index, 10) || 0) % Math.max(1, opening.asked.length)];
      if (keys === undefined || asked === undefined) return undefined;
      return wire.open(
        { status: Math.min(999, Math.abs(Number.parseInt(status, 10) || 200)), headers, body },
        asked,
        trusting(keys),
      );
    },
  };
  return opening;
}

function note(opening: Opening | undefined, name: string, answer: HttpAnswer, asked: HttpRequest, keys: Keys): void {
  if (opening === undefined) return;
  opening.keys ??= keys;
  const likeIt = ({ method, path }: HttpRequest) => `${method} ${path.replaceAll(/[0-9a-f-]{8,}|\d+/gi, "#")}`;
  const known = opening.asked.findIndex((one) => likeIt(one) === likeIt(asked));
  const index = known < 0 ? opening.asked.push(asked) - 1 : known;
  const headers = Object.entries(answer.headers).map(([header, value]) => `${header}: ${value}\n`);
  const seed = `${name} ${index} ${answer.status}\n${headers.join("")}\n${latin1Of(answer.body)}`;
  if (opening.seeds.length < MOST_SEEDS && !opening.seeds.includes(seed)) opening.seeds.push(seed);
}

function headersIn(lines: readonly string[]): HttpAnswer["headers"] {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", value = ""] = /^([A-Za-z0-9-]+):[ \t]*(.*)$/.exec(line) ?? [];
      return name === "" ? [] : [[name.toLowerCase(), value] as const];
    }),
  );
}
