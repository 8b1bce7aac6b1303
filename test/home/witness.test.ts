import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { readWitness, writeWitness } from "../../src/home/witness.ts";
import { HomeFailure } from "../../src/home/store.ts";
import { freshFolder } from "../support/home-folder.ts";

const WITNESS = { journal: "J1", at: "2026-11-28T18:00:00.000Z", told: { "till-1": 7, __proto__x: 1 } };

describe("the file of the witness", () => {
  it("is replaced as a whole and leaves nothing beside it", async (context) => {
    const folder = freshFolder(context);
    const path = join(folder, "journal.witness");
    assert.deepEqual(await readWitness(path), { kind: "none" });

    await writeWitness(path, { ...WITNESS, told: {} });
    await writeWitness(path, WITNESS);

    assert.deepEqual(await readWitness(path), { kind: "seen", witness: WITNESS });
    assert.deepEqual(readdirSync(folder), ["journal.witness"]);
  });

  for (const [what, text] of [
    ["torn", '{"journal":"J1","to'],
    ["of another shape", '{"journal":"J1","at":"","told":{"till-1":-1}}'],
    ["empty", ""],
  ] as const) {
    it(`that is ${what} is no witness, and no reason to end`, async (context) => {
      const path = join(freshFolder(context), "journal.witness");
      writeFileSync(path, text);

      assert.deepEqual(await readWitness(path), { kind: "unreadable" });
    });
  }

  it("that is a folder is unreadable, and cannot be written", async (context) => {
    const path = join(freshFolder(context), "journal.witness");
    mkdirSync(join(path, "x"), { recursive: true });

    assert.deepEqual(await readWitness(path), { kind: "unreadable" });
    await assert.rejects(writeWitness(path, WITNESS), HomeFailure);
  });
});
