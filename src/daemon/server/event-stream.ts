import type { EventBody, EventOnWire } from "../../protocol/events.ts";

/** An event on its way to one socket. With `seq` it is one of the POS's kept events. */
export type StreamEvent = {
  readonly at: string;
  readonly seq?: number;
  /** Of the transaction that it is about. */
  readonly requestId?: string;
  readonly body: EventBody;
};

export type KeptStreamEvent = StreamEvent & { readonly seq: number };

export type EventStreamPorts = {
  send(event: EventOnWire): void;
  /** The client has much to read yet: what is replayed waits until that has left. */
  isBehind(): boolean;
  /** When what was sent has left: a replay goes no faster than the client reads. */
  flushed(): Promise<void>;
  /** Kept events after this number, the oldest first. */
  keptAfter(seq: number, limit: number): Promise<readonly KeptStreamEvent[]>;
  /** The stream cannot go on: the client connects again and resumes. */
  failed(why: "tooSlow" | "notReadable", error?: unknown): void;
};

/**
 * The events of one socket in their order: each kept number once and none left out, whatever order they come in. What is missing
 * is read from the journal, which is also how a replay works.
 */
export interface EventStream {
  push(event: StreamEvent): void;
  /** A start with this request id is being answered: its events wait, and those behind them, until the answer was sent. */
  holdFor(requestId: string): () => void;
  /** Begins to send: the kept events after `after` up to `upTo` from the journal, then what was pushed. */
  begin(after: number, upTo: number): void;
  end(): void;
}

const PAGE = 100;

export function createEventStream(ports: EventStreamPorts, waitingEvents: number): EventStream {
  const waiting: StreamEvent[] = [];
  const held = new Map<string, number>();
  let state: "notBegun" | "live" | "reading" | "ended" = "notBegun";
  let lastSeq = 0;
  /** Kept events up to this one are known to exist. */
  let wantedSeq = 0;
  /** So many of those that wait were read from the journal: they can wait for the client, and cost no more than a page. */
  let fromJournal = 0;

  const end = () => {
    state = "ended";
    waiting.length = 0;
  };

  const fail = (why: "tooSlow" | "notReadable", error?: unknown) => {
    if (state === "ended") return;
    end();
    ports.failed(why, error);
  };

  const pump = () => {
    while (state === "live") {
      const head = waiting[0];
      if (head?.requestId !== undefined && held.has(head.requestId)) return;
      const next = head?.seq === lastSeq + 1;
      if (head?.seq !== undefined && !next) wantedSeq = Math.max(wantedSeq, head.seq - 1);
      if (lastSeq < wantedSeq && !next) {
        void readMissing();
        return;
      }
      if (head === undefined) return;
      if (fromJournal > 0 && ports.isBehind()) {
        void waitForReader();
        return;
      }
      waiting.shift();
      fromJournal = Math.max(0, fromJournal - 1);
      if (next) lastSeq += 1;
      const isNew = head.seq === undefined || next;
      if (isNew) ports.send({ seq: lastSeq, at: head.at, kept: next, ...head.body });
    }
  };

  const readMissing = async () => {
    state = "reading";
    try {
      await ports.flushed();
      const page = await ports.keptAfter(lastSeq, PAGE);
      if (isOver()) return;
      // What the journal has no more was pruned: the next one that it has follows.
      lastSeq = Math.max(lastSeq, (page[0]?.seq ?? wantedSeq + 1) - 1);
      waiting.unshift(...page);
      fromJournal = page.length;
      state = "live";
      pump();
    } catch (error) {
      fail("notReadable", error);
    }
  };

  const waitForReader = async () => {
    state = "reading";
    await ports.flushed();
    if (isOver()) return;
    state = "live";
    pump();
  };

  const isOver = () => state === "ended";

  return {
    push: (event) => {
      if (isOver()) return;
      waiting.push(event);
      pump();
      if (waiting.length > waitingEvents) fail("tooSlow");
    },
    holdFor: (requestId) => {
      held.set(requestId, (held.get(requestId) ?? 0) + 1);
      return () => {
        const holders = (held.get(requestId) ?? 1) - 1;
        if (holders > 0) held.set(requestId, holders);
        else held.delete(requestId);
        pump();
      };
    },
    begin: (after, upTo) => {
      if (state !== "notBegun") return;
      lastSeq = after;
      wantedSeq = upTo;
      state = "live";
      // The reply to the opening may be large: what comes behind it is no flood.
      if (ports.isBehind()) void waitForReader();
      else pump();
    },
    end,
  };
}
