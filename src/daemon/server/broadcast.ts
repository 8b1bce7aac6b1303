import { unreachable } from "../../core/assert.ts";
import type { KeptEvent } from "../../journal/journal.ts";
import { timestamp, type Clock } from "../../core/ports.ts";
import type { EventBody } from "../../protocol/events.ts";
import type { DaemonEvent } from "../api.ts";
import type { Language } from "./advice.ts";
import type { KeptStreamEvent, StreamEvent } from "./event-stream.ts";
import { allows, type Doorkeeper } from "./auth.ts";
import type { Session, Sessions } from "./sessions.ts";
import { alarmOnWire, NOT_LIVE, sightingOnWire, terminalOnWire, transactionOnWire } from "./views.ts";

/**
 * Gives every session what is its own: a transaction's events to its POS and to nobody else but a subscribed administrator, and
 * what a pairing shows to those who may pair.
 */
export function broadcast(event: DaemonEvent, sessions: Sessions, doorkeeper: Doorkeeper, clock: Clock): void {
  for (const session of sessions.all()) {
    const ours = addressee(event) === session.identity.pos;
    const isAdministrators = event.kind === "pairing" || sessions.isSubscribed(session);
    const isTheirs = isAdministrators && allows(doorkeeper.scopesOf(session.identity), "admin");
    if (ours || isTheirs || isForAll(event)) {
      session.stream.push(streamEvent(event, ours, session, clock));
    }
  }
}

/** A kept event as it was written, for a replay. */
export function replayed(event: KeptEvent, language: Language): KeptStreamEvent {
  const { seq, at } = event;
  if (event.kind === "alarm") return { seq, at, body: alarmOnWire(event.alarm) };
  const { type, transaction } = event;
  const body = { type, transaction: transactionOnWire({ transaction, live: NOT_LIVE }, language) };
  return { seq, at, requestId: transaction.requestId, body };
}

function addressee(event: DaemonEvent): string | undefined {
  return "pos" in event ? event.pos : undefined;
}

/** What is nobody's own. */
const FOR_ALL: ReadonlySet<DaemonEvent["kind"]> = new Set([
  "terminalState",
  "terminalRemoved",
  "sighted",
  "sightingVanished",
]);

/** An alarm of a terminal and not of a payment concerns whoever may pay there. */
function isForAll(event: DaemonEvent): boolean {
  if (event.kind !== "alarm") return FOR_ALL.has(event.kind);
  return event.pos === undefined && (event.alarm.terminal !== undefined || event.ofSeveralTerminals === true);
}

function streamEvent(event: DaemonEvent, ours: boolean, { language }: Session, clock: Clock): StreamEvent {
  const body = bodyOf(event, language);
  const requestId = ours ? requestIdOf(event) : undefined;
  const seq = ours && "seq" in event ? event.seq : undefined;
  return {
    at: "at" in event ? event.at : timestamp(clock),
    ...(seq === undefined ? {} : { seq }),
    ...(requestId === undefined ? {} : { requestId }),
    body,
  };
}

function requestIdOf(event: DaemonEvent): string | undefined {
  if (event.kind === "told") return event.seen.transaction.requestId;
  return "requestId" in event ? event.requestId : undefined;
}

function bodyOf(event: DaemonEvent, language: Language): EventBody {
  switch (event.kind) {
    case "told":
      return { type: event.type, transaction: transactionOnWire(event.seen, language) };
    case "alarm":
      return alarmOnWire(event.alarm);
    case "progress": {
      const { kind: _kind, pos: _pos, ...progress } = event;
      return { type: "transaction.progress", ...progress };
    }
    case "receipt": {
      const { transaction, requestId, receipt } = event;
      return { type: "transaction.receipt", transaction, requestId, receipt };
    }
    case "prompt": {
      const { kind: _kind, pos: _pos, ...prompt } = event;
      return { type: "transaction.prompt", ...prompt };
    }
    case "terminalState":
      return { type: "terminal.state", terminal: terminalOnWire(event.terminal, language) };
    case "pairing": {
      const { kind: _kind, ...pairing } = event;
      return { type: "terminal.pairing", ...pairing };
    }
    case "terminalRemoved":
      return { type: "terminal.vanished", terminal: event.terminal };
    case "sighted":
      return { type: "terminal.appeared", sighting: sightingOnWire(event.seen) };
    case "sightingVanished":
      return { type: "terminal.vanished", sighting: sightingOnWire(event.seen) };
    default:
      return unreachable(event);
  }
}
