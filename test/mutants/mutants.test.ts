// The list of mutants is whole, and who tries them knows a mutant that died from one that was only in the way. The mutants
// themselves are tried by `npm run mutants`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { mutants } from "../../scripts/mutants/catalogue.ts";
import { catalogueFaults } from "../../scripts/mutants/catalogue-faults.ts";
import type { Mutant } from "../../scripts/mutants/mutant.ts";
import { rulesIn } from "../../scripts/mutants/rules.ts";
import { baselineOnce, copyOf, tryMutant, type House, type Verdict } from "../../scripts/mutants/trial.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const script = join(repository, "scripts", "mutants.ts");

test("every rule of the promise has a mutant, and every mutant its place in the sources", async () => {
  const rules = await rulesIn(repository);
  assert.equal(rules.size, 12);
  assert.deepEqual(await catalogueFaults(repository, mutants, rules), []);
});

test("the document is what the mutants say", () => {
  const { status, stderr } = spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("a mutant that nobody knows is no empty run", () => {
  const { status, stderr } = spawnSync(process.execPath, [script, "--only", "nobody"], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /There is no mutant nobody/);
});

const PRICE = `export function price(pieces: number): number {
  if (pieces < 0) return 0;
  return pieces * 2;
}
`;
const PRICE_TEST = `import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { price } from "../src/price.ts";
describe("a price", () => {
  test("is two for each piece", () => assert.equal(price(3), 6));
  test("is told", () => assert.equal(typeof price(3), "number"));
  test("is wrong", () => assert.equal(price(3), 7));
  test("is told twice", () => assert.ok(price(3)));
  test("is told twice", () => assert.ok(price(3)));
});
`;

const SOUND: Mutant = {
  id: "three-for-each",
  rule: 1,
  breaks: "Everything costs more.",
  file: "src/price.ts",
  find: "pieces * 2",
  replace: "pieces * 3",
  killedBy: { file: "test/price.test.ts", name: "is two for each piece" },
};

describe("a mutant in a small house", () => {
  let shop: string;
  let house: House;
  before(async () => {
    shop = await mkdtemp(join(tmpdir(), "tillbridge-small-house-"));
    for (const folder of ["src", "test"]) await mkdir(join(shop, folder));
    await writeFile(join(shop, "package.json"), '{ "type": "module" }');
    await writeFile(join(shop, "src", "price.ts"), PRICE);
    await writeFile(join(shop, "test", "price.test.ts"), PRICE_TEST);
    house = await copyOf(shop, ["src", "test", "package.json"]);
  });
  after(async () => {
    await house[Symbol.asyncDispose]();
    await rm(shop, { recursive: true });
  });

  const tried = (changes: Partial<Mutant>): Promise<Verdict> =>
    tryMutant(house, { ...SOUND, ...changes }, baselineOnce());
  const by = (name: string) => ({ killedBy: { ...SOUND.killedBy, name } });

  const refused: readonly (readonly [what: string, changes: Partial<Mutant>, why: RegExp])[] = [
    ["whose text is not there", { find: "pieces * 4" }, /no such text/],
    ["whose text is there twice", { find: "pieces" }, /3 times/],
    ["that changes nothing", { replace: "pieces * 2" }, /changes nothing/],
    ["that does not load", { replace: "pieces * * 2" }, /SyntaxError/],
    ["that fails for another reason than the test's", { replace: "pieces * two" }, /ReferenceError, no assertion/],
    ["whose test is red without it", by("is wrong"), /without the mutant its test is red/],
    ["whose test is not there", by("is free"), /no test has this name/],
    ["whose test could be one of two", by("is told twice"), /2 tests/],
  ];

  test("is killed, survives, or is refused, and never stays in the source", async () => {
    assert.equal((await tried({})).kind, "killed");
    assert.deepEqual(await tried(by("is told")), { kind: "survived" });
    for (const [what, changes, why] of refused) {
      const verdict = await tried(changes);
      assert(verdict.kind === "noTrial", `one ${what}`);
      assert.match(verdict.why, why, `one ${what}`);
    }
    assert.equal(await readFile(join(house.root, "src", "price.ts"), "utf8"), PRICE);
    assert.equal(await readFile(join(shop, "src", "price.ts"), "utf8"), PRICE);
  });

  test("is looked for before anything is planted: what is wrong with the list is named", async () => {
    const rules = new Map([
      [1, "Accepted means durable"],
      [2, "Dispatched means durable first"],
    ]);
    const list: readonly Mutant[] = [
      SOUND,
      SOUND,
      { ...SOUND, id: "moved", file: "src/cost.ts" },
      { ...SOUND, id: "rule", rule: 9 },
    ];
    assert.deepEqual(await catalogueFaults(shop, list, rules), [
      "rule 2 (Dispatched means durable first) has no mutant",
      "three-for-each: two mutants have this name",
      "moved: there is no src/cost.ts",
      "rule: there is no rule 9",
    ]);
  });
});
