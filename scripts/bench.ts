// `npm run bench`: how fast and how large Tillbridge is on this machine; docs/benchmarks.md says what each figure means.
// `npm run bench -- --only latency` measures one thing alone, `--quick` takes fewer samples. It ends with 0 also where a figure is
// missed: it is for people to read.
import { parseArgs } from "node:util";
import { measureExchanges } from "./bench/exchanges.ts";
import { table, type Figure, type Size } from "./bench/figures.ts";
import { measureFloods } from "./bench/floods.ts";
import { measureGrowth } from "./bench/growth.ts";
import { measureIdle } from "./bench/idle.ts";
import { measureLatency } from "./bench/latency.ts";
import { measureMemory } from "./bench/memory.ts";
import { measureReady } from "./bench/ready.ts";
import { measureRecorder } from "./bench/recorder.ts";
import { measureStatus } from "./bench/status.ts";
import { measureThroughput } from "./bench/throughput.ts";

const WHOLE: Size = { sales: 1_000, warmUp: 500, countedMs: 12_000, starts: 15, idleMs: 60_000 };
const QUICK: Size = { sales: 150, warmUp: 100, countedMs: 3_000, starts: 5, idleMs: 20_000 };

const measurements: Readonly<Record<string, (size: Size) => Promise<readonly Figure[]>>> = {
  latency: measureLatency,
  throughput: measureThroughput,
  memory: measureMemory,
  idle: measureIdle,
  exchanges: measureExchanges,
  ready: measureReady,
  status: measureStatus,
  recorder: measureRecorder,
  floods: measureFloods,
};
/** Only when asked for: its journals take 7 GB of the disk, and a quarter of an hour the first time. */
const onRequest: typeof measurements = { growth: measureGrowth };
const names = [...Object.keys(measurements), ...Object.keys(onRequest)];

const { values: asked } = parseArgs({
  options: { only: { type: "string", multiple: true, default: [] }, quick: { type: "boolean", default: false } },
});
const unknown = asked.only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no measurement ${unknown.join(", ")}. There are ${names.join(", ")}.`);
  process.exit(2);
}

const size = asked.quick ? QUICK : WHOLE;
const figures: Figure[] = [];
const chosen = asked.only.length === 0 ? measurements : { ...measurements, ...onRequest };
for (const [name, measure] of Object.entries(chosen)) {
  if (asked.only.length > 0 && !asked.only.includes(name)) continue;
  console.error(`measuring ${name} ...`);
  figures.push(...(await measure(size)));
}
console.log(`\n${table(figures)}`);
process.exit();
