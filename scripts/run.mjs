// @ts-check
// `node scripts/run.mjs SCRIPT.ts ARGS`: runs a TypeScript file of the clone with the pinned runtime, after the set-up.
import { become, fail, prepare } from "./setup.mjs";

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail("Usage: node scripts/run.mjs SCRIPT.ts [ARGS]");
become(prepare(), [script, ...args]);
