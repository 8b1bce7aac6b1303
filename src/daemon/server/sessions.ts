import type { CloseReason } from "../../protocol/version.ts";
import type { Language } from "./advice.ts";
import type { Arrival } from "./arrival.ts";
import type { Identity } from "./auth.ts";
import type { EventStream } from "./event-stream.ts";
import type { SessionHold } from "./session-hold.ts";

/** One POS's conversation on one socket. */
export type Session = {
  readonly id: string;
  readonly identity: Identity;
  /** Which installation of the POS program it is; empty where the client does not say. */
  readonly installation: string;
  readonly from: Arrival["from"];
  readonly language: Language;
  readonly stream: EventStream;
  /** While there is one, no new transaction is taken: it ends with the session. */
  readonly hold: SessionHold;
  /** The trace that this session listens to, by how to stop it. The one before is stopped. */
  keepTrace(stop: (() => void) | undefined): void;
  close(reason: CloseReason, why: string): void;
};

/** The sessions that are open, by POS. Tells when a POS comes and when its last session has gone. */
export interface Sessions {
  readonly count: number;
  all(): Iterable<Session>;
  of(pos: string): readonly Session[];
  /** Another installation has the name at this moment. */
  isOwnedByAnother(pos: string, installation: string): boolean;
  add(session: Session): void;
  remove(session: Session): void;
  /** Also hears what happens to the others. */
  subscribe(session: Session): void;
  isSubscribed(session: Session): boolean;
  /** Also those that are just being opened: from here on they hear nothing and nothing counts them. */
  closeAllOf(pos: string, reason: CloseReason, why: string): void;
  /** Those of a POS that may not come from there any more. */
  closeFromLan(pos: string, why: string): void;
  /** Those of one login of the technician's page. */
  closeLogin(login: string, why: string): void;
}

export function createSessions(presence: { posArrived(pos: string): void; posLeft(pos: string): void }): Sessions {
  const open = new Set<Session>();
  const subscribed = new Set<Session>();
  const of = (pos: string) => [...open].filter(({ identity }) => identity.pos === pos);
  const remove = (session: Session) => {
    subscribed.delete(session);
    if (open.delete(session) && of(session.identity.pos).length === 0) presence.posLeft(session.identity.pos);
  };
  const end = (session: Session, reason: CloseReason, why: string) => {
    session.close(reason, why);
    remove(session);
  };
  return {
    get count() {
      return open.size;
    },
    all: () => open,
    of,
    isOwnedByAnother: (pos, installation) => of(pos).some((session) => session.installation !== installation),
    add: (session) => {
      const first = of(session.identity.pos).length === 0;
      open.add(session);
      if (first) presence.posArrived(session.identity.pos);
    },
    remove,
    subscribe: (session) => void subscribed.add(session),
    isSubscribed: (session) => subscribed.has(session),
    closeAllOf: (pos, reason, why) => {
      for (const session of of(pos)) end(session, reason, why);
    },
    closeFromLan: (pos, why) => {
      for (const session of of(pos)) if (session.from === "lan") end(session, "tokenRevoked", why);
    },
    closeLogin: (login, why) => {
      for (const session of open) if (session.identity.login === login) end(session, "tokenRevoked", why);
    },
  };
}
