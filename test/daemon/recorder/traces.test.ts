import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Json } from "../../../src/core/json.ts";
import type { RecordedEntry, RecordingHead } from "../../../src/core/recording.ts";
import { Recorder } from "../../../src/daemon/recorder/recorder.ts";
import { TRACE_LIMITS, Traces, writeLastTrace, type TraceLimits } from "../../../src/daemon/recorder/traces.ts";
import { vendors } from "../../../src/drivers/registry.ts";
import { AMOUNT, SAMPLES, type Sample } from "../../conformance/samples.ts";
import { freshFolder } from "../../support/home-folder.ts";
import { replayAll } from "../../support/replayed.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";
import { World } from "../../support/world.ts";

type Scenario = (sample: Sample) => Json;

type Place = { readonly directory: string; readonly limits?: TraceLimits; readonly bytesFree?: () => Promise<number> };

async function worldWith(scenarioOf: Scenario, { directory, ...more }: Place) {
  const [vendor] = vendors;
  const sample = SAMPLES[vendor?.id ?? ""];
  assert(vendor !== undefined && sample !== undefined);
  const { approves: _approves, slowCustomer: _slow, stories: _stories, ...terminal } = sample;
  const world = new World({ ...terminal, vendor, scenario: scenarioOf(sample) });
  const { recorder, clock, log } = world;
  const traces = new Traces({ directory, recorder, clock, log, ...more });
  recorder.attach({ log, writeDown: (...about) => traces.write(...about) });
  await world.startReady();
  const sale = async () => world.ended(await world.accepted(world.sale(AMOUNT)));
  return { world, traces, sale };
}

const approves: Scenario = (sample) => sample.approves;
const isSilentAfterTheMoney: Scenario = (sample) => sample.stories.isSilentAfterTheMoney.scenario;

const tracesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(join(directory, "traces"));
  } catch {
    return [];
  }
};

function readTrace(directory: string, name: string) {
  const lines = readFileSync(join(directory, "traces", name), "utf8")
    .trimEnd()
    .split("\n");
  const [head, ...entries] = lines.map((line) => JSON.parse(line) as unknown);
  return { head: head as RecordingHead, entries: entries as RecordedEntry[] };
}

describe("traces", () => {
  it("are not written while all is well", async (context: TestContext) => {
    const directory = freshFolder(context);
    const { sale, traces } = await worldWith(approves, { directory });

    assert.equal(await sale(), "approved");
    await traces.settled();

    assert.deepEqual(readdirSync(directory), []);
  });

  it("are written for their owner alone when a payment is in doubt, and when that has ended; both can be played", async (context) => {
    const directory = freshFolder(context);
    const { world, sale, traces } = await worldWith(isSilentAfterTheMoney, { directory });

    assert.equal(await sale(), "approved");
    await world.clock.settle();
    await traces.settled();

    const names = tracesIn(directory).toSorted();
    assert.deepEqual(
      names.map((name) => name.replace(/^.{24}/, "")),
      ["-counter-1-doubt.jsonl", "-counter-1-recovered.jsonl"],
    );
    for (const name of names) {
      const { head, entries } = readTrace(directory, name);
      assert.equal(head.terminal, "counter-1");
      assert.ok(head.transaction !== undefined);
      const { tally, faults } = replayAll(entries);
      assert.deepEqual(faults, []);
      assert(tally.same >= 2 && tally.steps > 5, JSON.stringify(tally));
      if (process.platform !== "win32")
        assert.equal(statSync(join(directory, "traces", name)).mode & 0o777, 0o600, "others cannot read it");
    }
  });

  it("that cannot be written are told once, and no payment hears of it", async (context) => {
    const directory = join(freshFolder(context), "full");
    writeFileSync(directory, "no folder");
    const { world, sale, traces } = await worldWith(isSilentAfterTheMoney, { directory });

    assert.equal(await sale(), "approved");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(await sale(), "approved");
    await traces.settled();

    assert.equal(world.log.lines.filter((line) => line.includes("could not be written down")).length, 1);
  });

  it("leave what is left of a disk that is nearly full to the ends of payments", async (context) => {
    const directory = freshFolder(context);
    const bytesFree = () => Promise.resolve(8 * 1024 * 1024);
    const { world, sale, traces } = await worldWith(isSilentAfterTheMoney, { directory, bytesFree });

    assert.equal(await sale(), "approved");
    await traces.settled();

    assert.deepEqual(tracesIn(directory), []);
    assert.match(world.log.whole.find((line) => line.includes("trace.notWritten")) ?? "", /nearly full/);
  });

  it("have room for so many files and bytes; the oldest give way, and nothing else does", async (context) => {
    const directory = freshFolder(context);
    const folder = join(directory, "traces");
    mkdirSync(folder);
    const old = Array.from({ length: 9 }, (_, index) => `2020-01-0${index + 1}T00-00-00.000Z-counter-1-doubt.jsonl`);
    for (const name of old) writeFileSync(join(folder, name), "x".repeat(28_000));
    writeFileSync(join(folder, "mine.txt"), "somebody's note");
    const limits = { ...TRACE_LIMITS, files: 5, bytesInAll: 100_000 };
    const { sale, traces } = await worldWith(isSilentAfterTheMoney, { directory, limits });

    await sale();
    await traces.settled();

    const left = tracesIn(directory);
    assert(left.includes("mine.txt"));
    assert.deepEqual(
      left.filter((name) => name.startsWith("2020")),
      old.slice(-3),
      "as many of the old ones as have room",
    );
  });

  it("of a crash hold what is known of all terminals, and throw nothing where they cannot be written", async (context) => {
    const directory = freshFolder(context);
    const { world, sale } = await worldWith(approves, { directory });
    await sale();

    const path = writeLastTrace(directory, world.recorder, world.clock);

    const [name = ""] = tracesIn(directory);
    assert.equal(path, join(directory, "traces", name));
    assert.match(name, /-all-crash\.jsonl$/);
    assert.deepEqual(replayAll(readTrace(directory, name).entries).faults, []);
    const talk = world.recorder.of({ terminal: "counter-2", vendor: "getnet", driver: "1" });
    for (let count = 0; count < 60; count += 1) {
      const why = String(count).padEnd(15_000, "x");
      talk.bytes("garbled", new Uint8Array(1), why);
      const other = world.recorder.of({ terminal: `counter-${count % 3}`, vendor: "getnet", driver: "1" });
      other.bytes("garbled", new Uint8Array(1), why);
    }
    const large = readTrace(directory, basename(writeLastTrace(directory, world.recorder, world.clock) ?? ""));
    const { entries, missing } = world.recorder.snapshot();
    assert.ok(large.entries.length < entries.length);
    assert.equal(large.entries.length + large.head.missing, entries.length + missing, "what is left out is counted");
    const blocked = join(directory, "blocked");
    writeFileSync(blocked, "no folder");
    assert.equal(writeLastTrace(blocked, world.recorder, world.clock), undefined);
    assert.equal(writeLastTrace(directory, new Recorder(world.clock, seededCrypto()), world.clock), undefined);
  });
});

describe("a recorder that fails in everything it does", () => {
  it("touches no payment", async () => {
    const [vendor] = vendors;
    const sample = SAMPLES[vendor?.id ?? ""];
    assert(vendor !== undefined && sample !== undefined);
    const { approves: scenario, slowCustomer: _slow, stories: _stories, ...terminal } = sample;
    const world = new World({ ...terminal, vendor, scenario });
    const fails = (): never => {
      throw new Error("the recorder is broken");
    };
    world.recorder = new Recorder({ ...world.clock, now: fails }, { sha256: fails, randomBytes: fails });
    world.recorder.attach({ log: world.log, writeDown: fails });
    world.recorder.listen(fails);

    await assert.doesNotReject(async () => {
      await world.startReady();
      assert.equal(await world.ended(await world.accepted(world.sale(AMOUNT))), "approved");
    });
    assert.equal(world.log.lines.filter((line) => line.includes("recorder")).length, 1, "and it is said once");
  });
});
