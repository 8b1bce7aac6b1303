// @ts-check
// `node scripts/build-page.mjs`: bundles the browser code that the daemon serves into dist/page. The same sources make the
// same bytes. With `--quiet` nothing is said where all goes well, and a failure ends with 0: it must not fail an install.
// `--out=FILE` and `--version=V` make the file of a built program, where a failure is one.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = [{ from: "src/client/pay-button/index.ts", to: asked("out") ?? join(root, "dist/page/till-pay.js") }];
const quiet = process.argv.includes("--quiet");

try {
  // Not at the top: without the packages for development there is nothing to build with.
  const { build } = await import("esbuild");
  for (const { from, to } of pages) {
    const bundle = await build({
      absWorkingDir: root,
      entryPoints: [from],
      bundle: true,
      write: false,
      minify: true,
      format: "iife",
      platform: "browser",
      // Browsers of 2024, as the client's documentation says.
      target: ["chrome122", "firefox122", "safari17.4"],
      charset: "utf8",
      legalComments: "none",
      tsconfig: "tsconfig.client.json",
      define: { TILL_PAY_VERSION: JSON.stringify(version()) },
      logLevel: "silent",
    });
    const [file] = bundle.outputFiles;
    if (file === undefined) throw new Error(`esbuild made nothing of ${from}`);
    const text = `/*! Tillbridge ${version()}, Apache-2.0 */\n${file.text}`;
    replace(to, text);
    if (!quiet) console.log(`${to}: ${text.length} bytes, ${gzipSync(text).length} with gzip`);
  }
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  console.error(`The pay button for web pages was not built, and the daemon does not serve it: ${why}`);
  console.error("All else works. `node scripts/build-page.mjs` tries again.");
  process.exitCode = quiet && asked("out") === undefined ? 0 : 1;
}

/** @param {string} name */
function asked(name) {
  const start = `--${name}=`;
  return process.argv.find((argument) => argument.startsWith(start))?.slice(start.length);
}

function version() {
  const told = asked("version");
  if (told !== undefined) return told;
  const manifest = /** @type {{ version: string }} */ (JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return manifest.version;
}

/**
 * A daemon that reads it at this moment gets the old one or the new one, and never half of it.
 *
 * @param {string} path
 * @param {string} text
 */
function replace(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(fresh, text);
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
}
