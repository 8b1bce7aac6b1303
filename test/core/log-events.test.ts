import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { logEvents } from "../../src/core/log-events.ts";

const SOURCES = fileURLToPath(new URL("../../src", import.meta.url));
const GLOSSARY = join(SOURCES, "core", "log-events.ts");
const events = Object.keys(logEvents);

const sources = readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => join(SOURCES, name))
  .filter((path) => path !== GLOSSARY)
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

describe("the events of the log", () => {
  it("are all written by somebody: a name that nobody writes is a promise that is not kept", () => {
    assert.deepEqual(
      events.filter((event) => !sources.includes(`"${event}"`)),
      [],
    );
  });

  it("are named by an area and what happened there, in order", () => {
    for (const event of events) assert.match(event, /^[a-z]+\.[a-z][A-Za-z0-9]*$/);
    const inOrder = [...events].sort((one, other) => (one < other ? -1 : 1));
    assert.deepEqual(events, inOrder);
  });

  it("mean something else each, in one line", () => {
    const meanings = Object.values<string>(logEvents);
    assert.equal(new Set(meanings.map((meaning) => meaning.toLowerCase())).size, meanings.length);
    for (const meaning of meanings) assert.match(meaning, /^[A-Za-z][^\n|]{10,140}\.$/);
  });
});
