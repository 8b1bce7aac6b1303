// @ts-check
// `npm test`: the set-up, every check of the sources, then every test.
// `npm test -- test/core test/cli/sale.test.ts --test-name-pattern=...`: these tests alone.
import { readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fail, prepare, root, run } from "./setup.mjs";

const lab = join(root, "test", "lab");
const asked = process.argv.slice(2);
const flags = asked.filter((argument) => argument.startsWith("-"));
const places = asked.filter((argument) => !argument.startsWith("-"));

const runtime = prepare();
const checked = places.length > 0 || run(runtime, [join(root, "scripts", "check.mjs")]);

const files = places.length > 0 ? places.flatMap(testFiles) : testFiles("test").filter((file) => !file.startsWith(lab));
const limits = ["--test-timeout=120000", "--import", new URL("test-time-limit.mjs", import.meta.url).href];
const tested = run(runtime, ["--test", "--test-concurrency=2", ...limits, ...flags, ...files]);

if (!checked) console.error("\nA check of the sources failed: see FAILED above the tests.");
if (!tested) console.error("\nA test failed: see above.");
process.exitCode = checked && tested ? 0 : 1;

/**
 * @param {string} place a test file or a folder, relative to the clone
 * @returns {string[]}
 */
function testFiles(place) {
  const path = join(root, place);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return fail(`There is no ${place} in ${root}.`);
  if (found.isFile()) return [path];
  const tests = readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => join(path, file));
  return tests.length > 0 ? tests.sort() : fail(`There is no test in ${relative(root, path)}.`);
}
