import assert from "node:assert/strict";
import { test } from "node:test";
import { singleUseLink } from "../../src/transports/single-use.ts";
import { createRecordingListener } from "../support/recording-listener.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const BYTES = new TextEncoder().encode("a sale");

function given({ writable = true } = {}) {
  const clock = createVirtualClock();
  const listener = createRecordingListener();
  const writes: { readonly bytes: Uint8Array; readonly done: (error?: Error | null) => void }[] = [];
  const reading: string[] = [];
  let shuts = 0;
  const ends = singleUseLink(
    {
      name: "a medium",
      isWritable: () => writable && shuts === 0,
      write: (bytes, done) => void writes.push({ bytes, done }),
      pause: () => void reading.push("paused"),
      resume: () => void reading.push("resumed"),
      shut: async () => void (shuts += 1),
    },
    listener,
    clock,
  );
  return { clock, listener, writes, reading, shuts: () => shuts, ...ends };
}

test("a medium that is not writable gets not one byte", async () => {
  const { link, writes } = given({ writable: false });

  const sent = await link.send(BYTES, 1000);

  assert.equal(sent.kind, "refused");
  assert.equal(writes.length, 0);
});

test("a write that the medium never confirms fails in time, and the link is over", async () => {
  const { link, writes, clock, listener, shuts } = given();

  const sending = link.send(BYTES, 1000);
  await clock.advance(999);
  assert.deepEqual(listener.losses, []);
  await clock.advance(1);

  assert.equal((await sending).kind, "failed");
  assert.deepEqual(listener.losses, [{ loss: "failed", why: "a write was not taken within 1000 ms" }]);
  assert.equal(shuts(), 1);
  assert.equal(link.isOpen, false);
  assert.equal((await link.send(BYTES, 1000)).kind, "refused");
  assert.equal(writes.length, 1);
});

test("a confirmed write leaves no timer behind", async () => {
  const { link, writes, clock } = given();

  const sending = link.send(BYTES, 1000);
  writes[0]?.done(null);

  assert.deepEqual(await sending, { kind: "sent" });
  assert.equal(clock.pendingTimers(), 0);
});

test("a confirmation that comes after the time-out changes nothing", async () => {
  const { link, writes, clock, listener } = given();

  const sending = link.send(BYTES, 10);
  await clock.advance(10);
  writes[0]?.done(null);

  assert.equal((await sending).kind, "failed");
  assert.equal(listener.losses.length, 1);
});

test("an error of a write is `failed`, never `refused`: some bytes may have left", async () => {
  const { link, writes, listener } = given();

  const sending = link.send(BYTES, 1000);
  writes[0]?.done(new Error("broken pipe"));

  assert.deepEqual(await sending, { kind: "failed", why: "broken pipe" });
  assert.deepEqual(listener.losses, [{ loss: "failed", why: "broken pipe" }]);
});

test("a second write while one is under way is refused and not queued", async () => {
  const { link, writes } = given();

  const first = link.send(BYTES, 1000);
  const second = await link.send(BYTES, 1000);
  writes[0]?.done();

  assert.equal(second.kind, "refused");
  assert.equal(writes.length, 1);
  assert.deepEqual(await first, { kind: "sent" });
});

test("the loss is told once, however often the medium reports it, and nothing is received after it", async () => {
  const { received, lose, listener, shuts } = given();

  lose({ loss: "ended", why: "first" });
  lose({ loss: "failed", why: "second" });
  received(BYTES);

  assert.deepEqual(listener.losses, [{ loss: "ended", why: "first" }]);
  assert.equal(listener.text(), "");
  assert.equal(shuts(), 1);
});

test("closing tells the listener nothing and fails the write that is under way", async () => {
  const { link, lose, received, listener, clock } = given();

  const sending = link.send(BYTES, 1000);
  await link.close();
  await link.close();
  lose({ loss: "failed", why: "the medium noticed" });
  received(BYTES);

  assert.deepEqual(await sending, { kind: "failed", why: "a medium was closed" });
  assert.deepEqual(listener.losses, []);
  assert.equal(listener.text(), "");
  assert.equal(clock.pendingTimers(), 0);
});

test("a megabyte is taken at once; of one that goes on for ever, no more than half a megabyte a second", async () => {
  const { received, reading, clock, listener, link } = given();
  const chunk = new Uint8Array(65_536).fill(65);

  for (let count = 0; count < 16; count += 1) received(chunk);
  assert.deepEqual(reading, []);
  received(chunk);
  assert.deepEqual(reading, ["paused"]);
  assert.equal(listener.text().length, 17 * chunk.length, "what was read already is not lost");
  await clock.advance(124);
  assert.deepEqual(reading, ["paused"]);
  await clock.advance(1);
  assert.deepEqual(reading, ["paused", "resumed"]);

  received(chunk);
  await link.close();
  assert.equal(clock.pendingTimers(), 0);
});
