import { refused, type Refusal } from "../core/errors.ts";
import type { Fact } from "../core/facts.ts";
import { newId } from "../core/ids.ts";
import { timestamp, type Clock, type Crypto, type Log } from "../core/ports.ts";
import { assert } from "../core/assert.ts";
import { foldFacts } from "../core/transaction.ts";
import type { Appended, Found } from "../journal/journal.ts";
import { capabilityFault, originalFault, referenceFault } from "./admission.ts";
import type { DaemonEvent, StartRequest } from "./api.ts";
import type { TransactionRecord } from "./record.ts";
import type { Records } from "./records.ts";
import { settleSurely } from "./terminal/settling.ts";
import type { Terminal } from "./terminal/terminal.ts";

type Ports = {
  readonly records: Records;
  readonly terminals: ReadonlyMap<string, Terminal>;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly settings: { readonly appendLimitMs: number };
  readonly emit: (event: DaemonEvent) => void;
};

export type Start =
  | { readonly kind: "started"; readonly record: TransactionRecord }
  | { readonly kind: "duplicate"; readonly found: Found }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Takes new operations: the checks of the world, then the fact on the disk, then the terminal's queue. */
export class Starts {
  readonly #ports: Ports;
  /** References of operations that are being stored: two at once must not both believe that they are the only one. */
  readonly #references = new Map<string, string>();
  /** One at a time for each original, so that two refunds cannot both see the same rest. */
  readonly #originals = new Map<string, Promise<unknown>>();
  #closed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  close(): void {
    this.#closed = true;
  }

  async start(pos: string, request: StartRequest, content: string): Promise<Start> {
    const named = request.operation.original;
    if (named === undefined || !("transaction" in named)) return this.#start(pos, request, content);
    const before = this.#originals.get(named.transaction) ?? Promise.resolve();
    const turn = before.then(() => this.#start(pos, request, content));
    const settled = turn.catch(() => undefined);
    this.#originals.set(named.transaction, settled);
    try {
      return await turn;
    } finally {
      if (this.#originals.get(named.transaction) === settled) this.#originals.delete(named.transaction);
    }
  }

  async #start(pos: string, request: StartRequest, content: string): Promise<Start> {
    const { terminals, records } = this.#ports;
    if (this.#closed)
      return refused("shuttingDown", "The service is shutting down; ask again with the same request id.");
    if (request.journal !== undefined && request.journal !== records.journal.id) {
      const why =
        "This is not the journal that knew the first try. A person has to look before anything is charged again.";
      return refused("journalChanged", why);
    }
    const terminal = terminals.get(request.terminal);
    if (terminal === undefined) {
      return refused("terminalNotFound", `There is no terminal ${request.terminal}.`, { terminal: request.terminal });
    }
    const capability = capabilityFault(terminal, request.operation);
    if (capability.kind === "refused") return capability;
    const original = await originalFault(records, request);
    if (original.kind === "refused") return original;
    // Nothing is waited for between this look and the mark that the next one finds.
    const reference = this.#referenceFault(pos, request);
    if (reference !== undefined) return reference;
    const place = terminal.reserve();
    if (place.kind === "refused") return place;
    return this.#store(terminal, pos, request, content, original.value?.id);
  }

  #referenceFault(pos: string, request: StartRequest): Extract<Start, { kind: "refused" }> | undefined {
    const { reference } = request.operation;
    const fault = referenceFault(this.#ports.records, request.operation);
    if (fault.kind === "refused") return fault;
    const storing = reference === undefined ? undefined : this.#references.get(reference);
    if (storing === undefined || storing === keyOf(pos, request)) return undefined;
    return refused("referenceInDoubt", `Another operation with reference ${reference ?? ""} is just being started.`);
  }

  async #store(
    terminal: Terminal,
    pos: string,
    request: StartRequest,
    content: string,
    original: string | undefined,
  ): Promise<Start> {
    const { clock, crypto, records, emit } = this.#ports;
    const id = newId(clock, crypto);
    const fact: Fact = {
      kind: "accepted",
      at: timestamp(clock),
      pos,
      requestId: request.requestId,
      terminal: terminal.id,
      operation: request.operation,
      content,
      ...(original === undefined ? {} : { original }),
    };
    const { reference } = request.operation;
    if (reference !== undefined) this.#references.set(reference, keyOf(pos, request));
    let enqueued = false;
    try {
      const appending = records.journal.append({ transaction: id, place: 0, facts: [fact] });
      const appended = await this.#withinLimit(appending, id, fact);
      if (appended === undefined) {
        const why = "The journal is too slow to store the request just now. Ask again with the same request id.";
        return refused("timeout", why);
      }
      if (appended.kind === "duplicate") return { kind: "duplicate", found: appended.stored };
      const record = this.#add(id, fact, appended, emit);
      terminal.enqueue(record);
      enqueued = true;
      return { kind: "started", record };
    } finally {
      if (!enqueued) terminal.release();
      if (reference !== undefined) this.#references.delete(reference);
    }
  }

  #add(id: string, fact: Fact, appended: Appended, emit: (event: DaemonEvent) => void): TransactionRecord {
    assert(appended.kind === "appended", "an accepted fact claims no movement");
    const folded = foldFacts(id, [fact]);
    assert(folded.kind === "legal", "an accepted fact folds");
    const record = this.#ports.records.add(folded.transaction);
    for (const { pos, seq } of appended.told) {
      const seen = { transaction: folded.transaction, live: record.live };
      emit({ kind: "told", pos, seq, at: fact.at, type: "transaction.accepted", seen });
    }
    return record;
  }

  /** Undefined when the journal was too slow. What is stored after all is told as never sent. */
  async #withinLimit(appending: Promise<Appended>, id: string, fact: Fact): Promise<Appended | undefined> {
    const { clock, settings, emit, records } = this.#ports;
    let late = false;
    const limit = new Promise<undefined>((resolve) => {
      const timer = clock.after(settings.appendLimitMs, () => {
        late = true;
        resolve(undefined);
      });
      appending.then(
        (appended) => {
          timer.cancel();
          if (!late || appended.kind !== "appended") return;
          const record = this.#add(id, fact, appended, emit);
          void settleSurely(record, { kind: "notPerformed", reason: "notSent" }, this.#ports).then(() => {
            records.tidy(id);
          });
        },
        () => {
          timer.cancel();
        },
      );
    });
    return Promise.race([appending, limit]);
  }
}

function keyOf(pos: string, request: StartRequest): string {
  return `${pos} ${request.requestId}`;
}
