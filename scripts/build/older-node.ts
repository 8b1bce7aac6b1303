// What Node has since version 24, for a program that a laboratory runs on an older one: wine does not run Node 24.
// No program for a shop has it in.
import "core-js/actual/async-disposable-stack/index.js";
import "core-js/actual/disposable-stack/index.js";
import { DatabaseSync } from "node:sqlite";

// It keeps our own statements from a mistake. A laboratory does without.
if (!("enableDefensive" in DatabaseSync.prototype)) {
  Object.defineProperty(DatabaseSync.prototype, "enableDefensive", { value: () => undefined });
}

// That SQLite is experimental there is known, and no line of the product.
process.removeAllListeners("warning");
