import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DaemonEvent } from "../../../src/daemon/api.ts";
import { Recognition } from "../../../src/daemon/terminal/recognition.ts";
import { createKeptLog } from "../../support/kept-log.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

/** @param owners other terminals by the serial numbers of their devices */
function recognitionOf(serialNumber: string | undefined, owners: Readonly<Record<string, string>> = {}) {
  const events: DaemonEvent[] = [];
  const learned: (string | undefined)[] = [];
  const place = { isItsOwn: true };
  const recognition = new Recognition({
    terminal: "counter-1",
    serialNumber,
    ownerOf: (told) => owners[told],
    metNeighbour: () => false,
    isAtItsPlace: () => place.isItsOwn,
    learned: (told) => void learned.push(told),
    emit: (event) => void events.push(event),
    clock: createVirtualClock(),
    log: createKeptLog(),
  });
  return { recognition, events, learned, place };
}

const named = (serialNumber: string) => ({ terminalId: "1", serialNumber });

describe("whoever answers", () => {
  it("is ours with our serial number, and from then on where none was known", () => {
    const { recognition, learned, events } = recognitionOf(undefined);
    assert.equal(recognition.met(named("A1")).kind, "ours");
    assert.equal(recognition.met(named("A1")).kind, "ours");
    assert.deepEqual([recognition.serialNumber, learned, events], ["A1", ["A1"], []]);
    assert.equal(recognition.met(named("B2")).kind, "stranger");
  });

  it("is a stranger with another one, and what was known stays", () => {
    const { recognition, learned } = recognitionOf("A1");
    const met = recognition.met(named("B2"));
    assert(met.kind === "stranger");
    assert.match(met.why, /serial number B2, not A1.*terminals update counter-1 --serial-number B2/);
    assert.deepEqual([recognition.serialNumber, learned], ["A1", []]);
    assert.equal(recognition.met(named("a1")).kind, "stranger", "capitals count");
  });

  it("is a stranger that is another terminal, and then nobody is told to make it this one", () => {
    const met = recognitionOf("A1", { B2: "counter-2" }).recognition.met(named("B2"));
    assert(met.kind === "stranger");
    assert.match(met.why, /B2, not A1. That is the device of terminal counter-2/);
    assert.doesNotMatch(met.why, /terminals update/);
  });

  it("is not known where it tells none, and ours where none is expected", () => {
    for (const identity of [undefined, {}, { terminalId: "1" }]) {
      const known = recognitionOf("A1");
      assert.equal(known.recognition.met(identity).kind, "unverified");
      assert.deepEqual(known.events, []);
      assert.equal(recognitionOf(undefined).recognition.met(identity).kind, "ours");
    }
  });

  it("tells a number only where that is a plain word: it stands in a command that people paste", () => {
    const numbers = [
      "",
      " ",
      "$(reboot)",
      "A1;reboot",
      "A1\nB2",
      "`id`",
      "-rf",
      "--forget",
      "A 1",
      "A1'",
      "ü",
      "A".repeat(65),
    ];
    for (const number of numbers) {
      const unknown = recognitionOf(undefined);
      assert.equal(unknown.recognition.met(named(number)).kind, "ours", number);
      assert.deepEqual(unknown.learned, [], number);
      const known = recognitionOf("A1");
      assert.equal(known.recognition.met(named(number)).kind, "unverified", number);
      assert.deepEqual(known.events, [], number);
    }
    const longest = recognitionOf(undefined);
    longest.recognition.met(named("A".repeat(64)));
    assert.equal(longest.learned.length, 1);
  });

  it("is another terminal's device where it is known as that, and is not learned", () => {
    const { recognition, learned, events } = recognitionOf(undefined, { A1: "counter-2" });
    const met = recognition.met(named("A1"));
    assert(met.kind === "stranger");
    assert.match(met.why, /A1, is terminal counter-2 already/);
    assert.deepEqual([recognition.serialNumber, learned, events.length], [undefined, [], 1]);
  });
});

describe("the alarm of a stranger", () => {
  it("is one for each, until ours has been there again", () => {
    const { recognition, events } = recognitionOf("A1");
    for (const number of ["B2", "B2", "C3", "C3"]) recognition.met(named(number));
    assert.equal(events.length, 2);
    recognition.met(named("A1"));
    recognition.met(named("C3"));
    assert.equal(events.length, 3);
    const [first] = events;
    assert(first?.kind === "alarm");
    assert.deepEqual(
      [first.alarm.code, first.alarm.severity, first.alarm.terminal],
      ["otherDevice", "critical", "counter-1"],
    );
    assert.equal(first.pos, undefined, "everybody is told");
  });

  it("is none at a place where it was only looked for, and comes all the same when it is in our place", () => {
    const { recognition, events, place } = recognitionOf("A1");
    place.isItsOwn = false;
    assert.equal(recognition.met(named("B2")).kind, "stranger");
    assert.deepEqual(events, []);
    place.isItsOwn = true;
    recognition.met(named("B2"));
    assert.equal(events.length, 1);
  });
});

describe("who tells in between who it is", () => {
  it("is a stranger only with another number", () => {
    const { recognition } = recognitionOf("A1");
    assert.equal(recognition.isStranger(named("B2")), true);
    assert.equal(recognition.isStranger(named("A1")), false);
    assert.equal(recognition.isStranger({ terminalId: "2" }), false);
    assert.equal(recognitionOf(undefined).recognition.isStranger(named("B2")), false);
  });
});

describe("a device that a person paired", () => {
  it("is the terminal from then on, whichever it was, and whether it tells its number or not", () => {
    const { recognition, learned } = recognitionOf("A1");
    recognition.introduced(named("A1"));
    assert.deepEqual(learned, []);
    recognition.introduced(named("B2"));
    assert.equal(recognition.met(named("B2")).kind, "ours");
    recognition.introduced(undefined);
    assert.equal(recognition.met(undefined).kind, "ours");
    assert.deepEqual(learned, ["B2", undefined]);
  });

  it("is not made another terminal's by a pairing: one device has one queue", () => {
    const { recognition, learned } = recognitionOf("A1", { B2: "counter-2" });
    recognition.introduced(named("B2"));
    assert.deepEqual(learned, []);
    assert.equal(recognition.met(named("B2")).kind, "stranger");
  });
});
