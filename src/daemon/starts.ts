import { refused, type Refusal } from "../core/errors.ts";
import type { Fact } from "../core/facts.ts";
import { newId } from "../core/ids.ts";
import { timestamp, type Clock, type Crypto, type Log, type SignatureCheck } from "../core/ports.ts";
import { assert } from "../core/assert.ts";
import type { PosLimit } from "../core/pos.ts";
import { worthOf } from "../core/pos-limits.ts";
import { isPractice, PRACTICE_TERMINAL } from "../core/practice.ts";
import { foldFacts, type Transaction } from "../core/transaction.ts";
import type { Appended, Found } from "../journal/journal.ts";
import { capabilityFault, cardNumberFault, originalFault, referenceFault } from "./admission.ts";
import { Allowances, type Held } from "./allowances.ts";
import type { DaemonEvent, PosRules, StartRequest } from "./api.ts";
import type { Intake } from "./intake.ts";
import { originalsNamed } from "./named-originals.ts";
import type { TerminalsInUse } from "./practice/stage.ts";
import type { TransactionRecord } from "./record.ts";
import type { Records } from "./records.ts";
import { signatureFault } from "./signatures.ts";
import type { Spending } from "./spending.ts";
import { settleSurely } from "./terminal/settling.ts";
import type { Terminal } from "./terminal/terminal.ts";

type Ports = {
  readonly records: Records;
  readonly terminals: TerminalsInUse;
  readonly clock: Clock;
  readonly crypto: Crypto & SignatureCheck;
  readonly log: Log;
  readonly settings: { readonly appendLimitMs: number };
  /** As they are now; undefined for a POS that was taken away. */
  readonly rulesOf: (pos: string) => PosRules | undefined;
  readonly spending: Spending;
  readonly intake: Intake;
  readonly emit: (event: DaemonEvent) => void;
};

/** One try of one request. `begunMs`: monotonic clock, when it was read. */
type Try = {
  readonly pos: string;
  readonly request: StartRequest;
  readonly content: string;
  readonly begunMs: number;
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
  /** Tries that are not at their end, with those of the same request before them. */
  readonly #tries = new Map<string, Promise<unknown>>();
  readonly #allowances: Allowances;
  #closed = false;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#allowances = new Allowances(ports.spending);
  }

  close(): void {
    this.#closed = true;
  }

  /** Reads what its limits need before its first customer waits for that. What fails here is tried again then. */
  prepare(pos: string): void {
    const { rulesOf, spending } = this.#ports;
    if ((rulesOf(pos)?.limits ?? []).length > 0) spending.learn(pos).catch(() => undefined);
  }

  /** Whoever is refused takes it for a proof that nothing is stored: so it waits for what an earlier try of the same request comes to. */
  async start(pos: string, request: StartRequest, content: string): Promise<Start> {
    const key = keyOf(pos, request);
    const before = this.#tries.get(key);
    const start = this.#inTurn({ pos, request, content, begunMs: this.#ports.clock.monotonicMs() });
    const over = Promise.allSettled([before, start]);
    this.#tries.set(key, over);
    void over.then(() => {
      if (this.#tries.get(key) === over) this.#tries.delete(key);
    });
    const started = await start;
    if (started.kind === "refused") await before;
    return started;
  }

  async #inTurn(tried: Try): Promise<Start> {
    const { operation, terminal: place } = tried.request;
    const named = operation.original;
    if (named === undefined) return this.#start(tried, []);
    const terminal = this.#ports.terminals.get(place);
    const alike = terminal === undefined ? [] : await originalsNamed(this.#ports.records.journal, operation, terminal);
    const ids = "transaction" in named ? [named.transaction] : alike.map(({ id }) => id);
    const before = Promise.all(ids.flatMap((id) => this.#originals.get(id) ?? []));
    const turn = before.then(() => this.#start(tried, alike));
    const settled = turn.catch(() => undefined);
    for (const id of ids) this.#originals.set(id, settled);
    try {
      return await turn;
    } finally {
      for (const id of ids) if (this.#originals.get(id) === settled) this.#originals.delete(id);
    }
  }

  async #start(tried: Try, alike: readonly Transaction[]): Promise<Start> {
    const { pos, request } = tried;
    const { terminals, records, rulesOf } = this.#ports;
    if (this.#closed)
      return refused("shuttingDown", "The service is shutting down; ask again with the same request id.");
    if (request.journal !== undefined && request.journal !== records.journal.id) {
      const why =
        "This is not the journal that knew the first try. A person has to look before anything is charged again.";
      return refused("journalChanged", why);
    }
    // A customer's payment at the practice terminal would look as if it had been paid.
    const isOnlyPractised = request.terminal === PRACTICE_TERMINAL && !isPractice({ pos, ...request });
    const terminal = isOnlyPractised ? undefined : terminals.get(request.terminal);
    if (terminal === undefined) {
      return refused("terminalNotFound", `There is no terminal ${request.terminal}.`, { terminal: request.terminal });
    }
    const unsigned = signatureFault(rulesOf(pos)?.signingKey, pos, request, this.#ports);
    if (unsigned !== undefined) return unsigned;
    const card = cardNumberFault(request);
    if (card.kind === "refused") return card;
    const capability = capabilityFault(terminal, request.operation);
    if (capability.kind === "refused") return capability;
    const original = await originalFault(records, request, alike);
    if (original.kind === "refused") return original;
    const limits = await this.#limitsOn(pos, request);
    if (limits === undefined) return refused("unauthorized", `${pos} was taken away by an administrator.`);
    if (this.#leftMs(tried) <= 0) return TOO_SLOW;
    // Nothing is waited for between these looks and the marks that the next ones find.
    const entered = this.#ports.intake.enter();
    if (entered.kind === "refused") return entered;
    using _entered = entered.value;
    const reference = this.#referenceFault(pos, request);
    if (reference !== undefined) return reference;
    // Named as the terminal calls it, it may be another one that is taken back.
    const isOurs = original.value !== undefined && "transaction" in (request.operation.original ?? {});
    const worth = isOurs ? worthOf(original.value) : undefined;
    const held = this.#allowances.hold({ pos, request, worth }, limits);
    if (held.kind === "refused") return held;
    const place = terminal.reserve();
    if (place.kind === "done") return await this.#store(terminal, tried, original.value, held.value);
    held.value.release();
    return place;
  }

  /** As they are at the moment of the answer, when it is known what was spent of them; undefined for a POS that was taken away. */
  async #limitsOn(pos: string, { operation }: StartRequest): Promise<readonly PosLimit[] | undefined> {
    const { rulesOf, spending } = this.#ports;
    for (;;) {
      const rules = rulesOf(pos);
      const limits = rules?.limits?.filter((limit) => limit.operation === operation.type) ?? [];
      if (limits.length === 0 || spending.isKnown(pos)) return rules === undefined ? undefined : limits;
      await spending.learn(pos);
    }
  }

  #referenceFault(pos: string, request: StartRequest): Extract<Start, { kind: "refused" }> | undefined {
    const { reference } = request.operation;
    const fault = referenceFault(this.#ports.records, request.operation);
    if (fault.kind === "refused") return fault;
    const storing = reference === undefined ? undefined : this.#references.get(reference);
    if (storing === undefined || storing === keyOf(pos, request)) return undefined;
    return refused("referenceInDoubt", `Another operation with reference ${reference ?? ""} is just being started.`);
  }

  async #store(terminal: Terminal, tried: Try, original: Transaction | undefined, held: Held): Promise<Start> {
    const { clock, crypto, records } = this.#ports;
    const { pos, request, content } = tried;
    const id = newId(clock, crypto);
    const fact: Fact = {
      kind: "accepted",
      at: timestamp(clock),
      pos,
      requestId: request.requestId,
      terminal: terminal.id,
      operation: request.operation,
      content,
      ...(original === undefined ? {} : { original: original.id }),
    };
    const { reference } = request.operation;
    if (reference !== undefined) this.#references.set(reference, keyOf(pos, request));
    let enqueued = false;
    try {
      const appending = records.journal.append({ transaction: id, place: 0, facts: [fact] });
      const storedLate = (late: Appended): void => this.#settleLate(id, this.#add(id, fact, late, original));
      const appended = await this.#withinLimit(appending, this.#leftMs(tried), storedLate);
      if (appended === undefined) return TOO_SLOW;
      if (appended.kind === "duplicate") return { kind: "duplicate", found: appended.stored };
      const record = this.#add(id, fact, appended, original);
      terminal.enqueue(record);
      enqueued = true;
      return { kind: "started", record };
    } finally {
      if (!enqueued) terminal.release();
      held.release();
      if (reference !== undefined) this.#references.delete(reference);
    }
  }

  #add(id: string, fact: Fact, appended: Appended, original: Transaction | undefined): TransactionRecord {
    const { records, spending, emit } = this.#ports;
    assert(appended.kind === "appended", "an accepted fact claims no movement");
    const folded = foldFacts(id, [fact]);
    assert(folded.kind === "legal", "an accepted fact folds");
    const record = records.add(folded.transaction);
    spending.changed(folded.transaction, original === undefined ? undefined : worthOf(original));
    for (const { pos, seq } of appended.told) {
      const seen = { transaction: folded.transaction, live: record.live };
      emit({ kind: "told", pos, seq, at: fact.at, type: "transaction.accepted", seen });
    }
    return record;
  }

  /** Nothing is stored later than `appendLimitMs` after it was read: whoever finds nothing then may believe it. */
  #leftMs({ begunMs }: Try): number {
    const { clock, settings } = this.#ports;
    return begunMs + settings.appendLimitMs - clock.monotonicMs();
  }

  /** Undefined when the journal was too slow. */
  async #withinLimit(
    appending: Promise<Appended>,
    leftMs: number,
    storedLate: (appended: Appended) => void,
  ): Promise<Appended | undefined> {
    let late = false;
    const limit = new Promise<undefined>((resolve) => {
      const timer = this.#ports.clock.after(leftMs, () => {
        late = true;
        resolve(undefined);
      });
      appending.then(
        (appended) => {
          timer.cancel();
          if (late && appended.kind === "appended") storedLate(appended);
        },
        () => {
          timer.cancel();
        },
      );
    });
    return Promise.race([appending, limit]);
  }

  /** What is stored after all, when the POS was told that it took too long, is told as never sent. */
  #settleLate(id: string, record: TransactionRecord): void {
    void settleSurely(record, { kind: "notPerformed", reason: "notSent" }, this.#ports).then(() => {
      this.#ports.records.tidy(id);
    });
  }
}

const TOO_SLOW = refused(
  "timeout",
  "The journal is too slow to store the request just now. Ask again with the same request id.",
);

function keyOf(pos: string, request: StartRequest): string {
  return `${pos} ${request.requestId}`;
}
