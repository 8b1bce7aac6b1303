import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FairEar, type Budget } from "../../src/discovery/fair-ear.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

/** An ear, and what it has read by now. */
function listen(budget: Budget = { maxBytes: 8_000 }) {
  const read: string[] = [];
  const ear = new FairEar({ ...budget, read: (bytes, { address }) => void read.push(`${address} ${bytes.length}`) });
  const say = (address: string, length: number) =>
    ear.hear(Buffer.alloc(length), { address, family: "IPv4", port: 5353, size: length });
  const turns = async (count: number) => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { ear, read, say, turns };
}

describe("an ear for what strangers say", () => {
  it("reads one message in a turn of the event loop", async () => {
    const { read, say, turns } = listen();
    for (let count = 0; count < 3; count += 1) say("a", 10);

    assert.deepEqual(read, []);
    await turns(1);
    assert.equal(read.length, 1);
    await turns(3);
    assert.equal(read.length, 3);
  });

  it("reads who says little before the rest of who says much", async () => {
    const { read, say, turns } = listen();
    for (let count = 0; count < 10; count += 1) say("loud", 10);
    say("quiet", 20);

    await turns(3);

    assert.ok(read.includes("quiet 20"));
    await turns(20);
    assert.equal(read.length, 11);
  });

  it("reads a share of what one says, and nothing more of him", async () => {
    const { ear, read, say, turns } = listen({ maxBytes: 800 });
    for (const length of [60, 60, 10]) say("loud", length);
    say("quiet", 90);
    await turns(10);

    assert.deepEqual(read.toSorted(), ["loud 60", "quiet 90"]);
    assert.deepEqual(ear.tooLoud, ["loud"]);
    assert.equal(ear.isFlooded, false);
  });

  it("reads no more than so much of all together", async () => {
    const { ear, read, say, turns } = listen({ maxBytes: 800 });
    for (let speaker = 0; speaker < 10; speaker += 1) say(`${speaker}`, 100);
    await turns(20);

    assert.equal(read.length, 8);
    assert.deepEqual(ear.tooLoud, []);
    assert.equal(ear.isFlooded, true);
  });

  it("listens again a while later, if it does so all the time", async () => {
    const clock = createVirtualClock();
    const { ear, read, say, turns } = listen({ maxBytes: 800, renewal: { everyMs: 1_000, clock } });
    for (let count = 0; count < 3; count += 1) say("loud", 60);
    await turns(5);
    await clock.advance(999);
    say("loud", 60);
    await turns(2);
    assert.equal(read.length, 1);

    await clock.advance(1);
    say("loud", 60);
    await turns(2);

    assert.equal(read.length, 2);
    assert.deepEqual(ear.tooLoud, []);
  });

  it("keeps only so much waiting, however long it listens", async () => {
    let nowMs = 0;
    const clock = { monotonicMs: () => nowMs };
    const { read, say, turns } = listen({ maxBytes: 800, renewal: { everyMs: 1_000, clock } });
    // All of it in one turn of the event loop: nothing is read meanwhile.
    for (; nowMs < 10_000; nowMs += 1_000) {
      for (let speaker = 0; speaker < 8; speaker += 1) say(`${speaker}`, 100);
    }

    await turns(50);

    assert.equal(read.length, 8);
  });

  it("reads nothing after it was closed", async () => {
    const { ear, read, say, turns } = listen();
    say("a", 10);
    say("a", 10);
    await turns(1);
    ear.close();
    await turns(3);
    assert.equal(read.length, 1);
  });
});
