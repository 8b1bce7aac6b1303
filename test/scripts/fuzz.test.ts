import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { stripTypeScriptTypes } from "node:module";
import { instrumented } from "../../scripts/fuzz/instrument.ts";
import { mutated } from "../../scripts/fuzz/mutations.ts";
import { startProgram } from "../support/child-program.ts";
import { freshFolder } from "../support/home-folder.ts";
import { randomFrom } from "../support/random.ts";

const program = fileURLToPath(new URL("../../scripts/fuzz.ts", import.meta.url));
const planted = fileURLToPath(new URL("../fuzz/planted.ts", import.meta.url));
const SEED = "1";
/** Without counting blocks the crash is a matter of millions. */
const RUNS = "20000";

async function fuzz(context: TestContext, ...args: readonly string[]) {
  const failures = freshFolder(context);
  const fuzzing = startProgram(context, [
    program,
    "--targets",
    planted,
    "--failures",
    failures,
    "--hang",
    "400",
    ...args,
  ]);
  const lines: string[] = [];
  const ended = fuzzing.ended.then(() => undefined);
  for (;;) {
    const line = await Promise.race([fuzzing.nextLine().catch(() => undefined), ended]);
    if (line === undefined) break;
    lines.push(line);
  }
  const { code } = await fuzzing.ended;
  return { code, said: lines.join("\n"), failures, files: readdirSync(failures).map((file) => join(failures, file)) };
}

const inputIn = (file: string): string => {
  const { input } = JSON.parse(readFileSync(file, "utf8")) as { readonly input: string };
  return Buffer.from(input, "base64").toString("latin1");
};

describe("npm run fuzz", { timeout: 110_000 }, () => {
  it("finds a crash behind several comparisons, keeps the least of its inputs and runs it again", async (context) => {
    const { code, said, files } = await fuzz(context, "--only", "crash", "--seed", SEED, "--runs", RUNS);

    assert.equal(code, 1, said);
    assert.match(said, /^crash .* CRASH\n.*a planted crash/m);
    const [file = ""] = files;
    assert.equal(inputIn(file), "bug");
    const again = await fuzz(context, "--replay", file);
    assert.equal(again.code, 1);
    assert.match(again.said, /CRASH/);
  });

  it("finds the same with the same seed", async (context) => {
    const runsIn = (said: string) => /^crash +(\d+) runs/m.exec(said)?.[1];
    const args = ["--only", "crash", "--seed", "7", "--runs", RUNS] as const;

    const [one, other] = [await fuzz(context, ...args), await fuzz(context, ...args)];

    assert.notEqual(runsIn(one.said), undefined);
    assert.equal(runsIn(one.said), runsIn(other.said));
  });

  it("finds a loop that never ends, ends it and tells its input", async (context) => {
    const { code, said, files } = await fuzz(
      context,
      "--only",
      "hang",
      "--hang",
      "400",
      "--seed",
      SEED,
      "--runs",
      RUNS,
    );

    assert.equal(code, 1, said);
    assert.match(said, /^hang .* HANG\n/m);
    assert.match(inputIn(files[0] ?? ""), /^\{\{/);
  });

  it("takes what nobody caught for a crash", async (context) => {
    const { code, said } = await fuzz(context, "--only", "stray", "--runs", "10");

    assert.equal(code, 1);
    assert.match(said, /nobody caught: Error: nobody waits for it/);
  });

  it("ends with 0 where nothing is wrong, and keeps nothing", async (context) => {
    const { code, said, files } = await fuzz(context, "--only", "good", "--runs", "500");

    assert.equal(code, 0, said);
    assert.match(said, /^good +500 runs .* ok$/m);
    assert.deepEqual(files, []);
  });

  it("gives every change the same inputs, as many as the list says, whatever the machine", async (context) => {
    const { code, said } = await fuzz(context, "--only", "good", "--repeatable");

    assert.equal(code, 0, said);
    assert.match(said, /^seed 1, /m);
    assert.match(said, /^good +300 runs .* ok$/m);
  });

  it("names what it does not know", async (context) => {
    const fuzzing = startProgram(context, [program, "--targets", planted, "--only", "nothing"]);

    const { code, stderr } = await fuzzing.ended;

    assert.equal(code, 2);
    assert.match(stderr, /no target has nothing in its name/);
  });
});

describe("a source whose blocks are counted", () => {
  it("does what it did, on the same lines, and counts each branch", async () => {
    const source = `export function f(x: number | undefined, y = x ?? 2): string {
      if (x === 1) return "one"; else if (x === 2) { return "two"; }
      for (const z of [1]) if (z > 5) return "never";
      switch (y) { case 3: return "three"; default: }
      const g = (q: number): { a: number } => ({ a: q as number });
      return x === 4 && g(4).a === 4 ? "four" : "other" as string;
    }`;
    let blocks = 0;
    const counted = instrumented(source, () => blocks++, new Set());

    assert.equal(counted.split("\n").length, source.split("\n").length);
    const counters = new Uint8Array(blocks);
    Object.assign(globalThis, { __fuzzCounters: counters });
    const script = `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(counted))}`;
    const { f } = (await import(script)) as { readonly f: (x?: number, y?: number) => string };
    assert.deepEqual([f(1), f(2), f(0, 3), f(4), f()], ["one", "two", "three", "four", "other"]);
    const untouched = [...counters].filter((count) => count === 0).length;
    assert.equal(untouched, 1, "the branch that is never taken");
  });
});

describe("a mutation", () => {
  it("is a function of the seed, and no longer than allowed", () => {
    const input = new TextEncoder().encode('{"a":[1,2,{"b":"c"}]}\nand a line');
    const hints = { words: [new TextEncoder().encode("word")], other: input, maxBytes: 100 };
    const manyFrom = (seed: number) => {
      const random = randomFrom(seed);
      return Array.from({ length: 2_000 }, () => mutated(input, hints, random));
    };

    assert.deepEqual(manyFrom(1), manyFrom(1));
    assert.notDeepEqual(manyFrom(1), manyFrom(2));
    assert(manyFrom(3).every(({ length }) => length <= 100));
    assert.deepEqual(
      input,
      new TextEncoder().encode('{"a":[1,2,{"b":"c"}]}\nand a line'),
      "the input itself is left as it was",
    );
  });
});
