import assert from "node:assert/strict";
import { fstatSync } from "node:fs";
import { Writable } from "node:stream";
import { describe, it } from "node:test";
import type { LogLine } from "../../src/daemon/log-line.ts";
import { alertSink, isJournal, journalSink, personSink, type LogSink } from "../../src/daemon/log-sinks.ts";

const AT = "2026-01-02T03:04:05.000Z";
const lineOf = (level: LogLine["level"], fields: Record<string, string | number> = {}): LogLine => {
  return { at: AT, level, event: "daemon.ready", message: "Ready", ...fields };
};

/** A stream whose other end can stop reading. */
function watched() {
  const taken: string[] = [];
  let release: (() => void) | undefined;
  let stands = false;
  const stream = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      taken.push(text);
      if (stands) release = done;
      else done();
    },
  });
  return {
    stream,
    taken,
    standStill: () => void (stands = true),
    goOn: () => {
      stands = false;
      release?.();
    },
  };
}

const write = (sink: (stream: Writable) => LogSink, ...lines: readonly LogLine[]) => {
  const { stream, taken } = watched();
  for (const line of lines) sink(stream)(line);
  return taken;
};

describe("lines of the log beside the files", () => {
  it("stand in systemd's journal with their priority, without a time, and not those that look for mistakes", () => {
    const lines = [lineOf("error", { port: 8455 }), lineOf("warn"), lineOf("info"), lineOf("debug")];

    assert.deepEqual(write(journalSink, ...lines), [
      "<3>daemon.ready: Ready port=8455\n",
      "<4>daemon.ready: Ready\n",
      "<6>daemon.ready: Ready\n",
    ]);
  });

  it("are one line in the journal, whatever a stranger sent", () => {
    const [text] = write(journalSink, lineOf("info", { operator: "eve\n<0>the disk burns\u001b[2K\u2028" }));

    assert.equal(text, "<6>daemon.ready: Ready operator=eve\\u{a}<0>the disk burns\\u{1b}[2K\\u{2028}\n");
  });

  it("have their time where a person watches", () => {
    assert.deepEqual(write(personSink, lineOf("warn")), [`${AT} warn  daemon.ready: Ready\n`]);
  });

  for (const [name, sink] of Object.entries({ journalSink, personSink })) {
    it(`are counted and left out where nobody reads: ${name}`, () => {
      const { stream, taken, standStill, goOn } = watched();
      const give = sink(stream);
      standStill();

      for (let line = 0; line < 3_000; line += 1) give(lineOf("info", { text: "x".repeat(990) }));
      const waiting = stream.writableLength;
      goOn();
      give(lineOf("warn", { last: "yes" }));

      assert.ok(waiting < 1_100_000, `${waiting} bytes wait`);
      const lost = 3_000 - (taken.length - 1);
      assert.ok(lost > 1_500, `${lost} lines are lost`);
      assert.ok(taken.at(-1)?.includes("last=yes"));
      assert.match(taken.at(-1) ?? "", new RegExp(`missing here.*(=${lost}\\n)|^${lost} lines are missing`));
    });
  }

  it("are told to the event log when something is wrong, and only then", () => {
    const told: unknown[] = [];
    const give = alertSink((level, event, text) => told.push([level, event, text]));

    for (const level of ["error", "warn", "info", "debug"] as const) give(lineOf(level, { port: 1 }));

    assert.deepEqual(told, [
      ["error", "daemon.ready", "daemon.ready: Ready port=1"],
      ["warn", "daemon.ready", "daemon.ready: Ready port=1"],
    ]);
  });
});

describe("standard error", () => {
  it("is systemd's journal where the variable names the very stream", () => {
    const { dev, ino } = fstatSync(2, { bigint: true });

    assert.equal(isJournal(`${dev}:${ino}`), true);
    assert.equal(isJournal(`${dev}:${ino + 1n}`), false, "it was redirected since");
    assert.equal(isJournal(undefined), false);
    assert.equal(isJournal("8:1", 4_321), false, "it is closed");
  });
});
