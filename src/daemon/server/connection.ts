import { done, refused, type Refusal, type Result } from "../../core/errors.ts";
import { isJsonObject } from "../../core/json.ts";
import { timestamp, type Timer } from "../../core/ports.ts";
import type { RpcId, RpcReply } from "../../protocol/envelope.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";
import type { Arrival } from "./arrival.ts";
import { createAttempts, type Attempts } from "./attempts.ts";
import { answer, guarded, shuttingDown, type Request } from "./answering.ts";
import { allows } from "./auth.ts";
import { checkedParams } from "./checks.ts";
import type { ServerContext } from "./handler.ts";
import { createLine, type Line } from "./line.ts";
import { readMessage } from "./message.ts";
import { identify, openSession, protocolFault } from "./opening.ts";
import { pair } from "./pair.ts";
import {
  createRateLimit,
  createReadingPace,
  STRANGERS_MESSAGE_CHARACTERS,
  type Admission,
  type ReadingPace,
} from "./rate.ts";
import { failure, inTheWay, parseError, rpcError } from "./refusals.ts";
import { createSessionHold } from "./session-hold.ts";
import type { Session } from "./sessions.ts";
import { socketSide } from "./socket-side.ts";
import type { Socket, SocketListener } from "./socket.ts";

/** Beyond version 1: `transactions.start` takes a `signature`. */
const FEATURES = ["signature"];
const MALFORMED_AT_MOST = 3;
const FLOOD_PAUSE_MS = 1_000;
/** As long as sockets last, one may take its time to open a session; then only so long. */
const WELCOME_MS = 2_000;

/** One client at one socket, from hello to its end. */
export interface Connection extends SocketListener {
  readonly from: Arrival["from"];
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
  readonly arrival: Arrival;
  readonly line: Line;
  readonly admit: () => Admission;
  readonly pace: ReadingPace;
  readonly unanswered: Set<{ readonly id: RpcId }>;
  malformed: number;
  readonly attempts: Attempts;
  /** While it is being opened or paired; requests that come meanwhile wait. */
  attempting?: Promise<unknown>;
  session?: Session;
  stopTrace?: () => void;
  resting?: { readonly untilMs: number; readonly timer: Timer };
};

type Later = (then: () => void) => void;

export function connect(socket: Socket, arrival: Arrival, server: ServerContext, gone: () => void): Connection {
  const { clock, limits, log } = server;
  const line = createLine(socket, limits.unreadBytes, log, () => {
    openLimit.cancel();
    leave(client);
  });
  const admit = createRateLimit(clock, limits.requestsPerSecond);
  const pace = createReadingPace(clock, limits, () => client.session === undefined);
  const attempts = createAttempts(clock);
  const unanswered = new Set<{ readonly id: RpcId }>();
  const client: Client = { server, socket, arrival, line, admit, pace, attempts, unanswered, malformed: 0 };
  const openLimit = clock.after(limits.openMs, () => {
    if (client.session === undefined) line.close("noSession", "no session was opened in time");
  });
  const openedMs = clock.monotonicMs();
  let heardMs = openedMs;
  let pingedMs = openedMs;
  greet(client);
  return {
    from: arrival.from,
    received: (text) => receive(client, text),
    receivedBinary: () => {
      const refusal = refused("invalidMessage", "Messages are JSON in text frames; this one was binary.").refusal;
      line.say(failure(null, rpcError(refusal)));
      countMalformed(client);
    },
    read: (bytes) => rest(client, pace.piece(bytes)),
    pinged: () => rest(client, pace.ping()),
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
        log.info("connection.silent", "A client is silent: its socket is cut.", { pos: posOf(client) });
        socket.terminate();
      } else if (nowMs - pingedMs >= limits.pingEveryMs) {
        pingedMs = nowMs;
        socket.ping();
      }
    },
    hasOverstayed: () => client.session === undefined && clock.monotonicMs() - openedMs >= WELCOME_MS,
    giveWay: () => {
      log.warn(
        "connection.noSession",
        "All sockets are in use: the oldest one without a session was closed for another one.",
      );
      line.close("noSession", "no session was opened, and others wait for the socket");
      socket.terminate();
    },
    broke: (why) =>
      log.info("connection.protocolBroken", "A client broke the WebSocket protocol: its socket is closed.", {
        why,
        pos: posOf(client),
      }),
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
      features: FEATURES,
    },
  });
}

/** The socket stands in nobody's way any more. */
function leave(client: Client): void {
  client.unanswered.clear();
  endRest(client);
  client.stopTrace?.();
  client.session?.hold.end();
  client.session?.stream.end();
  if (client.session !== undefined) client.server.sessions.remove(client.session);
}

function receive(client: Client, text: string): void {
  const { line, server, unanswered } = client;
  if (line.isOver()) return;
  if (client.session === undefined && text.length > STRANGERS_MESSAGE_CHARACTERS) {
    line.close("tooLarge", "before there is a session, a message has at most 8192 characters");
    return;
  }
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
  const tooMuchMs = client.pace.message(text.length);
  if (admission === "flooding") {
    server.log.warn(
      "connection.flooding",
      "A client sends far more requests than it may: it is not read for a second.",
      {
        pos: posOf(client),
      },
    );
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
  if (result.kind === "refused") remember(client, request, result.refusal);
  if (client.unanswered.delete(pending)) client.line.say(reply);
  if (client.attempts.areUsedUp()) client.line.close("noSession", "too many wrong tokens or codes on one socket");
  for (const then of afterReply) then();
}

function resultOf(client: Client, request: Request, afterReply: Later): Promise<Result<unknown>> {
  const before = client.attempting;
  const isAttempt = request.method === "session.open" || request.method === "session.pair";
  if (!isAttempt || client.session !== undefined) return follow(before, client, request, afterReply);
  const attempting = attempt(before, client, request, afterReply);
  client.attempting = attempting;
  return attempting;
}

/** What comes behind an attempt waits for it. The session may have ended meanwhile: then nothing is begun for it. */
async function follow(before: Promise<unknown> | undefined, client: Client, request: Request, afterReply: Later) {
  await before;
  const { session, server, line } = client;
  if (line.isOver()) return shuttingDown();
  if (session !== undefined) return answer(request, session, server, afterReply);
  return refused("notOpen", "Open the session first: session.open, or session.pair for a POS that has no token yet.");
}

/** One at a time on a socket, each answered before the next is looked at: guesses get no faster by being sent at once. */
async function attempt(before: Promise<unknown> | undefined, client: Client, request: Request, afterReply: Later) {
  await before;
  const { attempts, server } = client;
  if (client.session !== undefined || client.line.isOver() || attempts.areUsedUp()) {
    return follow(undefined, client, request, afterReply);
  }
  const ask = request.method === "session.open" ? open : pairHere;
  const result = await guarded(request.method, server, () => ask(client, request, afterReply));
  if (result.kind === "refused") await attempts.refused(result.refusal.reason);
  return result;
}

/** What a session was refused that may be no mistake of a program. Attempts are remembered where it is known why. */
function remember({ session, server, arrival }: Client, { method }: Request, { reason, message }: Refusal): void {
  if (session === undefined) return;
  if (reason !== "forbidden" && reason !== "limitExceeded" && reason !== "signatureRequired") return;
  const { origin } = arrival;
  server.refusals.refused(reason, { pos: session.identity.pos, origin, detail: `${method}: ${message}` });
}

async function errorOf({ session, server }: Client, refusal: Refusal) {
  if (refusal.transaction === undefined || session === undefined) return rpcError(refusal);
  const { identity, language } = session;
  const caller = { pos: identity.pos, seesAll: allows(server.doorkeeper.scopesOf(identity), "admin") };
  return rpcError(refusal, await inTheWay(refusal.transaction, server.transactions, caller, language));
}

async function open(client: Client, { params, paramsFault }: Request, afterReply: Later): Promise<Result<unknown>> {
  const { server, arrival, line } = client;
  if (server.isStopping()) return shuttingDown();
  const unsupported = isJsonObject(params) ? protocolFault(params["protocol"]) : undefined;
  if (unsupported !== undefined) return unsupported;
  const checked = checkedParams("session.open", params, paramsFault);
  if (checked.kind === "refused") return checked;
  const identity = identify(checked.value, arrival, server);
  if (identity.kind === "refused") return identity;
  const opened = await openSession(checked.value, identity.value, arrival.from, server, (language) =>
    socketSide({
      ...client,
      pos: identity.value.pos,
      language,
      hold: createSessionHold(server.intake),
      keepTrace: (stop) => keepTrace(client, stop),
    }),
  );
  if (line.isOver()) {
    server.sessions.remove(opened.session);
    return shuttingDown();
  }
  client.session = opened.session;
  afterReply(opened.begin);
  return done(opened.reply);
}

async function pairHere({ server, arrival }: Client, { params, paramsFault }: Request): Promise<Result<unknown>> {
  if (server.isStopping()) return shuttingDown();
  const checked = checkedParams("session.pair", params, paramsFault);
  return checked.kind === "refused" ? checked : pair(checked.value, arrival, server);
}

function keepTrace(client: Client, stop: (() => void) | undefined): void {
  client.stopTrace?.();
  if (stop === undefined) delete client.stopTrace;
  else client.stopTrace = stop;
}
