import type { Figures } from "./campaign.ts";
import { keepFailure, type Failure } from "./failures.ts";
import { smaller } from "./smaller.ts";
import type { Job } from "./thread.ts";
import { watchJob, type Failed, type Limits } from "./watch.ts";

/** How one target did. */
export type Report = {
  readonly line: string;
  readonly isGood: boolean;
  /** What has to be known beside the line. */
  readonly details: readonly string[];
};

export type SessionOptions = {
  readonly module: string;
  readonly sources: string;
  readonly seed: number;
  readonly seconds?: number;
  readonly runs?: number;
  readonly limits: Limits;
  /** Where failures are kept. */
  readonly folder: string;
  readonly stopped?: AbortSignal;
};

/** Each try of a hang takes its whole time. */
const SMALLER_HANG_TRIES = 8;
/** A machine that is busy with other work makes an input slow once, and then not again. */
const MOST_SLOW = 3;
const SHOWN_LINES = 12;

/** Fuzzes one target for its time. */
export async function fuzzTarget(target: string, options: SessionOptions): Promise<Report> {
  const startedMs = performance.now();
  const elapsed = () => (performance.now() - startedMs) / 1_000;
  let [runs, fuzzedSeconds] = [0, 0];
  for (let slow = 0; ; slow += 1) {
    const { seconds } = options;
    const left = seconds === undefined ? {} : { seconds: Math.max(0, seconds - (slow === 0 ? 0 : elapsed())) };
    // Where time alone ends it, other inputs are worth more than the same ones again; where they are counted, they are to be the same ones.
    const seed = options.runs === undefined ? options.seed + slow : options.seed;
    const job = { kind: "campaign", ...placeOf(target, options), ...left, ...runsOf(options), seed } as const;
    const ended = await watchJob(job, options.limits, options.stopped);
    if (ended.kind === "broken") return { line: `${target}: FAILED`, isGood: false, details: [ended.why] };
    runs += ended.figures.runs;
    fuzzedSeconds += ended.figures.seconds;
    const line = lineOf(target, { ...ended.figures, runs, seconds: fuzzedSeconds }, slow);
    if (ended.kind === "ended") return { line: `${line}  ok`, isGood: true, details: [] };
    const failure =
      ended.kind === "hang" ? await confirmed(target, seed, ended, options) : failureOf(target, seed, ended);
    if (failure.kind === "hang" && !failure.failsAgain && slow < MOST_SLOW) continue;
    return {
      line: `${line}  ${failure.kind.toUpperCase()}`,
      isGood: false,
      details: detailsOf(failure, options.folder),
    };
  }
}

/** Runs the input of a failure once. */
export async function replayInput(target: string, input: Uint8Array, options: SessionOptions): Promise<Report> {
  const ended = await watchJob(replayOf(target, input, options), options.limits, options.stopped);
  if (ended.kind === "ended") return { line: `${target}: this input is well now`, isGood: true, details: [] };
  return { line: `${target}: ${ended.kind.toUpperCase()}`, isGood: false, details: [ended.why] };
}

const placeOf = (target: string, { module, sources, seed }: SessionOptions) => ({ target, module, sources, seed });

const runsOf = ({ runs }: SessionOptions) => (runs === undefined ? {} : { runs });

const replayOf = (target: string, input: Uint8Array, options: SessionOptions): Job => ({
  kind: "replay",
  ...placeOf(target, options),
  input,
});

const failureOf = (target: string, seed: number, { kind, why, failsAgain, input }: Failed): Failure => ({
  target,
  kind,
  seed,
  why,
  failsAgain,
  input,
});

/** Whether it hangs by itself as well, and a shorter one that does. */
async function confirmed(target: string, seed: number, ended: Failed, options: SessionOptions): Promise<Failure> {
  const hangs = async (input: Uint8Array): Promise<boolean> =>
    (await watchJob(replayOf(target, input, options), options.limits, options.stopped)).kind === "hang";
  const failsAgain = await hangs(ended.input);
  const input = failsAgain ? await smaller(ended.input, hangs, SMALLER_HANG_TRIES) : ended.input;
  return { ...failureOf(target, seed, ended), failsAgain, input };
}

function lineOf(target: string, { runs, corpus, seedBlocks, blocks, seconds }: Figures, slow: number): string {
  const pace = Math.round(runs / Math.max(seconds, 0.001));
  const words = [
    target.padEnd(24),
    `${runs} runs`.padStart(13),
    `${pace}/s`.padStart(9),
    `corpus ${corpus}`.padStart(12),
    `blocks ${blocks} (+${blocks - seedBlocks})`.padStart(20),
  ];
  return words.join(" ") + (slow === 0 ? "" : `  ${slow} slow once`);
}

function detailsOf(failure: Failure, folder: string): readonly string[] {
  const { why, input, seed, failsAgain } = failure;
  const file = keepFailure(folder, failure);
  const shown = Buffer.from(input.subarray(0, 256));
  return [
    ...why.split("\n").slice(0, SHOWN_LINES),
    `seed ${seed}, input of ${input.length} bytes${failsAgain ? "" : " (alone it does not fail again)"}:`,
    JSON.stringify(shown.toString("latin1")) + (input.length > shown.length ? " ..." : ""),
    `see it again: npm run fuzz -- --replay ${file}`,
  ];
}
