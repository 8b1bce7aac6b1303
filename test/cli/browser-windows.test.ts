import assert from "node:assert/strict";
import { test } from "node:test";
import { PlaceFailure } from "../../src/cli/browser/access.ts";
import type { RunReg } from "../../src/cli/browser/registry.ts";
import { windowsBrowsers } from "../../src/cli/browser/windows.ts";

const POS = "https://pos.example.com";
const OTHER = "https://other.example.com";
const CHROME = "HKLM\\SOFTWARE\\Policies\\Google\\Chrome\\LoopbackNetworkAllowedForUrls";
const FIREFOX = "HKLM\\SOFTWARE\\Policies\\Mozilla\\Firefox\\LocalNetworkAccess\\SkipDomains";

/** A registry that speaks as reg.exe does. Its keys appear with their first value, and go only when they are removed. */
function fakeReg(start: Readonly<Record<string, Readonly<Record<string, string>>>> = {}) {
  const keys = new Map(Object.entries(start).map(([key, values]) => [key, new Map(Object.entries(values))]));
  const said: string[][] = [];
  const isThere = (key: string) => [...keys.keys()].some((known) => known === key || known.startsWith(`${key}\\`));
  const run: RunReg = (words) => {
    said.push([...words]);
    const [verb = "", key = ""] = words;
    const name = words[words.indexOf("/v") + 1] ?? "";
    if (verb === "add") {
      const values = keys.get(key) ?? new Map<string, string>();
      keys.set(key, values.set(name, words[words.indexOf("/d") + 1] ?? ""));
      return Promise.resolve({ code: 0, stdout: "The operation completed successfully.\r\n" });
    }
    if (!isThere(key)) return Promise.resolve({ code: 1, stdout: "" });
    if (verb === "delete" && words.includes("/v"))
      return Promise.resolve({ code: keys.get(key)?.delete(name) ? 0 : 1, stdout: "" });
    if (verb === "delete") return Promise.resolve({ code: keys.delete(key) ? 0 : 1, stdout: "" });
    const values = [...(keys.get(key) ?? [])].map(([each, text]) => `    ${each}    REG_SZ    ${text}`);
    const below = [...keys.keys()].filter((known) => known.startsWith(`${key}\\`));
    return Promise.resolve({
      code: 0,
      stdout: [...(values.length > 0 ? ["", key, ...values] : []), ...below].join("\r\n"),
    });
  };
  const dump = () => Object.fromEntries([...keys].map(([key, values]) => [key, Object.fromEntries(values)]));
  return { run, said, dump };
}

async function change(run: RunReg, origins: readonly string[]) {
  const changes = await windowsBrowsers(run).changesTo(origins);
  for (const { apply } of changes) await apply();
  return changes.length;
}

test("the lists of all browsers get numbered values, and it is written down which are ours", async () => {
  const { run, dump } = fakeReg();
  await change(run, [POS, OTHER]);

  assert.deepEqual(dump()[CHROME], { 1: POS, 2: OTHER });
  assert.deepEqual(dump()["HKLM\\SOFTWARE\\Policies\\Microsoft\\Edge\\LocalNetworkAccessAllowedForUrls"], {
    1: POS,
    2: OTHER,
  });
  assert.deepEqual(dump()[FIREFOX], { 1: "pos.example.com", 2: "other.example.com" });
  assert.equal(dump()["HKLM\\SOFTWARE\\Tillbridge\\BrowserAccess"]?.[`${CHROME}\\1`], POS);
  assert.deepEqual(await windowsBrowsers(run).origins(), [POS, OTHER]);
  assert.equal(await change(run, [POS, OTHER]), 0, "said twice it changes nothing");
  await change(run, []);
  assert.deepEqual(dump(), {}, "taken back it leaves nothing");
});

test("values of others are neither overwritten nor taken away, and what they allow is not said twice", async () => {
  const theirs = { 1: "https://intranet.example.com", 3: POS };
  const { run, dump } = fakeReg({ [CHROME]: theirs });
  await change(run, [POS, OTHER]);
  assert.deepEqual(dump()[CHROME], { ...theirs, 2: OTHER });

  await change(run, []);
  assert.deepEqual(dump(), { [CHROME]: theirs });
});

test("a value of ours that somebody has changed is his", async () => {
  const { run, dump } = fakeReg();
  await change(run, [POS]);
  await run(["add", CHROME, "/v", "1", "/t", "REG_SZ", "/d", "https://theirs.example.com"]);
  await change(run, []);
  assert.deepEqual(dump(), { [CHROME]: { 1: "https://theirs.example.com" } });
});

test("who may not is told to run it as an administrator", async () => {
  const denied: RunReg = () => Promise.resolve({ code: 1, stdout: "" });
  await assert.rejects(change(denied, [POS]), (error) => {
    return error instanceof PlaceFailure && error.message.includes("Run as administrator");
  });
});
