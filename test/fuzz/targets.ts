import type { NamedTarget } from "../../scripts/fuzz/target.ts";
import { vendors } from "../../src/drivers/registry.ts";

/** What a minute held on two cores, two at a time, in November 2026. A vendor that is not here gets as many as the slowest. */
const CODEC_RUNS: Readonly<Record<string, number>> = {
  poynt: 130_000,
  "mercado-pago": 180_000,
  "poynt-cloud": 170_000,
  "getnet-cloud": 50_000,
};
const OTHER_CODEC_RUNS = 17_000;
const MACHINE_RUNS: Readonly<Record<string, number>> = {
  getnet: 6_000,
  poynt: 3_700,
  "mercado-pago": 6_000,
  "getnet-cloud": 5_000,
};
const OTHER_MACHINE_RUNS = 2_200;

/** All that faces the outside. Each one loads what it needs itself, in its own thread; a new vendor is here as soon as it is registered. */
export const targets: readonly NamedTarget[] = [
  ...vendors.map((vendor) => ({
    name: `codec-${vendor.id}`,
    repeatableRuns: CODEC_RUNS[vendor.id] ?? OTHER_CODEC_RUNS,
    open: async () => (await import("./codecs.ts")).codec(vendor),
  })),
  ...vendors.map((vendor) => ({
    name: `machines-${vendor.id}`,
    repeatableRuns: MACHINE_RUNS[vendor.id] ?? OTHER_MACHINE_RUNS,
    open: async () => (await import("./vendors.ts")).machines(vendor),
  })),
  { name: "messages", repeatableRuns: 16_000, open: async () => (await import("./server.ts")).messages() },
  { name: "http", repeatableRuns: 44_000, open: async () => (await import("./server.ts")).http() },
  { name: "frames", repeatableRuns: 25_000, open: async () => (await import("./server.ts")).frames() },
  { name: "callbacks", repeatableRuns: 48_000, open: async () => (await import("./wires.ts")).callbacks() },
  { name: "http-answers", repeatableRuns: 54_000, open: async () => (await import("./wires.ts")).httpAnswers() },
  { name: "requests", repeatableRuns: 5_300, open: async () => (await import("./requests.ts")).requests() },
  { name: "discovery", repeatableRuns: 38_000, open: async () => (await import("./discovery.ts")).discovery() },
  { name: "files", repeatableRuns: 22_000, open: async () => (await import("./files.ts")).files() },
];
