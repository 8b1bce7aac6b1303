import type { JsonObject } from "../../core/json.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Conversation, Driver, Effect, OperationLimits, Vendor } from "../../drivers/driver.ts";
import type { DaemonEvent } from "../api.ts";
import { originalOf } from "../originals.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import type { Connection } from "./connection.ts";
import { devicePerformer, type Device, type Question } from "./device.ts";
import { Dialogue, type Armed, type Performer } from "./engine.ts";
import { lateEvidence } from "./late.ts";
import { doubtOf, orderOf } from "./order.ts";
import { transactionPerformer } from "./performer.ts";

export type MachinesPorts<Message> = {
  readonly terminal: string;
  readonly vendor: Vendor<Message>;
  readonly settings: JsonObject;
  readonly connection: Connection<Message>;
  readonly records: Records;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
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

  constructor(ports: MachinesPorts<Message>) {
    this.#ports = ports;
    this.#driver = ports.vendor.driver(ports.settings);
  }

  device(link: string, device: Device, question: Question): Dialogue<Message> {
    const { connection } = this.#ports;
    const late = (effect: Late<Message>) => this.#late(effect);
    return this.#dialogue(this.#driver.device(), devicePerformer({ device, question, connection, link, late }));
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
    const { vendor, records, connection, clock, log, emit } = this.#ports;
    const { transaction } = record;
    const limits = this.limitsOf(record);
    const order = orderOf(transaction, await originalOf(records, transaction), device.identity, limits.answerMs);
    const conversation =
      role === "operation" ? this.#driver.operation(order) : this.#driver.recover(doubtOf(transaction, order));
    const performer = transactionPerformer({
      role,
      record,
      order,
      link,
      connection,
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
        this.#ports.dispatched(record, limits);
      },
      late: (effect) => this.#late(effect),
    });
    return this.#dialogue(conversation, performer);
  }

  #dialogue(conversation: Conversation<Message>, performer: Performer<Message>): Dialogue<Message> {
    const { clock, crypto, rang } = this.#ports;
    return new Dialogue(conversation, { clock, crypto, performer, rang });
  }

  #late(effect: Late<Message>): Promise<void> {
    const { terminal, records, log } = this.#ports;
    return lateEvidence({ terminal, records, log }, effect);
  }
}

type Late<Message> = Extract<Effect<Message>, { kind: "late" }>;
