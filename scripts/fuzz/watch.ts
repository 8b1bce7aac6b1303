import { Worker } from "node:worker_threads";
import type { Figures } from "./campaign.ts";
import { SHARED, type Job, type News } from "./thread.ts";

export type Limits = {
  /** One input that takes longer hangs. */
  readonly hangMs: number;
  /** For loading the sources and the seeds. */
  readonly openMs: number;
  readonly heapMegabytes: number;
};

export type Failed = {
  readonly kind: "crash" | "hang" | "memory";
  readonly figures: Figures;
  readonly input: Uint8Array;
  readonly why: string;
  readonly failsAgain: boolean;
};

export type Ended =
  | { readonly kind: "ended"; readonly figures: Figures }
  | Failed
  /** The target could not be opened, or its seeds fail the thread itself. */
  | { readonly kind: "broken"; readonly why: string };

const LOOK_EVERY_MS = 50;
const NO_FIGURES: Figures = { runs: 0, corpus: 0, seedBlocks: 0, blocks: 0, seconds: 0 };

/** Runs a job in a thread, and ends that thread whatever it does. */
export async function watchJob(job: Job, limits: Limits, stopped?: AbortSignal): Promise<Ended> {
  const shared = new SharedArrayBuffer(SHARED.bytes);
  const { promise: ended, resolve: end } = Promise.withResolvers<Ended>();
  const worker = new Worker(new URL("thread.ts", import.meta.url), {
    workerData: { job, shared },
    resourceLimits: { maxOldGenerationSizeMb: limits.heapMegabytes },
  });
  let isReady = false;
  let readyMs = performance.now();
  const current = () => currentInput(shared, (performance.now() - readyMs) / 1_000);
  let failure: Failed | undefined;
  worker.on("message", (news: News) => {
    if (news.kind === "ready") {
      isReady = true;
      readyMs = performance.now();
    } else if (news.kind === "ended") end(news);
    else {
      failure = { ...news, kind: "crash" };
      if (news.isOver) end(failure);
    }
  });
  worker.on("error", (error: NodeJS.ErrnoException) => {
    const why = error.stack ?? error.message;
    if (failure !== undefined) end(failure);
    else if (!isReady) end({ kind: "broken", why });
    else {
      const kind = error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "crash";
      end({ kind, why, failsAgain: false, ...current() });
    }
  });
  worker.on("exit", () => end({ kind: "broken", why: "the thread ended by itself" }));
  const stopLooking = lookForHang(shared, limits, () => {
    const why = `it was not done with one input within ${limits.hangMs} ms`;
    if (failure !== undefined) end(failure);
    else if (isReady) end({ kind: "hang", why, failsAgain: false, ...current() });
    else end({ kind: "broken", why: `it was not open within ${limits.openMs} ms` });
  });
  stopped?.addEventListener("abort", () => end({ kind: "broken", why: "it was stopped" }));
  if (stopped?.aborted === true) end({ kind: "broken", why: "it was stopped" });
  try {
    return await ended;
  } finally {
    stopLooking();
    await worker.terminate();
  }
}

/** Calls `hung` once, where the same input is still being run after its time. */
function lookForHang(shared: SharedArrayBuffer, { hangMs, openMs }: Limits, hung: () => void): () => void {
  const head = new Int32Array(shared, 0, SHARED.headBytes / 4);
  let looked = { begun: 0, atMs: performance.now() };
  const timer = setInterval(() => {
    const begun = Atomics.load(head, SHARED.begun);
    const nowMs = performance.now();
    if (begun !== looked.begun) looked = { begun, atMs: nowMs };
    else if (nowMs - looked.atMs > (begun === 0 ? openMs : hangMs)) {
      clearInterval(timer);
      hung();
    }
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

function currentInput(
  shared: SharedArrayBuffer,
  seconds: number,
): { readonly input: Uint8Array; readonly figures: Figures } {
  const head = new Int32Array(shared, 0, SHARED.headBytes / 4);
  const runs = Atomics.load(head, SHARED.begun);
  const input = Uint8Array.from(new Uint8Array(shared, SHARED.headBytes, Atomics.load(head, SHARED.length)));
  return { input, figures: { ...NO_FIGURES, runs, seconds } };
}
