import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import type { PosRecord } from "../../src/core/pos.ts";
import { readPosFile } from "../../src/home/pos-file.ts";
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

  for (const [what, wrong, why] of [
    ["an operation that nobody knows", { limits: [{ operation: "gift", currency: "EUR", perDay: 1 }] }, /operation/],
    ["an amount that is none", { limits: [{ operation: "sale", currency: "EUR", perDay: "1" }] }, /limits\.0\.perDay/],
    ["an amount below zero", { limits: [{ operation: "sale", currency: "EUR", perOperation: -1 }] }, /perOperation/],
    ["a currency that is none", { limits: [{ operation: "sale", currency: "euro", perDay: 1 }] }, /currency/],
    [
      "a limit whose amount has lost its name",
      { limits: [{ operation: "sale", currency: "EUR", pexDay: 1 }] },
      /pexDay/,
    ],
    ["a limit without an amount", { limits: [{ operation: "sale", currency: "EUR" }] }, /perOperation/],
    ["limits that are no list", { limits: { operation: "sale" } }, /limits/],
    [
      "limits that have lost their name",
      { "limi\u0000s": [{ operation: "sale", currency: "EUR", perDay: 1 }] },
      /not known/,
    ],
    ["a scope that nobody knows", { scopes: ["pay", "fly"] }, /scopes\.1/],
    ["a key that is none", { signingKey: "short" }, /signingKey/],
    ["a LAN that is no yes or no", { lan: "yes" }, /lan/],
  ] as const) {
    it(`lets one in no more that has ${what}, and the others as before`, async (context) => {
      const path = join(freshFolder(context), "pos.json");
      const good = till("till-2", { tokenHash: "ab".repeat(32) });
      writeFileSync(path, JSON.stringify({ pos: [{ ...till("till-1"), ...wrong }, good] }));

      const { registry, setAside } = await openPosRegistry(path);

      assert.equal(setAside, undefined);
      assert.deepEqual(registry.list(), [good]);
      assert.equal(registry.find("till-1"), undefined);
      const [broken, ...others] = registry.unreadable();
      assert.deepEqual([broken?.pos, broken?.place, others], ["till-1", 1, []]);
      assert.match(broken?.why ?? "", why);
    });
  }

  it("keeps what it cannot read as it is, through every change, for whoever mends it", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const damaged = { ...till("till-1"), limits: [{ operation: "sale", currency: "EUR", perDay: "10O0" }] };
    const fromLater = { ...till("till-2"), hours: "9-17" };
    writeFileSync(path, JSON.stringify({ pos: [damaged, till("till-3"), 7, fromLater] }));
    const { registry } = await openPosRegistry(path);

    await registry.save(till("till-4"));
    await registry.save(till("till-3", { shared: true }));
    await registry.remove("till-4");

    const kept = [damaged, till("till-3", { shared: true }), 7, fromLater];
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), { pos: kept });
    const mended = { ...damaged, limits: [{ operation: "sale", currency: "EUR", perDay: 1_000 }] };
    writeFileSync(path, JSON.stringify({ pos: [mended, ...kept.slice(1)] }));
    assert.deepEqual((await openPosRegistry(path)).registry.find("till-1"), mended);
  });

  it("lets in neither of two with one name: nobody can tell which limits are right", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const bounded = till("till-1", { limits: [{ operation: "sale", currency: "EUR", perDay: 1 }] });
    writeFileSync(path, JSON.stringify({ pos: [bounded, till("till-2"), till("till-1")] }));

    const { registry } = await openPosRegistry(path);

    assert.deepEqual(registry.list(), [till("till-2")]);
    assert.deepEqual(
      registry.unreadable().map(({ pos, place }) => [pos, place]),
      [
        ["till-1", 1],
        ["till-1", 3],
      ],
    );
  });

  it("forgets one that it cannot read when its name is removed, and says of the rest where it stands now", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    writeFileSync(path, JSON.stringify({ pos: [{ pos: "till-1" }, "nobody", till("till-2")] }));
    const { registry } = await openPosRegistry(path);

    await registry.remove("till-1");

    assert.deepEqual(registry.unreadable(), [{ place: 1, why: "it is no record" }]);
    assert.deepEqual((await openPosRegistry(path)).registry.list(), [till("till-2")]);
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

  for (const broken of ['{"pos": [', '{"pos": {"till-1": {}}}', '[{"pos": "till-1"}]', "\0".repeat(512), ""]) {
    it(`puts a file aside that it cannot read, and never writes over it: ${JSON.stringify(broken.slice(0, 30))}`, async (context) => {
      const folder = freshFolder(context);
      const path = join(folder, "pos.json");
      writeFileSync(path, broken);

      const { registry, setAside } = await openPosRegistry(path);
      await registry.save(till("till-1"));

      assert.equal(setAside, join(folder, "pos.broken.json"));
      assert.equal(readFileSync(setAside, "utf8"), broken);
    });
  }

  it("puts a second file aside beside the first", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const asides = [];
    for (const broken of ["first", "second", "third"]) {
      writeFileSync(path, broken);
      asides.push((await openPosRegistry(path)).setAside ?? "");
    }

    assert.deepEqual(
      asides.map((aside) => readFileSync(aside, "utf8")),
      ["first", "second", "third"],
    );
  });

  it("reads what is left of a real file in which any one byte was damaged, and makes nobody freer", async (context) => {
    const path = join(freshFolder(context), "pos.json");
    const { registry } = await openPosRegistry(path);
    const limits = [{ operation: "sale", currency: "EUR", perOperation: 50_000, perDay: 100_000 }] as const;
    const bounded = till("till-1", { tokenHash: "ab".repeat(32), limits, signingKey: "A".repeat(43) });
    await registry.save(bounded);
    await registry.save(till("till-2", { tokenHash: "cd".repeat(32) }));
    const whole = readFileSync(path);

    for (const [index, byte] of whole.entries()) {
      // One bit of a disk, and a space.
      for (const damaged of [byte ^ 0x01, 0x20]) {
        const text = whole.toString("latin1");
        const read =
          readPosFile(`${text.slice(0, index)}${String.fromCharCode(damaged)}${text.slice(index + 1)}`) ?? [];
        for (const entry of read) {
          if (entry.kind === "unreadable" || entry.record.tokenHash !== bounded.tokenHash) continue;
          const { limits: left, signingKey } = entry.record;
          assert.deepEqual([left?.length, signingKey?.length], [1, 43], `byte ${index} as ${damaged}`);
        }
      }
    }
  });
});
