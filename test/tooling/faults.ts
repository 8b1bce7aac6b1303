// The faults, one file each where the tool allows it, and how the failing tool must name them.
import type { Sources } from "./miniature.ts";

export type Fault = {
  readonly title: string;
  readonly plant: Sources;
  /** Matches the part of the output that names the fault, its place included. */
  readonly names: RegExp;
};

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

export const formatFaults: readonly Fault[] = [
  {
    title: "a file that prettier would write otherwise",
    plant: { "src/core/untidy.ts": "export const  untidy = 'single'\n" },
    names: /src\/core\/untidy\.ts/,
  },
];

const typeFault = (title: string, path: string, content: string, message: string): Fault => ({
  title,
  plant: { [path]: content },
  names: new RegExp(`${literally(path)}\\(\\d+,\\d+\\): error TS\\d+: .*${literally(message)}`),
});

export const typeFaults: Readonly<Record<string, readonly Fault[]>> = {
  types: [
    typeFault("a wrong type", "src/home/wrong.ts", `export const port: number = "8455";\n`, "not assignable"),
    typeFault(
      "an unchecked index",
      "src/home/index-access.ts",
      `export const first = (names: readonly string[]): string => names[0];\n`,
      "undefined",
    ),
    typeFault(
      "undefined for an optional field",
      "src/home/optional.ts",
      `export const settings: { port?: number } = { port: undefined };\n`,
      "exactOptionalPropertyTypes",
    ),
    typeFault("an enum", "src/home/enum.ts", `export enum Level {\n  Low,\n}\n`, "erasableSyntaxOnly"),
    typeFault(
      "a type imported as a value",
      "src/home/value-import.ts",
      `import { Vendor } from "../drivers/driver.ts";\nexport type Named = Vendor;\n`,
      "verbatimModuleSyntax",
    ),
    typeFault(
      "a wrong type in the tooling",
      "scripts/wrong.mjs",
      `/** @type {number} */\nexport const n = "1";\n`,
      "type",
    ),
  ],
  "pure types": ["setTimeout", "Buffer", "process", "fetch", "console", "TextEncoder", "document"].map((name, index) =>
    typeFault(
      `${name} in a folder without Node and DOM`,
      `src/${["core", "codec", "drivers/acme"][index % 3] ?? "core"}/uses-${name.toLowerCase()}.ts`,
      `export const used: unknown = ${name};\n`,
      `'${name}'`,
    ),
  ),
  "client types": ["Buffer", "process"].map((name) =>
    typeFault(
      `${name} in the client, which browsers run`,
      `src/client/uses-${name.toLowerCase()}.ts`,
      `export const used: unknown = ${name};\n`,
      `'${name}'`,
    ),
  ),
  "page types": ["Buffer", "process"].map((name) =>
    typeFault(
      `${name} in the technician's page, which browsers run`,
      `src/daemon/page/uses-${name.toLowerCase()}.tsx`,
      `export const used = <p>{String(${name})}</p>;\n`,
      `'${name}'`,
    ),
  ),
};

const lintFault = (title: string, path: string, content: string, rule: string, message = ""): Fault => ({
  title,
  plant: { [path]: content },
  // The findings of one file stand together, under its name and before an empty line.
  names: new RegExp(`${literally(path)}(?:\\n.+)*?\\n.*${literally(message)}.*${literally(rule)}`),
});

const unionSwitch = `type State = "open" | "closed" | "lost";
export function tell(state: State): string {
  switch (state) {
    case "open":
      return "it is open";
    default:
      return "who knows";
  }
}
`;

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `export const n${n} = ${n};\n`).join("");
const statements = (count: number): string => Array.from({ length: count }, (_, n) => `  let n${n} = ${n};\n`).join("");

export const lintFaults: readonly Fault[] = [
  lintFault("any", "src/core/any.ts", "export const x: any = 1;\n", "no-explicit-any"),
  lintFault(
    "a non-null assertion",
    "src/core/non-null.ts",
    "export const first = (names: string[]): string => names[0]!;\n",
    "no-non-null-assertion",
  ),
  lintFault(
    "a switch that hides a case in its default",
    "src/home/switch.ts",
    unionSwitch,
    "switch-exhaustiveness-check",
  ),
  lintFault(
    "a promise nobody waits for",
    "src/home/floating.ts",
    "async function save(): Promise<void> {}\nexport function end(): void {\n  save();\n}\n",
    "no-floating-promises",
  ),
  lintFault(
    "a promise taken for a boolean",
    "src/home/misused.ts",
    "declare const save: () => Promise<boolean>;\nexport const saved = (): number => (save() ? 1 : 0);\n",
    "no-misused-promises",
  ),
  lintFault(
    "Date.now in core",
    "src/core/now.ts",
    "export const now = (): number => Date.now();\n",
    "no-restricted-properties",
  ),
  lintFault(
    "Math.random in a driver",
    "src/drivers/acme/chance.ts",
    "export const chance = (): number => Math.random();\n",
    "no-restricted-properties",
  ),
  ...["core", "codec", "drivers", "drivers/acme"].map((folder) =>
    lintFault(
      `new Date() in ${folder}`,
      `src/${folder}/date.ts`,
      "export const today = (): Date => new Date();\n",
      "no-restricted-syntax",
      "The time is an input here",
    ),
  ),
  lintFault("console in the product", "src/home/console.ts", `console.log("here");\n`, "no-console"),
  lintFault(
    "a type imported with values",
    "src/home/inline-type.ts",
    `import { type Vendor } from "../drivers/driver.ts";\nexport const named: Vendor = { id: "x" };\n`,
    "no-import-type-side-effects",
  ),
  lintFault(
    "an import of a .js file that is not there",
    "src/home/js-import.ts",
    `export { journalPath } from "./paths.js";\n`,
    "no-restricted-syntax",
    "import the .ts file",
  ),
  lintFault(
    "a decorator",
    "src/home/decorator.ts",
    "declare const sealed: (target: unknown, context: unknown) => void;\n@sealed\nexport class Box {\n  n = 1;\n}\n",
    "no-restricted-syntax",
    "decorator",
  ),
  ...[
    ["outside the drivers", "src/home/vendor-word.ts"],
    ["in the interface of drivers", "src/drivers/vendor-word.ts"],
    ["in another vendor's folder", "src/drivers/zenith/vendor-word.ts"],
  ].map(([where = "", path = ""]) =>
    lintFault(
      `a vendor's word ${where}`,
      path,
      `export const isSpecial = (vendor: string): boolean => vendor === "acme";\n`,
      "no-restricted-syntax",
      "A vendor's word",
    ),
  ),
  lintFault("a long file", "src/home/long.ts", lines(401), "max-lines"),
  lintFault(
    "a long function",
    "src/home/long-function.ts",
    `export function long(): void {\n${statements(81)}}\n`,
    "max-lines-per-function",
  ),
  lintFault(
    "a rule silenced without its reason",
    "src/home/silenced.ts",
    "// eslint-disable-next-line no-console\nconsole.log();\n",
    "reasoned-disable",
  ),
  lintFault(
    "a silence that silences nothing",
    "src/home/idle-silence.ts",
    "// eslint-disable-next-line no-console -- it was noisy\nexport const n = 1;\n",
    "",
    "Unused eslint-disable directive",
  ),
  lintFault(
    "a rule silenced in a test",
    "test/home/silenced.test.ts",
    "// eslint-disable-next-line no-console -- a test may not\nexport const n = 1;\n",
    "",
    "noInlineConfig",
  ),
  lintFault(
    "a test that is left out",
    "test/home/skipped.test.ts",
    `import { test } from "node:test";\ntest.skip("later", () => {});\n`,
    "no-restricted-syntax",
    "Every test runs",
  ),
  lintFault(
    "a test that sleeps",
    "test/home/sleeps.test.ts",
    `import { setTimeout } from "node:timers/promises";\nawait setTimeout(1);\n`,
    "no-restricted-syntax",
    "A test never sleeps",
  ),
];

/** Planted as one import, which must break the named rule. */
const layerFault = (rule: string, from: string, to: string, imported: Sources = {}): Fault => {
  const path = `src/${from}`;
  return {
    title: `${rule}: ${path} imports ${to}`,
    plant: { ...imported, [path]: `import "${to}";\n` },
    names: new RegExp(`error ${literally(rule)}: ${literally(path)} →`),
  };
};

export const layerFaults: readonly Fault[] = [
  layerFault("core-layer", "core/fault.ts", "../daemon/daemon.ts"),
  layerFault("codec-layer", "codec/fault.ts", "../drivers/driver.ts"),
  layerFault("drivers-layer", "drivers/fault.ts", "../transports/transport.ts"),
  layerFault("drivers-layer", "drivers/acme/fault.ts", "../../journal/journal.ts"),
  layerFault("transports-layer", "transports/fault.ts", "../discovery/directory.ts"),
  layerFault("discovery-layer", "discovery/fault.ts", "../drivers/registry.ts"),
  layerFault("protocol-layer", "protocol/fault.ts", "../client/client.ts"),
  layerFault("client-layer", "client/fault.ts", "../home/paths.ts"),
  layerFault("journal-layer", "journal/fault.ts", "../home/paths.ts"),
  layerFault("home-layer", "home/fault.ts", "../protocol/version.ts"),
  layerFault("doctor-layer", "doctor/fault.ts", "../drivers/registry.ts"),
  layerFault("cli-layer", "cli/commands/status.ts", "../../drivers/registry.ts"),
  layerFault("offline-commands-not-daemon", "cli/commands/doctor.ts", "../../daemon/daemon.ts"),
  layerFault("cli-layer", "cli/local-daemon.ts", "../home/paths.ts"),
  layerFault("daemon-layer", "daemon/fault.ts", "../client/client.ts"),
  layerFault("only-main-imports-daemon-and-cli", "home/starts.ts", "../daemon/daemon.ts"),
  layerFault("nothing-imports-main", "home/main.ts", "../main.ts"),
  layerFault("only-registry-names-vendors", "daemon/names.ts", "../drivers/acme/vendor.ts"),
  layerFault("only-registry-names-vendors", "drivers/names.ts", "./acme/vendor.ts"),
  layerFault("vendors-never-import-each-other", "drivers/zenith/fault.ts", "../acme/vendor.ts"),
  layerFault("vendors-never-import-the-registry", "drivers/zenith/lookup.ts", "../registry.ts"),
  layerFault("page-is-browser-code", "daemon/page/fault.ts", "../daemon.ts"),
  layerFault("daemon-serves-the-built-page", "daemon/imports-page.ts", "./page/fault.ts"),
  layerFault("ws-in-its-own-file", "client/socket.ts", "ws"),
  layerFault("serialport-in-its-own-file", "daemon/port.ts", "serialport"),
  layerFault("typebox-in-its-own-file", "core/typed.ts", "typebox"),
  layerFault("package-has-a-file", "home/unnamed.ts", "prettier"),
  layerFault("node-sqlite-in-its-own-place", "daemon/store.ts", "node:sqlite"),
  layerFault("pure-folders-without-node", "core/reads.ts", "node:fs"),
  layerFault("client-without-node", "client/reads.ts", "node:fs"),
  layerFault("client-for-browsers-without-node-parts", "client/connects.ts", "./socket-node.ts"),
  layerFault("product-without-tests-and-scripts", "home/tests.ts", "../../test/core/money.test.ts"),
  layerFault("telling-names", "home/vague.ts", "./utils.ts", { "src/home/utils.ts": "" }),
  layerFault("resolvable", "home/lost.ts", "./nowhere.ts"),
  layerFault("no-cycles", "home/egg.ts", "./hen.ts", { "src/home/hen.ts": `import "./egg.ts";\n` }),
  {
    title: "no-cycles: types count",
    plant: {
      "src/home/seed.ts": `import type { Tree } from "./tree.ts";\nexport type Seed = { readonly of: Tree };\n`,
      "src/home/tree.ts": `import type { Seed } from "./seed.ts";\nexport type Tree = readonly Seed[];\n`,
    },
    names: /error no-cycles: src\/home\/seed\.ts →/,
  },
];

export const deadCodeFaults: Readonly<Record<string, readonly Fault[]>> = {
  "dead code": [
    {
      title: "a file that nobody imports",
      plant: { "src/core/forgotten.ts": "export const forgotten = 1;\n" },
      names: /Unused files \(1\)\nsrc\/core\/forgotten\.ts/,
    },
    {
      title: "an export and a type that nobody imports",
      plant: {
        "src/home/paths.ts": `import { join } from "node:path";

export const journalPath = (home: string): string => join(home, "data");
export const unwanted = 1;
export type Unwanted = typeof unwanted;
`,
      },
      names:
        /Unused exports \(1\)\nunwanted .*src\/home\/paths\.ts[^]*Unused exported types \(1\)\nUnwanted .*src\/home\/paths\.ts/,
    },
    {
      title: "a dependency that nobody imports",
      plant: {},
      names: /Unused dependencies \(1\)\nserialport/,
    },
    {
      title: "a package that the manifest does not declare",
      plant: { "test/core/undeclared.test.ts": `import "winston";\n` },
      names: /Unlisted dependencies \(1\)\nwinston/,
    },
  ],
  "dead in production": [
    {
      title: "a file that only a test needs",
      plant: {
        "src/core/tested.ts": "export const tested = 1;\n",
        "test/core/tested.test.ts": `import { tested } from "../../src/core/tested.ts";\nif (tested !== 1) throw new Error();\n`,
      },
      names: /Unused files \(1\)\nsrc\/core\/tested\.ts/,
    },
  ],
};
