// @ts-check
// `node scripts/build-page.mjs`: bundles the browser code that the daemon serves into dist/page: the pay button for web pages,
// and the technician's page. The same sources make the same bytes. With `--quiet` nothing is said where all goes well, and a
// failure ends with 0: it must not fail an install. `--out=FOLDER` and `--version=V` make the files of a built program, where a
// failure is one; `--packages` then prints whose packages went in.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

/** @typedef {Record<string, { name: string, type: string, isImmutable: boolean }>} List */
/** @typedef {import("esbuild").Metafile} Metafile */

const root = fileURLToPath(new URL("..", import.meta.url));
const out = asked("out") ?? join(root, "dist", "page");
const quiet = process.argv.includes("--quiet");
const licence = `/*! Tillbridge ${version()}, Apache-2.0 */`;

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  minify: true,
  platform: "browser",
  // Browsers of 2024, as the client's documentation says.
  target: ["chrome123", "firefox122", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  logLevel: "silent",
};

try {
  // Not at the top: without the packages for development there is nothing to build with.
  const { build } = await import("esbuild");
  const button = await build({
    ...options,
    entryPoints: ["src/client/pay-button/index.ts"],
    format: "iife",
    target: ["chrome122", "firefox122", "safari17.4"],
    tsconfig: "tsconfig.client.json",
    define: { TILL_PAY_VERSION: JSON.stringify(version()) },
  });
  const [script] = button.outputFiles ?? [];
  if (script === undefined) throw new Error("esbuild made nothing of the pay button");
  replace(join(out, "till-pay.js"), `${licence}\n${script.text}`);

  const page = await build({
    ...options,
    entryPoints: { main: "src/daemon/page/main.tsx", look: "src/daemon/page/look/look.css" },
    outdir: join(out, "technician"),
    splitting: true,
    format: "esm",
    tsconfig: "tsconfig.page.json",
    // Whoever has one of them has the right one: it may be kept for ever.
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    define: { PAGE_VERSION: JSON.stringify(version()) },
    banner: { js: licence, css: licence },
  });
  writePage(page.outputFiles ?? [], /** @type {Metafile} */ (page.metafile));
  if (process.argv.includes("--packages")) {
    console.log(JSON.stringify(packagesIn(/** @type {Metafile[]} */ ([button.metafile, page.metafile]))));
  }
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  console.error(`The pages for browsers were not built, and the daemon does not serve them: ${why}`);
  console.error("All else works. `node scripts/build-page.mjs` tries again.");
  process.exitCode = quiet && asked("out") === undefined ? 0 : 1;
}

/**
 * The files first, then the list that names them, and what no list names any more goes last.
 *
 * @param {readonly import("esbuild").OutputFile[]} files
 * @param {Metafile} metafile
 */
function writePage(files, metafile) {
  const folder = join(out, "technician");
  /** @type {List} */
  const list = { "/": { name: "index.html", type: "text/html", isImmutable: false } };
  for (const { path, contents } of files) {
    const name = basename(path);
    const type = name.endsWith(".css") ? "text/css" : "text/javascript";
    list[`/page/${name}`] = { name, type, isImmutable: true };
    replace(join(folder, name), contents);
  }
  const first = firstLoadOf(metafile);
  replace(join(folder, "index.html"), documentOf(first));
  replace(join(folder, "files.json"), `${JSON.stringify(list, null, 2)}\n`);
  const named = new Set(["files.json", ...Object.values(list).map(({ name }) => name)]);
  for (const name of readdirSync(folder)) if (!named.has(name)) rmSync(join(folder, name), { force: true });
  if (quiet) return;
  for (const name of [...named].sort()) told(join(folder, name));
}

/**
 * What is loaded before anybody goes anywhere: the entry and what it imports. A language comes beside it.
 *
 * @param {Metafile} metafile
 */
function firstLoadOf({ outputs }) {
  const entries = Object.entries(outputs);
  const main = entries.find(([, { entryPoint }]) => entryPoint === "src/daemon/page/main.tsx")?.[0] ?? "";
  const look = entries.find(([path]) => path.endsWith(".css"))?.[0] ?? "";
  const scripts = new Set([main]);
  for (const script of scripts) {
    for (const { path, kind } of outputs[script]?.imports ?? []) if (kind === "import-statement") scripts.add(path);
  }
  return { look: basename(look), scripts: [...scripts].map((path) => basename(path)) };
}

/** @param {{ look: string, scripts: readonly string[] }} first */
function documentOf({ look, scripts: [main = "", ...more] }) {
  const icon =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' fill='%231d5fb8'/%3E%3Cpath d='M3 10.5h10M4.5 10.5a3.5 3.5 0 0 1 7 0' fill='none' stroke='%23fff' stroke-width='1.6'/%3E%3C/svg%3E";
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Tillbridge</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="/page/${look}">
${more.map((name) => `<link rel="modulepreload" href="/page/${name}">\n`).join("")}<script type="module" src="/page/${main}"></script>
</head>
<body>
<div id="page"></div>
<noscript><p>This page needs JavaScript. Without it, the command line tells the same: <code>tillbridge status</code></p></noscript>
</body>
</html>
`;
}

/** @param {readonly Metafile[]} metafiles */
function packagesIn(metafiles) {
  const inputs = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap((output) => Object.keys(output.inputs)),
  );
  const packages = inputs.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(packages)].sort();
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

/** @param {string} path */
function told(path) {
  const content = readFileSync(path);
  console.log(`${path}: ${content.length} bytes, ${gzipSync(content).length} with gzip`);
}

/**
 * A daemon that reads it at this moment gets the old one or the new one, and never half of it.
 *
 * @param {string} path
 * @param {string | Uint8Array} content
 */
function replace(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(fresh, content);
    renameSync(fresh, path);
  } finally {
    rmSync(fresh, { force: true });
  }
  if (!quiet && path.endsWith("till-pay.js")) told(path);
}
