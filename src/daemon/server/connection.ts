import { done, refused, type Refusal, type Result } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import { timestamp, type Timer } from "../../core/ports.ts";
import type { RpcId, RpcReply } from "../../protocol/envelope.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";
import { answer, guarded, shuttingDown, type Request } from "./answering.ts";
import { allows } from "./auth.ts";
import { replayed } from "./broadcast.ts";
import { checkedParams } from "./checks.ts";
import { createEventStream } from "./event-stream.ts";
import type { ServerContext } from "./handler.ts";
import { createLine, type Line } from "./line.ts";
import { readMessage } from "./message.ts";
import { identify, openSession, pair, protocolFault, type SocketSide } from "./opening.ts";
import { createRateLimit, createReadingPace, type Admission } from "./rate.ts";
import { failure, inTheWay, parseError, rpcError } from "./refusals.ts";
import type { Session } from "./sessions.ts";
import type { Socket, SocketListener } from "./socket.ts";

const MALFORMED_AT_MOST = 3;
const FLOOD_PAUSE_MS = 1_000;
/** As long as sockets last, one may take its time to open a session; then only so long. */
const WELCOME_MS = 2_000;

/** One client at one socket, from hello to its end. */
export interface Connection extends SocketListener {
  /** Pings a quiet peer and cuts a dead one. */
  beat(): void;
  /** It has opened no session, although it was given time for it. */
  hasOverstayed(): boolean;
  /** Ends at once, because another one needs its place. */
  giveWay(): void;
  /** Answers what is unanswered and says goodbye. */
  shutDown(): void;
}

type Client = {
  readonly server: ServerContext;
  readonly socket: Socket;
  readonly origin: string | undefined;
  readonly line: Line;
  readonly admit: () => Admission;
  /** What a message of so many characters costs in time before the next one is read. */
  readonly restAfter: (characters: number) => number;
  readonly unanswered: Set<{ readonly id: RpcId }>;
  malformed: number;
  /** While it is being opened; requests that come meanwhile wait. */
  opening?: Promise<Result<unknown>>;
  session?: Session;
  stopTrace?: () => void;
  resting?: { readonly untilMs: number; readonly timer: Timer };
};

type Later = (then: () => void) => void;

export function connect(
  socket: Socket,
  origin: string | undefined,
  server: ServerContext,
  gone: () => void,
): Connection {
  const { clock, limits, log } = server;
  const line = createLine(socket, limits.unreadBytes, log, () => {
    openLimit.cancel();
    leave(client);
  });
  const admit = createRateLimit(clock, limits.requestsPerSecond);
  const restAfter = createReadingPace(clock, limits);
  const client: Client = { server, socket, origin, line, admit, restAfter, unanswered: new Set(), malformed: 0 };
  const openLimit = clock.after(limits.openMs, () => {
    if (client.session === undefined) line.close("noSession", "no session was opened in time");
  });
  const openedMs = clock.monotonicMs();
  let heardMs = openedMs;
  let pingedMs = openedMs;
  greet(client);
  return {
    received: (text) => receive(client, text),
    receivedBinary: () => {
      const refusal = refused("invalidMessage", "Messages are JSON in text frames; this one was binary.").refusal;
      line.say(failure(null, rpcError(refusal)));
      countMalformed(client);
    },
    heard: () => {
      heardMs = clock.monotonicMs();
    },
    closed: () => {
      line.hungUp();
      gone();
    },
    beat: () => {
      const nowMs = clock.monotonicMs();
      if (nowMs - heardMs >= limits.silenceMs) {
        log.info("A client is silent: its socket is cut.", { pos: posOf(client) });
        socket.terminate();
      } else if (nowMs - pingedMs >= limits.pingEveryMs) {
        pingedMs = nowMs;
        socket.ping();
      }
    },
    hasOverstayed: () => client.session === undefined && clock.monotonicMs() - openedMs >= WELCOME_MS,
    giveWay: () => {
      log.warn("All sockets are in use: the oldest one without a session was closed for another one.");
      line.close("noSession", "no session was opened, and others wait for the socket");
      socket.terminate();
    },
    broke: (why) =>
      log.info("A client broke the WebSocket protocol: its socket is closed.", { why, pos: posOf(client) }),
    shutDown: () => {
      const { refusal } = shuttingDown();
      for (const { id } of client.unanswered) line.say(failure(id, rpcError(refusal)));
      line.close("restart", "Tillbridge ends or starts again");
    },
  };
}

function posOf({ session }: Client): string | undefined {
  return session?.identity.pos;
}

function greet({ line, server }: Client): void {
  line.say({
    jsonrpc: "2.0",
    method: "hello",
    params: {
      product: "tillbridge",
      version: server.settings.version,
      protocol: { min: PROTOCOL_VERSION, max: PROTOCOL_VERSION },
      instance: server.settings.instance,
      journal: server.transactions.journalId,
      time: timestamp(server.clock),
      features: [],
    },
  });
}

/** The socket stands in nobody's way any more. */
function leave(client: Client): void {
  client.unanswered.clear();
  endRest(client);
  client.stopTrace?.();
  client.session?.stream.end();
  if (client.session !== undefined) client.server.sessions.remove(client.session);
}

function receive(client: Client, text: string): void {
  const { line, server, unanswered } = client;
  if (line.isOver()) return;
  const admission = client.admit();
  const message = readMessage(text);
  if (message.kind === "notJson") {
    line.say(failure(null, parseError(message.refusal)));
    countMalformed(client);
  } else if (message.kind === "noRequest") {
    line.say(failure(message.id, rpcError(message.refusal)));
  } else if (admission !== "admitted") {
    const { requestsPerSecond } = server.limits;
    refuseTooMany(client, message.id, `At most ${requestsPerSecond} requests a second on one socket.`);
  } else if (unanswered.size >= server.limits.requestsInFlight) {
    const { requestsInFlight } = server.limits;
    refuseTooMany(client, message.id, `At most ${requestsInFlight} unanswered requests on one socket.`);
  } else {
    void serve(client, message.id, message);
  }
  const tooMuchMs = client.restAfter(text.length);
  if (admission === "flooding") {
    server.log.warn("A client sends far more requests than it may: it is not read for a second.", {
      pos: posOf(client),
    });
  }
  rest(client, Math.max(tooMuchMs, admission === "flooding" ? FLOOD_PAUSE_MS : 0));
}

function refuseTooMany({ line }: Client, id: RpcId, limit: string): void {
  const { refusal } = refused("tooManyRequests", `${limit} Nothing was done: wait a little and send it again.`);
  line.say(failure(id, rpcError(refusal)));
}

function countMalformed(client: Client): void {
  client.malformed += 1;
  if (client.malformed >= MALFORMED_AT_MOST) client.line.close("malformed", "three messages that were no JSON");
}

/** What the client sends next stays on its side for so long. */
function rest(client: Client, durationMs: number): void {
  const { socket, server, resting, line } = client;
  const untilMs = server.clock.monotonicMs() + durationMs;
  if (durationMs === 0 || line.isOver() || untilMs <= (resting?.untilMs ?? 0)) return;
  resting?.timer.cancel();
  socket.pause();
  client.resting = { untilMs, timer: server.clock.after(durationMs, () => endRest(client)) };
}

/** Also of one that is over, so that the other side's goodbye is read. */
function endRest(client: Client): void {
  client.resting?.timer.cancel();
  delete client.resting;
  client.socket.resume();
}

async function serve(client: Client, id: RpcId, request: Request): Promise<void> {
  const pending = { id };
  const afterReply: (() => void)[] = [];
  client.unanswered.add(pending);
  const result = await resultOf(client, request, (then) => afterReply.push(then));
  const reply: RpcReply =
    result.kind === "done"
      ? { jsonrpc: "2.0", id, result: result.value }
      : failure(id, await errorOf(client, result.refusal));
  if (client.unanswered.delete(pending)) client.line.say(reply);
  for (const then of afterReply) then();
}

async function resultOf(client: Client, request: Request, afterReply: Later): Promise<Result<unknown>> {
  const { server } = client;
  if (request.method === "session.open" && client.opening === undefined && client.session === undefined) {
    client.opening = guarded(request.method, server, () => open(client, request, afterReply));
    const opened = await client.opening;
    delete client.opening;
    return opened;
  }
  await client.opening;
  if (client.session !== undefined) return answer(request, client.session, server, afterReply);
  if (request.method === "session.pair") return guarded(request.method, server, () => pairHere(client, request));
  return refused("notOpen", "Open the session first: session.open, or session.pair for a POS that has no token yet.");
}

async function errorOf({ session, server }: Client, refusal: Refusal) {
  if (refusal.transaction === undefined || session === undefined) return rpcError(refusal);
  const { identity, language } = session;
  const caller = { pos: identity.pos, seesAll: allows(server.doorkeeper.scopesOf(identity), "admin") };
  return rpcError(refusal, await inTheWay(refusal.transaction, server.transactions, caller, language));
}

async function open(client: Client, { params, paramsFault }: Request, afterReply: Later): Promise<Result<unknown>> {
  const { server, origin, line } = client;
  if (server.isStopping()) return shuttingDown();
  const unsupported = isJsonObject(params) ? protocolFault(params["protocol"]) : undefined;
  if (unsupported !== undefined) return unsupported;
  const checked = checkedParams("session.open", params, paramsFault);
  if (checked.kind === "refused") return checked;
  const identity = identify(checked.value, origin, server);
  if (identity.kind === "refused") {
    server.log.warn("A session was refused.", { pos: checked.value.pos, reason: identity.refusal.reason, origin });
    return identity;
  }
  const opened = await openSession(checked.value, identity.value, server, (language) =>
    socketSide(client, identity.value.pos, language),
  );
  if (line.isOver()) {
    server.sessions.remove(opened.session);
    return shuttingDown();
  }
  client.session = opened.session;
  afterReply(opened.begin);
  return done(opened.reply);
}

async function pairHere({ server, origin }: Client, { params, paramsFault }: Request): Promise<Result<unknown>> {
  if (server.isStopping()) return shuttingDown();
  const checked = checkedParams("session.pair", params, paramsFault);
  return checked.kind === "refused" ? checked : pair(checked.value, origin, server);
}

function socketSide(client: Client, pos: string, language: Session["language"]): SocketSide {
  const { line, server, socket } = client;
  return {
    stream: createEventStream(
      {
        send: (event) => line.say({ jsonrpc: "2.0", method: "event", params: event }),
        // Half of what costs it the socket: a page of large events is no fault of a client that reads.
        isBehind: () => socket.unreadBytes > server.limits.unreadBytes / 2,
        flushed: () => socket.flushed(),
        keptAfter: async (seq, limit) =>
          (await server.journal.keptAfter(pos, seq, limit)).map((event) => replayed(event, language)),
        failed: (why, error) => {
          server.log.error("The events of a socket cannot go on: it is closed.", {
            pos,
            why,
            ...(error === undefined ? {} : { error: error instanceof Error ? error.message : "unknown" }),
          });
          if (why === "tooSlow") line.close("tooSlow", "too many events wait for this client");
          else line.close("internal", "the events cannot be read");
        },
      },
      server.limits.waitingEvents,
    ),
    keepTrace: (stop) => {
      client.stopTrace?.();
      if (stop === undefined) delete client.stopTrace;
      else client.stopTrace = stop;
    },
    close: (reason, why) => line.close(reason, why),
  };
}
