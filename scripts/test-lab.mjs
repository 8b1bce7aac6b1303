// @ts-check
// `npm run test:lab`: the tests that need Debian packages or root. Each says what in a comment of its own, for example
// `// needs: socat, root`. Missing packages are installed where this process may; a test that cannot run is named.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { prepare, root, run } from "./setup.mjs";

const folder = join(root, "test", "lab");
const asRoot = process.getuid?.() === 0;

const runtime = prepare();
const tests = labTests();
install([...new Set(tests.flatMap(({ needs }) => needs.filter((need) => need !== "root" && !isThere(need))))]);

/** @type {string[]} */
const runnable = [];
for (const { file, needs } of tests) {
  const missing = needs.filter((need) => !isThere(need));
  if (missing.length === 0) runnable.push(join(folder, file));
  else console.log(`SKIPPED test/lab/${file}: it needs ${missing.join(" and ")}, which this machine does not give.`);
}
console.log(`Lab: ${runnable.length} of ${tests.length} test files can run here.`);
if (runnable.length > 0) {
  // One at a time: they share the machine's devices and clock.
  const passed = run(runtime, ["--test", "--test-concurrency=1", "--test-timeout=300000", ...runnable]);
  process.exitCode = passed ? 0 : 1;
}

/** @returns {{ file: string, needs: string[] }[]} */
function labTests() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .sort()
    .map((file) => {
      const needs = /^\/\/ needs: (.+)$/m.exec(readFileSync(join(folder, file), "utf8"))?.[1] ?? "";
      return { file, needs: needs.split(/,\s*/).filter(Boolean) };
    });
}

/** @param {string} need a Debian package, or "root" */
function isThere(need) {
  if (need === "root") return asRoot;
  const { stdout } = spawnSync("dpkg", ["--status", need], { encoding: "utf8" });
  return /^Status: .* installed$/m.test(stdout);
}

/** @param {string[]} packages */
function install(packages) {
  if (packages.length === 0 || !asRoot) return;
  console.log(`Installing the Debian packages ${packages.join(", ")} ...`);
  run("apt-get", ["-qq", "update"]);
  run("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", ...packages]);
}
