/** Runs in the guest: the cases, and the line to the test outside. */
import { constants, openSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { ReadStream } from "node:tty";
import { lastFirst, type Ending } from "../../support/ending.ts";
import type { FromGuest, ToGuest } from "./protocol.ts";

/** What a case may use. What it leaves behind is ended with it, the last first. */
export type Given = Ending & {
  /** Shown beside the case: a figure that was measured. */
  note(text: string): void;
};

export type Cases = Readonly<Record<string, (given: Given) => Promise<void>>>;

const CASE_LIMIT_MS = 240_000;

/** Runs them one after the other and ends the guest. A case that fails does not keep the others from being run. */
export async function runCases(cases: Cases): Promise<void> {
  process.on("uncaughtException", (error) => {
    report({ kind: "failed", why: describe(error) });
    process.exit(1);
  });
  for (const [name, run] of Object.entries(cases)) {
    report({ kind: "case", name });
    report(await endOf(run));
  }
  report({ kind: "finished" });
  process.exit(0);
}

async function endOf(run: Cases[string]): Promise<FromGuest> {
  const begun = new AsyncDisposableStack();
  const given: Given = {
    ...lastFirst({ after: (end) => begun.defer(end) }),
    note: (text) => report({ kind: "note", text }),
  };
  let failure: string | undefined;
  try {
    await within(CASE_LIMIT_MS, run(given), "the case");
  } catch (error) {
    failure = describe(error);
  }
  try {
    await within(CASE_LIMIT_MS, begun.disposeAsync(), "what the case leaves behind");
  } catch (error) {
    failure ??= describe(error);
  }
  return failure === undefined ? { kind: "passed" } : { kind: "failed", why: failure };
}

/** Rejects when it takes longer: a wait of a guest that would not end is named. */
export async function within<Value>(limitMs: number, done: Promise<Value>, what: string): Promise<Value> {
  const tooLate = Promise.withResolvers<never>();
  const timer = setTimeout(() => tooLate.reject(new Error(`${what} took longer than ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([done, tooLate.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the time since `from`, on the monotonic clock. */
export function msSince(from: number): number {
  return Math.round(performance.now() - from);
}

/** Has QEMU do something to the machine that this runs on. */
export async function qemu(command: string, parameters: object): Promise<void> {
  const id = (lastId += 1);
  const { promise, resolve } = Promise.withResolvers<ToGuest>();
  waiting.set(id, resolve);
  report({ kind: "qemu", id, command, parameters });
  const { refused } = await promise;
  if (refused !== undefined) throw new Error(`QEMU refused ${command}: ${refused}`);
}

const waiting = new Map<number, (answer: ToGuest) => void>();
let lastId = 0;
const line = openSync("/dev/ttyS0", constants.O_RDWR | constants.O_NOCTTY);
// A stream of `node:fs` would wait in a thread, which keeps the process from ending.
createInterface({ input: new ReadStream(line) }).on("line", (text) => {
  const answer = JSON.parse(text) as ToGuest;
  waiting.get(answer.id)?.(answer);
  waiting.delete(answer.id);
});

function report(said: FromGuest): void {
  writeSync(line, `${JSON.stringify(said)}\n`);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
