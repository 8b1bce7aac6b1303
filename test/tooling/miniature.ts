// A small house with the repository's own checks: the configuration files are the real ones, the sources are few, and the
// installed packages are shared. What the checks say about it is what they would say about the repository.
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

const sharedFiles = [
  ".dependency-cruiser.mjs",
  ".prettierignore",
  ".prettierrc.json",
  "eslint.config.mjs",
  "knip.json",
  "package-lock.json",
  "scripts/check.mjs",
  "scripts/checks.mjs",
  "scripts/setup.mjs",
  "src/daemon/page/tsconfig.json",
  "tsconfig.client.json",
  "tsconfig.json",
  "tsconfig.options.json",
  "tsconfig.page.json",
  "tsconfig.pure.json",
];

/** Path to content. */
export type Sources = Readonly<Record<string, string>>;

export type Verdict = { readonly passed: boolean; readonly output: string };

export type Miniature = AsyncDisposable & {
  readonly root: string;
  readonly plant: (sources: Sources) => Promise<void>;
  /** Runs one check by its name, or all. */
  readonly check: (name?: string) => Promise<Verdict>;
};

/**
 * @param packages the npm packages that the sources import; the manifest declares these alone
 */
export async function miniature(sources: Sources, packages: readonly string[]): Promise<Miniature> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "tillbridge-planted-")));
  const plant = async (planted: Sources): Promise<void> => {
    for (const [path, content] of Object.entries(planted)) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    }
  };
  for (const file of sharedFiles) await cp(join(repository, file), join(root, file));
  await symlink(join(repository, "node_modules"), join(root, "node_modules"), "junction");
  await plant({ ...sources, "package.json": await manifest(packages) });
  return {
    root,
    plant,
    check: (name) => run(root, name === undefined ? [] : [name]),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true }),
  };
}

type Manifest = {
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

async function manifest(packages: readonly string[]): Promise<string> {
  const whole = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as Manifest;
  const declared = (dependencies: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(dependencies).filter(
        ([name]) => packages.includes(name) || /eslint|prettier|typescript|knip|cruiser|types\/node/.test(name),
      ),
    );
  const scripts = { check: "node scripts/check.mjs", format: "prettier --write ." };
  const { dependencies, devDependencies } = whole;
  const small = {
    ...whole,
    bin: undefined,
    scripts,
    dependencies: declared(dependencies),
    devDependencies: declared(devDependencies),
  };
  return JSON.stringify(small, null, 2) + "\n";
}

function run(root: string, names: readonly string[]): Promise<Verdict> {
  const child = spawn(process.execPath, [join(root, "scripts", "check.mjs"), ...names], { cwd: root });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ passed: code === 0, output }));
  });
}
