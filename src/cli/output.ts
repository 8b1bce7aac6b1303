import type { RequestRefused } from "../client/errors.ts";
import { withHome } from "./home-option.ts";
import { marked, painted, type Meaning } from "./paint.ts";
import { readableJson } from "./readable.ts";

/** Results on standard output, everything else for people on standard error. */
export type Output = {
  readonly json: boolean;
  /** The one result of a command: as JSON unchanged, or what it means to a person. */
  result(value: unknown, text: () => string): void;
  /** The daemon's error as it came, where JSON is wanted. */
  refusal(refusal: RequestRefused): void;
  /** What went wrong without the daemon's word, where JSON is wanted and nothing was told yet. */
  failure(reason: string, message: string): void;
  /** A line for people. */
  note(text: string): void;
};

/** @param homeOption the home that the person named: commands that are told are about it */
export function createOutput(json: boolean, homeOption?: string): Output {
  let isTold = false;
  const tell = (value: unknown) => {
    isTold = true;
    process.stdout.write(`${readableJson(JSON.stringify(value))}\n`);
  };
  const ofThisHome = (text: string) => withHome(text, homeOption);
  return {
    json,
    result: (value, text) => {
      if (json) tell(value);
      else process.stdout.write(`${painted(ofThisHome(text()), process.stdout)}\n`);
    },
    refusal: ({ code, message, data }) => {
      if (json && !isTold) tell({ error: { code, message, data } });
    },
    failure: (reason, message) => {
      if (json && !isTold) tell({ error: { message: ofThisHome(message), data: { reason } } });
    },
    note: (text) => void process.stderr.write(`${painted(ofThisHome(text), process.stderr)}\n`),
  };
}

/** Text that means something: see the palette. It has its colour where it is written, if at all. */
export function styled(meaning: Meaning, text: string): string {
  return marked(meaning, text);
}

/** Both streams are written through before the process ends: pipes may be slower than we are. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write("", () => resolve()))),
  );
}
