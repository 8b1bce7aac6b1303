import type { NamedTarget } from "../../scripts/fuzz/target.ts";
import { vendors } from "../../src/drivers/registry.ts";

/** All that faces the outside. Each one loads what it needs itself, in its own thread; a new vendor is here as soon as it is registered. */
export const targets: readonly NamedTarget[] = [
  ...vendors.map((vendor) => ({
    name: `codec-${vendor.id}`,
    repeatableRuns: 30_000,
    open: async () => (await import("./codecs.ts")).codec(vendor),
  })),
  ...vendors.map((vendor) => ({
    name: `machines-${vendor.id}`,
    repeatableRuns: 3_000,
    open: async () => (await import("./vendors.ts")).machines(vendor),
  })),
  { name: "messages", repeatableRuns: 10_000, open: async () => (await import("./server.ts")).messages() },
  { name: "http", repeatableRuns: 30_000, open: async () => (await import("./server.ts")).http() },
  { name: "frames", repeatableRuns: 15_000, open: async () => (await import("./server.ts")).frames() },
  { name: "callbacks", repeatableRuns: 30_000, open: async () => (await import("./wires.ts")).callbacks() },
  { name: "http-answers", repeatableRuns: 35_000, open: async () => (await import("./wires.ts")).httpAnswers() },
  { name: "requests", repeatableRuns: 3_500, open: async () => (await import("./requests.ts")).requests() },
  { name: "discovery", repeatableRuns: 25_000, open: async () => (await import("./discovery.ts")).discovery() },
  { name: "files", repeatableRuns: 15_000, open: async () => (await import("./files.ts")).files() },
];
