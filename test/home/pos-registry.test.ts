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

  it("keeps limits, signing key and LAN, and reads a file from before there were any", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    writeFileSync(path, JSON.stringify({ pos: [till("old", { tokenHash: "ab".repeat(32) })] }));
    const { registry } = await openPosRegistry(path);
    const limits = [
      { operation: "sale", currency: "EUR", perOperation: 50_000 },
      { operation: "refund", currency: "CLP", perOperation: 0, perDay: 999_999_999_999 },
    ] as const;
    const bounded = till("till-1", { limits, signingKey: "A".repeat(43), lan: true });
    await registry.save(bounded);

    const reopened = await openPosRegistry(path);

    assert.equal(reopened.setAside, undefined);
    assert.deepEqual(reopened.registry.list(), [till("old", { tokenHash: "ab".repeat(32) }), bounded]);
  });

  for (const [what, wrong] of [
    ["an operation that nobody knows", { limits: [{ operation: "gift", currency: "EUR", perDay: 1 }] }],
    ["an amount that is none", { limits: [{ operation: "sale", currency: "EUR", perDay: "1" }] }],
    ["an amount below zero", { limits: [{ operation: "sale", currency: "EUR", perOperation: -1 }] }],
    ["a currency that is none", { limits: [{ operation: "sale", currency: "euro", perDay: 1 }] }],
    ["limits that are no list", { limits: { operation: "sale" } }],
    ["a key that is none", { signingKey: "short" }],
    ["a LAN that is no yes or no", { lan: "yes" }],
  ] as const) {
    it(`sets a file aside that holds ${what}: nobody is let in without the limits he had`, async (context) => {
      const path = join(freshFolder(context), "pos.json");
      writeFileSync(path, JSON.stringify({ pos: [{ ...till("till-1"), ...wrong }] }));

      const { registry, setAside } = await openPosRegistry(path);

      assert.match(setAside ?? "", /pos\.broken\.json$/);
      assert.deepEqual(registry.list(), []);
    });
  }

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
