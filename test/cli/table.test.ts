import assert from "node:assert/strict";
import { test } from "node:test";
import { styled } from "../../src/cli/output.ts";
import { painted, withoutMarks } from "../../src/cli/paint.ts";
import { readableJson } from "../../src/cli/readable.ts";
import { facts, table, whole } from "../../src/cli/table.ts";
import { textWidth } from "../../src/cli/text-width.ts";

const NO_TERMINAL = Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, { isTTY: false });

const plain = (text: string) => withoutMarks(text).split("\n");

test("given no terminal, then nothing is wrapped, however long it is", () => {
  const advice = "word ".repeat(100).trim();
  assert.deepEqual(plain(table(["ID", "WHAT"], [["c1", advice]], undefined)), ["ID  WHAT", `c1  ${advice}`]);
});

test("given a narrower terminal, then the widest column is wrapped at spaces, and ids stay whole", () => {
  const lines = plain(table(["ID", "WHAT"], [["counter-1", "look at the slips of the terminal"]], 30));
  assert.deepEqual(lines, ["ID         WHAT", "counter-1  look at the slips", "           of the terminal"]);
});

test("given a column that is copied as it stands, then it is not wrapped, and each row is a list where it does not fit", () => {
  const command = "tillbridge terminals add ID --vendor VENDOR";
  const lines = plain(table(["NAME", whole("ADD IT WITH")], [["COM3", command]], 40));
  assert.deepEqual(lines, ["COM3", `  add it with  ${command}`]);
});

const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ["abc", 3],
  ["漢字", 4],
  ["e\u0301", 1],
  ["한국", 4],
  ["👍🏽", 2],
  ["❤\ufe0f", 2],
  ["ﾊﾟ", 2],
];

for (const [text, width] of WIDTHS) {
  test(`${text} takes ${width} columns`, () => assert.equal(textWidth(text), width));
}

test("given wide characters, then columns stand below each other, and a line breaks between two of them", () => {
  const lines = plain(
    table(
      ["店", "WHAT"],
      [
        ["漢字店", "ready"],
        ["a", "支払いを確認してください"],
      ],
      20,
    ),
  );
  assert.deepEqual(lines, ["店      WHAT", "漢字店  ready", "a       支払いを確認", "        してください"]);
});

test("given colours, then each line of a cell has its own, and none runs into the next column", () => {
  const shown = table(["A", "B"], [[styled("fault", "no answer at all"), "x"]], 12);
  const coloured = shown.split("\n").map((line) =>
    line
      .replaceAll(String.fromCharCode(27), "")
      .replaceAll(/\[\d+;(\w+)m/g, "<$1>")
      .trimEnd(),
  );
  assert.deepEqual(coloured, [
    "<muted>A<end>          <muted>B<end>",
    "<fault>no answer<end>  x",
    "<fault>at all<end>",
  ]);
});

const HOSTILE: readonly (readonly [what: string, text: string, shown: string])[] = [
  ["a colour of somebody else", "\u001b[32mapproved\u001b[39m", "\\u{1b}[32mapproved\\u{1b}[39m"],
  ["a bidi override", "\u202e00.1", "\\u{202e}00.1"],
  ["a line break", "a\nb\r\nc", "a\\nb\\nc"],
  ["a cursor movement in eight bits", "\u009b2Jx", "\\u{9b}2Jx"],
  ["a window title", "\u001b]0;x\u0007", "\\u{1b}]0;x\\u{7}"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
];

for (const [what, text, shown] of HOSTILE) {
  test(`given ${what} in a cell or a fact, then it is shown as text`, () => {
    const cell = painted(table(["A"], [[text]], undefined), NO_TERMINAL).split("\n")[1];
    const fact = painted(facts([["name", text]]), NO_TERMINAL);
    assert.deepEqual([cell, fact], [shown, `name  ${shown}`]);
  });
}

test("given JSON with characters that move a cursor, then it is the same value and moves none", () => {
  const value = { text: "\u202e \u009b2J \u2028 \u{e0001} é 漢" };
  const json = readableJson(JSON.stringify(value));
  assert.deepEqual(JSON.parse(json), value);
  assert.equal(/[\p{Cc}\p{Cf}\p{Zl}]/u.test(json), false);
});
