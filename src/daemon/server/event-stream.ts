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
  /** The client has so much to read yet that what can be left out should be. */
  isBehind(): boolean;
  /** A start with this request id is being answered: its events wait, and those behind them, until the answer was sent. */
  holdFor(requestId: string): () => void;
  /** Begins to send: the kept events after `after` up to `upTo` from the journal, then what was pushed. */
  begin(after: number, upTo: number): void;
  end(): void;
}

const PAGE = 100;

export function createEventStream(ports: EventStreamPorts, waitingEvents: number): EventStream {
  return new Stream(ports, waitingEvents);
}

class Stream implements EventStream {
  readonly #ports: EventStreamPorts;
  readonly #waitingEvents: number;
  readonly #waiting: StreamEvent[] = [];
  readonly #answers = createAnswers();
  #state: "notBegun" | "live" | "reading" | "ended" = "notBegun";
  #lastSeq = 0;
  /** Kept events up to this one are known to exist. */
  #wantedSeq = 0;
  /** So many of those that wait were read from the journal: they can wait for the client, and cost no more than a page. */
  #fromJournal = 0;

  constructor(ports: EventStreamPorts, waitingEvents: number) {
    this.#ports = ports;
    this.#waitingEvents = waitingEvents;
  }

  push(event: StreamEvent): void {
    if (this.#isOver()) return;
    this.#waiting.push(event);
    this.#pump();
    if (this.#waiting.length > this.#waitingEvents) this.#fail("tooSlow");
  }

  isBehind(): boolean {
    return this.#waiting.length * 2 > this.#waitingEvents || this.#ports.isBehind();
  }

  holdFor(requestId: string): () => void {
    const sent = this.#answers.owe(requestId);
    return () => {
      sent();
      this.#pump();
    };
  }

  begin(after: number, upTo: number): void {
    if (this.#state !== "notBegun") return;
    this.#lastSeq = after;
    this.#wantedSeq = upTo;
    this.#state = "live";
    // The reply to the opening may be large: what comes behind it is no flood.
    if (this.#ports.isBehind()) void this.#waitForReader();
    else this.#pump();
  }

  end(): void {
    this.#state = "ended";
    this.#waiting.length = 0;
  }

  #isOver(): boolean {
    return this.#state === "ended";
  }

  #fail(why: "tooSlow" | "notReadable", error?: unknown): void {
    if (this.#isOver()) return;
    this.end();
    this.#ports.failed(why, error);
  }

  #pump(): void {
    while (this.#state === "live") {
      const head = this.#waiting[0];
      if (this.#answers.areOwed(head?.requestId)) return;
      const next = head?.seq === this.#lastSeq + 1;
      if (head?.seq !== undefined && !next) this.#wantedSeq = Math.max(this.#wantedSeq, head.seq - 1);
      if (this.#lastSeq < this.#wantedSeq && !next) {
        void this.#readMissing();
        return;
      }
      if (head === undefined) return;
      if (this.#fromJournal > 0 && this.#ports.isBehind()) {
        void this.#waitForReader();
        return;
      }
      this.#waiting.shift();
      this.#fromJournal = Math.max(0, this.#fromJournal - 1);
      if (next) this.#lastSeq += 1;
      const isNew = head.seq === undefined || next;
      if (isNew) this.#ports.send({ seq: this.#lastSeq, at: head.at, kept: next, ...head.body });
    }
  }

  async #readMissing(): Promise<void> {
    this.#state = "reading";
    try {
      await this.#ports.flushed();
      const page = await this.#ports.keptAfter(this.#lastSeq, PAGE);
      if (this.#isOver()) return;
      // What the journal has no more was pruned: the next one that it has follows.
      this.#lastSeq = Math.max(this.#lastSeq, (page[0]?.seq ?? this.#wantedSeq + 1) - 1);
      this.#waiting.unshift(...page);
      this.#fromJournal = page.length;
      this.#state = "live";
      this.#pump();
    } catch (error) {
      this.#fail("notReadable", error);
    }
  }

  async #waitForReader(): Promise<void> {
    this.#state = "reading";
    await this.#ports.flushed();
    if (this.#isOver()) return;
    this.#state = "live";
    this.#pump();
  }
}

/** Answers to starts that were not sent yet, by their request ids. */
function createAnswers() {
  const owed = new Map<string, number>();
  return {
    areOwed: (requestId: string | undefined): boolean => requestId !== undefined && owed.has(requestId),
    owe: (requestId: string): (() => void) => {
      owed.set(requestId, (owed.get(requestId) ?? 0) + 1);
      return () => {
        const left = (owed.get(requestId) ?? 1) - 1;
        if (left > 0) owed.set(requestId, left);
        else owed.delete(requestId);
      };
    },
  };
}
