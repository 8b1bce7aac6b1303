// @ts-check
// `npm run check [-- NAME ...]`: the checks of the sources, two at a time, one line each; a failing one shows its tool's
// output. Ends with 1 when one fails.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { checks } from "./checks.mjs";
import { fail, prepare, root } from "./setup.mjs";

/** @typedef {import("./checks.mjs").Check} Check */

const atATime = 2;
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  fail(`There is no check "${unknown.join('", "')}": ${checks.map(({ name }) => name).join(", ")}.`);
}

const runtime = prepare();
const waiting = checks.filter(({ name }) => asked.length === 0 || asked.includes(name));
const verdicts = await Promise.all(Array.from({ length: atATime }, () => work()));
process.exitCode = verdicts.every(Boolean) ? 0 : 1;

/** Takes checks until none waits. */
async function work() {
  let allPassed = true;
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
    const startedMs = performance.now();
    const { passed, output } = await runCheck(check);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    console.log(`${passed ? "ok    " : "FAILED"}  ${check.name.padEnd(20)} ${seconds.padStart(5)} s`);
    if (!passed) console.log(output.trimEnd() + "\n");
    allPassed &&= passed;
  }
  return allPassed;
}

/**
 * @param {Check} check
 * @returns {Promise<{ passed: boolean, output: string }>}
 */
function runCheck({ tool, args }) {
  const child = spawn(runtime, [join(root, "node_modules", tool), ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => (output += text));
  return new Promise((resolve) => {
    child.on("error", (error) => {
      resolve({ passed: false, output: error.message });
    });
    child.on("close", (code) => {
      resolve({ passed: code === 0, output });
    });
  });
}
