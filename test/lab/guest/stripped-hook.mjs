// @ts-check
// For programs of a guest, whose sources were stripped of types before it was booted (stripped.ts).
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

registerHooks({
  load: (url, context, next) =>
    url.startsWith("file:") && url.endsWith(".ts")
      ? { format: "module", source: readFileSync(fileURLToPath(url), "utf8"), shortCircuit: true }
      : next(url, context),
});
