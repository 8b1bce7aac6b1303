import { assert } from "../../core/assert.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { ClockReading, DeviceIdentity } from "../../core/terminal.ts";
import type { Conversation, Driver, Effect, OperationLimits, Vendor } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { DaemonEvent } from "../api.ts";
import { originalOf } from "../originals.ts";
import type { TransactionRecord } from "../record.ts";
import type { Beginning, TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Records } from "../records.ts";
import { devicePerformer, type Device, type Question } from "./device.ts";
import { Dialogue, type Armed, type Performer } from "./engine.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import type { Keyring } from "./keyring.ts";
import { lateEvidence } from "./late.ts";
import { doubtOf, orderOf } from "./order.ts";
import type { Seat } from "../account/seat.ts";
import type { Outlet } from "./outlet.ts";
import type { Recognition } from "./recognition.ts";
import { transactionPerformer } from "./performer.ts";
import { SignsOfLife } from "./signs-of-life.ts";

export type MachinesPorts<Message> = {
  readonly terminal: string;
  readonly vendor: Vendor<Message>;
  readonly settings: JsonObject;
  readonly outlet: Outlet<Message>;
  readonly keyring: Keyring;
  /** Of the account above the terminal, or beside it. */
  readonly seat: Seat<Message> | undefined;
  readonly recognition: Recognition;
  /** Whoever answers on this link says that it is somebody else than it has to be. */
  readonly strangerMet: (link: string, identity: DeviceIdentity) => void;
  readonly records: Records;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder: TerminalRecorder | undefined;
  /** What the terminal's own clock showed just now. */
  readonly clockTold: (reading: ClockReading) => void;
  readonly emit: (event: DaemonEvent) => void;
  readonly rang: (dialogue: Dialogue<Message>, armed: Armed) => void;
  /** An operation was made durable as dispatched: its answer limit runs from here. */
  readonly dispatched: (record: TransactionRecord, limits: OperationLimits) => void;
  /** Wall clock of the last sign of life. */
  readonly lastSeenMs: () => number;
};

/** Sets up a terminal's machines, each with the performer that its role needs. */
export class Machines<Message> {
  readonly #ports: MachinesPorts<Message>;
  readonly #driver: Driver<Message>;
  /** Class R3 alone, from the dispatch on. */
  readonly #signs = new WeakMap<TransactionRecord, SignsOfLife>();

  constructor(ports: MachinesPorts<Message>) {
    this.#ports = ports;
    this.#driver = ports.vendor.driver(ports.settings);
  }

  device(link: string, device: Device, question: Question): Dialogue<Message> {
    const { terminal, outlet, keyring, recognition, clock, emit } = this.#ports;
    const performer = devicePerformer<Message>({
      terminal,
      device,
      recognition,
      question,
      outlet,
      link,
      keyring,
      late: (effect) => this.#late(effect),
      askAccount: (message) => this.#askAccount(message),
      pairing: ({ kind, expiresInMs, ...shown }) => {
        emit({ kind, terminal, ...shown, expiresAt: new Date(clock.now() + expiresInMs).toISOString() });
      },
    });
    return this.#dialogue(this.#driver.device(), performer, { role: "device" });
  }

  /** No program listens at the terminal any more: what ran there has ended, with all that it remembered. */
  suspectRestart(records: readonly (TransactionRecord | undefined)[]): void {
    for (const record of records)
      if (record !== undefined)
        this.#signs.get(record)?.suspect("no program listens at the terminal's address any more");
  }

  /** An answer about a transaction that is decided: evidence, for what was decided or against it. */
  async hearLate(
    record: TransactionRecord,
    device: Device,
    exchange: Exchange<Message>,
    end: ExchangeEnd<Message>,
  ): Promise<void> {
    if (end.kind !== "answered") return;
    try {
      const dialogue = await this.transaction("recovery", record, "none", device);
      dialogue.own(exchange);
      await dialogue.take({ kind: "resumed", link: "none", pending: [exchange.name] });
      await dialogue.hear(exchange, end);
      dialogue.end();
    } catch (failure) {
      if (!(failure instanceof JournalFailure)) throw failure;
      const about = { transaction: record.id, why: failure.message };
      this.#ports.log.error("transaction.evidenceNotStored", "a late answer could not be judged", about);
    }
  }

  limitsOf(record: TransactionRecord): OperationLimits {
    const { vendor, settings } = this.#ports;
    return vendor.limits(settings, record.transaction.operation);
  }

  /** @throws JournalFailure where the original cannot be read */
  async transaction(
    role: "operation" | "recovery",
    record: TransactionRecord,
    link: string,
    device: Device,
  ): Promise<Dialogue<Message>> {
    const { vendor, settings, records, outlet, clock, log, emit } = this.#ports;
    const { transaction } = record;
    const limits = this.limitsOf(record);
    const order = orderOf(transaction, await originalOf(records, transaction), device.identity, limits.answerMs);
    const doubt = role === "recovery" ? doubtOf(transaction, order) : undefined;
    const conversation = doubt === undefined ? this.#driver.operation(order) : this.#driver.recover(doubt);
    if (role === "recovery") await this.#recallSigns(record);
    const performer = transactionPerformer<Message>({
      role,
      record,
      order,
      link,
      outlet,
      records,
      clock,
      log,
      emit,
      ackDecides: vendor.ackDecides,
      driver: { id: vendor.id, version: vendor.version },
      baseline: device.baseline,
      answerMs: limits.answerMs,
      lastSeenMs: this.#ports.lastSeenMs,
      dispatched: () => {
        this.#watchLife(record, record.transaction.dispatched?.at);
        this.#ports.dispatched(record, limits);
      },
      clockTold: this.#ports.clockTold,
      repeats: vendor.repeats?.(transaction.operation.type, settings),
      signs: () => this.#signs.get(record),
      unpaired: (why) => {
        device.ready = false;
        device.unpaired = why;
      },
      late: (effect) => this.#late(effect),
      askAccount: (message) => this.#askAccount(message),
      identified: (identity) => {
        if (this.#ports.recognition.isStranger(identity)) this.#ports.strangerMet(link, identity);
      },
    });
    const beginning = { role, transaction: record.id, ...(doubt === undefined ? { order } : { doubt }) };
    return this.#dialogue(conversation, performer, beginning);
  }

  /** After a restart only the journal knows when the terminal was seen last. */
  async #recallSigns(record: TransactionRecord): Promise<void> {
    if (this.#signs.has(record)) return;
    const lastSeen = await this.#ports.records.journal.lastSeen(record.id);
    this.#watchLife(record, lastSeen ?? record.transaction.dispatched?.at);
  }

  #watchLife(record: TransactionRecord, lastSeen: string | undefined): void {
    const { vendor, settings, clock, log, records } = this.#ports;
    const memory = vendor.repeats?.(record.transaction.operation.type, settings)?.memory;
    if (memory?.kind !== "oneRun" || lastSeen === undefined) return;
    const ports = { clock, log, journal: records.journal };
    this.#signs.set(record, new SignsOfLife(record.id, lastSeen, memory.restartSuspicionMs, ports));
  }

  #dialogue(
    conversation: Conversation<Message>,
    performer: Performer<Message>,
    beginning: Omit<Beginning, "settings">,
  ): Dialogue<Message> {
    const { clock, crypto, keyring, seat, rang, recorder, settings } = this.#ports;
    return new Dialogue(conversation, {
      clock,
      crypto,
      performer,
      rang,
      secrets: () => keyring.described,
      vendorOffsetMs: () => seat?.vendorOffsetMs ?? 0,
      recorder: recorder?.conversation({ ...beginning, settings }, crypto),
    });
  }

  #askAccount(message: Message): void {
    const { vendor, settings, seat } = this.#ports;
    assert(seat !== undefined, "a driver asked an account that its settings do not name");
    seat.consult(vendor.deviceOf?.(settings) ?? "", message);
  }

  #late(effect: Late<Message>): Promise<void> {
    const { terminal, records, log } = this.#ports;
    return lateEvidence({ terminal, records, log }, effect);
  }
}

type Late<Message> = Extract<Effect<Message>, { kind: "late" }>;
