// @ts-check
// The law of layers (docs/architecture.md, "Allowed imports"). What is not allowed here is forbidden.

/** Which folder of src may import which others. Itself is always allowed. */
const layers = {
  core: [],
  codec: ["core"],
  drivers: ["core", "codec"],
  transports: ["core"],
  discovery: ["core"],
  protocol: ["core"],
  client: ["protocol", "core"],
  journal: ["core"],
  home: ["core"],
  doctor: ["core", "codec", "home", "journal", "discovery", "transports"],
  cli: ["client", "protocol", "core"],
  daemon: ["core", "codec", "drivers", "transports", "discovery", "protocol", "journal", "home", "doctor"],
};

/** These commands work on the machine itself, with or without a daemon, and may reach what the daemon composes. */
const offlineCommands = [
  "^src/cli/commands/(simulate|journal|config|secret|doctor|certificate|browser|service|update|trace-replay|bundle)[^/]*\\.ts$",
  "^src/cli/(simulate|supervision|update|trace|bundle)/",
];

/** Folders with these prefixes belong to one vendor: `poynt`, `poynt-cloud`. Nobody imports a vendor but the registry. */
const vendorFolder = "^src/drivers/([^/-]+)[^/]*/";

/** An npm package is imported in one file of ours, so that replacing it is a local change. */
const packages = {
  "@peculiar/x509": "^src/home/certificate/authority\\.ts$",
  "@peculiar/asn1-schema": "^src/home/certificate/authority\\.ts$",
  "@peculiar/asn1-x509": "^src/home/certificate/authority\\.ts$",
  "reflect-metadata": "^src/home/certificate/authority\\.ts$",
  "@opentelemetry/(api|otlp-exporter-base|otlp-transformer|resources|sdk-metrics|sdk-trace)":
    "^src/daemon/telemetry/otlp(-metrics)?\\.ts$",
  "@lydell/node-pty": "^src/cli/simulate/pty-port\\.ts$",
  "bonjour-service": "^src/discovery/mdns\\.ts$",
  canonicalize: "^src/core/canonical\\.ts$",
  commander: "^src/cli/program\\.ts$",
  conf: "^src/home/store\\.ts$",
  "get-east-asian-width": "^src/cli/text-width\\.ts$",
  koffi: "^src/daemon/supervision/libsystemd\\.ts$",
  "jsonc-parser": "^src/protocol/json\\.ts$",
  // JSX asks for it in every file of the page.
  preact: "^src/daemon/page/",
  leven: "^src/cli/did-you-mean\\.ts$",
  semver: "^src/home/program/version-order\\.ts$",
  serialport: "^src/(transports/serial|discovery/serial-ports)\\.ts$",
  tar: "^(src/home/program|scripts/build)/archive\\.ts$",
  typebox: "^src/core/schema\\.ts$",
  "fast-check": "^test/support/properties\\.ts$",
  uplot: "^src/daemon/page/day/chart\\.ts$",
  usb: "^src/(transports|discovery)/usb-library\\.ts$",
  winston: "^src/daemon/logging\\.ts$",
  ws: "^(src/(daemon/server/socket|client/[^/]*node)|scripts/bench/(web-sockets|flood-kinds))\\.ts$",
};

/** Builtins that are libraries in their own right, kept to one place for the same reason. */
const builtins = {
  sqlite: "^(src/(journal/|home/lock\\.ts$)|scripts/(bench/floor-process|build/older-node|sweep/folder)\\.ts$)",
};

const nodeFreeFolders = "^src/(core|codec|drivers)/";
const clientWithoutNode = { path: "^src/client/", pathNot: "^src/client/(node|[^/]*-node)\\.ts$" };

/** @typedef {import("dependency-cruiser").IForbiddenRuleType} Rule */

/**
 * What lies in a layer's folder and has a rule of its own.
 *
 * @type {Readonly<Record<string, string | string[]>>}
 */
const apart = { cli: offlineCommands, daemon: "^src/daemon/page/" };

const layerNames = Object.keys(layers).join("|");

/** @type {Rule[]} */
const layerRules = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-layer`,
  comment: `${layer} imports ${allowed.join(", ") || "nothing else of ours"}.`,
  severity: "error",
  from: { path: `^src/${layer}/`, ...(apart[layer] === undefined ? {} : { pathNot: apart[layer] }) },
  to: { path: `^src/(${layerNames})/`, pathNot: `^src/(${[layer, ...allowed].join("|")})/` },
}));

/** @type {Rule[]} */
const packageRules = Object.entries(packages).map(([name, file]) => ({
  name: `${name}-in-its-own-file`,
  comment: `The npm package ${name} is imported in ${file} alone.`,
  severity: "error",
  from: { path: "^(src|scripts)/", pathNot: file },
  to: { path: `(^|/)node_modules/(@types/)?${name}/` },
}));

/** @type {Rule[]} */
const builtinRules = Object.entries(builtins).map(([name, place]) => ({
  name: `node-${name}-in-its-own-place`,
  severity: "error",
  from: { path: "^(src|scripts)/", pathNot: place },
  to: { path: `^(node:)?${name}$` },
}));

/** @type {Rule[]} */
const rules = [
  ...layerRules,
  {
    name: "offline-commands-not-daemon",
    severity: "error",
    from: { path: offlineCommands },
    to: { path: "^src/daemon/" },
  },
  {
    name: "only-main-imports-daemon-and-cli",
    severity: "error",
    // The bench needs many simulated terminals in one process, which no command starts, and a conversation without its recorder.
    from: {
      path: "^(src|scripts)/",
      pathNot: ["^src/main\\.ts$", "^src/(daemon|cli)/", "^scripts/bench/(terminals-process|recorder)\\.ts$"],
    },
    to: { path: "^src/(daemon|cli)/" },
  },
  {
    name: "nothing-imports-main",
    severity: "error",
    from: {},
    to: { path: "^src/main\\.ts$" },
  },
  {
    name: "only-registry-names-vendors",
    severity: "error",
    from: { path: "^(src|scripts)/", pathNot: ["^src/drivers/registry\\.ts$", vendorFolder] },
    to: { path: vendorFolder },
  },
  {
    name: "vendors-never-import-each-other",
    severity: "error",
    from: { path: vendorFolder },
    to: { path: vendorFolder, pathNot: ["^src/drivers/$1/", "^src/drivers/$1-"] },
  },
  {
    name: "vendors-never-import-the-registry",
    severity: "error",
    from: { path: "^src/drivers/", pathNot: "^src/drivers/registry\\.ts$" },
    to: { path: "^src/drivers/registry\\.ts$" },
  },
  {
    name: "page-is-browser-code",
    severity: "error",
    from: { path: "^src/daemon/page/" },
    to: { path: "^src/", pathNot: "^src/(daemon/page|client|protocol|core)/" },
  },
  {
    name: "daemon-serves-the-built-page",
    severity: "error",
    from: { path: "^src/daemon/", pathNot: "^src/daemon/page/" },
    to: { path: "^src/daemon/page/" },
  },
  ...packageRules,
  {
    name: "package-has-a-file",
    comment: "An npm package that src imports is named with its file in the table of this configuration.",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "(^|/)node_modules/", pathNot: `(^|/)node_modules/(@types/)?(${Object.keys(packages).join("|")})/` },
  },
  ...builtinRules,
  {
    name: "pure-folders-without-node",
    severity: "error",
    from: { path: nodeFreeFolders },
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "client-without-node",
    severity: "error",
    from: clientWithoutNode,
    to: { dependencyTypes: ["core"] },
  },
  {
    name: "client-for-browsers-without-node-parts",
    severity: "error",
    from: clientWithoutNode,
    to: { path: "^src/client/(node|[^/]*-node)\\.ts$" },
  },
  {
    name: "product-without-tests-and-scripts",
    severity: "error",
    from: { path: "^src/" },
    to: { path: "^(test|scripts)/" },
  },
  {
    name: "no-cycles",
    severity: "error",
    from: {},
    to: { circular: true },
  },
  {
    name: "telling-names",
    comment: "utils, helpers, common, manager, service and base say nothing about what is inside.",
    severity: "error",
    from: {},
    to: {
      path: "/(utils?|helpers?|common|managers?|services?|base)[-./]",
      pathNot: ["(^|/)node_modules/", "^src/cli/commands/service"],
    },
  },
  {
    name: "resolvable",
    severity: "error",
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: rules,
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
    skipAnalysisNotInRules: true,
  },
};
