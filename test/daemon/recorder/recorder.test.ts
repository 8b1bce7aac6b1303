import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { RecordedEntry } from "../../../src/core/recording.ts";
import type { TerminalRecorder } from "../../../src/daemon/recorder/conversation-recorder.ts";
import { recordingPage, type RecordingPage } from "../../../src/daemon/recorder/pages.ts";
import { recorded } from "../../../src/daemon/recorder/recorded.ts";
import { Recorder, RECORDER_LIMITS, type RecorderLimits } from "../../../src/daemon/recorder/recorder.ts";
import { withDefaults } from "../../../src/core/schema.ts";
import type { Context, Input, Vendor } from "../../../src/drivers/driver.ts";
import { poynt } from "../../../src/drivers/poynt/vendor.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { recordedBy, replayAll } from "../../support/replayed.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

const COUNTER_1 = { terminal: "counter-1", vendor: "getnet", driver: "1" };
const NUMBER = "4111111111111111";

function openRecorder(limits: Partial<RecorderLimits> = {}) {
  const clock = createVirtualClock();
  const recorder = new Recorder(clock, seededCrypto(), { ...RECORDER_LIMITS, ...limits });
  const context: Context = { now: clock.now(), vendorNow: clock.now(), crypto: seededCrypto(), secrets: {} };
  const converse = (role: "device" | "operation", terminal: TerminalRecorder = recorder.of(COUNTER_1)) =>
    terminal.conversation({ role, settings: { currency: "CLP" } }, context.crypto);
  const say = (conversation: ReturnType<typeof converse>, message: Json) =>
    conversation.stepped({ kind: "received", message }, context, [{ kind: "send", message }]);
  return { recorder, context, converse, say };
}

const kinds = (entries: readonly RecordedEntry[]) => entries.map(({ kind }) => kind);

describe("the recorder", () => {
  it("keeps so many entries of a terminal, lets the oldest go and counts them", () => {
    const { recorder, converse, say } = openRecorder({ payments: { entries: 3, characters: 10_000 } });
    const operation = converse("operation");
    for (let index = 1; index <= 5; index += 1) say(operation, { index });

    const { entries, missing } = recorder.snapshot();

    const indexes = recordedBy(recorder).map((entry) => (entry.kind === "step" ? entry.input : undefined));
    assert.deepEqual(
      indexes.map((input) => (input as { message?: { index: number } } | undefined)?.message?.index),
      [3, 4, 5],
    );
    assert.equal(entries.length, 3);
    assert.equal(missing, 3, "the beginning and two steps");
  });

  it("keeps no more characters of a terminal than it may, and of many terminals no more than of all", () => {
    const limits = { payments: { entries: 1_000, characters: 10_000 }, rest: { entries: 10, characters: 100 } };
    const { recorder, converse, say } = openRecorder({ ...limits, charactersInAll: 20_200 });
    for (let terminal = 1; terminal <= 8; terminal += 1) {
      const operation = converse("operation", recorder.of({ ...COUNTER_1, terminal: `counter-${terminal}` }));
      for (let index = 0; index < 100; index += 1) say(operation, "x".repeat(100));
    }

    const sizes = recorder.snapshot().entries.reduce((sum, { size }) => sum + size, 0);

    assert(sizes > 15_000 && sizes <= 20_200, `${sizes} characters`);
  });

  it("lets what comes all day push no payment out", () => {
    const { recorder, converse, say } = openRecorder({ rest: { entries: 5, characters: 10_000 } });
    const operation = converse("operation");
    say(operation, "sale");
    operation.ended();
    const device = converse("device");
    for (let index = 0; index < 50; index += 1) say(device, "probe");

    const operations = recordedBy(recorder).filter((entry) => "role" in entry && entry.role === "operation");

    assert.deepEqual(kinds(operations), ["begun", "step", "ended"]);
  });

  it("keeps of an entry that is far too large no more than its size", () => {
    const { recorder, converse, say } = openRecorder();
    say(converse("device"), "x".repeat(100_000));

    const [, entry] = recordedBy(recorder);

    assert.equal(entry?.kind, "omitted");
    assert(JSON.stringify(entry).length < 300);
  });

  it("keeps of bytes that are no message their length and what tells equal ones, and counts those that come again", () => {
    const { recorder } = openRecorder();
    const terminal = recorder.of(COUNTER_1);
    const bytes = new TextEncoder().encode(NUMBER);
    terminal.bytes("discarded", bytes, "no frame");
    terminal.bytes("discarded", bytes, "no frame");
    terminal.bytes("garbled", bytes, "a wrong checksum");

    const entries = recordedBy(recorder);

    assert.deepEqual(
      entries.map((entry) => entry.kind === "bytes" && [entry.what, entry.length, entry.times]),
      [
        ["discarded", 32, 2],
        ["garbled", 16, 1],
      ],
    );
    const marks = entries.map((entry) => entry.kind === "bytes" && entry.mark);
    assert.equal(marks[0], marks[1]);
    assert.doesNotMatch(JSON.stringify(recorder.snapshot()), /4111|52,49,49,49/);
    const other = new Recorder(createVirtualClock(), {
      ...seededCrypto(),
      randomBytes: (count) => new Uint8Array(count),
    });
    other.of(COUNTER_1).bytes("discarded", bytes, "no frame");
    const [another] = recordedBy(other);
    assert.notEqual(
      another?.kind === "bytes" && another.mark,
      marks[0],
      "another daemon's marks tell nothing of these",
    );
  });

  it("lets no card number and nothing secret out, wherever a message has it", () => {
    const { recorder, converse, say } = openRecorder();
    const operation = converse("operation");
    for (const message of [
      { text: `card ${NUMBER}` },
      { number: Number(NUMBER) },
      { [NUMBER]: "as a name" },
      { deep: [{ track: `;${NUMBER}=28121010000?` }] },
      { groups: [4111, 1111, 1111, 1111] },
      { accessToken: "APP_USR-secret", password: "s3cret", nested: { secret: "shh-its-mine" } },
    ])
      say(operation, message);
    operation.threw(
      { kind: "deadline" },
      { now: 0, vendorNow: 0, crypto: seededCrypto(), secrets: {} },
      new Error(NUMBER),
    );

    const text = JSON.stringify(recorder.snapshot().entries.map(recorded));

    assert.doesNotMatch(text, /4111\D{0,2}1111|APP_USR-secret|s3cret|shh-its-mine/);
    assert.match(text, /looks like a number of a card/, "over the borders of fields nothing is shown at all");
    assert.match(text, /1111/, "the last four digits may be seen");
  });

  it("lets neither the code of a pairing out, which may be its secret, nor what it was made of", () => {
    const { recorder, context } = openRecorder();
    const settings = withDefaults(poynt.settingsSchema, { currency: "USD" }) as JsonObject;
    const source = { terminal: "lane", vendor: "poynt", driver: "1" };
    const conversation = recorder.of(source).conversation({ role: "device", settings }, context.crypto);
    const vendor: Vendor = poynt;
    let machine = vendor.driver(settings).device();
    const hears = (input: Input<unknown>) => {
      const [next, effects] = machine.step(input, { ...context, crypto: conversation.crypto });
      conversation.stepped(input, context, effects);
      machine = next;
      return effects;
    };
    hears({ kind: "opened", link: "http #1" });
    hears({ kind: "asked", request: { kind: "pair" } });
    const shown = hears({ kind: "keyPairCreated", name: "pairing", publicKey: "MIIB" });

    const entries = recordedBy(recorder);

    const [code = "none"] = shown.flatMap((effect) => (effect.kind === "pairing" ? (effect.code ?? []) : []));
    assert.match(code, /^[A-Z2-9]{6}$/);
    assert.doesNotMatch(JSON.stringify(entries), new RegExp(code));
    assert.match(JSON.stringify(entries), /"kind":"pairing","code":"\[hidden\]"/);
    assert.doesNotMatch(JSON.stringify(entries), /"random"/, "whoever has these makes the same code of them");
    const { tally, faults } = replayAll(entries);
    assert.deepEqual([tally.differing, tally.notReplayed], [0, 1]);
    assert.match(faults.join(), /the code of a pairing/);
  });

  it("tells what a terminal's settings call a secret, but not one that stands there", () => {
    const { recorder, context } = openRecorder();
    const settings = { accessToken: { secret: "mp-token" }, clientSecret: "the very secret" };
    recorder.of(COUNTER_1).conversation({ role: "account", settings }, context.crypto);

    const [begun] = recordedBy(recorder);

    assert.deepEqual(begun?.kind === "begun" && begun.settings, {
      accessToken: { secret: "mp-token" },
      clientSecret: "[hidden]",
    });
  });

  it("gives its pages in order, none of them too large, and all of what is kept", async () => {
    const { recorder, converse, say } = openRecorder();
    const operation = converse("operation");
    for (let index = 0; index < 30; index += 1) say(operation, `${index} ${"x".repeat(5_000)}`);

    let pages = 0;
    const entries: Json[] = [];
    for (let after: number | undefined = 0; after !== undefined;) {
      const page: RecordingPage = await recordingPage(recorder, undefined, after);
      assert(JSON.stringify(page).length < 256 * 1024);
      entries.push(...page.entries);
      pages += 1;
      after = page.next;
    }

    assert(pages > 1);
    assert.deepEqual(entries, recordedBy(recorder));
  });

  it("makes a page in turns, so that payments go on between them", async () => {
    const { recorder, converse, say } = openRecorder();
    const operation = converse("operation");
    for (let index = 0; index < 20; index += 1) say(operation, `${index} ${"x".repeat(5_000)}`);
    let [others, isMade] = [0, false];
    const payment = () => {
      others += 1;
      if (!isMade) setImmediate(payment);
    };

    setImmediate(payment);
    const { entries } = await recordingPage(recorder, undefined, 0);
    isMade = true;

    assert.ok(others >= entries.length, `${others} turns of others beside ${entries.length} large entries`);
  });

  it("says once that it does not work, and throws nothing", () => {
    const log = createKeptLog();
    const broken = new Recorder(
      {
        ...createVirtualClock(),
        now: () => {
          throw new Error("no clock");
        },
      },
      seededCrypto(),
    );
    broken.attach({ log, writeDown: () => assert.fail("nothing to write with") });
    const terminal = broken.of(COUNTER_1);

    terminal.link("open");
    terminal.bytes("discarded", new Uint8Array(1), "no frame");
    terminal.writeDown("doubt", "T1");
    terminal.conversation({ role: "device", settings: {} }, seededCrypto()).ended();

    assert.equal(log.lines.length, 1);
    assert.match(log.lines[0] ?? "", /payments go on/);
  });
});
