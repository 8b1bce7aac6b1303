import { systemClock } from "../client/clock.ts";
import type { AnswerOf, MethodName, ParamsOf } from "../client/calls.ts";
import { NoAnswer, NotConnected } from "../client/errors.ts";
import { openSession, type Session } from "../client/session.ts";
import { connectFromCommand } from "../client/socket-node.ts";
import type { Call, Home } from "./call.ts";
import { CommandFailure, EXIT } from "./exit.ts";
import { COMMAND_POS, findDaemon, readAdminToken, startIt, type LocalDaemon } from "./local-daemon.ts";

/** One session with the daemon of this home, for one command. */
export type DaemonSession = {
  readonly daemon: LocalDaemon;
  readonly session: Session;
  ask<Name extends MethodName>(method: Name, params: ParamsOf<Name>, limitMs?: number): Promise<AnswerOf<Name>>;
};

const ANSWER_LIMIT_MS = 30_000;

export async function withSession<Result>(
  call: Call,
  work: (daemon: DaemonSession) => Promise<Result>,
  language?: string,
): Promise<Result> {
  const { home, homeOption } = call;
  const daemon = findDaemon(home, homeOption);
  const session = await openSessionWith(daemon, home, homeOption, language).catch((error: unknown) => {
    throw unreachable(error, homeOption);
  });
  try {
    return await work({
      daemon,
      session,
      ask: (method, params, limitMs = ANSWER_LIMIT_MS) => session.channel.request(method, params, limitMs),
    });
  } catch (error) {
    if (error instanceof NoAnswer || error instanceof NotConnected) {
      throw new CommandFailure(
        EXIT.unreachable,
        `The daemon did not answer: ${error.message}. Whether it did what was asked is not known.`,
      );
    }
    throw error;
  } finally {
    session.channel.close("the command has ended");
  }
}

/** The administrator's. Rejects with `NotConnected`. `language`: of texts for people. */
export async function openSessionWith(
  { url }: LocalDaemon,
  home: Home,
  homeOption: string | undefined,
  language?: string,
): Promise<Session> {
  return openSession({
    url,
    pos: COMMAND_POS,
    token: readAdminToken(home, homeOption).reveal(),
    connect: connectFromCommand,
    clock: systemClock,
    ...(language === undefined ? {} : { language }),
  });
}

/** What the daemon serves the administrator beside the protocol, as its metrics. */
export async function readFromDaemon(
  { url }: LocalDaemon,
  { home, homeOption }: Pick<Call, "home" | "homeOption">,
  path: string,
  limitMs: number,
): Promise<string> {
  const response = await fetch(new URL(path, url.replace(/^ws/, "http")), {
    headers: { authorization: `Bearer ${readAdminToken(home, homeOption).reveal()}` },
    signal: AbortSignal.timeout(limitMs),
  });
  if (!response.ok) throw new Error(`the service answered ${response.status}`);
  return response.text();
}

/** Asks one thing. */
export function askDaemon<Name extends MethodName>(
  call: Call,
  method: Name,
  params: ParamsOf<Name>,
  language?: string,
): Promise<AnswerOf<Name>> {
  return withSession(call, ({ ask }) => ask(method, params), language);
}

/** Without a session: what a person is told, or the daemon's own refusal. */
export function unreachable(error: unknown, homeOption: string | undefined): unknown {
  if (!(error instanceof NotConnected)) return error;
  return error.refusal ?? new CommandFailure(EXIT.unreachable, `${error.message} ${startIt(homeOption)}`);
}
