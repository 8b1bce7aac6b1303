import { refused, type Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { NotPerformedReason } from "../../core/outcome.ts";
import { withFields, type Clock, type Crypto, type Log } from "../../core/ports.ts";
import type { Capabilities, ClockReading, TerminalState } from "../../core/terminal.ts";
import { isStanding, stateOf } from "../../core/transaction.ts";
import type { DeviceReply, DeviceRequest, Vendor } from "../../drivers/driver.ts";
import type { Member, Seat } from "../account/seat.ts";
import type { DaemonEvent, PollAnswer, TerminalConfig, TerminalView } from "../api.ts";
import type { TransactionRecord } from "../record.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Records } from "../records.ts";
import { JournalFailure } from "../../journal/journal.ts";
import { Actor } from "./actor.ts";
import { nameOf } from "./device.ts";
import { Doubts, fenceView } from "./doubts.ts";
import type { Keyring } from "./keyring.ts";
import { LOOK } from "./items.ts";
import { Presence } from "./presence.ts";
import { Queue } from "./queue.ts";
import { Recognition } from "./recognition.ts";
import { Route, type FindPlaces, type Place } from "./route.ts";
import { settleSurely } from "./settling.ts";
import { REFUSED_IN, whyRefused, type StateRefusal } from "./state-refusals.ts";
import type { ConnectionSettings } from "./stream-connection.ts";

export type TerminalSettings = {
  readonly connection: ConnectionSettings;
  readonly maxWaiting: number;
  readonly queueLimitMs: number;
  /** After a restart the terminal is asked for at least this long before an overdue answer is called unknown. */
  readonly restartPatienceMs: number;
};

export type TerminalPorts = {
  readonly config: TerminalConfig;
  readonly vendor: Vendor;
  /** Validated, defaults filled in. */
  readonly settings: JsonObject;
  readonly place: Place;
  /** Where else it may be. */
  readonly find: FindPlaces;
  /** Whether no other terminal is at this place, or is being looked for there, now. */
  readonly isFree: (place: Place) => boolean;
  /** The other terminal of this vendor whose device has this serial number. */
  readonly ownerOf: (serialNumber: string) => string | undefined;
  /** The device of another terminal answers in its place. Answers whether the two change places now. */
  readonly metNeighbour: (owner: string) => boolean;
  /** Its `config` is another one now, and is to stand after a restart. */
  readonly keep: () => void;
  readonly keyring: Keyring;
  /** Of the account above it, or beside it. */
  readonly seat: Seat<unknown> | undefined;
  readonly records: Records;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder?: TerminalRecorder | undefined;
  readonly limits: TerminalSettings;
  readonly emit: (event: DaemonEvent) => void;
};

/** One card terminal as the rest of the daemon sees it: its queue, its fence, its state, and the actor that talks to it. */
export class Terminal {
  readonly #ports: TerminalPorts;
  #config: TerminalConfig;
  readonly #route: Route;
  readonly #doubts: Doubts;
  readonly #queue: Queue;
  readonly #actor: Actor<unknown>;
  readonly capabilities: Capabilities;
  #clock: ClockReading | undefined;
  #told = "";
  #isToTell = false;
  #whenIdle: (() => void)[] = [];
  #closing = false;
  #typedCodes = 0;

  constructor(ports: TerminalPorts) {
    const { config, vendor, settings, place, find, keyring, records, clock, crypto, limits, emit } = ports;
    this.#config = config;
    this.#ports = { ...ports, log: withFields(ports.log, { terminal: config.id }) };
    this.#doubts = new Doubts(records, () => {
      this.#actor.tell(LOOK);
    });
    this.capabilities = vendor.capabilities(settings);
    this.#queue = new Queue({
      clock,
      maxWaiting: limits.maxWaiting,
      queueLimitMs: limits.queueLimitMs,
      expired: (record) => {
        // Behind a doubt it is no use to try here again in a moment.
        this.#endQueued(record, this.#doubts.fence === undefined ? "queueLimit" : "terminalFenced");
      },
      moved: (record) => {
        this.#tellPlace(record);
      },
    });
    const recognition: Recognition = new Recognition({
      ...ports,
      terminal: config.id,
      serialNumber: config.serialNumber,
      isAtItsPlace: () => !route.isElsewhere,
      log: this.#ports.log,
      learned: (serialNumber) => {
        const { serialNumber: _before, ...rest } = this.#config;
        this.#keep({ ...rest, ...(serialNumber === undefined ? {} : { serialNumber }) });
      },
    });
    // Of what is found elsewhere nobody else could say whether it is this one.
    const route = new Route({
      place,
      find: async () => (recognition.serialNumber === undefined ? [] : find()),
      isFree: ports.isFree,
      clock,
    });
    this.#route = route;
    this.#actor = new Actor({
      terminal: config.id,
      vendor,
      settings,
      route,
      recognition,
      presence: new Presence({
        route,
        recognition,
        moved: (link) => {
          this.#ports.log.info("terminal.foundElsewhere", "found at another place", { link: JSON.stringify(link) });
          this.#keep({ ...this.#config, link });
        },
      }),
      keyring,
      seat: ports.seat,
      records,
      queue: this.#queue,
      doubts: this.#doubts,
      clock,
      crypto,
      log: this.#ports.log,
      recorder: ports.recorder,
      connection: limits.connection,
      clockTold: (reading) => (this.#clock = reading),
      emit,
      changed: () => this.#changed(),
    });
  }

  get id(): string {
    return this.#ports.config.id;
  }

  /** Where it is, or is being looked for, now. */
  get route(): JsonObject {
    return this.#route.place.link;
  }

  /** With what was found out about it since. */
  get config(): TerminalConfig {
    return this.#config;
  }

  get vendor(): Vendor {
    return this.#ports.vendor;
  }

  get settings(): JsonObject {
    return this.#ports.settings;
  }

  /** What the last process left in doubt is handed over before the link is opened, oldest first. */
  start(inDoubt: readonly TransactionRecord[]): void {
    for (const record of inDoubt) this.#takeOver(record);
    this.#ports.seat?.join(this.#member);
    if (this.#ports.config.disabled !== true) this.#actor.connection.start();
  }

  get state(): TerminalState {
    const { device, offlineWhy, runningOperation } = this.#actor;
    if (this.#ports.config.disabled === true) return "disabled";
    if (this.#doubts.fence !== undefined) return this.#doubts.fenced ? "fenced" : "recovering";
    if (device.unpaired !== undefined) return "unpaired";
    if (!device.ready) return offlineWhy === undefined ? "connecting" : "offline";
    return runningOperation !== undefined || this.#queue.length > 0 ? "busy" : "ready";
  }

  view(): TerminalView {
    const { vendor, settings } = this.#ports;
    const config = this.#config;
    const named = vendor.deviceOf?.(settings);
    const { device, offlineWhy, lastSeenMs, runningOperation } = this.#actor;
    const fence = this.#doubts.fence;
    const detail = device.unpaired ?? offlineWhy;
    return {
      id: config.id,
      vendor: vendor.id,
      link: config.link,
      state: this.state,
      capabilities: this.capabilities,
      queue: this.#queue.length,
      ...(named === undefined ? {} : { device: named }),
      ...(config.name === undefined ? {} : { name: config.name }),
      ...(config.serialNumber === undefined ? {} : { serialNumber: config.serialNumber }),
      ...(device.model === undefined ? {} : { model: device.model }),
      ...(device.identity === undefined ? {} : { identity: device.identity }),
      ...(fence === undefined ? {} : { fence: fenceView(fence.record) }),
      ...(lastSeenMs === undefined ? {} : { lastSeen: new Date(lastSeenMs).toISOString() }),
      ...(this.#clock === undefined ? {} : { clock: this.#clock }),
      ...(runningOperation === undefined ? {} : { busyWith: runningOperation.id }),
      ...(detail === undefined ? {} : { detail }),
      ...(device.ready ? { linkWorks: true } : {}),
    };
  }

  /** Keeps a place for a new operation, or says why none is taken now. A terminal that only has no time takes it. */
  reserve(): Result<Record<string, never>> {
    const reason = this.#closing ? "shuttingDown" : REFUSED_IN[this.state];
    if (reason !== undefined)
      return refused(reason, this.#whyRefused(reason), { terminal: this.id, ...this.#inTheWay() });
    if (!this.#queue.reserve()) {
      return refused("queueFull", `Terminal ${this.id} has ${this.#queue.length} waiting; try again.`, {
        terminal: this.id,
      });
    }
    return { kind: "done", value: {} };
  }

  release(): void {
    this.#queue.release();
  }

  enqueue(record: TransactionRecord): void {
    this.#queue.add(record);
    if (this.#closing && this.#queue.remove(record)) this.#endQueued(record, "restart");
    this.#actor.tell(LOOK);
  }

  /** Takes nothing new from now on, where nothing is under way; answers what is, with its transaction where there is one. */
  retire(): { readonly transaction?: string } | undefined {
    const { fence } = this.view();
    return fence === undefined ? this.retireForMove() : { transaction: fence.transaction };
  }

  /** The same, where its successor takes over what is in doubt. */
  retireForMove(): { readonly transaction?: string } | undefined {
    const { busyWith } = this.view();
    if (busyWith !== undefined) return { transaction: busyWith };
    if (this.#queue.taken > 0) return {};
    this.#closing = true;
    return undefined;
  }

  /** After it was retired: it goes on as it is. */
  restore(): void {
    this.#closing = false;
  }

  /** The transaction's durable state changed from outside: canceled, resolved, its fence lifted. */
  touched(record: TransactionRecord): void {
    if (record.transaction.outcome !== undefined && this.#queue.remove(record)) this.#ports.records.tidy(record.id);
    if (record.transaction.cancelRequested) this.#actor.tell({ kind: "cancel", record });
    this.#actor.tell(LOOK);
  }

  /** Queued operations of a POS that has gone: nobody may be shown the last customer's amount. */
  dropQueuedOf(pos: string): void {
    for (const record of this.#queue.records()) {
      if (record.transaction.pos === pos && this.#queue.remove(record)) this.#endQueued(record, "posGone");
    }
  }

  /** Whether this transaction is in doubt and keeps the terminal from working. */
  isFencedBy(record: TransactionRecord): boolean {
    return this.#doubts.of(record)?.fences === true;
  }

  answer(record: TransactionRecord, prompt: string, value: string): void {
    this.#actor.tell({ kind: "answer", record, prompt, value });
  }

  /** Asks the terminal itself and moves no money; while it is busy, the link is all that answers. */
  async poll(): Promise<PollAnswer> {
    if (!this.#actor.idle || this.#doubts.fence !== undefined) {
      const state = this.state;
      return {
        reachable: this.#actor.device.ready,
        asked: false,
        detail: this.view().detail ?? `the terminal is ${state}`,
      };
    }
    const { clock } = this.#ports;
    const startedMs = clock.monotonicMs();
    const reply = await this.#actor.ask({ kind: "probe" });
    if (reply.kind !== "answered") return { reachable: false, asked: true, detail: reply.why };
    return { reachable: true, asked: true, latencyMs: Math.round(clock.monotonicMs() - startedMs) };
  }

  /** The code goes to the keyring, and nothing but its name to the driver: it is in no state and in no trace. */
  pair(code: string | undefined): Promise<Result<JsonObject>> {
    if (code === undefined) return this.ask({ kind: "pair" });
    // Each has a name of its own for a while: a second technician must not change what the first one typed.
    this.#typedCodes = (this.#typedCodes + 1) % TYPED_CODES;
    const label = `typedCode${this.#typedCodes}`;
    this.#ports.keyring.label(label, code);
    return this.ask({ kind: "pair", code: label });
  }

  /** A report, a pairing or a device function; only while nothing runs, and in doubt only what keeps the evidence. */
  async ask(request: DeviceRequest): Promise<Result<JsonObject>> {
    const about = { terminal: this.id };
    const name = nameOf(request);
    if (this.#doubts.fence !== undefined && !(this.#doubts.fenced && this.#keepsEvidence(request))) {
      return refused(
        "terminalFenced",
        `Terminal ${this.id} has transaction ${this.#doubts.fence.record.id} in doubt, and ${name} could wipe the evidence. ` +
          "Wait for its end, or resolve it first; lifting the fence leaves it to a person.",
        { ...about, ...this.#inTheWay() },
      );
    }
    const pairs = request.kind === "pair" && this.state === "unpaired";
    if (!this.#actor.idle && this.#doubts.fence === undefined && !pairs) {
      const reason = REFUSED_IN[this.state] ?? "terminalBusy";
      return refused(reason, `${this.#whyRefused(reason)} ${name} needs an idle terminal.`, about);
    }
    const reply: DeviceReply = await this.#actor.ask(request);
    switch (reply.kind) {
      case "answered":
        return { kind: "done", value: reply.data };
      case "refused":
        return refused("unsupportedOperation", `Terminal ${this.id} refused ${name}: ${reply.why}.`, about);
      case "noAnswer":
        return refused("terminalOffline", `Terminal ${this.id} did not answer ${name}: ${reply.why}.`, about);
    }
  }

  #keepsEvidence(request: DeviceRequest): boolean {
    return request.kind === "report" && this.#ports.vendor.reports[request.report]?.keepsEvidence === true;
  }

  /** The machine slept. */
  wake(gapMs: number): void {
    this.#actor.tell({ kind: "renew", why: "the machine slept", gapMs });
  }

  /** Nobody has proved to be it on its link, and nothing runs that would. */
  get isLost(): boolean {
    return !this.#actor.device.ready && this.#actor.runningOperation === undefined;
  }

  /** Its device was met at this place, or may be there. */
  moveTo(place: Place): void {
    this.#config = { ...this.#config, link: place.link };
    this.#route.settle(place);
    this.#actor.tell({
      kind: "renew",
      why: "it has changed places with another terminal",
      gapMs: Number.POSITIVE_INFINITY,
    });
    this.#actor.connection.tryNow();
  }

  /** What kept its link from being opened may be over. */
  tryNow(): void {
    this.#actor.connection.tryNow();
  }

  /** What was found out about it belongs in its configuration: which device it is, and where. */
  #keep(config: TerminalConfig): void {
    this.#config = config;
    this.#ports.keep();
  }

  /** Ends in order: nothing new, what waits is told so, what runs gets its time and is else left to the recovery. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    for (const record of this.#queue.records()) {
      if (this.#queue.remove(record)) this.#endQueued(record, "restart");
    }
    await this.#idleWithin(graceMs);
    await this.#actor.close();
    await this.#ports.seat?.leave(this.#member);
    this.#doubts.clear();
  }

  #idleWithin(graceMs: number): Promise<void> {
    if (this.#actor.runningOperation === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const limit = this.#ports.clock.after(graceMs, resolve);
      this.#whenIdle.push(() => {
        limit.cancel();
        resolve();
      });
    });
  }

  /** As its account knows it. */
  readonly #member: Member<unknown> = {
    accountChanged: (usability) => this.#actor.accountChanged(usability),
    told: (message, ticket) => this.#actor.hear(message, ticket),
    worksFor: (ticket) => this.#actor.worksFor(ticket),
    device: () => this.#ports.vendor.deviceOf?.(this.#ports.settings),
    knows: (ticket) => this.#knows(ticket),
  };

  async #knows(ticket: string): Promise<boolean> {
    const { records, log } = this.#ports;
    try {
      return (await records.journal.byTicket(this.id, ticket)) !== undefined;
    } catch (failure) {
      if (!(failure instanceof JournalFailure)) throw failure;
      log.error("transaction.ownerUnknown", "the payment's owner is not known", { ticket, why: failure.message });
      return false;
    }
  }

  #takeOver(record: TransactionRecord): void {
    if (isStanding(record.transaction)) return this.#actor.follow(record);
    const { clock, limits, vendor } = this.#ports;
    const { dispatched, operation } = record.transaction;
    this.#doubts.add(record, "restart", vendor.fences(operation.type));
    if (dispatched === undefined || stateOf(record.transaction) === "settled") return;
    const now = clock.now();
    const clockWasSetBack = now < Date.parse(dispatched.at);
    const remainingMs = clockWasSetBack ? 0 : Date.parse(dispatched.deadline) - now;
    this.#actor.resume(record, Math.max(remainingMs, limits.restartPatienceMs));
  }

  #endQueued(record: TransactionRecord, reason: NotPerformedReason): void {
    void settleSurely(record, { kind: "notPerformed", reason }, this.#ports).then(() => {
      this.#ports.records.tidy(record.id);
      this.#changed();
    });
  }

  #tellPlace(record: TransactionRecord): void {
    const { pos, requestId } = record.transaction;
    const queuePosition = record.live.queuePosition;
    // The first one at an idle terminal is taken at once: it has no place to be told.
    if (queuePosition === undefined || (queuePosition === 1 && this.#actor.idle)) return;
    this.#ports.emit({
      kind: "progress",
      pos,
      transaction: record.id,
      requestId,
      stage: "waitingForTerminal",
      queuePosition,
    });
  }

  #changed(): void {
    if (this.#actor.runningOperation === undefined) for (const idle of this.#whenIdle.splice(0)) idle();
    if (this.#isToTell) return;
    this.#isToTell = true;
    // At the end of the turn: how it came out is told, and the result of an operation is told before.
    process.nextTick(() => {
      this.#isToTell = false;
      this.#tellState();
    });
  }

  #tellState(): void {
    const view = this.view();
    const told = JSON.stringify([view.state, view.busyWith, view.queue, view.fence, view.identity, view.detail]);
    if (told === this.#told) return;
    this.#told = told;
    this.#ports.emit({ kind: "terminalState", terminal: view });
  }

  #inTheWay(): { readonly transaction?: string } {
    const fence = this.#doubts.fence;
    return fence === undefined ? {} : { transaction: fence.record.id };
  }

  #whyRefused(reason: StateRefusal): string {
    const { device, offlineWhy } = this.#actor;
    const inTheWay = this.#inTheWay().transaction;
    return whyRefused(reason, { terminal: this.id, state: this.state, device, offlineWhy, inTheWay });
  }
}

const TYPED_CODES = 16;
