import { oneOf, randomFrom, type Random } from "../../test/support/random.ts";
import type { Coverage } from "./coverage.ts";
import { mutated } from "./mutations.ts";
import { DEFAULT_MAX_BYTES, type Target } from "./target.ts";

/** What was thrown, for people. */
export type Fault = { readonly why: string };

export type Figures = {
  readonly runs: number;
  readonly corpus: number;
  /** Of the sources: that ran with the seeds, and that ran at all. */
  readonly seedBlocks: number;
  readonly blocks: number;
  /** That the inputs took. */
  readonly seconds: number;
};

export type Campaign = {
  readonly target: Target;
  /** Absent where nothing is watched: mutations then begin with the seeds alone. */
  readonly coverage: Coverage | undefined;
  /** That stand in the sources. */
  readonly words: ReadonlySet<string>;
  readonly seed: number;
  /** Asked before each input, from the second one on. */
  readonly isOver: (runs: number) => boolean;
  /** Before an input is run: whoever watches can tell which one hangs. */
  readonly begins: (input: Uint8Array) => void;
};

export type CampaignEnd =
  | { readonly kind: "ended"; readonly figures: Figures }
  | { readonly kind: "failed"; readonly figures: Figures; readonly input: Uint8Array; readonly fault: Fault };

const MOST_INPUTS = 4_000;
/** An input that says nothing of itself until the event loop has turned: so many of those that answer at once share a turn. */
const RUNS_A_TURN = 128;

/** Runs the seeds, then mutations of all that brought something new, until its time is over or something fails. */
export async function runCampaign(campaign: Campaign): Promise<CampaignEnd> {
  const { target, coverage, seed, begins, isOver } = campaign;
  const random = randomFrom(seed);
  const corpus: Uint8Array[] = [];
  const next = createInputs(campaign, corpus, random);
  let runs = 0;
  let seedBlocks = 0;
  const startedMs = performance.now();
  const figures = (): Figures => ({
    runs,
    corpus: corpus.length,
    seedBlocks,
    blocks: coverage?.blocks ?? 0,
    seconds: (performance.now() - startedMs) / 1_000,
  });
  const run = createRun(target);
  coverage?.take();
  for (;;) {
    const input = next(runs);
    begins(input);
    const fault = await run(input);
    runs += 1;
    if (fault !== undefined) return { kind: "failed", figures: figures(), input, fault };
    const isSeed = runs <= target.seeds.length;
    const isNews = coverage?.take() === true;
    if (isSeed) seedBlocks = coverage?.blocks ?? 0;
    if (isSeed || (isNews && corpus.length < MOST_INPUTS)) corpus.push(input);
    if (runs >= target.seeds.length && isOver(runs)) return { kind: "ended", figures: figures() };
  }
}

function createInputs({ target, words }: Campaign, corpus: readonly Uint8Array[], random: Random) {
  const encoder = new TextEncoder();
  const known = [...(target.words ?? []), ...words].map((word) => encoder.encode(word));
  const maxBytes = target.maxBytes ?? DEFAULT_MAX_BYTES;
  // What was found last is nearest to what nobody has found yet.
  const chosen = (): Uint8Array => {
    const from = random(2) === 0 ? Math.floor((corpus.length * 3) / 4) : 0;
    return oneOf(random, corpus.slice(from)) ?? new Uint8Array();
  };
  return (runs: number): Uint8Array =>
    target.seeds[runs] ?? mutated(chosen(), { words: known, other: chosen(), maxBytes }, random);
}

/** Runs one input; what nobody caught counts as its fault as well. */
export function createRun(target: Target): (input: Uint8Array) => Promise<Fault | undefined> {
  const stray: string[] = [];
  const keep = (error: unknown): void => void stray.push(told(error));
  process.on("unhandledRejection", keep);
  process.on("uncaughtException", keep);
  let runs = 0;
  return async (input) => {
    runs += 1;
    stray.splice(0);
    try {
      // A copy: whatever the target does to it, the one that is told is the one that was given.
      const running = target.run(Uint8Array.from(input));
      if (running !== undefined) await running;
      if (running !== undefined || runs % RUNS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    } catch (error) {
      return { why: told(error) };
    }
    const [uncaught] = stray;
    return uncaught === undefined ? undefined : { why: `nobody caught: ${uncaught}` };
  };
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
