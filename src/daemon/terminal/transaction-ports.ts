import type { Clock, Log } from "../../core/ports.ts";
import type { ClockReading, DeviceIdentity } from "../../core/terminal.ts";
import type { Effect, Order, RepeatRules } from "../../drivers/driver.ts";
import type { DaemonEvent } from "../api.ts";
import type { TransactionRecord } from "../record.ts";
import type { Records } from "../records.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Outlet } from "./outlet.ts";
import type { SignsOfLife } from "./signs-of-life.ts";

/** What a machine that works for a transaction can reach. */
export type TransactionPorts<Message> = {
  readonly record: TransactionRecord;
  readonly order: Order;
  readonly role: "operation" | "recovery";
  readonly link: string;
  readonly outlet: Outlet<Message>;
  readonly records: Records;
  readonly clock: Clock;
  readonly log: Log;
  readonly ackDecides: boolean;
  readonly driver: { readonly id: string; readonly version: string };
  readonly baseline: Dispatch["baseline"];
  readonly answerMs: number;
  readonly lastSeenMs: () => number;
  readonly dispatched: () => void;
  /** Class R3 alone. */
  readonly repeats: RepeatRules | undefined;
  readonly signs: () => SignsOfLife | undefined;
  readonly identified: (identity: DeviceIdentity) => void;
  readonly clockTold: (reading: ClockReading) => void;
  readonly unpaired: (why: string) => void;
  readonly askAccount: (message: Message) => void;
  readonly late: (effect: Extract<Effect<Message>, { kind: "late" }>) => Promise<void>;
  readonly emit: (event: DaemonEvent) => void;
};
