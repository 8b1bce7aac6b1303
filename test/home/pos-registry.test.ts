import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { PosRecord } from "../../src/core/pos.ts";
import { openPosRegistry } from "../../src/home/pos-registry.ts";
import { freshFolder } from "../support/home-folder.ts";

const till = (pos: string, more: Partial<PosRecord> = {}): PosRecord => ({
  pos,
  scopes: ["status", "pay"],
  shared: false,
  createdAt: "2026-01-02T03:04:05.000Z",
  ...more,
});

describe("the registry of POS programs", () => {
  it("finds after a restart what was saved, and nothing of what was removed", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const { registry } = await openPosRegistry(path);
    const paired = till("till-1", { tokenHash: "ab".repeat(32), origin: "https://pos.example.com" });
    await registry.save(till("till-1"));
    await registry.save(paired);
    await registry.save(till("till-2"));
    await registry.remove("till-2");
    await registry.remove("never-there");

    const { registry: reopened } = await openPosRegistry(path);

    assert.deepEqual(reopened.list(), [paired]);
    assert.deepEqual(reopened.find("till-1"), paired);
    assert.equal(reopened.find("till-2"), undefined);
  });

  it("is for its owner alone", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const { registry } = await openPosRegistry(path);

    await registry.save(till("till-1"));

    assert.equal((statSync(path).mode & 0o777).toString(8), "600");
  });

  it("loses none of two changes that come at once", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const { registry } = await openPosRegistry(path);

    await Promise.all([
      registry.save(till("a")),
      registry.save(till("b")),
      registry.remove("a"),
      registry.save(till("c")),
    ]);

    const names = (await openPosRegistry(path)).registry.list().map(({ pos }) => pos);
    assert.deepEqual(names, ["b", "c"]);
  });

  it("does not count what could not be written, and goes on afterwards", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const { registry } = await openPosRegistry(path);
    mkdirSync(path);

    await assert.rejects(registry.save(till("till-1")), /cannot be written/);
    assert.equal(registry.find("till-1"), undefined);

    rmdirSync(path);
    await registry.save(till("till-2"));
    assert.deepEqual(
      registry.list().map(({ pos }) => pos),
      ["till-2"],
    );
  });

  for (const broken of ['{"pos": [', '{"pos": [{"pos": "till-1"}]}', ""]) {
    it(`puts a file aside that it cannot read, and never writes over it: ${broken}`, async (context) => {
      const folder = freshFolder(context);
      const path = join(folder, "pos.json");
      writeFileSync(path, broken);

      const { registry, setAside } = await openPosRegistry(path);
      await registry.save(till("till-1"));

      assert.equal(setAside, join(folder, "pos.broken.json"));
      assert.equal(readFileSync(setAside, "utf8"), broken);
    });
  }
});
