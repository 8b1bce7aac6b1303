// @ts-check
// What every command of a clone begins with. Plain JavaScript, because it runs on the machine's own Node (20 or newer)
// and brings the pinned runtime that the sources need.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */
/** @typedef {{ packages?: Record<string, LockedPackage> }} Lock */

export const root = fileURLToPath(new URL("..", import.meta.url));

/** The locked optional dependency that carries the runtime for this platform, as a plain binary. */
const runtimePackage = `node_modules/node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

/** What the daemon serves to browsers, and the folders that it is bundled of. */
const builtPages = ["till-pay.js", "technician/files.json"].map((name) => join(root, "dist", "page", name));
const pageSources = [
  "src/client",
  "src/daemon/page",
  "src/protocol",
  "src/core",
  "scripts/build-page.mjs",
  "package.json",
  "package-lock.json",
];

/**
 * Installs the locked packages when what is installed is not what package-lock.json says, bundles the browser code when it is
 * older than its sources, and returns the path of the runtime that the sources are to be run with. Ends the process with a message when it cannot.
 *
 * @returns {string}
 */
export function prepare() {
  if (!installedAsLocked()) installLocked();
  if (!pageIsBuilt()) buildPage();
  const runtime = pinnedRuntime() ?? ownRuntime();
  if (runtime === undefined) {
    fail(
      `There is no pinned Node for ${process.platform} on ${process.arch}, and this machine's Node ${process.versions.node} cannot run the sources.\n` +
        "Install Node 24 from https://nodejs.org and run the command again with it.",
    );
  }
  return runtime;
}

/**
 * Runs a program to its end with this process's input and output. Signals reach it, and its ending becomes ours.
 *
 * @param {string} program
 * @param {string[]} args
 */
export function become(program, args) {
  const child = spawn(program, args, { stdio: "inherit" });
  // Ctrl-C on a terminal goes to the whole group: the child has it already, and a second one means "leave at once".
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on("SIGINT", () => !atTerminal && child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  if (process.env.npm_lifecycle_event !== undefined) whenParentIsGone(() => child.kill("SIGTERM"));
  child.on("error", (error) => fail(`${program} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/**
 * npm runs a script through a shell, and when it is told to end, ends that shell alone: the script only sees its parent change.
 *
 * @param {() => void} then
 */
function whenParentIsGone(then) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    then();
  }, 200);
  watch.unref();
}

/**
 * Runs a program to its end with this process's input and output.
 *
 * @param {string} program
 * @param {string[]} args
 * @returns {boolean} whether it ended well
 */
export function run(program, args) {
  return spawnSync(program, args, { cwd: root, stdio: "inherit" }).status === 0;
}

/**
 * Runs npm, the one that runs us where there is one, and shows only what it complains about.
 *
 * @param {string[]} args
 * @returns {boolean} whether it ended well
 */
export function runNpm(args) {
  const runningNpm = process.env.npm_execpath;
  /** @type {import("node:child_process").SpawnSyncOptions} */
  const options = { cwd: root, stdio: ["ignore", "ignore", "inherit"] };
  const npm =
    runningNpm !== undefined && basename(runningNpm) === "npm-cli.js"
      ? spawnSync(process.execPath, [runningNpm, ...args], options)
      : spawnSync("npm", args, { ...options, shell: process.platform === "win32" });
  return npm.status === 0;
}

/**
 * @param {string} message
 * @returns {never}
 */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Compares contents, not times: a checkout gives files new times, and an interrupted install leaves no record. */
function installedAsLocked() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const locked = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(record);
  const mayBeAbsent = (/** @type {string} */ path) =>
    path === "" || (locked[path]?.optional === true && path !== runtimePackage);
  return (
    Object.keys(installed).every((path) => locked[path] !== undefined) &&
    Object.entries(locked).every(([path, { integrity }]) =>
      installed[path] === undefined ? mayBeAbsent(path) : installed[path].integrity === integrity,
    )
  );
}

/** @param {string} lockFile */
function packagesOf(lockFile) {
  const lock = /** @type {Lock} */ (JSON.parse(readFileSync(lockFile, "utf8")));
  return lock.packages ?? {};
}

function pageIsBuilt() {
  const builtMs = Math.min(...builtPages.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  return pageSources.every((source) => newestIn(join(root, source)) <= builtMs);
}

/** A failure is said, and stops nothing: only web pages need it. */
function buildPage() {
  const script = join(root, "scripts", "build-page.mjs");
  // A small house in which the checks are tried has no page to build.
  if (!existsSync(script)) return;
  spawnSync(process.execPath, [script, "--quiet"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * @param {string} path a file or a folder
 * @returns {number} when something in it was last changed; a file that was taken away changes its folder
 */
function newestIn(path) {
  const own = statSync(path, { throwIfNoEntry: false });
  if (own === undefined) return 0;
  if (!own.isDirectory()) return own.mtimeMs;
  const inside = readdirSync(path).map((name) => newestIn(join(path, name)));
  return Math.max(own.mtimeMs, ...inside);
}

function installLocked() {
  console.error("Installing the locked packages (once, about half a minute) ...");
  const args = ["ci", "--no-audit", "--no-fund", "--include=dev", "--include=optional", "--loglevel=error"];
  if (!runNpm(args)) {
    fail(
      `\`npm ci\` failed in ${root}: see its message above. It needs a package registry (or npm's cache) and disk space.`,
    );
  }
}

function pinnedRuntime() {
  const path = join(root, runtimePackage, "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(path) ? path : undefined;
}

/** Where no runtime is published for the platform: the machine's own, if the sources can run on it. */
function ownRuntime() {
  return runsTheSources(process.versions.node) ? process.execPath : undefined;
}

/**
 * `using` came with Node 24, and on Node 26 serialport gets no data while the event loop is idle.
 *
 * @param {string} version
 */
function runsTheSources(version) {
  const major = Number(version.split(".")[0]);
  return major >= 24 && major !== 26;
}
