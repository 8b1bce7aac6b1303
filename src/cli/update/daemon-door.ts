import { accessSync, constants } from "node:fs";
import type { AnswerOf, MethodName, ParamsOf } from "../../client/calls.ts";
import { NoAnswer, NotConnected, RequestRefused } from "../../client/errors.ts";
import type { Session } from "../../client/session.ts";
import type { Home } from "../call.ts";
import { CommandFailure } from "../exit.ts";
import { findDaemon, type LocalDaemon } from "../local-daemon.ts";
import { openSessionWith, unreachable } from "../with-session.ts";
import type { Held, OpenTransaction, ServiceDoor, ServiceLook } from "./ports.ts";

const ANSWER_LIMIT_MS = 5_000;
/** The daemon waits for what is just being stored. */
const HOLD_LIMIT_MS = 30_000;

/** The daemon of a home, at its own door. */
export function daemonDoor(home: Home, homeOption: string | undefined): ServiceDoor {
  const find = (): LocalDaemon | undefined => {
    try {
      return findDaemon(home, homeOption);
    } catch (error) {
      if (!(error instanceof CommandFailure) || isHidden(home.runningDaemonFile)) throw error;
      return undefined;
    }
  };
  const connect = (daemon: LocalDaemon) => openSessionWith(daemon, home, homeOption);

  return {
    look: async () => {
      const daemon = find();
      if (daemon === undefined) return { kind: "silent" };
      let session: Session | undefined;
      try {
        session = await connect(daemon);
        return await lookThrough(session);
      } catch (error) {
        if (!(error instanceof NotConnected || error instanceof NoAnswer)) throw error;
        return find() === undefined ? { kind: "silent" } : { kind: "deaf", why: error.message.replace(/\.$/, "") };
      } finally {
        session?.channel.close("the look is over");
      }
    },
    open: async () => {
      const session = await connect(findDaemon(home, homeOption)).catch((error: unknown) => {
        throw unreachable(error, homeOption);
      });
      try {
        return await openIn(session);
      } finally {
        session.channel.close("the look is over");
      }
    },
    hold: async (reason) => {
      const session = await connect(findDaemon(home, homeOption)).catch((error: unknown) => {
        throw unreachable(error, homeOption);
      });
      return heldBy(session, reason);
    },
  };
}

/** That nobody runs is one thing, that this user may not know is another. */
function isHidden(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && (error.code === "EACCES" || error.code === "EPERM");
  }
}

function ask<Name extends MethodName>(
  { channel }: Session,
  method: Name,
  params: ParamsOf<Name>,
  limitMs = ANSWER_LIMIT_MS,
): Promise<AnswerOf<Name>> {
  return channel.request(method, params, limitMs);
}

async function lookThrough(session: Session): Promise<ServiceLook> {
  const [health, { terminals }] = await Promise.all([
    ask(session, "diagnostics.health", {}),
    ask(session, "terminals.list", {}),
  ]);
  return {
    kind: "answers",
    version: health.version,
    intake: health.intake,
    journalWorks: health.journal.state === "ok",
    terminals: new Map(terminals.map(({ id, state }) => [id, state])),
  };
}

const MOST_SHOWN = 200;

/** Without a journal nothing is taken, so nothing can be under way. */
async function openIn(session: Session): Promise<readonly OpenTransaction[]> {
  const list = async (state: "accepted" | "dispatched") => {
    try {
      return (await ask(session, "transactions.list", { state, limit: MOST_SHOWN })).transactions;
    } catch (error) {
      if (error instanceof RequestRefused && error.reason === "journalUnavailable") return [];
      throw error;
    }
  };
  const [accepted, dispatched, { terminals }] = await Promise.all([
    list("accepted"),
    list("dispatched"),
    ask(session, "terminals.list", {}),
  ]);
  const running = new Set(terminals.map(({ busyWith }) => busyWith));
  // What was dispatched and does not run there any more is in doubt, which an update leaves as it is.
  const runs = dispatched.filter(({ id, recovering }) => running.has(id) && recovering !== true);
  return [...accepted, ...runs].map(({ id, pos, terminal, operation }) => {
    return { transaction: id, pos, terminal, operation: operation.type };
  });
}

/** As long as the session lasts: whatever ends this process lets payments in again. */
async function heldBy(session: Session, reason: string): Promise<Held> {
  const askOpen = async (): Promise<readonly OpenTransaction[]> =>
    (await ask(session, "transactions.hold", { reason }, HOLD_LIMIT_MS)).open;
  const close = () => session.channel.close("the update is over");
  try {
    await askOpen();
  } catch (error) {
    close();
    throw error;
  }
  return {
    open: askOpen,
    [Symbol.asyncDispose]: async () => {
      // The daemon has gone, and its hold with it, where it was replaced.
      await ask(session, "transactions.release", {}).catch(() => undefined);
      close();
    },
  };
}
