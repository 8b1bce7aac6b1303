// A check that cannot fail is a defect. Each fault that `npm run check` is there to find is planted in a small copy of the
// house, where the check must fail and name the fault; the same house without the faults must pass.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { checks } from "../../scripts/checks.mjs";
import { miniature } from "./miniature.ts";
import type { Miniature, Verdict } from "./miniature.ts";
import { deadCodeFaults, formatFaults, layerFaults, lintFaults, typeFaults } from "./faults.ts";
import type { Fault } from "./faults.ts";
import { soundPackages, soundSources } from "./sound-sources.ts";

const faultsOf: Readonly<Record<string, readonly Fault[]>> = {
  ...typeFaults,
  ...deadCodeFaults,
  lint: lintFaults,
  layers: layerFaults,
  format: formatFaults,
};

test("every check has a planted fault", () => {
  assert.deepEqual(Object.keys(faultsOf).sort(), checks.map(({ name }) => name).sort());
});

test("the sound house passes every check", async () => {
  await using house = await miniature(soundSources, soundPackages);

  const { passed, output } = await house.check();

  assert.ok(passed, output);
});

describe("the faulty house", { concurrency: 2 }, () => {
  for (const [name, faults] of Object.entries(faultsOf)) {
    describe(`check "${name}"`, () => {
      let house: Miniature;
      let verdict: Verdict;

      before(async () => {
        house = await miniature(soundSources, [...soundPackages, "serialport"]);
        for (const { plant } of faults) await house.plant(plant);
        verdict = await house.check(name);
      });
      after(() => house[Symbol.asyncDispose]());

      test("fails", () => assert.equal(verdict.passed, false, verdict.output));

      for (const { title, names } of faults) {
        test(`names ${title}`, () => assert.match(verdict.output, names));
      }
    });
  }
});
