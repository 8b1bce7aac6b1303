import assert from "node:assert/strict";
import { test } from "node:test";
import { openLiveLine, type LiveLinePorts } from "../../../src/cli/progress/live-line.ts";

/** A screen that is written to, as a terminal of one row of text would show it. */
function bench(given: Partial<LiveLinePorts["screen"]> = {}, environment: LiveLinePorts["environment"] = {}) {
  let [written, nowMs] = ["", 0];
  const notes: string[] = [];
  const ticking = new Set<() => void>();
  const resized = new Set<() => void>();
  const screen = {
    isTTY: true,
    columns: 60,
    write: (text: string) => (written += text),
    on: (_event: "resize", listener: () => void) => resized.add(listener),
    off: (_event: "resize", listener: () => void) => resized.delete(listener),
    ...given,
  };
  const line = openLiveLine({
    screen,
    environment: { LANG: "en_US.UTF-8", ...environment },
    platform: "linux",
    nowMs: () => nowMs,
    every: (_ms, work) => {
      ticking.add(work);
      return () => void ticking.delete(work);
    },
    note: (text) => {
      notes.push(text);
      written += `${text}\n`;
    },
  });
  return {
    line,
    notes,
    screen,
    ticking,
    resized,
    after: (ms: number) => {
      nowMs += ms;
      for (const work of ticking) work();
    },
    resize: (columns: number) => {
      screen.columns = columns;
      for (const listener of resized) listener();
    },
    written: () => written.replaceAll("\u001b", "ESC"),
    /** What stands in the line now. */
    last: () => written.slice(written.lastIndexOf("\u001b[J") + 1).replace(/^\[J/, ""),
  };
}

test("given a terminal, then one line moves and counts down what is left", () => {
  const { line, after, last } = bench();

  line.show("present card", 28_000);
  assert.equal(last(), "⠋ present card (28 s left)");

  after(1_000);
  assert.equal(last(), "⠙ present card (27 s left)");

  after(40_000);
  assert.equal(last(), "⠹ present card", "no time below zero");
});

test("given a note meanwhile, then it stays above the line", () => {
  const { line, notes, written, last } = bench();

  line.show("present card");
  line.note("the terminal asks: sure?");

  assert.deepEqual(notes, ["the terminal asks: sure?"]);
  assert.match(written(), /\rESC\[Jthe terminal asks: sure\?\n⠋ present card$/);
  assert.ok(last().endsWith("present card"));
});

test("given the end, then nothing is left of the line, nothing ticks, and the cursor was never hidden", () => {
  const { line, written, ticking, resized, after } = bench();

  line.show("present card");
  line.stop();
  line.stop();
  after(1_000);

  assert.ok(written().endsWith("\rESC[J"));
  assert.deepEqual([ticking.size, resized.size], [0, 0]);
  assert.equal(written().includes("?25"), false);
});

test("given a narrow terminal, then the line is cut before a wide character and never wraps", () => {
  const { line, last, resize } = bench({ columns: 20 });

  line.show("カードを挿入してください", 9_000);

  assert.equal(last(), "⠋ カー… (9 s left)");

  resize(60);
  assert.equal(last(), "⠋ カードを挿入してください (9 s left)");
});

test("given a terminal that became narrower, then all rows that the line took are cleared", () => {
  const { line, resize, written } = bench({ columns: 60 });

  line.show("a".repeat(50));
  resize(20);

  assert.match(written(), /ESC\[2A\rESC\[J⠋ a{16}…$/);
});

test("given a terminal that says it has no columns, then it is taken for one of 80", () => {
  const { line, last, written } = bench({ columns: 0 });

  line.show("present card");
  line.show("a".repeat(100));
  line.stop();

  assert.doesNotMatch(written(), /Infinity|NaN/);
  assert.match(written(), /⠋ a{76}…\rESC\[J$/);
  assert.equal(last(), "");
});

const PLAIN: readonly (readonly [string, Partial<LiveLinePorts["screen"]>, LiveLinePorts["environment"]])[] = [
  ["no terminal", { isTTY: false }, {}],
  ["a dumb terminal", {}, { TERM: "dumb" }],
  ["CI", {}, { CI: "true" }],
];

for (const [what, screen, environment] of PLAIN) {
  test(`given ${what}, then each new thing is a plain line`, () => {
    const { line, written, ticking } = bench(screen, environment);

    line.show("accepted", 9_000);
    line.show("present card");
    line.note("the daemon is there again");
    line.stop();

    assert.equal(written(), "  accepted\n  present card\nthe daemon is there again\n");
    assert.equal(ticking.size, 0);
  });
}

test("given a terminal that reads no UTF-8, then the spinner is of plain characters", () => {
  const { line, last } = bench({}, { LANG: "C" });
  line.show("present card");
  assert.equal(last(), "- present card");
});
