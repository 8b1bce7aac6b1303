import assert from "node:assert/strict";
import type { Target } from "../../scripts/fuzz/target.ts";
import { isJsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import type { Keys } from "../../src/drivers/wire.ts";
import { signOf } from "../../src/drivers/getnet/codec.ts";
import { AMOUNT, SAMPLES, type Sample } from "../conformance/samples.ts";
import { seededCrypto } from "../support/seeded-crypto.ts";
import { TILL_1, World } from "../support/world.ts";
import { hostile, type Resign } from "./hostile.ts";
import { assertNoCardNumbers, CARD_NUMBERS, fromLatin1, latin1Of, toldIn } from "./inputs.ts";

const crypto = seededCrypto();
const asIs: Resign = (message) => message;

/** Where the wire checks something that no key is needed for. A vendor that is not here is fuzzed all the same. */
const RESIGN: Readonly<Record<string, Resign>> = {
  getnet: (message) =>
    isJsonObject(message) && typeof message["JsonSerialized"] === "string"
      ? { ...message, Sign: signOf(message["JsonSerialized"], crypto) }
      : message,
};

const MOST_ORDERS = 12;
const MOST_FACTS = 2_000;
const START_MS = 2_000;
const END_MS = 20_000;

/** Everything that a signature proves is believed: the machines behind it have to bear with any content. */
export const trusting = (keys: Keys): Keys => ({
  reveal: (key) => keys.reveal(key),
  signRs256: (key, bytes) => keys.signRs256(key, bytes),
  hmacSha256: (key, bytes) => keys.hmacSha256(key, bytes),
  decryptRsa: (key, bytes) => keys.decryptRsa(key, bytes),
  equal: () => true,
});

/** The vendor with another wire behind the same machines. */
export function credulous(vendor: Vendor): Vendor {
  const { wire, account } = vendor;
  return {
    ...vendor,
    wire:
      wire.kind === "http"
        ? { ...wire, open: (answer, asked, keys) => wire.open(answer, asked, trusting(keys)) }
        : wire,
    ...(account === undefined
      ? {}
      : {
          account: {
            ...account,
            wire: { ...account.wire, open: (answer, asked, keys) => account.wire.open(answer, asked, trusting(keys)) },
            ...(account.calls === undefined ? {} : { calls: trustingCalls(account.calls) }),
          },
        }),
  };
}

type Calls = NonNullable<NonNullable<Vendor["account"]>["calls"]>;

const trustingCalls = (calls: Calls): Calls => ({
  ...calls,
  open: (call, keys, vendorNow) => calls.open(call, trusting(keys), vendorNow),
});

export function sampleOf(vendor: Vendor): Sample {
  const sample = SAMPLES[vendor.id];
  assert(sample !== undefined, `test/conformance/samples.ts has nothing for ${vendor.id}`);
  return sample;
}

/**
 * A terminal, or a cloud, that says what it likes: the first line of the input says what the POS and the daemon do meanwhile, a letter each, the others
 * what becomes of each message of the simulated terminal (`hostile.ts`). No machine throws, loops or keeps without end, and no card number gets out.
 */
export function machines(vendor: Vendor): Target {
  const sample = sampleOf(vendor);
  const resign = RESIGN[vendor.id] ?? asIs;
  const [card] = CARD_NUMBERS;
  return {
    seeds: [
      ...["sw", "sWvW", "scW", "swkW", "sWrW", "xtw", "sWsWsW", "uW", "sWpWkW"].map((plan) => `${plan}\n`),
      ...Array.from({ length: 12 }, (_, message) => `sW\n${"\n".repeat(message)}#${message * 3},"${card}"\n`),
      ...Array.from({ length: 6 }, (_, message) => `sWkW\n${"\n".repeat(message + 1)}-\n\n<20\n\n2\n`),
      `sW\n\n\ns500\n\nhRetry-After: 1\n\n=<html>\n\n!\n`,
      `sW\n\n\n+{"a":1}\n~7,"${card}"\n#4,null\t#9,{}\n`,
    ].map(fromLatin1),
    words: [...CARD_NUMBERS, "\n", "\t#", "\n#1,", "\n=", "\n-", "\ns404", "\ns429", "\n\n\n", `"${card}"`],
    maxBytes: 4_096,
    run: async (input) => {
      const [plan = "", ...lines] = latin1Of(input).split("\n");
      const trusted = credulous(vendor);
      const simulator = hostile(vendor.simulator, lines, resign);
      const world = new World({ ...sample, vendor: { ...trusted, simulator }, scenario: sample.approves });
      await world.start();
      await world.clock.advance(START_MS);
      for (const letter of plan.slice(0, MOST_ORDERS)) await order(letter, world, vendor);
      await world.clock.advance(END_MS);
      await assertDecent(world);
      await world.crash();
    },
  };
}

async function order(letter: string, world: World, vendor: Vendor): Promise<void> {
  const last = await lastIn(world);
  const original = last === undefined ? {} : { original: { transaction: last } };
  switch (letter) {
    case "s":
      return begin(world, world.sale(AMOUNT));
    case "v":
      return begin(world, { type: "void", ...original });
    case "r":
      return begin(world, { type: "refund", amount: world.money(AMOUNT), ...original });
    case "u":
      return begin(world, { type: "refund", amount: world.money(AMOUNT) });
    case "p":
      return begin(world, { type: "preauthorization", amount: world.money(AMOUNT) });
    case "c":
      if (last !== undefined) await world.till.transactions.cancel(TILL_1, { transaction: last });
      return;
    case "k":
      await world.crash("written");
      await world.start();
      return world.clock.advance(START_MS);
    case "t":
      return beside(
        world,
        Object.keys(vendor.reports).map((report) => world.till.terminals.report("counter-1", report, {})),
      );
    case "x":
      return beside(world, [world.till.terminals.poll("counter-1")]);
    case "a":
      return beside(world, [world.till.terminals.pair("counter-1", "123456")]);
    case "W":
      return world.clock.advance(30_000);
    default:
      return world.clock.advance(1_000);
  }
}

/** It may be refused, or wait for what never comes. */
async function begin(world: World, operation: Operation): Promise<void> {
  return beside(world, [world.startOperation(operation)]);
}

async function beside(world: World, asked: readonly Promise<unknown>[]): Promise<void> {
  const done = Promise.all(asked);
  await Promise.race([done, world.clock.advance(500)]);
}

async function lastIn(world: World): Promise<string | undefined> {
  const listed = await world.till.transactions.list({ pos: "cli", seesAll: true }, { limit: 1 });
  return listed.kind === "done" ? listed.value.seen[0]?.transaction.id : undefined;
}

async function assertDecent(world: World): Promise<void> {
  const listed = await world.till.transactions.list({ pos: "cli", seesAll: true }, { limit: 100 });
  assert(listed.kind === "done");
  const facts = [];
  for (const { transaction } of listed.value.seen) {
    const its = await world.journal.facts(transaction.id);
    assert(its.length <= MOST_FACTS, `one transaction has ${its.length} facts`);
    facts.push(...its);
  }
  assertNoCardNumbers(toldIn(world.events), "an event");
  assertNoCardNumbers(world.log.whole.join("\n"), "the log");
  assertNoCardNumbers(toldIn(facts), "the journal");
  const mistake = world.log.whole.find((line) => line.includes("AssertionFailure") || line.includes("TypeError"));
  assert.equal(mistake, undefined, mistake);
}
