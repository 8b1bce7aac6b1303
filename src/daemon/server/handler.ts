import { maskIssuedCards } from "../../codec/card-numbers.ts";
import { refused, type Result } from "../../core/errors.ts";
import { timestamp } from "../../core/ports.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../protocol/methods.ts";
import type { Caller, Person, TransactionName } from "../api.ts";
import type { Arrival } from "./arrival.ts";
import type { Doorkeeper } from "./auth.ts";
import type { PageLogins } from "./page-logins.ts";
import type { Pairings } from "./pairing.ts";
import type { ServerLimits, ServerPorts, ServerSettings } from "./ports.ts";
import { printable } from "./printable.ts";
import type { Admission } from "./rate.ts";
import type { RefusalAudit } from "./refusal-audit.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { Turns } from "./turns.ts";

/** What all sockets of one server share. */
export type ServerContext = ServerPorts & {
  readonly settings: ServerSettings;
  readonly limits: ServerLimits;
  readonly sessions: Sessions;
  readonly pairings: Pairings;
  readonly pageLogins: PageLogins;
  /** Asked at each try to log in on the page. */
  readonly admitPageLogin: () => Admission;
  /** Of the pages that this server itself serves; the first is the one of the plain door. */
  readonly ownOrigins: readonly string[];
  readonly doorkeeper: Doorkeeper;
  /** Changes to what is kept of a POS: one after the other, so that none undoes another one. */
  readonly posTurns: Turns;
  readonly refusals: RefusalAudit;
  /** Open, with a session or without one. */
  readonly sockets: () => number;
  /** What clients of this machine are shown. */
  readonly certificate: ServedCertificate;
  /** Where clients are served at this moment; the plain one first. */
  readonly openDoors: () => readonly OpenDoor[];
  readonly startedMs: number;
  /** Work that is begun now would be cut off by the daemon's end. */
  readonly isStopping: () => boolean;
};

export type OpenDoor = {
  readonly from: Arrival["from"];
  readonly url: string;
  /** Absent where there is none: in plain text, on this machine. */
  readonly certificateUntil?: string;
};

/** What is shown to clients that connect with TLS on this machine. */
interface ServedCertificate {
  /** Takes it as it lies in the home folder now. Answers where it is shown and until when; nothing where there is none. */
  reload(): Promise<{ readonly url: string; readonly notAfter: string } | undefined>;
}

export type Asked = {
  readonly server: ServerContext;
  readonly session: Session;
  readonly caller: Caller;
  /** Done once the reply was sent, whatever it was. */
  readonly afterReply: (then: () => void) => void;
};

type Handler<Name extends MethodName> = (
  params: ParamsOf<Name>,
  asked: Asked,
) => Result<ResultOf<Name>> | Promise<Result<ResultOf<Name>>>;

/** Answered by the socket itself, before there is a session. */
export type OpeningMethod = "session.open" | "session.pair";

export type Handlers<Name extends MethodName = Exclude<MethodName, OpeningMethod>> = {
  readonly [Each in Name]: Handler<Each>;
};

/** The value of a result in another shape; a refusal as it is. */
export function mapped<From, To>(result: Result<From>, to: (value: From) => To): Result<To> {
  return result.kind === "done" ? { kind: "done", value: to(result.value) } : result;
}

/** A transaction is named by its id or by the caller's own request id: by one of them. */
export function nameOf(params: {
  readonly transaction?: string;
  readonly requestId?: string;
}): Result<TransactionName> {
  const { transaction, requestId } = params;
  if (transaction !== undefined && requestId === undefined) return { kind: "done", value: { transaction } };
  if (requestId !== undefined && transaction === undefined) return { kind: "done", value: { requestId } };
  return refused("invalidParams", "Name the transaction by either `transaction` or `requestId`.", {
    field: "transaction",
  });
}

/** Who decides, and why, as it is kept for ever: a card's number that was typed into it is masked. */
export function personIn({ operator, reason }: Person): Person {
  return { operator: maskIssuedCards(operator), reason: maskIssuedCards(reason) };
}

/** What a person wrote may be long; the audit is no place for all of it. */
const MAX_DETAIL_CHARACTERS = 1_000;

/** Written into the journal for whoever asks later who did this. What was done stands also when it cannot be written. */
export async function record(server: ServerContext, what: string, by: string, detail: string): Promise<void> {
  const entry = { what, by, detail: printable(detail, MAX_DETAIL_CHARACTERS) };
  try {
    await server.journal.audit({ at: timestamp(server.clock), ...entry });
  } catch (error) {
    server.log.error("audit.failed", "An entry of the audit could not be written.", { ...entry, error: String(error) });
  }
}
