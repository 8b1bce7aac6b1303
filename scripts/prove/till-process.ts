// A POS program that takes one payment after another, on the client that is shipped. It writes down what it asked for before it asks,
// and what it was told before it acknowledges; when it is killed the next run goes on from its files.
import { setTimeout as pause } from "node:timers/promises";
import { connectPos, newRequestId, PaymentNotStarted, PaymentUnclear } from "../../src/client/index.ts";
import type { Attempt, Event, PosClient, StartedPayment, Transaction } from "../../src/client/index.ts";
import { fileStore } from "../../src/client/node.ts";
import { randomFrom } from "../../test/support/random.ts";
import { appendEntry, readEntries } from "./till-record.ts";
import type { FromTill, TillSettings, ToTill } from "./till.ts";

const { url, pos, token, terminal, storeFile, recordFile, firstAmount, seed } = JSON.parse(
  process.argv[2] ?? "",
) as TillSettings;

/** Between two customers. */
const PAUSE_MS = 120;
const REFUSED_PAUSE_MS = 100;
/** One customer of so many changes their mind, within so long. */
const OF_CUSTOMERS = 9;
const CANCEL_WITHIN_MS = 300;
/** A daemon may be away for as long as it likes. */
const CONNECT_LIMIT_MS = 3_600_000;

type Request = Pick<Attempt, "requestId" | "operation">;

const before = readEntries(recordFile).filter(({ kind }) => kind === "asked").length;
let amount = firstAmount + before;
const random = randomFrom(seed + before);
const left: Request[] = [];
const closing = new AbortController();
let connected = Promise.withResolvers<PosClient>();
let running: { readonly request: Request; readonly stop: AbortController; isAskedAgain: boolean } | undefined;

process.on("disconnect", () => process.exit());
process.on("message", (message: ToTill) => {
  switch (message) {
    case "askAgain":
      void askAgain();
      return;
    case "close":
      closing.abort();
      return;
  }
});

connected.resolve(await connect());
say("up");
while (!closing.signal.aborted) {
  const request = left.shift() ?? nextSale();
  await pay(request);
  await pause(random(PAUSE_MS));
}
say("closed");

function connect(): Promise<PosClient> {
  return connectPos({
    url,
    pos,
    token,
    store: fileStore(storeFile),
    onOutcome: writeOutcome,
    onEvent: writeAlarm,
    onLeftAttempt: decideLeft,
    onFault: (error) => complain(`a handler or the store failed: ${String(error)}`),
    connectLimitMs: CONNECT_LIMIT_MS,
  });
}

function nextSale(): Request {
  amount += 1;
  const request: Request = {
    requestId: newRequestId(),
    operation: { type: "sale", amount: { value: amount, currency: "CLP" } },
  };
  appendEntry(recordFile, { kind: "asked", requestId: request.requestId, amount, atMs: Date.now() });
  say("asked");
  return request;
}

/** Until it is known how it ended, or that the daemon has to tell it later. */
async function pay(request: Request): Promise<void> {
  const { requestId } = request;
  const changesMind = random(OF_CUSTOMERS) === 0;
  for (let isFirst = true; ; isFirst = false) {
    const now = { request, stop: new AbortController(), isAskedAgain: false };
    running = now;
    const started = (await connected.promise).pay({ terminal, ...request, signal: now.stop.signal });
    if (changesMind && isFirst) void cancelSoon(started);
    try {
      await started.ended;
      return;
    } catch (error) {
      if (now.isAskedAgain) continue;
      if (!(error instanceof PaymentNotStarted || error instanceof PaymentUnclear)) return complain(String(error));
      // What is unclear is told as soon as the daemon can: the books are closed only then.
      if (error instanceof PaymentNotStarted)
        appendEntry(recordFile, { kind: "notStarted", requestId, why: error.message, atMs: Date.now() });
      await pause(REFUSED_PAUSE_MS);
      return;
    } finally {
      running = undefined;
    }
  }
}

async function cancelSoon(started: StartedPayment): Promise<void> {
  await pause(random(CANCEL_WITHIN_MS));
  // What the terminal cannot cancel, or has done already, is said by how the payment ends.
  await started.cancel().catch(() => undefined);
}

/** The cashier's program is started anew and asks once more for what it asked, with the same request id. */
async function askAgain(): Promise<void> {
  const client = await connected.promise;
  connected = Promise.withResolvers();
  if (running !== undefined) {
    running.isAskedAgain = true;
    running.stop.abort();
  }
  await client.close();
  connected.resolve(await connect());
}

/** The daemon never stored it: the customer is still there and pays, or has gone. */
function decideLeft({ requestId, operation }: Attempt, why: "neverStored" | "otherJournal"): void {
  if (why === "otherJournal") return complain(`${requestId}: the daemon has another memory of money`);
  if (running?.request.requestId === requestId) return;
  if (random(2) === 0) {
    left.push({ requestId, operation });
    return;
  }
  appendEntry(recordFile, { kind: "notStarted", requestId, why: "given up", atMs: Date.now() });
  void connected.promise.then((client) => client.forget(requestId));
}

function writeOutcome({ id, requestId, outcome }: Transaction): void {
  if (outcome === undefined) return;
  const moved = outcome.kind === "approved" ? outcome.amounts?.approved.value : undefined;
  appendEntry(recordFile, {
    kind: "told",
    requestId,
    transaction: id,
    revision: outcome.revision,
    outcome: outcome.kind,
    ...(moved === undefined ? {} : { amount: moved }),
    decidedBy: outcome.decidedBy.kind,
    atMs: Date.now(),
  });
}

function writeAlarm(event: Event): void {
  if (event.type !== "alarm") return;
  const { code, text, transaction = "" } = event;
  appendEntry(recordFile, { kind: "alarm", code, transaction, text, atMs: Date.now() });
}

function complain(text: string): void {
  appendEntry(recordFile, { kind: "complaint", text, atMs: Date.now() });
}

function say(message: FromTill): void {
  process.send?.(message);
}
