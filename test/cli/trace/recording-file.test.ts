import assert from "node:assert/strict";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { readRecording } from "../../../src/cli/trace/recording-file.ts";
import { freshFolder } from "../../support/home-folder.ts";

const AT = "2026-11-29T21:00:00.000Z";
const HEAD = { format: "tillbridge-recording", version: 1, at: AT, product: "1.0.0", reason: "asked", missing: 0 };
const LINK = { kind: "link", at: AT, terminal: "counter-1", state: "open" };
const STEP = {
  kind: "step",
  at: AT,
  terminal: "counter-1",
  conversation: 1,
  role: "device",
  input: { kind: "opened" },
  effects: [],
};

const MEBIBYTE = 1024 * 1024;
const asText = (...lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

async function read(context: TestContext, content: string | Buffer): Promise<string> {
  const file = join(freshFolder(context), "recording.jsonl");
  writeFileSync(file, content);
  return told(file);
}

async function told(file: string): Promise<string> {
  const kinds: string[] = [];
  for await (const line of readRecording(file)) kinds.push(line.kind === "wrong" ? line.why : line.kind);
  return kinds.join(", ");
}

describe("a recording's file", () => {
  it("is read line by line", async (context) => {
    assert.equal(await read(context, asText(HEAD, LINK, STEP)), "head, entry, entry");
  });

  it("that is cut gives what is whole of it, and says that it is cut", async (context) => {
    const text = asText(HEAD, LINK, STEP);
    assert.equal(await read(context, text.slice(0, -1)), "head, entry, entry", "only the line break is missing");
    assert.equal(await read(context, text.slice(0, -20)), "head, entry, cut");
    assert.match(await read(context, text.slice(0, 20)), /line 1: it is not JSON/);
  });

  const deep = `{"kind":"step","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}\n`;
  for (const [what, content, why] of [
    ["nothing", "", /^it is empty$/],
    ["something else", '{"a":1}\n', /^line 1: it does not begin as a recording does/],
    ["a list", "[]\n", /^line 1: it is no JSON object/],
    [
      "another version",
      asText({ ...HEAD, version: 2 }),
      /^line 1: this version of Tillbridge reads recordings of version 1/,
    ],
    ["a head that lacks something", asText({ ...HEAD, missing: undefined }), /^line 1: missing is missing/],
    ["bytes that are no text", Buffer.from([0x7b, 0xff, 0xfe, 0x0a]), /^line 1: it is no text in UTF-8/],
    ["a line without an end", `${asText(HEAD)}"${"a".repeat(2 * MEBIBYTE)}`, /line 2: it is longer than 1 MiB/],
    ["deep JSON", asText(HEAD) + deep, /line 2: it is nested deeper than 64/],
    [
      "a name that reaches into objects",
      `${asText(HEAD)}{"kind":"link","__proto__":{"a":1}}\n`,
      /line 2: it is not JSON/,
    ],
    [
      "the same, written otherwise",
      `${asText(HEAD)}{"kind":"link","\\u005f_proto__":{"a":1}}\n`,
      /line 2: it is not JSON/,
    ],
    [
      "an unknown entry",
      asText(HEAD, { ...LINK, kind: "constructor" }),
      /line 2: it is no entry that this version knows/,
    ],
    ["wrong types", asText(HEAD, { ...STEP, effects: 7 }), /line 2: effects must be array/],
    ["no time", asText(HEAD, { ...LINK, at: "now" }), /line 2: at /],
    ["random bytes that are none", asText(HEAD, { ...STEP, random: ["4111"] }), /line 2: random\.0 /],
    [
      "far too many effects",
      asText(HEAD, { ...STEP, effects: Array(2_000).fill({ kind: "done" }) }),
      /line 2: effects /,
    ],
  ] as const) {
    it(`with ${what} is told what is wrong with it`, async (context) => {
      assert.match(await read(context, content), why);
    });
  }

  it("that is not there, is no file or is huge is not read", async (context) => {
    const folder = freshFolder(context);
    assert.equal(await told(join(folder, "none")), "it is not there");
    assert.equal(await told(folder), "it is no file");
    const huge = join(folder, "huge");
    writeFileSync(huge, "");
    truncateSync(huge, 100 * MEBIBYTE);
    assert.equal(await told(huge), "it is larger than 64 MiB");
  });
});
