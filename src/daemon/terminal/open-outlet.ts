import { assert } from "../../core/assert.ts";
import type { Clock, Crypto, Log } from "../../core/ports.ts";
import type { Wire } from "../../drivers/wire.ts";
import type { Seat } from "../account/seat.ts";
import type { TerminalRecorder } from "../recorder/conversation-recorder.ts";
import type { Ears } from "./ears.ts";
import { HttpConnection } from "./http-connection.ts";
import type { Keyring } from "./keyring.ts";
import type { LinkFaults } from "./link-faults.ts";
import type { Outlet } from "./outlet.ts";
import type { Route } from "./route.ts";
import { StreamConnection, type ConnectionSettings } from "./stream-connection.ts";

type Ports<Message> = {
  readonly route: Route;
  readonly wire: Wire<Message>;
  readonly keyring: Keyring;
  /** Of the account above the terminal, or beside it. */
  readonly seat: Seat<Message> | undefined;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  readonly recorder: TerminalRecorder | undefined;
  readonly faults: LinkFaults;
  readonly settings: ConnectionSettings;
  readonly listener: Ears<Message>;
};

/** The way to a terminal, by what its vendor speaks. Nothing is opened before its connection is started. */
export function openOutlet<Message>({ route, wire, seat, faults, ...ports }: Ports<Message>): Outlet<Message> {
  const { medium } = route;
  const choose = () => route.choose();
  if (wire.kind === "stream") {
    assert(medium.kind === "stream", "a vendor of byte streams was bound to exchanges");
    return { kind: "stream", connection: new StreamConnection({ ...ports, choose, open: medium.open, wire, faults }) };
  }
  assert(medium.kind === "http", "a vendor of exchanges was bound to a byte stream");
  const { listener } = ports;
  const itsOwn = () => new HttpConnection({ ...ports, choose, open: medium.open, wire, faults });
  if (seat === undefined) return { kind: "http", connection: itsOwn() };
  if (isItsAccount(route)) {
    const { desk } = seat;
    const chooseUsable = async (signal: AbortSignal): Promise<void> => {
      await choose();
      await seat.whenUsable(signal);
    };
    return {
      kind: "http",
      connection: new HttpConnection({ ...ports, choose: chooseUsable, open: medium.open, wire, desk }),
    };
  }
  // Beside the terminal's own: it has no link to keep, and tells of nothing but the ends of its exchanges.
  const account = new HttpConnection<Message>({
    ...ports,
    choose: () => Promise.resolve(),
    open: seat.open,
    wire: seat.wire,
    keyring: seat.keyring,
    desk: seat.desk,
    listener: {
      up: () => undefined,
      down: () => undefined,
      nobodyListens: () => undefined,
      ended: (exchange, end) => listener.ended(exchange, end),
    },
  });
  return { kind: "http", connection: itsOwn(), account };
}

/** Whether the terminal is reached through the account's servers. */
export function isItsAccount({ place }: Pick<Route, "place">): boolean {
  return place.link["type"] === "cloud";
}
