import { Worker } from "node:worker_threads";
import { AssertionFailure } from "../core/assert.ts";
import type { KnownJournal } from "./database.ts";
import { JournalFailure, type VerifyReport } from "./journal.ts";
import type { Ask, FromWorker, Reply, Request } from "./messages.ts";
import type { WorkerData } from "./worker.ts";

/** One life of the journal's thread. */
export type Thread = {
  /** As the next thread has to find it. */
  readonly opened: Required<KnownJournal>;
  /** Answers come in the order of the commits. Rejects with `JournalFailure`, or with `AssertionFailure` for our own mistake. */
  call(ask: Ask): Promise<unknown>;
  /** Resolves when the thread is gone; what waited for it was rejected. */
  readonly ended: Promise<void>;
};

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/**
 * Starts the thread that keeps the journal; rejects with `JournalFailure` where it cannot be opened. `committed` hears how long the
 * disk took for each commit, once those that waited for it have their answers.
 */
export async function startThread(
  directory: string,
  known: KnownJournal | undefined,
  committed: (durationMs: number) => void = () => undefined,
): Promise<Thread> {
  const worker = startWorker({ task: "keep", directory, ...(known === undefined ? {} : { known }) });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let why = "journal.db: the journal is closed.";
  worker.on("error", (error: Error) => (why = threadEnded(error).message));
  let isGone = false;
  const ended = new Promise<void>((resolve) => {
    worker.on("exit", () => {
      isGone = true;
      for (const { reject } of waiting.values()) reject(new JournalFailure(why));
      waiting.clear();
      resolve();
    });
  });
  const opened = await new Promise<Thread["opened"]>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "opened") resolve({ journal: message.journal, inode: message.inode });
      if (message.kind === "failed") reject(new JournalFailure(message.why));
      if (message.kind === "replies") {
        for (const reply of message.replies) settle(waiting, reply);
        if (message.commitMs !== undefined) committed(message.commitMs);
      }
    });
    worker.on("exit", () => reject(new JournalFailure(why)));
  });

  return {
    opened,
    ended,
    call(ask) {
      if (isGone) return Promise.reject(new JournalFailure(why));
      lastId += 1;
      const request: Request = { id: lastId, ask };
      const answer = new Promise<unknown>((resolve, reject) => waiting.set(request.id, { resolve, reject }));
      worker.postMessage(request);
      return answer;
    },
  };
}

/** Verifies in a thread of its own, which ends with the report or with the signal. */
export function verifyInThread(directory: string, signal: AbortSignal): Promise<VerifyReport> {
  const worker = startWorker({ task: "verify", directory });
  const stop = (): void => void worker.terminate();
  signal.addEventListener("abort", stop);
  return new Promise<VerifyReport>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "verified") resolve(message.report);
      if (message.kind === "failed") reject(new JournalFailure(message.why));
    });
    worker.on("error", (error: Error) => reject(threadEnded(error)));
    worker.on("exit", () => reject(new JournalFailure("journal.db: the verification was stopped.")));
  }).finally(() => signal.removeEventListener("abort", stop));
}

function startWorker(data: WorkerData): Worker {
  // The build bundles it under the same name, beside the file that this one became a part of.
  const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
  return new Worker(new URL(file, import.meta.url), { workerData: data });
}

function threadEnded(error: Error): JournalFailure {
  return new JournalFailure(`journal.db: the journal's thread ended and is started again (${error.message}).`);
}

function settle(waiting: Map<number, Waiting>, { id, answer }: Reply): void {
  const one = waiting.get(id);
  waiting.delete(id);
  switch (answer.kind) {
    case "appended":
      return one?.resolve(answer.appended);
    case "done":
      return one?.resolve(answer.value);
    case "failed":
      return one?.reject(new JournalFailure(answer.why));
    case "mistaken":
      return one?.reject(new AssertionFailure(answer.mistake));
  }
}
