// @ts-check
import { readdirSync } from "node:fs";
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** A vendor's word belongs in its folder under src/drivers: the folders' names are the words. */
const vendors = readdirSync(new URL("src/drivers", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** @param {string[]} names */
const vendorWords = (names) =>
  names
    .map((name) => name.replaceAll("-", "[-_ ]?"))
    .flatMap((word) => [
      `Identifier[name=/${word}/i]`,
      `Literal[value=/${word}/i]`,
      `TemplateElement[value.raw=/${word}/i]`,
    ])
    .map((selector) => ({ selector, message: "A vendor's word stays in its folder under src/drivers." }));

/** Folders of one vendor (`poynt`, `poynt-cloud`) may speak of each other. */
const foreignVendors = (/** @type {string} */ own) =>
  vendors.filter((other) => !own.startsWith(other) && !other.startsWith(own));

const unstrippable = [
  { selector: "TSEnumDeclaration", message: "Type stripping cannot run an enum: use a union of literals." },
  { selector: "Decorator", message: "Type stripping cannot run a decorator." },
  {
    selector: ":matches(ImportDeclaration, ExportNamedDeclaration, ExportAllDeclaration)[source.value=/^\\..*\\.js$/]",
    message: "The sources run as they are: import the .ts file.",
  },
];
const ambientTime = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: "The time is an input here: take it from the context.",
  },
  { selector: "CallExpression[callee.name='Date']", message: "The time is an input here: take it from the context." },
];
const partialRun = {
  selector: "MemberExpression[object.name=/^(test|it|describe|suite)$/][property.name=/^(only|skip|todo)$/]",
  message: "Every test runs, always.",
};
const sleep = {
  selector: "ImportDeclaration[source.value='node:timers/promises']",
  message: "A test never sleeps: wait for an event, or use virtual time.",
};

/** @typedef {{ selector: string, message: string }} Ban */

/** @param {Ban[]} bans @returns {{ "no-restricted-syntax": ["error", ...Ban[]] }} */
const forbidSyntax = (...bans) => ({ "no-restricted-syntax": ["error", ...unstrippable, ...bans] });

/** A silenced rule says why: `// eslint-disable-next-line rule -- because ...`. */
const reasonedDisable = /** @type {import("eslint").Rule.RuleModule} */ ({
  meta: {
    type: "problem",
    messages: { reasonless: "Say why the rule is silenced: `eslint-disable-... rule -- why`." },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const silences = /^\s*eslint-disable/.test(comment.value);
        if (silences && !/\s--\s+\S/.test(comment.value) && comment.loc) {
          context.report({ loc: comment.loc, messageId: "reasonless" });
        }
      }
    },
  }),
});

export default defineConfig(
  { ignores: ["dist/", ".cache/"] },
  { linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { tillbridge: { rules: { "reasoned-disable": reasonedDisable } } },
    rules: {
      "no-undef": "off", // the type-check knows better, in JavaScript too
      "array-callback-return": "error",
      eqeqeq: "error",
      "no-constructor-return": "error",
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-unreachable-loop": "error",
      ...forbidSyntax(),
      "tillbridge/reasoned-disable": "error",

      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: false }],
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] },
          ],
        },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { args: "after-used", argsIgnorePattern: "^_", ignoreRestSiblings: true, ignoreUsingDeclarations: true },
      ],
      "@typescript-eslint/dot-notation": ["error", { allowIndexSignaturePropertyAccess: true }],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true, allowNever: true },
      ],

      // Our values are closures that know no `this`: taking one of their functions out is safe.
      "@typescript-eslint/unbound-method": "off",

      // Matters of taste that find no defect.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
  // The cast of a parsed file is a comment in JavaScript, which only the type-check reads.
  { files: ["**/*.mjs"], rules: { "@typescript-eslint/no-unsafe-assignment": "off" } },
  {
    files: ["src/**"],
    rules: {
      "no-console": "error",
      "max-lines": ["error", { max: 400, skipBlankLines: true, skipComments: true }],
      "max-lines-per-function": ["error", { max: 80, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ["src/**"], ignores: ["src/drivers/registry.ts"], rules: forbidSyntax(...vendorWords(vendors)) },
  {
    // Here time and chance are inputs, so that a conversation can be replayed.
    files: ["src/core/**", "src/codec/**", "src/drivers/*.ts"],
    ignores: ["src/drivers/registry.ts"],
    rules: forbidSyntax(...ambientTime, ...vendorWords(vendors)),
  },
  ...vendors.map((vendor) => ({
    files: [`src/drivers/${vendor}/**`],
    rules: forbidSyntax(...ambientTime, ...vendorWords(foreignVendors(vendor))),
  })),
  {
    // A secret comes out where it is compared, sent or kept, and nowhere on the way there. Drivers have no values, but names of them.
    files: ["src/**"],
    ignores: [
      "src/daemon/server/auth.ts",
      "src/daemon/server/pairing.ts",
      "src/daemon/terminal/keyring.ts",
      "src/daemon/account/given-secrets.ts",
      "src/daemon/account/call-desk.ts",
      "src/cli/with-session.ts",
      "src/cli/commands/payment.ts",
    ],
    rules: {
      "no-restricted-properties": [
        "error",
        { property: "reveal", message: "A secret is revealed in a few named files: hand the secret on as it is." },
      ],
    },
  },
  {
    files: ["src/core/**", "src/codec/**", "src/drivers/**"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The time is an input here: take it from the context." },
        { object: "Math", property: "random", message: "Entropy is an input here: take it from the context." },
      ],
    },
  },
  {
    files: ["test/**"],
    linterOptions: { noInlineConfig: true },
    rules: {
      "max-lines": ["error", { max: 800, skipBlankLines: true, skipComments: true }],
      ...forbidSyntax(partialRun, sleep),
    },
  },
  // What waits for the real world on purpose.
  { files: ["test/support/**", "test/lab/**"], rules: forbidSyntax(partialRun) },
);
