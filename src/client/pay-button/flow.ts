import type { TransactionOnWire } from "../../protocol/transaction.ts";
import { isOfTheWorld, PaymentNotStarted, PaymentUnclear, RequestRefused } from "../errors.ts";
import type { StartedPayment } from "../payments.ts";
import { newRequestId } from "../request-id.ts";
import { lookUp } from "./look-up.ts";
import type { FlowPorts } from "./flow-ports.ts";
import {
  bindingOf,
  isOfOrder,
  isSameAsk,
  operationOf,
  requestIdOf,
  totalOf,
  type Order,
  type Reading,
} from "./order.ts";
import { heard, isFree, isUnderWay, mayBegin, progressed, type PayState } from "./state.ts";
import { candidatesFor } from "./terminal-choice.ts";
import type { Progress, Till } from "./till.ts";

/** One button's life: what it is to charge, what runs, what became of it. It knows no DOM. */
export class Flow {
  readonly #ports: FlowPorts;
  /** What this load of the page has begun, and what it was told of. */
  readonly #begun = new Set<string>();
  readonly #told = new Set<string>();
  #state: PayState = { kind: "ready" };
  #order: Order | undefined;
  #next: Reading | undefined;
  #paying: StartedPayment | undefined;
  #isBeginning = false;
  #stopListening: (() => void) | undefined;

  constructor(ports: FlowPorts) {
    this.#ports = ports;
  }

  get state(): PayState {
    return this.#state;
  }

  get order(): Order | undefined {
    return this.#order;
  }

  /** The attributes as they are now. What is under way is not touched by them. */
  ask(reading: Reading): void {
    if (isUnderWay(this.#state)) {
      this.#next = reading;
      return;
    }
    const before = this.#order;
    this.#order = reading.kind === "order" ? reading.order : undefined;
    if (reading.kind === "problem") this.#set({ ...reading, kind: "invalid" });
    else if (before !== undefined && isSameAsk(before, reading.order)) this.#ports.show(this.#state);
    else {
      this.#free();
      this.resume();
    }
  }

  press(): void {
    const of = this.#order;
    if (of === undefined || this.#isBeginning || !mayBegin(this.#state, of)) return;
    // At once, so that a double click finds it.
    this.#isBeginning = true;
    this.#set({ kind: "connecting" });
    this.#listen();
    void this.#begin(of)
      .catch((error: unknown) => this.#fail(error, of))
      .finally(() => (this.#isBeginning = false));
  }

  cancel(): void {
    const state = this.#state;
    if (state.kind !== "running" || state.cancel !== "can" || state.connection === "lost") return;
    this.#set({ ...state, cancel: "asked" });
    const { requestId } = state;
    const asked =
      this.#paying?.requestId === requestId
        ? this.#paying.cancel()
        : this.#ports.tills.current()?.call("transactions.cancel", { requestId });
    asked?.catch(() => {
      // It goes on, and its end says how. A cashier who sees this may cancel on the terminal.
      const now = this.#state;
      if (now.kind === "running" && now.requestId === requestId) this.#set({ ...now, cancel: "cannot" });
    });
  }

  /** Shows the button anew after an end that the page has dealt with. An order that is paid or in doubt stays so. */
  reset(): void {
    const state = this.#state;
    const over =
      state.kind === "ended" && (isFree(state.transaction) || state.transaction.outcome?.kind === "approved");
    if (over || state.kind === "refused" || state.kind === "unreachable") this.#free();
  }

  /** After a person has found out what became of an attempt of which the daemon cannot tell. */
  async forget(): Promise<void> {
    const state = this.#state;
    if (state.kind !== "unclear") return;
    for (const { attempt } of this.#ports.memory.attemptsOf(this.#binding(state.of))) {
      await this.#ports.tills.current()?.forget(attempt.requestId);
      this.#ports.memory.removeAttempt(attempt.requestId);
    }
    this.#set({ kind: "ready" });
  }

  /** Looks for what an earlier load of the page, or another tab, has begun. Never asks for anything. */
  resume(): void {
    const of = this.#order;
    if (of === undefined) return;
    if (this.#state.kind === "unreachable") this.#listen(); // It was moved within the page.
    if (this.#state.kind !== "ready") return;
    const untold = of.order === undefined ? this.#ports.memory.untold(this.#binding(of)) : undefined;
    if (untold !== undefined) this.#take(untold, of);
    this.#listen();
    const till = this.#ports.tills.current();
    if (till?.isOpen === true) void this.#lookQuietly(till, of);
  }

  /** The button left the page. What is paid goes on. */
  leave(): void {
    if (isUnderWay(this.#state)) return;
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  async #lookQuietly(till: Till, of: Order): Promise<void> {
    const found = await lookUp(till, this.#ports.memory, this.#ports, of).catch((error: unknown) => {
      if (isOfTheWorld(error)) return undefined; // A press of the button will tell.
      throw error;
    });
    if (this.#order !== of || this.#state.kind !== "ready" || found === undefined) return;
    if (found.kind === "is") this.#take(found.transaction, of);
    else if (this.#state.left === true) this.#set({ kind: "ready" });
    if (found.kind === "elsewhere") this.#set({ kind: "unclear", of, requestId: found.requestId, why: "elsewhere" });
  }

  async #begin(of: Order): Promise<void> {
    const till = await this.#connected();
    if (till === undefined) return;
    const found = await lookUp(till, this.#ports.memory, this.#ports, of);
    switch (found.kind) {
      case "is":
        return this.#take(found.transaction, of);
      case "elsewhere":
        return this.#doubt(of, found.requestId, "elsewhere");
      case "taken":
        return this.#refuse("requestIdReused", "The request id of this order belongs to another payment.", "notKnown");
      case "tooMany":
        return this.#refuse("tooManyAttempts", "", "notKnown");
      case "free": {
        const terminal = await this.#terminalFor(till, of);
        if (terminal !== undefined) await this.#pay(till, of, terminal, this.#requestIdFor(of, found.attempts));
        return;
      }
    }
  }

  /** The connection, paired where need be; undefined where there is none, and the cashier was told why. */
  async #connected(): Promise<Till | undefined> {
    const { memory, url } = this.#ports;
    for (let again = false; ;) {
      if (memory.pairing(url)?.token === undefined) {
        this.#set({ kind: "pairing" });
        const answered = await this.#ports.askPairing(again);
        if (answered === "dismissed") {
          this.#free();
          return undefined;
        }
        this.#set({ kind: "connecting" });
      }
      const till = this.#ports.tills.fresh();
      if (till === undefined) {
        // Paired, and the browser did not keep it.
        this.#refuse("storage", "", "notKnown");
        return undefined;
      }
      const readiness = await till.ready();
      if (readiness.kind === "open") return till;
      if (readiness.kind === "refused" && readiness.reason === "unauthorized") {
        // Another tab may have paired anew meanwhile: then there is another token.
        if (memory.pairing(url)?.token === till.token) memory.forgetToken(url);
        again = true;
        continue;
      }
      await this.#tellUnreachable(readiness.why);
      return undefined;
    }
  }

  async #terminalFor(till: Till, of: Order): Promise<string | undefined> {
    const { memory } = this.#ports;
    const candidates = await candidatesFor(till, memory, of);
    if (candidates.kind === "one") return candidates.terminal;
    if (candidates.kind === "none") {
      this.#refuse("noTerminal", this.#ports.whyNoTerminal(candidates.terminals, of), "free");
      return undefined;
    }
    this.#set({ kind: "choosing", terminals: candidates.terminals });
    const chosen = await this.#ports.askTerminal(candidates.terminals, memory.terminal());
    if (chosen !== undefined) memory.chooseTerminal(chosen);
    else if (this.#state.kind === "choosing") this.#set({ kind: "ready" });
    return chosen;
  }

  async #pay(till: Till, of: Order, terminal: string, requestId: string): Promise<void> {
    const operation = operationOf(of);
    this.#ports.memory.bind(requestId, this.#binding(of));
    this.#begun.add(requestId);
    this.#set({ kind: "running", of, requestId, terminal, total: totalOf(of), cancel: "can" });
    this.#ports.emit({ kind: "begin", requestId, terminal, operation });
    try {
      const { signature } = of;
      this.#paying = await till.pay({
        terminal,
        operation,
        requestId,
        ...(signature === undefined ? {} : { signature }),
      });
      this.#take(await this.#paying.ended, of);
    } catch (error) {
      if (!(await this.#isAnothers(till, of, error))) this.#fail(error, of);
    } finally {
      this.#paying = undefined;
    }
  }

  /** Somebody else was faster with this order: what runs, or was paid, is theirs and is shown. */
  async #isAnothers(till: Till, of: Order, error: unknown): Promise<boolean> {
    const refused = error instanceof PaymentNotStarted || error instanceof PaymentUnclear;
    if (!refused || !["referenceInDoubt", "requestIdReused"].includes(error.refusal?.reason ?? "")) return false;
    const found = await lookUp(till, this.#ports.memory, this.#ports, of).catch(() => undefined);
    if (found?.kind !== "is") return false;
    this.#set({ kind: "connecting" });
    this.#take(found.transaction, of);
    return true;
  }

  #fail(error: unknown, of: Order): void {
    if (error instanceof PaymentUnclear) return this.#doubt(of, error.requestId, error.message);
    const notStarted = error instanceof PaymentNotStarted;
    const refusal = notStarted ? error.refusal : error;
    const canceled = this.#state.kind === "running" && this.#state.cancel !== "can";
    if (notStarted && canceled) this.#refuse("canceled", error.message, "free");
    else if (refusal instanceof RequestRefused) {
      const isFree = notStarted && refusal.reason !== "referenceInDoubt";
      this.#refuse(refusal.reason, refusal.message, isFree ? "free" : "notKnown");
    } else if (notStarted || isOfTheWorld(error)) void this.#tellUnreachable(error.message);
    // The storage failed before anything left.
    else this.#refuse("storage", error instanceof Error ? error.message : "", "free");
  }

  async #tellUnreachable(told: string): Promise<void> {
    const wasOpen = this.#ports.tills.current()?.isOpen === true;
    const { reason, why, remedy } = await this.#ports.diagnose(told);
    this.#set({ kind: "unreachable", diagnosis: reason, why, remedy, ...this.#left() });
    this.#ports.emit({ kind: "error", reason, why, remedy });
    // It may have come back while it was looked into: nobody tells that twice.
    if (!wasOpen && this.#ports.tills.current()?.isOpen === true) await this.#opened();
  }

  #refuse(reason: string, why: string, order: "free" | "notKnown"): void {
    this.#set({ kind: "refused", reason, why, order });
    this.#ports.emit({ kind: "error", reason, why });
  }

  #doubt(of: Order, requestId: string, why: string): void {
    this.#set({ kind: "unclear", of, requestId, why });
    this.#ports.emit({ kind: "timeout", requestId });
  }

  /** What the daemon says about a transaction of this order. */
  #take(transaction: TransactionOnWire, of: Order): void {
    const now = heard(this.#state, of, transaction);
    if (now === this.#state) return;
    this.#set(now);
    const { outcome, id, requestId } = transaction;
    if (outcome === undefined) return;
    if (of.order === undefined && outcome.kind !== "unknown" && this.#ports.isThere()) {
      this.#ports.memory.told(this.#binding(of));
    }
    const told = `${id} ${outcome.revision}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    if (outcome.kind === "unknown") this.#ports.emit({ kind: "timeout", requestId, transaction });
    else this.#ports.emit({ kind: "complete", transaction, outcome, earlier: !this.#begun.has(requestId) });
  }

  #listen(): void {
    this.#stopListening ??= this.#ports.tills.listen({
      told: (transaction) => {
        const of = this.#orderOf(transaction);
        if (of !== undefined) this.#take(transaction, of);
      },
      progressed: (progress) => this.#progressed(progress),
      opened: () => void this.#opened(),
      lost: () => {
        if (this.#state.kind === "running") this.#set({ ...this.#state, connection: "lost" });
      },
    });
  }

  async #opened(): Promise<void> {
    const till = this.#ports.tills.current();
    if (till === undefined) return;
    if (this.#state.kind === "unreachable") this.#free();
    if (this.#state.kind === "running" && this.#state.connection === "lost") {
      const { connection: _connection, ...rest } = this.#state;
      this.#set(rest);
    }
    const state = this.#state;
    if (state.kind === "ready") {
      if (this.#order !== undefined) await this.#lookQuietly(till, this.#order);
      return;
    }
    // What this load of the page pays itself, the client follows.
    if (state.kind !== "running" || this.#paying !== undefined) return;
    const found = await till.find(state.requestId).catch(() => undefined);
    if (found === undefined || this.#state.kind !== "running" || this.#state.requestId !== state.requestId) return;
    if (typeof found === "object") this.#take(found, state.of);
    else this.#doubt(state.of, state.requestId, found);
  }

  #progressed({ requestId, stage, text, queuePosition }: Progress): void {
    const now = progressed(this.#state, { requestId, stage, text, queuePosition });
    if (now === this.#state) return;
    this.#set(now);
    this.#ports.emit({ kind: "progress", requestId, stage, ...(text === undefined ? {} : { text }) });
  }

  /** Of what runs, or else of what the button asks for now. */
  #orderOf(transaction: TransactionOnWire): Order | undefined {
    const state = this.#state;
    const { requestId } = transaction;
    // Another tab may have dealt with its end, and forgotten what it belonged to.
    if (state.kind === "running" && state.requestId === requestId) return state.of;
    if (state.kind === "ended" && state.transaction.requestId === requestId) return state.of;
    const of = state.kind === "running" || state.kind === "unclear" ? state.of : this.#order;
    if (of === undefined) return undefined;
    const isIts = isOfOrder(of, transaction) || this.#ports.memory.bindingOf(requestId) === this.#binding(of);
    return isIts ? of : undefined;
  }

  #requestIdFor(of: Order, attempts: number): string {
    if (of.requestId !== undefined) return of.requestId;
    return of.order === undefined ? newRequestId() : requestIdOf({ type: of.type, order: of.order }, attempts);
  }

  /** Nothing runs. What this browser remembers of the order was perhaps paid all the same. */
  #free(): void {
    this.#set({ kind: "ready", ...this.#left() });
  }

  #left(): { readonly left?: true } {
    const of = this.#next?.kind === "order" ? this.#next.order : this.#order;
    const isLeft = of !== undefined && this.#ports.memory.attemptsOf(this.#binding(of)).length > 0;
    return isLeft ? { left: true } : {};
  }

  #binding(of: Order): string {
    return bindingOf(of, this.#ports.place);
  }

  #set(now: PayState): void {
    this.#state = now;
    if (!isUnderWay(now) && this.#next !== undefined) {
      // From now on the button asks for this, below what became of the last one.
      const { kind } = this.#next;
      this.#order = kind === "order" ? this.#next.order : undefined;
      this.#next = undefined;
    }
    this.#ports.show(now);
  }
}
