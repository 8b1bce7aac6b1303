import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Something that must not be, and how to see it again. */
export type Failure = {
  readonly target: string;
  readonly kind: "crash" | "hang" | "memory";
  /** Of the run that found it. */
  readonly seed: number;
  readonly why: string;
  readonly failsAgain: boolean;
  readonly input: Uint8Array;
};

/** Answers the file. The same failure has the same file. */
export function keepFailure(folder: string, { input, ...failure }: Failure): string {
  mkdirSync(folder, { recursive: true });
  const mark = createHash("sha256").update(input).digest("hex").slice(0, 8);
  const file = join(folder, `${failure.target.replaceAll(/[^a-z0-9-]/g, "-")}-${mark}.json`);
  const kept = { ...failure, input: Buffer.from(input).toString("base64") };
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
  return file;
}

export function readFailure(file: string): Pick<Failure, "target" | "seed" | "input"> {
  const kept: unknown = JSON.parse(readFileSync(file, "utf8"));
  const { target, seed, input } = Object(kept) as { target?: unknown; seed?: unknown; input?: unknown };
  if (typeof target !== "string" || typeof seed !== "number" || typeof input !== "string")
    throw new Error(`${file} holds no failure: it needs a target, a seed and an input in base64`);
  return { target, seed, input: Buffer.from(input, "base64") };
}
