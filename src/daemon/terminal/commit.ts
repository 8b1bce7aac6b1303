import { assert } from "../../core/assert.ts";
import type { Commits, Effect } from "../../drivers/driver.ts";
import { dispatch, type Dispatch, type DispatchPorts } from "./dispatch.ts";
import type { Dialogue } from "./engine.ts";
import type { Turn } from "./turn.ts";
import type { HttpConnection } from "./http-connection.ts";
import { settleSurely } from "./settling.ts";
import { writeStoredRequest } from "./stored-request.ts";
import type { StreamConnection } from "./stream-connection.ts";
import type { TransactionPorts } from "./transaction-ports.ts";

type Request = Extract<Commits, { what: "request" }>;
type ExchangeEffect<Message> = Extract<Effect<Message>, { kind: "exchange" }>;

const GOES_ON: Turn = { kind: "goesOn" };
const DONE: Turn = { kind: "done" };

/** The one send of an operation that may move money, on a stream. */
export function commitMessage<Message>(
  ports: TransactionPorts<Message>,
  connection: StreamConnection<Message>,
  message: Message,
  commits: Request,
): Promise<Turn> {
  const { link } = ports;
  return commit(ports, orderOf(ports, commits, connection.encode(message), link), {
    openLink: () => connection.link,
    send: (bytes) => connection.send(link, bytes),
  });
}

/** The one request of an operation that may move money, over a connection that was opened for it. */
export async function commitExchange<Message>(
  ports: TransactionPorts<Message>,
  connection: HttpConnection<Message>,
  effect: ExchangeEffect<Message>,
  commits: Request,
  owner: Dialogue<Message>,
): Promise<Turn> {
  const request = connection.encode(effect.message);
  const prepared = await connection.prepare(effect.exchange, request);
  if (prepared.kind === "failed") {
    await settleSurely(ports.record, { kind: "notPerformed", reason: "notSent" }, ports, prepared.why);
    return { kind: "dropLink", why: prepared.why };
  }
  const { exchange } = prepared;
  const turn = await commit(ports, orderOf(ports, commits, writeStoredRequest(request), prepared.link), {
    openLink: () => (prepared.isOpen() && connection.link === ports.link ? prepared.link : undefined),
    send: () => prepared.send(effect.replyTimeoutMs),
  });
  if (turn.kind === "goesOn") owner.own(exchange);
  else exchange.end();
  return turn;
}

function orderOf<Message>(
  ports: TransactionPorts<Message>,
  commits: Request,
  bytes: Uint8Array,
  link: string,
): Dispatch {
  const { record, order, driver, baseline, answerMs } = ports;
  return {
    record,
    ticket: commits.ticket,
    bytes,
    link,
    driver,
    answerMs,
    lastSeenMs: ports.lastSeenMs(),
    ...(commits.references === undefined ? {} : { references: commits.references }),
    ...(order.identity === undefined ? {} : { identity: order.identity }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

async function commit<Message>(
  ports: TransactionPorts<Message>,
  order: Dispatch,
  through: Pick<DispatchPorts, "openLink" | "send">,
): Promise<Turn> {
  assert(ports.role === "operation", "a recovery sent what commits: what it may send again is a repeat");
  const result = await dispatch(order, { clock: ports.clock, dispatched: ports.dispatched, ...through });
  switch (result.kind) {
    case "sent":
      return GOES_ON;
    case "failed":
      return { kind: "doubt", since: "linkLost", why: result.why };
    case "stopped":
      await settleSurely(ports.record, result.verdict, ports);
      return DONE;
  }
}
