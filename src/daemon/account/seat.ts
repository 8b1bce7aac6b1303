import type { HttpWire } from "../../drivers/wire.ts";
import type { Keyring } from "../terminal/keyring.ts";
import type { OpenExchange } from "../terminal/http-connection.ts";
import type { Desk } from "./desk.ts";

/** What a terminal has of the account above it. */
export interface Seat<Message> {
  readonly desk: Desk;
  /** What the account's requests are sealed with. */
  readonly keyring: Keyring;
  readonly wire: HttpWire<Message>;
  readonly open: OpenExchange;
  /** How far the clock of its servers is ahead of ours. */
  readonly vendorOffsetMs: number;
  readonly usability: Usability;
  /** Resolves when its terminals can be asked for, or that is not waited for any more. */
  whenUsable(signal: AbortSignal): Promise<void>;
  /** A question or news for the account. */
  consult(by: string, message: Message): void;
  /** Hears of the account from now on, until it leaves. */
  join(member: Member<Message>): void;
  /** Resolves when the account has ended, where nobody is left. */
  leave(member: Member<Message>): Promise<void>;
}

/** A terminal, as its account knows it. */
export interface Member<Message> {
  /** As the vendor names it. */
  device(): string | undefined;
  accountChanged(usability: Usability): void;
  told(message: Message, ticket?: string): void;
  /** Whether it works for the transaction with this ticket, or asks about it. */
  worksFor(ticket: string): boolean;
  /** Whether the ticket is one of a transaction of its own, at its end or not. */
  knows(ticket: string): Promise<boolean>;
}

export type Usability =
  { readonly kind: "opening" } | { readonly kind: "usable" } | { readonly kind: "hindered"; readonly why: string };
