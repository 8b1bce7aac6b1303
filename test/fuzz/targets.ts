import type { NamedTarget } from "../../scripts/fuzz/target.ts";
import { vendors } from "../../src/drivers/registry.ts";

/** All that faces the outside. Each one loads what it needs itself, in its own thread; a new vendor is here as soon as it is registered. */
export const targets: readonly NamedTarget[] = [
  ...vendors.map((vendor) => ({
    name: `codec-${vendor.id}`,
    open: async () => (await import("./codecs.ts")).codec(vendor),
  })),
  ...vendors.map((vendor) => ({
    name: `machines-${vendor.id}`,
    open: async () => (await import("./vendors.ts")).machines(vendor),
  })),
  { name: "messages", open: async () => (await import("./server.ts")).messages() },
  { name: "http", open: async () => (await import("./server.ts")).http() },
  { name: "frames", open: async () => (await import("./server.ts")).frames() },
  { name: "callbacks", open: async () => (await import("./wires.ts")).callbacks() },
  { name: "http-answers", open: async () => (await import("./wires.ts")).httpAnswers() },
  { name: "requests", open: async () => (await import("./requests.ts")).requests() },
  { name: "discovery", open: async () => (await import("./discovery.ts")).discovery() },
  { name: "files", open: async () => (await import("./files.ts")).files() },
];
