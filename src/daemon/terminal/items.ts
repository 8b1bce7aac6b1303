import type { DeviceReply, DeviceRequest, Input, LinkLoss } from "../../drivers/driver.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import type { Usability } from "../account/seat.ts";
import type { TransactionRecord } from "../record.ts";
import type { Armed, Dialogue } from "./engine.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import type { Place } from "./route.ts";

/** Everything that happens to a terminal, one after the other. */
export type Item<Message> =
  | { readonly kind: "up"; readonly link: string; readonly place: Place }
  | { readonly kind: "down"; readonly loss: LinkLoss; readonly why: string }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "input"; readonly input: Input<Message> }
  | { readonly kind: "exchange"; readonly exchange: Exchange<Message>; readonly end: ExchangeEnd<Message> }
  /** The terminal's machine is there, and no program listens on it. */
  | { readonly kind: "nobodyListens" }
  /** Whoever answers on this link says that it is another device. */
  | StrangerMet
  /** The account above it has something to say, of the transaction with this ticket or of the device. */
  | { readonly kind: "told"; readonly message: Message; readonly ticket?: string }
  | { readonly kind: "rang"; readonly dialogue: Dialogue<Message>; readonly armed: Armed }
  | { readonly kind: "deadline" | "overdue"; readonly record: TransactionRecord }
  | Ask
  | News;

/** What the house, and not the terminal, has to tell. */
export type News =
  | { readonly kind: "cancel"; readonly record: TransactionRecord }
  | { readonly kind: "answer"; readonly record: TransactionRecord; readonly prompt: string; readonly value: string }
  /** No link is what it was: the machine slept for so long, or the terminal is at another place. */
  | { readonly kind: "renew"; readonly why: string; readonly gapMs: number }
  /** The account above it cannot be used any more, or can be again. */
  | { readonly kind: "account"; readonly usability: Usability }
  /** Something changed outside: look what is to be done now. */
  | { readonly kind: "look" };

export const LOOK: News = { kind: "look" };

export type Ask = {
  readonly kind: "ask";
  readonly request: DeviceRequest;
  readonly answered: (reply: DeviceReply) => void;
};

export const PROBE: Ask = { kind: "ask", request: { kind: "probe" }, answered: () => undefined };

export type StrangerMet = { readonly kind: "stranger"; readonly link: string; readonly identity: DeviceIdentity };
