// @ts-check

/** @typedef {{ name: string, tool: string, args: string[] }} Check */

/**
 * The checks of the sources, the slowest first. `tool` is a JavaScript file under node_modules, run with the pinned runtime.
 *
 * @type {Check[]}
 */
export const checks = [
  { name: "lint", tool: "eslint/bin/eslint.js", args: [".", "--max-warnings=0"] },
  { name: "types", tool: "typescript/bin/tsc", args: ["-p", "tsconfig.json"] },
  { name: "pure types", tool: "typescript/bin/tsc", args: ["-p", "tsconfig.pure.json"] },
  { name: "client types", tool: "typescript/bin/tsc", args: ["-p", "tsconfig.client.json"] },
  { name: "page types", tool: "typescript/bin/tsc", args: ["-p", "tsconfig.page.json"] },
  {
    name: "layers",
    tool: "dependency-cruiser/bin/dependency-cruiser.mjs",
    args: ["--config", ".dependency-cruiser.mjs", "src", "scripts", "test"],
  },
  { name: "dead code", tool: "knip/bin/knip.js", args: ["--no-progress"] },
  {
    name: "dead in production",
    tool: "knip/bin/knip.js",
    args: ["--no-progress", "--production", "--include", "files,dependencies"],
  },
  { name: "format", tool: "prettier/bin/prettier.cjs", args: ["--check", "--log-level", "warn", "."] },
];
