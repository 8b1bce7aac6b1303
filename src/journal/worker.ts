import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from "node:worker_threads";
import { assert } from "../core/assert.ts";
import { openDatabase } from "./database.ts";
import { journalFailure } from "./failure.ts";
import { createGroupCommit, type GroupCommit } from "./group-commit.ts";
import type { FromVerifier, FromWorker, Reply, Request } from "./messages.ts";
import { createStore } from "./store.ts";
import { verifyJournal } from "./verify.ts";

/** After this long without a write the log is moved into the file, so that no payment waits for it. */
const QUIET_MS = 1000;

/** A verification reads for seconds, so it has a thread of its own and no append waits for it. */
export type WorkerData = { readonly directory: string; readonly task: "keep" | "verify" };

assert(parentPort !== null, "the journal's worker is no thread");
const { directory, task } = workerData as WorkerData;
if (task === "keep") keep(parentPort);
else verify(parentPort);

function verify(port: MessagePort): void {
  const say = (message: FromVerifier): void => port.postMessage(message);
  try {
    say({ kind: "verified", report: verifyJournal(directory) });
  } catch (error) {
    say({ kind: "failed", why: journalFailure(error).message });
  }
}

function keep(port: MessagePort): void {
  const say = (message: FromWorker): void => port.postMessage(message);
  let first;
  try {
    first = openDatabase(directory);
  } catch (error) {
    say({ kind: "failed", why: journalFailure(error).message });
    port.close();
    return;
  }
  const { journal } = first.meta;
  let opened: ReturnType<typeof openDatabase> | undefined = first;
  const groupCommit = createGroupCommit(() => {
    const { database } = opened ?? openDatabase(directory);
    opened = undefined;
    return createStore(database);
  });
  const quiet = setTimeout(() => groupCommit.checkpoint(), QUIET_MS);
  port.on("message", (request: Request) => {
    answerAll(port, [request, ...waiting(port)], groupCommit, say);
    quiet.refresh();
  });
  say({ kind: "opened", journal });
}

function waiting(port: MessagePort): readonly Request[] {
  const requests: Request[] = [];
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    requests.push(next.message as Request);
  }
  return requests;
}

/** Writes go first, in one commit: a question that was asked with them is answered after it. */
function answerAll(
  port: MessagePort,
  requests: readonly Request[],
  groupCommit: GroupCommit,
  say: (message: FromWorker) => void,
): void {
  const ids: number[] = [];
  const writes = requests.flatMap(({ id, ask }) => {
    if (ask.kind !== "append" && ask.kind !== "audit") return [];
    ids.push(id);
    return [ask];
  });
  if (writes.length > 0) {
    const answers = groupCommit.write(writes);
    say({ kind: "replies", replies: answers.map((answer, index): Reply => ({ id: ids[index] ?? 0, answer })) });
  }
  for (const { id, ask } of requests) {
    if (ask.kind === "read") say({ kind: "replies", replies: [{ id, answer: groupCommit.read(ask) }] });
    if (ask.kind !== "close") continue;
    groupCommit.close();
    say({ kind: "replies", replies: [{ id, answer: { kind: "done", value: undefined } }] });
    port.close();
  }
}
