import type { AlarmCode } from "../../../core/alarm-code.ts";
import type { TerminalOnWire } from "../../../protocol/terminal.ts";

/** As a link's type is configured. */
export type LinkType = "tcp" | "serial" | "http" | "usb" | "cloud";

/** What the daemon tells in a sentence for technicians, by its kind, for the person behind the counter. */
export type ToldWords = {
  readonly alarms: Readonly<Record<AlarmCode, { readonly what: string; readonly remedy: string }>>;
  /** Why a terminal is away, where that is known. */
  readonly away: Readonly<Record<NonNullable<TerminalOnWire["reason"]>, string>>;
  /** What to look at, where it is not. */
  readonly silent: Readonly<Record<LinkType, string>>;
  readonly unpaired: string;
};
