import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../setup.mjs";
import { EXTERNAL } from "./native-packages.ts";

const MAX_LINE_CHARACTERS = 160;

/** For packages that ask for a builtin with `require`, which a module does not have. */
const REQUIRE = `import { createRequire as requireHere } from "node:module"; const require = requireHere(import.meta.url);`;

/**
 * Bundles the program's code into its folder `app`. What is loaded only when it is needed stays so. Gives the packages of which
 * a file went in, by their path in the repository.
 */
export async function bundle(program: string, version: string, nodeMajor: number): Promise<ReadonlySet<string>> {
  const app = join(program, "app");
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { main: "src/main.ts", worker: "src/journal/worker.ts" },
    outdir: app,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: `node${nodeMajor}`,
    // Node 24 has it, and esbuild does not know.
    supported: { using: nodeMajor >= 24 },
    external: EXTERNAL,
    // Its CommonJS files ask for each other in a way that no bundler sees.
    alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
    // Chunks lie beside the entries: what finds the program's folder from its own place finds it from each of them.
    chunkNames: "[name]-[hash]",
    banner: { js: REQUIRE },
    // Names stay and lines stay short: the stack in a shop's crash report names functions, and places that can be looked up in
    // the program itself. The rest of the text is memory: Node keeps it, in two bytes a character where one is not ASCII.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: MAX_LINE_CHARACTERS,
    charset: "ascii",
    sourcemap: false,
    legalComments: "none",
    ...(nodeMajor < 24 ? { inject: [join(root, "scripts", "build", "older-node.ts")] } : {}),
    plugins: [toldVersion(version), namedExports()],
    metafile: true,
    logLevel: "warning",
  });
  await refuseUnbundled(app);
  return new Set(
    Object.values(metafile.outputs)
      .flatMap(({ inputs }) => Object.keys(inputs))
      .flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
}

/** A file that is asked for in a way that the bundler did not see is not there when the program runs. */
async function refuseUnbundled(app: string): Promise<void> {
  for (const file of await readdir(app)) {
    if (!file.endsWith(".js")) continue;
    const asked = /\brequire\w*\((["']\.{1,2}\/[^)]*)\)/.exec(await readFile(join(app, file), "utf8"))?.[1];
    if (asked !== undefined) throw new Error(`${file} of the bundle asks for ${asked}, which was not bundled.`);
  }
}

/** The sources read their version in package.json. In a program it is the one that it was built as, and nothing else is told. */
function toldVersion(version: string): Plugin {
  return {
    name: "version",
    setup: (bundling) => {
      bundling.onLoad({ filter: /package\.json$/ }, async ({ path }) => {
        if (path !== join(root, "package.json")) return undefined;
        const { name } = JSON.parse(await readFile(path, "utf8")) as { readonly name: string };
        return { contents: JSON.stringify({ name, version }), loader: "json" };
      });
    },
  };
}

/**
 * A package in CommonJS that is imported when it is needed would have nothing but its default in the bundle: what Node makes
 * names of is known when it runs. Here it is asked for them, so that the bundle gives the names that the sources see.
 */
function namedExports(): Plugin {
  const namespace = "named-exports";
  return {
    name: namespace,
    setup: (bundling) => {
      bundling.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        const isOurs =
          kind !== "dynamic-import" || path.startsWith("node:") || EXTERNAL.some((name) => isIn(path, name));
        return isOurs ? undefined : { path, namespace };
      });
      bundling.onLoad({ filter: /^/, namespace }, async ({ path }) => {
        const loaded = (await import(path)) as Record<string, unknown>;
        const names = Object.keys(loaded).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
        return { contents: `export { ${names.join(", ")} } from ${JSON.stringify(path)};`, resolveDir: root };
      });
    },
  };
}

function isIn(path: string, packageName: string): boolean {
  return path === packageName || path.startsWith(`${packageName}/`);
}
