import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import { assert } from "../core/assert.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { openDatabase, type KnownJournal } from "./database.ts";
import { guarded } from "./failure.ts";
import { createGroupCommit, type GroupCommit } from "./group-commit.ts";
import { JournalFailure } from "./journal.ts";
import type { FromWorker, Reply, Request } from "./messages.ts";
import { openReserve, withRoom } from "./reserve.ts";
import { createStore, type Store } from "./store.ts";
import { verifyJournal } from "./verify.ts";

/** `known`: the journal that was open before. A verification reads for seconds, so it has a thread of its own. */
export type WorkerData =
  | { readonly task: "keep"; readonly directory: string; readonly known?: KnownJournal }
  | { readonly task: "verify"; readonly directory: string };

/** After this long without a request the log is moved into the file. */
const QUIET_MS = 1000;
/** By then the start, with all that it reads, is over. */
const STARTED_MS = 4_000;
/** Without a quiet moment, at this many commits: a log that is used again from its start takes no new room, so its syncs are cheaper. */
const MOST_COMMITS_IN_LOG = 200;

assert(parentPort !== null, "the journal's worker is no thread");
run(parentPort, workerData as WorkerData);

function run(port: MessagePort, data: WorkerData): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  try {
    switch (data.task) {
      case "keep":
        return keep(port, data.directory, data.known, say);
      case "verify":
        return say({ kind: "verified", report: verifyJournal(data.directory) });
    }
  } catch (error) {
    if (!(error instanceof JournalFailure)) throw error;
    say({ kind: "failed", why: error.message });
  }
}

function keep(
  port: MessagePort,
  directory: string,
  known: KnownJournal | undefined,
  say: (message: FromWorker) => void,
): void {
  const reserve = guarded(() => openReserve(directory));
  const first = guarded(() => withRoom(reserve, () => openDatabase(directory, known)));
  guarded(() => reserve.holdFor(0));
  let next: typeof first | undefined = first;
  const openStore = () => {
    const opened =
      next ?? withRoom(reserve, () => openDatabase(directory, { journal: first.journal, inode: first.inode }));
    next = undefined;
    return timed(createStore(opened), (durationMs) => (commitMs = durationMs));
  };
  let commitMs: number | undefined;
  const groupCommit = createGroupCommit(openStore, reserve);
  const sayTimed = (message: FromWorker): void => {
    // Along with what is sent anyway: a message of its own would wake the other thread in the middle of a payment.
    say(message.kind === "replies" && commitMs !== undefined ? { ...message, commitMs } : message);
    commitMs = undefined;
  };
  const rest = (): void => {
    const hasMore = groupCommit.checkpoint();
    groupCommit.tidy(1);
    if (hasMore) setImmediate(rest);
  };
  const quiet = setTimeout(rest, QUIET_MS).unref();
  setTimeout(collectGarbage, STARTED_MS).unref();
  port.on("message", (request: Request) => {
    const requests = [request, ...waiting(port)];
    answerAll(requests, groupCommit, sayTimed);
    if (groupCommit.tidy(MOST_COMMITS_IN_LOG)) groupCommit.checkpoint();
    quiet.refresh();
    if (requests.some(({ ask }) => ask.kind === "close")) port.close();
  });
  say({ kind: "opened", journal: first.journal, inode: first.inode });
}

/** Tells how long the disk took for each commit, its sync included. */
function timed(store: Store, tell: (durationMs: number) => void): Store {
  return {
    ...store,
    commit: () => {
      const beganMs = performance.now();
      store.commit();
      tell(performance.now() - beganMs);
    },
  };
}

function waiting(port: MessagePort): readonly Request[] {
  const requests: Request[] = [];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message as Request);
  }
  return requests;
}

/** What was written until an orderly stop is covered by it. */
function end(groupCommit: GroupCommit): void {
  groupCommit.checkpoint();
  groupCommit.close();
}

/** Writes go first, in one commit: a question that was asked with them is answered after it. */
function answerAll(requests: readonly Request[], groupCommit: GroupCommit, say: (message: FromWorker) => void): void {
  const writes = requests.flatMap(({ id, ask }) =>
    ask.kind === "append" || ask.kind === "audit" || ask.kind === "seen" ? [{ id, ask }] : [],
  );
  if (writes.length > 0) {
    const answers = groupCommit.write(writes.map(({ ask }) => ask));
    say({ kind: "replies", replies: answers.map((answer, index): Reply => ({ id: writes[index]?.id ?? 0, answer })) });
  }
  for (const { id, ask } of requests) {
    if (ask.kind === "read") say({ kind: "replies", replies: [{ id, answer: groupCommit.read(ask) }] });
    if (ask.kind === "prune") say({ kind: "replies", replies: [{ id, answer: groupCommit.prune(ask) }] });
    if (ask.kind === "close") end(groupCommit);
  }
}
