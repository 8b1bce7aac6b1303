/** From a checked request to its reply. Whatever happens inside, something a program can act on comes out. */
import { refused, type Result } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { MethodName, ParamsOf } from "../../protocol/methods.ts";
import { administrationHandlers } from "./administration-handlers.ts";
import { diagnosticsHandlers } from "./diagnostics-handlers.ts";
import { pageHandlers } from "./page-handlers.ts";
import { allows } from "./auth.ts";
import { checkedParams, methodNamed, scopeFault } from "./checks.ts";
import type { Asked, Handlers, OpeningMethod, ServerContext } from "./handler.ts";
import { practiceHandlers } from "./practice-handlers.ts";
import type { Session } from "./sessions.ts";
import { terminalHandlers } from "./terminal-handlers.ts";
import { transactionHandlers } from "./transaction-handlers.ts";

export type Request = {
  readonly method: string;
  readonly params: Json;
  readonly paramsFault?: { readonly field: string; readonly why: string };
};

type SessionMethod = Exclude<MethodName, OpeningMethod>;

const handlers: Handlers = {
  ...transactionHandlers,
  ...terminalHandlers,
  ...administrationHandlers,
  ...diagnosticsHandlers,
  ...pageHandlers,
  ...practiceHandlers,
};

/** Not begun any more once the daemon is to end. What is running can still be looked at, canceled and acknowledged. */
const NOT_WHILE_STOPPING: ReadonlySet<string> = new Set<SessionMethod>([
  "transactions.start",
  "reports.run",
  "device.display",
  "device.function",
  "device.print",
  "device.scan",
  "discovery.scan",
  "terminals.poll",
  "terminals.add",
  "terminals.update",
  "terminals.remove",
  "terminals.pair",
  "practice.run",
]);

/** A terminal has to answer, or a person at it. */
const ASKS_A_DEVICE: ReadonlySet<string> = new Set<SessionMethod>([
  "terminals.poll",
  "terminals.pair",
  "reports.run",
  "device.display",
  "device.function",
  "device.print",
  "device.scan",
  "practice.run",
]);

export function shuttingDown() {
  return refused(
    "shuttingDown",
    "Tillbridge is about to end or to start again. Connect again and ask with the same request id.",
  );
}

/** The session's part of the checks, the handler, and a limit on how long both may take. */
export async function answer(
  request: Request,
  session: Session,
  server: ServerContext,
  afterReply: (then: () => void) => void,
): Promise<Result<unknown>> {
  const named = methodNamed(request.method);
  if (named.kind === "refused") return named;
  const name = named.value;
  if (name === "session.open" || name === "session.pair") {
    return refused("sessionAlreadyOpen", "This socket has its session; another one needs another socket.");
  }
  const scopes = server.doorkeeper.scopesOf(session.identity);
  const forbidden = scopeFault(name, request.params, scopes);
  if (forbidden !== undefined) return forbidden;
  const params = checkedParams(name, request.params, request.paramsFault);
  if (params.kind === "refused") return params;
  if (server.isStopping() && NOT_WHILE_STOPPING.has(name)) return shuttingDown();
  const caller = { pos: session.identity.pos, seesAll: allows(scopes, "admin") };
  return handle(name, params.value, { server, session, caller, afterReply });
}

async function handle<Name extends SessionMethod>(
  name: Name,
  params: ParamsOf<Name>,
  asked: Asked,
): Promise<Result<unknown>> {
  const answered = guarded(name, asked.server, async () => handlers[name](params, asked));
  const limitMs = limitOf(name, params, asked.server);
  return limitMs === undefined ? answered : withinLimit(answered, limitMs, name, asked.server);
}

/** Exceptions end here: the journal's as what they are, any other as `internal`, with the whole story in the log alone. */
export async function guarded<Value>(
  name: string,
  { log }: ServerContext,
  act: () => Promise<Result<Value>>,
): Promise<Result<Value>> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof JournalFailure) {
      log.error("request.journalFailed", "The journal could not be used for a request.", {
        method: name,
        error: error.message,
      });
      return refused(
        "journalUnavailable",
        "Tillbridge cannot write down or read what happens with money, so it starts nothing new. An administrator finds the cause with `tillbridge status` and in the log.",
      );
    }
    log.error("request.failed", "A request failed inside.", {
      method: name,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return refused(
      "internal",
      "Something in Tillbridge failed; its log says what. Ask again with the same request id.",
    );
  }
}

/** Waiting for the end of a payment has the limits of the payment, and looking takes as long as was asked for. */
function limitOf<Name extends SessionMethod>(
  name: Name,
  params: ParamsOf<Name>,
  { limits }: ServerContext,
): number | undefined {
  if (name === "transactions.start" && "until" in params && params.until === "settled") return undefined;
  if (name === "discovery.scan" && "seconds" in params) return limits.answerMs + (params.seconds ?? 0) * 1_000;
  return ASKS_A_DEVICE.has(name) ? limits.deviceAnswerMs : limits.answerMs;
}

function withinLimit<Value>(
  answered: Promise<Result<Value>>,
  limitMs: number,
  name: string,
  { clock, log }: ServerContext,
): Promise<Result<Value>> {
  return new Promise((resolve) => {
    const timer = clock.after(limitMs, () => {
      log.warn("request.timedOut", "A request was not answered in time.", { method: name, limitMs });
      resolve(
        refused(
          "timeout",
          "There was no answer in time, which does not mean that nothing was done. Ask again with the same request id.",
        ),
      );
    });
    void answered.then((result) => {
      timer.cancel();
      resolve(result);
    });
  });
}
