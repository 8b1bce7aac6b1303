// @ts-check
// Loaded into the process of every test file: one that is still there long after its tests should have ended fails, and
// says what holds it. `--test-timeout` ends a test that hangs, but not a file whose tests ended and left something open.
import { argv, env, exit, getActiveResourcesInfo } from "node:process";

const limitMs = 180_000;

if (env.NODE_TEST_CONTEXT !== undefined) {
  setTimeout(() => {
    const held = getActiveResourcesInfo().join(", ");
    console.error(`${argv[1]} still runs after ${limitMs / 1000} s. What keeps it: ${held}.`);
    exit(1);
  }, limitMs).unref();
}
