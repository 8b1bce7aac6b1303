import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import { createEventStream, type KeptStreamEvent, type StreamEvent } from "../../../src/daemon/server/event-stream.ts";
import type { EventOnWire } from "../../../src/protocol/events.ts";

const AT = "2026-01-02T03:04:05.000Z";
const body = (text: string) => ({ type: "alarm", severity: "warning", code: "c", text, remedy: "r" }) as const;
const kept = (seq: number, requestId?: string): KeptStreamEvent => ({
  seq,
  at: AT,
  body: body(`kept ${seq}`),
  ...(requestId === undefined ? {} : { requestId }),
});
const passing = (text: string, requestId?: string): StreamEvent => ({
  at: AT,
  body: body(text),
  ...(requestId === undefined ? {} : { requestId }),
});

function bench(stored: readonly number[] = [], waitingEvents = 1000, roomFor = Infinity) {
  const sent: EventOnWire[] = [];
  const reads: number[] = [];
  const failures: string[] = [];
  let journalFails = false;
  let unread = 0;
  let read = Promise.withResolvers<undefined>();
  const stream = createEventStream(
    {
      send: (event) => {
        sent.push(event);
        unread += 1;
      },
      isBehind: () => unread >= roomFor,
      flushed: async () => {
        if (unread >= roomFor) await read.promise;
      },
      keptAfter: async (seq, limit) => {
        reads.push(seq);
        if (journalFails) throw new Error("disk");
        return stored
          .filter((each) => each > seq)
          .slice(0, limit)
          .map((each) => kept(each));
      },
      failed: (why) => failures.push(why),
    },
    waitingEvents,
  );
  return {
    stream,
    sent,
    reads,
    failures,
    breakJournal: () => {
      journalFails = true;
    },
    /** The client has read all that was sent. */
    readAll: () => {
      unread = 0;
      read.resolve(undefined);
      read = Promise.withResolvers<undefined>();
    },
    texts: () => sent.map((event) => ("text" in event ? event.text : "")),
    rest: () => new Promise<void>((resolve) => setImmediate(resolve)),
  };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

test("nothing is sent before it begins, and what came before is not sent again", async () => {
  const { stream, sent, texts, reads } = bench();
  stream.push(kept(5));
  stream.push(passing("now"));
  stream.push(kept(6));
  assert.deepEqual(sent, []);
  stream.begin(5, 5);
  assert.deepEqual(texts(), ["now", "kept 6"]);
  assert.deepEqual(sent[0], { seq: 5, at: AT, kept: false, ...body("now") });
  assert.deepEqual(sent[1], { seq: 6, at: AT, kept: true, ...body("kept 6") });
  assert.deepEqual(reads, []);
});

test("a replay of many pages comes first and in order; what happens meanwhile follows, once", async () => {
  const { stream, texts, reads, rest } = bench(range(1, 250));
  stream.begin(10, 250);
  stream.push(passing("meanwhile"));
  stream.push(kept(250));
  stream.push(kept(251));
  await rest();
  assert.deepEqual(texts(), [...range(11, 250).map((seq) => `kept ${seq}`), "meanwhile", "kept 251"]);
  assert.deepEqual(reads, [10, 110, 210]);
});

test("what was pruned is skipped, and the stream goes on behind it", async () => {
  const { stream, texts, rest } = bench([7, 8, 12]);
  stream.begin(2, 15);
  stream.push(kept(16));
  await rest();
  assert.deepEqual(texts(), ["kept 7", "kept 8", "kept 12", "kept 16"]);
});

test("events of a transaction whose start is being answered wait, and those behind them too", () => {
  const { stream, texts } = bench();
  stream.begin(0, 0);
  const release = stream.holdFor("r1");
  const releaseOther = stream.holdFor("r1");
  stream.push(passing("free", "r2"));
  stream.push(kept(1, "r1"));
  stream.push(kept(2, "r2"));
  assert.deepEqual(texts(), ["free"]);
  release();
  assert.deepEqual(texts(), ["free"], "another start with this id is still being answered");
  releaseOther();
  assert.deepEqual(texts(), ["free", "kept 1", "kept 2"]);
});

test("a client that reads slowly is sent no more than it has room for, then the rest: in order, none twice", async () => {
  const { stream, texts, readAll, rest, failures } = bench(range(1, 250), 1000, 30);
  stream.begin(0, 250);
  await rest();
  stream.push(kept(251));
  const lengths = [texts().length];
  while (texts().length < 251) {
    readAll();
    await rest();
    lengths.push(texts().length);
  }
  assert.deepEqual(lengths, [30, 60, 90, 120, 150, 180, 210, 240, 251]);
  assert.deepEqual(
    texts(),
    range(1, 251).map((seq) => `kept ${seq}`),
  );
  assert.deepEqual(failures, []);
});

test("a client that does not read its replay is given up once too much waits behind it, and not before", async () => {
  const { stream, texts, failures, rest } = bench(range(1, 5), 6, 2);
  stream.begin(0, 5);
  await rest();
  assert.deepEqual(texts(), ["kept 1", "kept 2"]);
  for (let seq = 6; seq <= 8; seq += 1) stream.push(kept(seq));
  assert.deepEqual(failures, []);
  stream.push(kept(9));
  assert.deepEqual(failures, ["tooSlow"]);
});

test("what follows a large reply to the opening waits until that has left", async () => {
  const { stream, texts, readAll, rest } = bench([], 1000, 0);
  stream.begin(5, 5);
  stream.push(kept(6));
  await rest();
  assert.deepEqual(texts(), []);
  readAll();
  await rest();
  assert.deepEqual(texts(), ["kept 6"]);
});

test("a journal that cannot be read ends the stream, and so do too many events that wait", async () => {
  const broken = bench([1]);
  broken.breakJournal();
  broken.stream.begin(0, 1);
  await broken.rest();
  broken.stream.push(passing("late"));
  assert.deepEqual([broken.failures, broken.sent], [["notReadable"], []]);

  const slow = bench([], 3);
  for (let count = 1; count <= 10; count += 1) slow.stream.push(passing("x"));
  assert.deepEqual(slow.failures, ["tooSlow"]);
});

test("whatever the order of telling, every kept event comes once and in order, up to the last that is known", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 40 }),
      fc.integer({ min: 0, max: 10 }),
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 40 }),
      async (told, after, more, beginAt) => {
        const upTo = after + more;
        const known = Math.max(upTo, ...told);
        const { stream, sent, rest } = bench(range(1, 30));
        for (const [index, seq] of told.entries()) {
          if (index === beginAt) stream.begin(after, upTo);
          stream.push(kept(seq));
          if (seq % 3 === 0) await rest();
        }
        if (beginAt >= told.length) stream.begin(after, upTo);
        await rest();
        const last = sent.at(-1)?.seq ?? after;
        assert.deepEqual(
          sent.map(({ seq }) => seq),
          range(after + 1, last),
        );
        assert.ok(last >= known, `ended at ${last}, known is ${known}`);
      },
    ),
    { numRuns: 300 },
  );
});
