/** How a socket gets its session. */
import { done, refused, type Result } from "../../core/errors.ts";
import { newId } from "../../core/ids.ts";
import { PROTOCOL_VERSION } from "../../protocol/version.ts";
import { PAGE_POS } from "../../core/pos.ts";
import type { ParamsOf, ResultOf } from "../../protocol/methods.ts";
import type { Seen } from "../api.ts";
import { languageOf } from "./advice.ts";
import type { Arrival } from "./arrival.ts";
import type { Identity } from "./auth.ts";
import type { ServerContext } from "./handler.ts";
import type { Session } from "./sessions.ts";
import type { SocketSide } from "./socket-side.ts";
import { terminalOnWire, transactionOnWire } from "./views.ts";

const UNACKNOWLEDGED_AT_ONCE = 50;
/** What nobody has decided for years must not make the reply larger than a client can take. */
const OPEN_AT_ONCE = 100;

export type Opened = {
  readonly session: Session;
  readonly reply: ResultOf<"session.open">;
  /** Begins the stream; after the reply was sent. */
  readonly begin: () => void;
};

export function protocolFault(protocol: unknown): ReturnType<typeof refused> | undefined {
  if (!Number.isInteger(protocol) || protocol === PROTOCOL_VERSION) return undefined;
  return refused(
    "protocolUnsupported",
    `This daemon speaks version ${PROTOCOL_VERSION} of the protocol, as its hello says.`,
  );
}

/** Checks who it is. Nothing is changed yet. */
export function identify(
  { pos, token, client }: ParamsOf<"session.open">,
  arrival: Arrival,
  server: ServerContext,
): Result<Identity> {
  const { origin } = arrival;
  const identified = server.doorkeeper.identify({ pos, token, ...arrival });
  if (identified.kind === "stranger") {
    server.refusals.refused(identified.isLan ? "lan" : "unauthorized", { pos, origin, detail: identified.why });
    return refused(
      "unauthorized",
      pos === PAGE_POS
        ? "The login of this page has ended. `tillbridge open` opens it anew."
        : "This name and token are not known together here. Pair the POS anew: `tillbridge pos add NAME` gives it a code.",
    );
  }
  const { identity } = identified;
  const installation = client?.installation ?? "";
  if (!server.doorkeeper.isShared(identity) && server.sessions.isOwnedByAnother(pos, installation)) {
    server.refusals.refused("posInUse", { pos, origin, detail: `another installation: ${installation || "unnamed"}` });
    return refused(
      "posInUse",
      `${pos} is in use by another installation of the POS program. Give each till a name of its own, or add the POS as shared.`,
    );
  }
  return done(identity);
}

/**
 * Adds the session, then reads what is true: an event that happens meanwhile waits in its stream, and what the last kept event
 * tells is in what is read after it. Rejects where the journal cannot be read; the session is taken out again then.
 */
export async function openSession(
  params: ParamsOf<"session.open">,
  identity: Identity,
  from: Arrival["from"],
  server: ServerContext,
  socketSide: (language: Session["language"]) => SocketSide,
): Promise<Opened> {
  const language = languageOf(params.language);
  const session: Session = {
    id: newId(server.clock, server.crypto),
    identity,
    installation: params.client?.installation ?? "",
    from,
    language,
    ...socketSide(language),
  };
  server.sessions.add(session);
  try {
    const { pos } = identity;
    const lastEvent = await server.journal.lastSeq(pos);
    const open = await server.transactions.openOf(pos);
    const unacknowledged = await server.transactions.unacknowledgedOf(pos, UNACKNOWLEDGED_AT_ONCE + 1);
    const resume = resumeOf(params, lastEvent, server);
    if (knowsMore(params, lastEvent, server)) tellOfOlderJournal(pos, params.resumeAfter ?? 0, lastEvent, server);
    const { limits } = server;
    const rules = server.registry.find(pos);
    return {
      session,
      begin: () => session.stream.begin(resume === "replay" ? (params.resumeAfter ?? lastEvent) : lastEvent, lastEvent),
      reply: {
        session: session.id,
        pos,
        scopes: server.doorkeeper.scopesOf(identity),
        limits: {
          messageBytes: limits.messageBytes,
          requestsInFlight: limits.requestsInFlight,
          requestsPerSecond: limits.requestsPerSecond,
          sockets: limits.sockets,
          ...(rules?.limits === undefined ? {} : { operations: rules.limits }),
          ...(rules?.signingKey === undefined ? {} : { signed: true }),
        },
        lastEvent,
        resume,
        terminals: server.terminals.list().map((terminal) => terminalOnWire(terminal, language)),
        open: runningFirst(open)
          .slice(0, OPEN_AT_ONCE)
          .map((seen) => transactionOnWire(seen, language)),
        ...(open.length > OPEN_AT_ONCE ? { moreOpen: true } : {}),
        unacknowledged: unacknowledged
          .slice(0, UNACKNOWLEDGED_AT_ONCE)
          .map((seen) => transactionOnWire(seen, language)),
        more: unacknowledged.length > UNACKNOWLEDGED_AT_ONCE,
      },
    };
  } catch (error) {
    server.sessions.remove(session);
    throw error;
  }
}

function runningFirst(open: readonly Seen[]): readonly Seen[] {
  const isRunning = ({ transaction }: Seen) => transaction.outcome === undefined;
  return [...open.filter(isRunning), ...open.filter((seen) => !isRunning(seen)).reverse()];
}

function resumeOf(params: ParamsOf<"session.open">, lastEvent: number, server: ServerContext) {
  const { resumeAfter, journal } = params;
  if (resumeAfter === undefined) return "none";
  const samePast = journal === undefined || journal === server.transactions.journalId;
  return samePast && resumeAfter <= lastEvent ? "replay" : "reset";
}

/** Numbers are given in the commit that is on the disk before they are told: whoever was told a later one of this journal knew a newer one. */
function knowsMore({ resumeAfter, journal }: ParamsOf<"session.open">, lastEvent: number, server: ServerContext) {
  return resumeAfter !== undefined && resumeAfter > lastEvent && journal === server.transactions.journalId;
}

/** The word of one POS is no proof, and stops nobody's payments: a person has to look. */
function tellOfOlderJournal(pos: string, told: number, lastEvent: number, server: ServerContext): void {
  const text = `${pos} was told more than this journal knows: ${told} events, not ${lastEvent}. The data folder may be an older copy.`;
  const remedy =
    "If an old copy was put back, stop the service, put the newest one back or say `tillbridge journal adopt`, and compare the terminals' " +
    "receipts before anything is charged again.";
  server.log.error("journal.older", text, { pos, remedy });
  server.raise({ severity: "critical", code: "journalOlder", text, remedy }, pos);
}
