import { assert } from "../../core/assert.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Wire } from "../../drivers/wire.ts";
import type { Ears } from "./ears.ts";
import { HttpConnection } from "./http-connection.ts";
import type { Keyring } from "./keyring.ts";
import type { Outlet } from "./outlet.ts";
import type { Route } from "./route.ts";
import { StreamConnection, type ConnectionSettings } from "./stream-connection.ts";

type Ports<Message> = {
  readonly route: Route;
  readonly wire: Wire<Message>;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly settings: ConnectionSettings;
  readonly listener: Ears<Message>;
};

/** The way to a terminal, by what its vendor speaks. Nothing is opened before its connection is started. */
export function openOutlet<Message>({ route, wire, ...ports }: Ports<Message>): Outlet<Message> {
  const { medium } = route;
  const choose = () => route.choose();
  if (wire.kind === "stream") {
    assert(medium.kind === "stream", "a vendor of byte streams was bound to exchanges");
    return { kind: "stream", connection: new StreamConnection({ ...ports, choose, open: medium.open, wire }) };
  }
  assert(medium.kind === "http", "a vendor of exchanges was bound to a byte stream");
  return { kind: "http", connection: new HttpConnection({ ...ports, choose, open: medium.open, wire }) };
}
