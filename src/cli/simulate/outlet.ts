import { AssertionFailure } from "../../core/assert.ts";
import type { Clock } from "../../core/ports.ts";
import type { SimulatorEffect, SimulatorInput } from "../../drivers/simulator.ts";
import { openHttpPort, type HttpListen } from "./http-port.ts";
import type { HttpPort, Port, PortAddress } from "./port.ts";
import { openPtyPort } from "./pty-port.ts";
import { openSerialPort } from "./serial-port.ts";
import { openTcpPort, type TcpListen } from "./tcp-port.ts";

export type Listen =
  | ({ readonly kind: "tcp" } & TcpListen)
  | ({ readonly kind: "http" } & HttpListen)
  /** An existing serial device or pseudo-terminal. */
  | { readonly kind: "serial"; readonly path: string; readonly baudRate: number }
  /** Makes a pseudo-terminal; `linkPath` is a symbolic link that always points to it. */
  | { readonly kind: "pty"; readonly linkPath?: string };

/** The effects that reach whoever uses the terminal. */
type Outgoing = Extract<
  SimulatorEffect,
  { readonly kind: "write" | "close" | "answer" | "hangUp" | "switchOff" | "switchOn" }
>;

/** A port of either kind, in the words of a simulated terminal. */
export interface Outlet {
  readonly address: PortAddress;
  perform(effect: Outgoing): void;
  close(): Promise<void>;
}

export interface OutletListener {
  heard(input: SimulatorInput): void;
  log(text: string): void;
}

export async function openOutlet(listen: Listen, listener: OutletListener, clock: Clock): Promise<Outlet> {
  const { heard, log } = listener;
  if (listen.kind === "http") {
    const port = await openHttpPort(
      listen,
      {
        requested: (exchange, request) => heard({ kind: "requested", exchange, request }),
        left: (exchange) => heard({ kind: "left", exchange }),
        log,
      },
      clock,
    );
    return httpOutlet(port);
  }
  return streamOutlet(await openStream(listen, listener, clock));
}

function openStream(
  listen: Exclude<Listen, { readonly kind: "http" }>,
  { heard, log }: OutletListener,
  clock: Clock,
): Promise<Port> {
  const listener = {
    connected: () => heard({ kind: "connected" }),
    received: (bytes: Uint8Array) => heard({ kind: "bytes", bytes }),
    disconnected: () => heard({ kind: "disconnected" }),
    log,
  };
  switch (listen.kind) {
    case "tcp":
      return openTcpPort(listen, listener);
    case "serial":
      return openSerialPort(listen.path, listen.baudRate, listener, clock);
    case "pty":
      return openPtyPort(listen.linkPath, listener, clock);
  }
}

function streamOutlet(port: Port): Outlet {
  return {
    get address() {
      return port.address;
    },
    perform: (effect) => {
      switch (effect.kind) {
        case "write":
          port.write(effect.bytes);
          return;
        case "close":
          port.hangUp(effect.how);
          return;
        case "answer":
        case "hangUp":
        case "switchOff":
        case "switchOn":
          throw new AssertionFailure(`a terminal on a byte stream did ${effect.kind}`);
      }
    },
    close: () => port.close(),
  };
}

function httpOutlet(port: HttpPort): Outlet {
  return {
    address: port.address,
    perform: (effect) => {
      switch (effect.kind) {
        case "answer":
          port.answer(effect.exchange, effect.answer);
          return;
        case "hangUp":
          port.hangUp(effect.exchange, effect.how);
          return;
        case "switchOff":
          port.switchOff();
          return;
        case "switchOn":
          port.switchOn();
          return;
        case "write":
        case "close":
          throw new AssertionFailure(`a terminal on HTTP did ${effect.kind}`);
      }
    },
    close: () => port.close(),
  };
}
