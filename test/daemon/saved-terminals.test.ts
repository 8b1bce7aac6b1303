import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { savesTerminals, withChanges } from "../../src/daemon/saved-terminals.ts";
import { openConfig } from "../../src/home/config.ts";
import { freshFolder } from "../support/home-folder.ts";
import { createKeptLog } from "../support/kept-log.ts";

const terminal = (id: string, name = id) => ({ id, vendor: "acme", name, link: { type: "tcp" } });

describe("withChanges", () => {
  it("adds, changes and removes what the daemon did", () => {
    const before = [terminal("a"), terminal("b"), terminal("c")];
    const after = [terminal("a"), terminal("b", "new"), terminal("d")];

    assert.deepEqual(withChanges(before, before, after), after);
  });

  it("keeps what a person wrote meanwhile: another name, another terminal, one that is gone", () => {
    const before = [terminal("a"), terminal("b"), terminal("c")];
    const file = [terminal("a", "by hand"), terminal("c"), terminal("hand-made")];
    const after = [...before, terminal("d")];

    assert.deepEqual(withChanges(file, before, after), [...file, terminal("d")]);
  });
});

describe("saveTerminals", () => {
  it("writes the list and leaves the rest of the file as it is", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, '{"server": {"port": 9001}}');
    const config = await openConfig(path, () => []);

    const saved = await savesTerminals(config, createKeptLog())([terminal("a")]);

    assert.equal(saved.kind, "done");
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), { server: { port: 9001 }, terminals: [terminal("a")] });
  });

  it("refuses while the file is broken, names the fault and no path, and writes nothing", async (context) => {
    const path = join(freshFolder(context), "config.json");
    const config = await openConfig(path, () => []);
    writeFileSync(path, '{"server": {"prot": 1}}');

    const saved = await savesTerminals(config, createKeptLog())([terminal("a")]);

    assert.equal(saved.kind, "refused");
    assert.match(saved.refusal.message, /server\.prot is 1/);
    assert.ok(!saved.refusal.message.includes(path));
    assert.equal(readFileSync(path, "utf8"), '{"server": {"prot": 1}}');
  });

  it("keeps what a person wrote over every change of the daemon's own", async (context) => {
    const path = join(freshFolder(context), "config.json");
    writeFileSync(path, JSON.stringify({ terminals: [terminal("a"), terminal("b"), terminal("gone")] }));
    const save = savesTerminals(await openConfig(path, () => []), createKeptLog());
    const byHand = [terminal("a"), { ...terminal("b"), disabled: true }, terminal("new")];
    writeFileSync(path, JSON.stringify({ terminals: byHand }));
    const served = [terminal("b"), terminal("gone")];

    await save([{ ...terminal("a"), name: "first" }, ...served]);
    await save([{ ...terminal("a"), name: "second" }, ...served]);

    const [, ...others] = byHand;
    const { terminals } = JSON.parse(readFileSync(path, "utf8")) as { readonly terminals: unknown };
    assert.deepEqual(terminals, [{ ...terminal("a"), name: "second" }, ...others]);
  });
});
