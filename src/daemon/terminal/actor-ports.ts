import type { JsonObject } from "../../core/json.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { ClockReading } from "../../core/terminal.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { Seat } from "../account/seat.ts";
import type { DaemonEvent } from "../api.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Records } from "../records.ts";
import type { Doubts } from "./doubts.ts";
import type { Keyring } from "./keyring.ts";
import type { LinkFaults } from "./link-faults.ts";
import type { Presence } from "./presence.ts";
import type { Queue } from "./queue.ts";
import type { Recognition } from "./recognition.ts";
import type { Route } from "./route.ts";
import type { ConnectionSettings } from "./stream-connection.ts";

/** All that a terminal's loop can reach. */
export type ActorPorts<Message> = {
  readonly terminal: string;
  readonly vendor: Vendor<Message>;
  /** Validated, defaults filled in. */
  readonly settings: JsonObject;
  readonly route: Route;
  readonly recognition: Recognition;
  readonly presence: Presence;
  readonly keyring: Keyring;
  /** Of the account above the terminal, or beside it. */
  readonly seat: Seat<Message> | undefined;
  readonly records: Records;
  readonly queue: Queue;
  readonly doubts: Doubts;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  /** Absent where nothing is recorded. */
  readonly recorder: TerminalRecorder | undefined;
  readonly faults: LinkFaults;
  readonly connection: ConnectionSettings;
  /** What the terminal's own clock showed just now. */
  readonly clockTold: (reading: ClockReading) => void;
  readonly emit: (event: DaemonEvent) => void;
  /** Called after each item: what can be seen of the terminal may have changed. */
  readonly changed: () => void;
};
