import { refused, type Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { NotPerformedReason } from "../../core/outcome.ts";
import { withFields, type Crypto } from "../../core/ports.ts";
import type { Capabilities, ClockReading, TerminalState } from "../../core/terminal.ts";
import { isStanding, stateOf } from "../../core/transaction.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { Member, Seat } from "../account/seat.ts";
import type { TerminalConfig, TerminalView } from "../api.ts";
import type { TransactionRecord } from "../record.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Records } from "../records.ts";
import { memberOf } from "./account-member.ts";
import { Actor } from "./actor.ts";
import { Condition } from "./condition.ts";
import { DeviceRequests } from "./device-requests.ts";
import { Doubts, fenceView } from "./doubts.ts";
import { FoundOut, type FoundOutPorts } from "./found-out.ts";
import type { Keyring } from "./keyring.ts";
import { LOOK } from "./items.ts";
import { LinkFaults } from "./link-faults.ts";
import { Queue } from "./queue.ts";
import type { Place } from "./route.ts";
import { settleSurely } from "./settling.ts";
import { REFUSED_IN } from "./state-refusals.ts";
import type { ConnectionSettings } from "./stream-connection.ts";
import { ToldState } from "./told-state.ts";

export type TerminalSettings = {
  readonly connection: ConnectionSettings;
  readonly maxWaiting: number;
  readonly queueLimitMs: number;
  /** After a restart the terminal is asked for at least this long before an overdue answer is called unknown. */
  readonly restartPatienceMs: number;
};

export type TerminalPorts = FoundOutPorts & {
  readonly vendor: Vendor;
  /** Validated, defaults filled in. */
  readonly settings: JsonObject;
  readonly keyring: Keyring;
  /** Of the account above it, or beside it. */
  readonly seat: Seat<unknown> | undefined;
  readonly records: Records;
  readonly crypto: Crypto;
  readonly recorder?: TerminalRecorder | undefined;
  readonly limits: TerminalSettings;
};

/** One card terminal as the rest of the daemon sees it: what it takes and gives up, where it is, and the actor that talks to it. */
export class Terminal {
  readonly #ports: TerminalPorts;
  readonly #foundOut: FoundOut;
  readonly #doubts: Doubts;
  readonly #queue: Queue;
  readonly #actor: Actor<unknown>;
  readonly #condition: Condition;
  readonly #toldState: ToldState;
  readonly #member: Member<unknown>;
  readonly #faults = new LinkFaults();
  readonly capabilities: Capabilities;
  /** What people want of the terminal itself, and not of a payment. */
  readonly deviceRequests: DeviceRequests;
  #clock: ClockReading | undefined;
  #whenIdle: (() => void)[] = [];
  #closing = false;

  constructor(ports: TerminalPorts) {
    const { config, vendor, settings, records, clock, limits, emit } = ports;
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
    this.#foundOut = new FoundOut(this.#ports);
    const { recognition, route, presence } = this.#foundOut;
    this.#actor = new Actor({
      ...this.#ports,
      terminal: config.id,
      route,
      recognition,
      presence,
      queue: this.#queue,
      doubts: this.#doubts,
      recorder: ports.recorder,
      faults: this.#faults,
      connection: limits.connection,
      clockTold: (reading) => (this.#clock = reading),
      changed: () => this.#changed(),
    });
    const parts = { ...this.#ports, terminal: config.id, actor: this.#actor, doubts: this.#doubts };
    const isDisabled = config.disabled === true;
    this.#condition = new Condition({ ...parts, isDisabled, queue: this.#queue });
    this.deviceRequests = new DeviceRequests({ ...parts, condition: this.#condition });
    this.#toldState = new ToldState({ view: () => this.view(), emit });
    this.#member = memberOf(parts);
  }

  get id(): string {
    return this.#ports.config.id;
  }

  /** Where it is, or is being looked for, now. */
  get route(): JsonObject {
    return this.#foundOut.route.place.link;
  }

  /** With what was found out about it since. */
  get config(): TerminalConfig {
    return this.#foundOut.config;
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
    return this.#condition.state;
  }

  view(): TerminalView {
    const { vendor, settings } = this.#ports;
    const { config, recognition } = this.#foundOut;
    const named = vendor.deviceOf?.(settings);
    const { device, lastSeenMs, runningOperation } = this.#actor;
    const { state, detail } = this.#condition;
    const fence = this.#doubts.fence;
    const turnedAway = recognition.turnedAwayBecause(detail);
    const linkFault = this.#faults.because(detail);
    return {
      id: config.id,
      vendor: vendor.id,
      link: config.link,
      state,
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
      ...(turnedAway === undefined ? {} : { turnedAway }),
      ...(linkFault === undefined ? {} : { linkFault }),
      ...(device.lacksSetting === undefined ? {} : { lacksSetting: true }),
      ...(device.ready ? { linkWorks: true } : {}),
    };
  }

  /** Keeps a place for a new operation, or says why none is taken now. A terminal that only has no time takes it. */
  reserve(): Result<Record<string, never>> {
    const reason = this.#closing ? "shuttingDown" : REFUSED_IN[this.state];
    if (reason !== undefined)
      return refused(reason, this.#condition.whyRefused(reason), { terminal: this.id, ...this.#condition.inTheWay });
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
    this.#foundOut.moveTo(place);
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
    this.#toldState.mayDiffer();
  }
}
