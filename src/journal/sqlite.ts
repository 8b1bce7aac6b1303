import { Worker } from "node:worker_threads";
import { AssertionFailure } from "../core/assert.ts";
import { JournalFailure, type Appended, type Journal, type VerifyReport } from "./journal.ts";
import type { FromVerifier, FromWorker, Read, Reply, Request } from "./messages.ts";
import type { ReadMethod, Reads } from "./reads.ts";
import type { WorkerData } from "./worker.ts";

export type JournalOptions = {
  /** Where `journal.db` is, or is made. One daemon per directory: the home folder's lock is the caller's. */
  readonly directory: string;
};

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

/** Opens the journal of a directory in a thread of its own; where there is none, an empty one is made. Rejects with `JournalFailure`. */
export async function openJournal({ directory }: JournalOptions): Promise<Journal> {
  const worker = startWorker({ directory, task: "keep" });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let failure: JournalFailure | undefined;

  const id = await new Promise<string>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      switch (message.kind) {
        case "opened":
          return resolve(message.journal);
        case "failed":
          return reject(new JournalFailure(message.why));
        case "replies":
          return message.replies.forEach((reply) => settle(waiting, reply));
      }
    });
    worker.on("error", (error: Error) => {
      failure = new JournalFailure(`the journal's thread ended: ${error.message}`, { cause: error });
    });
    worker.on("exit", () => {
      failure ??= new JournalFailure("the journal is closed.");
      reject(failure);
      for (const { reject: rejectOne } of waiting.values()) rejectOne(failure);
      waiting.clear();
    });
  });

  function call(ask: Request["ask"]): Promise<unknown> {
    if (failure !== undefined) return Promise.reject(failure);
    lastId += 1;
    const request: Request = { id: lastId, ask };
    const answer = new Promise<unknown>((resolve, reject) => waiting.set(request.id, { resolve, reject }));
    worker.postMessage(request);
    return answer;
  }

  function read<Method extends ReadMethod>(method: Method, ...args: Parameters<Reads[Method]>) {
    return call({ kind: "read", method, args } as Read) as Promise<ReturnType<Reads[Method]>>;
  }

  return {
    id,
    append: (append) => call({ kind: "append", append }) as Promise<Appended>,
    find: (pos, requestId) => read("find", pos, requestId),
    get: (transaction) => read("get", transaction),
    facts: (transaction) => read("facts", transaction),
    list: (query) => read("list", query),
    open: () => read("open"),
    unacknowledged: (pos, limit) => read("unacknowledged", pos, limit),
    successors: (original) => read("successors", original),
    byTicket: (terminal, ticket) => read("byTicket", terminal, ticket),
    claimed: (movements) => read("claimed", movements),
    lastSeq: (pos) => read("lastSeq", pos),
    keptAfter: (pos, seq, limit) => read("keptAfter", pos, seq, limit),
    audit: (entry) => call({ kind: "audit", entry }) as Promise<undefined>,
    verify: () => verifyApart(directory),
    close: () => call({ kind: "close" }) as Promise<undefined>,
  };
}

function startWorker(data: WorkerData): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { workerData: data });
}

function verifyApart(directory: string): Promise<VerifyReport> {
  return new Promise((resolve, reject) => {
    const worker = startWorker({ directory, task: "verify" });
    worker.on("message", (message: FromVerifier) => {
      if (message.kind === "verified") resolve(message.report);
      else reject(new JournalFailure(message.why));
    });
    worker.on("error", (error: Error) =>
      reject(new JournalFailure(`the verification ended: ${error.message}`, { cause: error })),
    );
  });
}

function settle(waiting: Map<number, Waiting>, { id, answer }: Reply): void {
  const one = waiting.get(id);
  waiting.delete(id);
  switch (answer.kind) {
    case "done":
      return one?.resolve(answer.value);
    case "failed":
      return one?.reject(new JournalFailure(answer.why));
    case "mistaken":
      return one?.reject(new AssertionFailure(answer.mistake));
  }
}
