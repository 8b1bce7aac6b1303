import { assert } from "../../core/assert.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { LinkLoss } from "../../drivers/driver.ts";
import type { Wire } from "../../drivers/wire.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import { HttpConnection, type OpenExchange } from "./http-connection.ts";
import type { Keyring } from "./keyring.ts";
import type { Outlet } from "./outlet.ts";
import { StreamConnection, type ConnectionSettings, type OpenLink } from "./stream-connection.ts";

/** A terminal's link, bound to its address. */
export type Medium =
  { readonly kind: "stream"; readonly open: OpenLink } | { readonly kind: "http"; readonly open: OpenExchange };

type Ports<Message> = {
  readonly medium: Medium;
  readonly wire: Wire<Message>;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly settings: ConnectionSettings;
  readonly listener: {
    up(link: string): void;
    down(loss: LinkLoss, why: string): void;
    failed(why: string): void;
    message(message: Message): void;
    garbled(why: string, length: number): void;
    ended(exchange: Exchange<Message>, end: ExchangeEnd<Message>): void;
    nobodyListens(): void;
  };
};

/** The way to a terminal, by what its vendor speaks. Nothing is opened before its connection is started. */
export function openOutlet<Message>({ medium, wire, ...ports }: Ports<Message>): Outlet<Message> {
  if (wire.kind === "stream") {
    assert(medium.kind === "stream", "a vendor of byte streams was bound to exchanges");
    return { kind: "stream", connection: new StreamConnection({ ...ports, open: medium.open, wire }) };
  }
  assert(medium.kind === "http", "a vendor of exchanges was bound to a byte stream");
  return { kind: "http", connection: new HttpConnection({ ...ports, open: medium.open, wire }) };
}
