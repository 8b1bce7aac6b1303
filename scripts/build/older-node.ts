// What the language has since Node 24, for a program that a laboratory runs on an older one: wine does not run Node 24.
// No program for a shop has it in.
import "core-js/actual/async-disposable-stack/index.js";
import "core-js/actual/disposable-stack/index.js";
