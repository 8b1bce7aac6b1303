import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linesOf } from "../../../src/cli/trace/lines.ts";
import type { RecordedEntry, RecordedStep } from "../../../src/core/recording.ts";
import { conversation, type Vendor } from "../../../src/drivers/driver.ts";
import { vendors } from "../../../src/drivers/registry.ts";
import { AMOUNT, SAMPLES } from "../../conformance/samples.ts";
import { recordedBy, replayAll } from "../../support/replayed.ts";
import { World } from "../../support/world.ts";

const getnet = vendors.find(({ id }) => id === "getnet");
const poynt = vendors.find(({ id }) => id === "poynt");
assert(getnet !== undefined && poynt !== undefined);

async function recordingOf(vendor: Vendor): Promise<readonly RecordedEntry[]> {
  const sample = SAMPLES[vendor.id];
  assert(sample !== undefined);
  const { approves: scenario, slowCustomer: _slow, stories: _stories, ...terminal } = sample;
  const world = new World({ ...terminal, vendor, scenario });
  await world.startReady();
  assert.equal(await world.ended(await world.accepted(world.sale(AMOUNT))), "approved");
  return recordedBy(world.recorder);
}

const isOperation = (entry: RecordedEntry): entry is RecordedStep =>
  entry.kind === "step" && entry.role === "operation";

/** The recording with one of the operation's steps changed: the first that fits. */
function withStep(
  entries: readonly RecordedEntry[],
  fits: (step: RecordedStep) => boolean,
  change: (step: RecordedStep) => RecordedStep,
): readonly RecordedEntry[] {
  const place = entries.findIndex((entry) => isOperation(entry) && fits(entry));
  assert(place >= 0, "there is such a step");
  return entries.map((entry, index) => (index === place && isOperation(entry) ? change(entry) : entry));
}

describe("a recording that is played", () => {
  it("is the same with the driver that made it", async () => {
    const { tally, faults } = replayAll(await recordingOf(getnet));
    assert.deepEqual(faults, []);
    assert.equal(tally.same, 2);
  });

  it("differs where the driver wants something else done by now", async () => {
    const changed: Vendor = {
      ...getnet,
      driver: (settings) => {
        const driver = getnet.driver(settings);
        return {
          ...driver,
          device: () => driver.device(),
          recover: (doubt) => driver.recover(doubt),
          operation: (order) =>
            conversation((machine, input, context) => {
              const [next, effects] = machine.step(input, context);
              return [next, effects.map((effect) => (effect.kind === "arm" ? { ...effect, afterMs: 1 } : effect))];
            }, driver.operation(order)),
        };
      },
    };

    const { tally, faults } = replayAll(await recordingOf(getnet), new Map([["getnet", changed]]));

    assert.equal(tally.differing, 1);
    assert.equal(tally.same, 1, "the device's conversation is what it was");
    assert.match(faults.join("\n"), /^counter-1, conversation 2: effects\[\d\]\.afterMs: recorded 250, now 1$/);
  });

  it("differs where it was changed: an amount, a time, randomness, an input that is no more one", async () => {
    const getnets = await recordingOf(getnet);
    const poynts = await recordingOf(poynt);
    const hasRandom = ({ random }: RecordedStep) => random !== undefined;
    const first = () => true;
    const cases: readonly (readonly RecordedEntry[])[] = [
      withStep(
        getnets,
        first,
        (step) => JSON.parse(JSON.stringify(step).replaceAll(String(AMOUNT), "99")) as RecordedStep,
      ),
      withStep(getnets, first, (step) => ({ ...step, at: "2031-01-01T00:00:00.000Z" })),
      withStep(getnets, first, (step) => ({ ...step, random: ["aa"] })),
      withStep(poynts, hasRandom, ({ random: _random, ...step }) => step),
      withStep(poynts, hasRandom, (step) => ({ ...step, random: ["aabb"] })),
      withStep(poynts, hasRandom, (step) => ({
        ...step,
        random: step.random?.map((one) => one.replaceAll(/./g, "p")) ?? [],
      })),
      withStep(
        getnets,
        ({ input }) => input.kind === "received",
        (step) => ({ ...step, input: { kind: "received" } }),
      ),
    ];
    for (const [index, entries] of cases.entries()) {
      const { tally, faults } = replayAll(entries);
      assert.equal(tally.differing, 1, `case ${index}: ${faults.join("\n")}`);
    }
  });

  it("is not taken for the same where its beginning, its vendor or a part of it is missing, and says so once", async () => {
    const entries = await recordingOf(getnet);
    const withoutBeginnings = entries.filter(({ kind }) => kind !== "begun");
    const isBegun = (entry: RecordedEntry) => entry.kind === "begun";
    const cases: readonly (readonly [readonly RecordedEntry[], RegExp])[] = [
      [withoutBeginnings, /its beginning is not in this recording/],
      [entries.map((entry) => (entry.kind === "begun" ? { ...entry, vendor: "nobody" } : entry)), /no vendor nobody/],
      [
        entries.map((entry) => (entry.kind === "begun" ? { ...entry, settings: { currency: 7 } } : entry)),
        /its settings/,
      ],
      [
        entries.flatMap((entry): readonly RecordedEntry[] => (isBegun(entry) ? [entry, entry] : [entry])),
        /it begins twice/,
      ],
      [
        entries.map((entry) =>
          entry.kind === "step" ? { ...entry, kind: "omitted", what: "step", characters: 9 } : entry,
        ),
        /something of it is not in this recording/,
      ],
    ];
    for (const [changed, why] of cases) {
      const { tally, faults } = replayAll(changed);
      assert.equal(tally.same, 0, String(why));
      assert.equal(tally.notReplayed, 2, String(why));
      assert.equal(faults.length, 2);
      for (const fault of faults) assert.match(fault, why);
    }
  });

  it("shows a stranger's text as text: nothing in it breaks a line or moves a cursor", async () => {
    const [link, ...entries] = await recordingOf(getnet);
    assert(link?.kind === "link");
    const hostile = { ...link, terminal: "x\u001b[2J\ny", why: "\u001b]0;title\u0007\r\nsecond" };
    for (const entry of [hostile, ...entries])
      for (const line of linesOf(entry)) {
        assert.doesNotMatch(line, /\p{Cc}/u);
        assert(line.length < 500);
      }
  });
});
