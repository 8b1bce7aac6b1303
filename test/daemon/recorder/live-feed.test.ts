import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { listenLive, type Heard } from "../../../src/daemon/recorder/live-feed.ts";
import { Recorder } from "../../../src/daemon/recorder/recorder.ts";
import { seededCrypto } from "../../support/seeded-crypto.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

function openFeed(terminal?: string) {
  const clock = createVirtualClock();
  const recorder = new Recorder(clock, seededCrypto());
  const heard: JsonObject[] = [];
  const later: (() => void)[] = [];
  const reader: { answers: Heard } = { answers: "taken" };
  const stop = listenLive({
    recorder,
    terminal,
    clock,
    listener: (_terminal, entry) => {
      if (reader.answers === "taken") heard.push(entry);
      return reader.answers;
    },
    afterwards: (then) => void later.push(then),
  });
  const linkOf = (name: string) => recorder.of({ terminal: name, vendor: "getnet", driver: "1" }).link("open");
  const turn = () => {
    while (later.length > 0) for (const then of later.splice(0)) then();
  };
  return { heard, linkOf, turn, stop, reader, later };
}

describe("the live trace", () => {
  it("makes nothing of what happens while it happens", () => {
    const { heard, linkOf, turn } = openFeed();
    linkOf("counter-1");
    assert.equal(heard.length, 0);
    turn();
    assert.equal(heard[0]?.["kind"], "link");
  });

  it("of one terminal tells nothing of the others, and ends when it is stopped", () => {
    const { heard, linkOf, turn, stop } = openFeed("counter-2");
    linkOf("counter-1");
    linkOf("counter-2");
    turn();
    linkOf("counter-2");
    stop();
    turn();
    assert.deepEqual(
      heard.map((entry) => entry["terminal"]),
      ["counter-2"],
    );
  });

  it("is told in portions, so that what else waits comes between them", () => {
    const { heard, linkOf, later } = openFeed();
    for (let index = 0; index < 60; index += 1) linkOf("counter-1");
    const counts: number[] = [];
    while (later.length > 0) {
      later.shift()?.();
      counts.push(heard.length);
    }
    assert.deepEqual(counts, [25, 50, 60]);
  });

  it("costs a slow reader what he missed and nobody anything else; he is told how many", () => {
    const { heard, linkOf, turn, reader, later } = openFeed();
    reader.answers = "behind";
    for (let index = 0; index < 3; index += 1) linkOf("counter-1");
    turn();
    for (let index = 0; index < 2_000; index += 1) linkOf("counter-1");
    assert.equal(later.length, 1);
    reader.answers = "taken";
    turn();

    const [gap] = heard;
    assert.equal(gap?.["kind"], "missed");
    assert.equal(gap["count"], 1_503, "three, and those for which there was no room");
    assert.equal(heard.length, 501);
  });
});
