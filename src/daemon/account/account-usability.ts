import type { AlarmCode } from "../../core/alarm-code.ts";
import { timestamp, type Clock, type Log } from "../../core/ports.ts";
import type { DaemonEvent } from "../api.ts";
import type { Usability } from "./seat.ts";

type AccountUsabilityPorts = {
  /** Of the account, for people. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: DaemonEvent) => void;
  /** It is another one now. */
  readonly changed: (usability: Usability) => void;
};

/** Whether an account can be used, as its terminals and people are told: each change of it once. */
export class AccountUsability {
  readonly #ports: AccountUsabilityPorts;
  #now: Usability = { kind: "opening" };
  #setAside: Usability | undefined;
  #alarmed: string | undefined;

  constructor(ports: AccountUsabilityPorts) {
    this.#ports = ports;
  }

  get now(): Usability {
    return this.#now;
  }

  becomes(usability: Usability): void {
    if (JSON.stringify(usability) === JSON.stringify(this.#now)) return;
    this.#now = usability;
    const { log, name, changed } = this.#ports;
    if (usability.kind === "hindered")
      log.warn("account.hindered", "the account cannot be used", { account: name, why: usability.why });
    if (usability.kind === "usable") log.info("account.usable", "the account can be used", { account: name });
    changed(usability);
  }

  /** Keeps what it is now for `restore`, unless something is kept already: whatever it becomes meanwhile is no word of the account's machine. */
  setAside(): void {
    this.#setAside ??= this.#now;
  }

  /** It is what it was when it was set aside. */
  restore(): void {
    const before = this.#setAside;
    this.#setAside = undefined;
    if (before !== undefined) this.becomes(before);
  }

  /** Tells people, once until `alarmIsOver`: the words may be another server's each time. */
  alarm(code: AlarmCode, why: string, remedy: string): void {
    if (this.#alarmed === code) return;
    this.#alarmed = code;
    const { emit, clock, log, name } = this.#ports;
    log.error("account.noPayments", "none of an account's terminals takes a payment", {
      alarm: code,
      account: name,
      why,
      remedy,
    });
    const text = `${name}: ${why}. None of its terminals takes a payment.`;
    emit({
      kind: "alarm",
      at: timestamp(clock),
      alarm: { severity: "critical", code, text, remedy },
      ofSeveralTerminals: true,
      isOver: () => this.#alarmed !== code,
    });
  }

  /** The next alarm is news again. */
  alarmIsOver(): void {
    this.#alarmed = undefined;
  }
}
