// Fuzzes one target in a thread of its own, so that whoever started it can stop it in the middle of a loop that never ends.
import { parentPort, workerData } from "node:worker_threads";
import { createRun, runCampaign, type Fault, type Figures } from "./campaign.ts";
import { Coverage } from "./coverage.ts";
import { smaller } from "./smaller.ts";
import type { Target, TargetModule } from "./target.ts";

export type Job = {
  /** URL of a module with `targets`. */
  readonly module: string;
  readonly target: string;
  /** URL of the folder of sources whose blocks are counted. */
  readonly sources: string;
  readonly seed: number;
} & (
  | { readonly kind: "campaign"; readonly seconds?: number; readonly runs?: number }
  | { readonly kind: "replay"; readonly input: Uint8Array }
);

export type News =
  | { readonly kind: "ready" }
  | { readonly kind: "ended"; readonly figures: Figures }
  /** Told again with each shorter input; `isOver` with the last. */
  | {
      readonly kind: "failed";
      readonly figures: Figures;
      readonly input: Uint8Array;
      readonly why: string;
      /** Whether it fails by itself too, after nothing else. */
      readonly failsAgain: boolean;
      readonly isOver: boolean;
    };

/** What both threads see: how many inputs were begun, the length of the current one, and its bytes. */
export const SHARED = { begun: 0, length: 1, headBytes: 16, bytes: 16 + (1 << 20) } as const;

const SMALLER_TRIES = 400;

if (parentPort !== null) await work(workerData as { readonly job: Job; readonly shared: SharedArrayBuffer });

async function work({ job, shared }: { readonly job: Job; readonly shared: SharedArrayBuffer }): Promise<void> {
  const startedMs = performance.now();
  const begins = createBegins(shared);
  const { coverage, words } = await watched(job);
  const { targets } = (await import(job.module)) as TargetModule;
  const named = targets.find(({ name }) => name === job.target);
  if (named === undefined) throw new Error(`there is no target ${job.target}`);
  const target = await named.open();
  tell({ kind: "ready" });
  if (job.kind === "replay") {
    await replay(target, job.input, begins);
    return;
  }
  const { seconds = Infinity, runs = Infinity, seed } = job;
  // With the loading of the sources, so that the length of the whole is known before; but not all of it for them.
  const endMs = Math.max(startedMs + seconds * 1_000, performance.now() + seconds * 500);
  const isOver = (done: number): boolean => done >= runs || performance.now() >= endMs;
  const end = await runCampaign({ target, coverage, words, seed, isOver, begins });
  if (end.kind === "ended") {
    tell(end);
    return;
  }
  await tellFailure(end, target, begins);
}

/** Nothing of the sources was loaded before. A replay needs no counters. */
async function watched(job: Job) {
  if (job.kind === "replay") return { coverage: undefined, words: new Set<string>() };
  const { watchSources } = await import("./instrument.ts");
  const coverage = new Coverage();
  return { coverage, words: watchSources(job.sources, coverage).words };
}

async function replay(target: Target, input: Uint8Array, begins: (input: Uint8Array) => void): Promise<void> {
  begins(input);
  const fault = await createRun(target)(input);
  const figures = { runs: 1, corpus: 0, seedBlocks: 0, blocks: 0, seconds: 0 };
  if (fault === undefined) tell({ kind: "ended", figures });
  else tell({ kind: "failed", figures, input, why: fault.why, failsAgain: true, isOver: true });
}

async function tellFailure(
  { figures, input, fault }: { readonly figures: Figures; readonly input: Uint8Array; readonly fault: Fault },
  target: Target,
  begins: (input: Uint8Array) => void,
): Promise<void> {
  const failure = { kind: "failed", figures, why: fault.why } as const;
  // Told at once: a shorter one may hang.
  tell({ ...failure, input, failsAgain: false, isOver: false });
  const run = createRun(target);
  const fails = async (candidate: Uint8Array): Promise<boolean> => {
    begins(candidate);
    const other = await run(candidate);
    return other !== undefined && kindOf(other) === kindOf(fault);
  };
  const failsAgain = await fails(input);
  const least = failsAgain ? await smaller(input, fails, SMALLER_TRIES) : input;
  tell({ ...failure, input: least, failsAgain, isOver: true });
}

/** The first line, whatever numbers and texts are in it. */
function kindOf({ why }: Fault): string {
  return (why.split("\n", 1)[0] ?? "").replaceAll(/\d+|"[^"]*"/g, "#").slice(0, 60);
}

function createBegins(shared: SharedArrayBuffer): (input: Uint8Array) => void {
  const head = new Int32Array(shared, 0, SHARED.headBytes / 4);
  const bytes = new Uint8Array(shared, SHARED.headBytes);
  return (input) => {
    bytes.set(input.subarray(0, bytes.length));
    Atomics.store(head, SHARED.length, Math.min(input.length, bytes.length));
    Atomics.add(head, SHARED.begun, 1);
  };
}

function tell(news: News): void {
  parentPort?.postMessage(news);
}
