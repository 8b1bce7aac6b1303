import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { systemClock } from "../../client/clock.ts";
import type { Json } from "../../core/json.ts";
import type { Crypto, Log } from "../../core/ports.ts";
import { vendors } from "../../drivers/registry.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { readWhole } from "../typed-values.ts";
import { SimulatorFailure } from "../simulate/failure.ts";
import type { PortAddress } from "../simulate/port.ts";
import { runSimulator, type Listen } from "../simulate/runner.ts";

const LOOPBACK = "127.0.0.1";
const HIGHEST_PORT = 65_535;
const DEFAULT_BAUD_RATE = 115_200;

const crypto: Crypto = {
  sha256: (bytes) => createHash("sha256").update(bytes).digest(),
  randomBytes: (count) => randomBytes(count),
};

/** A terminal that is not there, until Ctrl-C. Prints its address on standard output when it can be used. */
export const simulate: Command = async (call) => {
  const [id = ""] = call.arguments;
  const vendor = vendors.find((known) => known.id === id);
  if (vendor === undefined) {
    throw wrongUsage(`There is no vendor ${id}. There are ${vendors.map((known) => known.id).join(", ")}.`);
  }
  const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  const [ledgerFile, memoryFile] = [call.text("ledger"), call.text("memory")];
  try {
    await using simulator = await runSimulator({
      vendor,
      scenario: readScenario(call.text("scenario")),
      listen: readListen(call),
      clock: systemClock,
      crypto,
      log: logTo(call),
      ...(ledgerFile === undefined ? {} : { ledgerFile }),
      ...(memoryFile === undefined ? {} : { memoryFile }),
    });
    call.out.result(simulator.address, () => addressInWords(simulator.address));
    call.out.note(`a simulated ${vendor.name} terminal waits there; Ctrl-C ends it`);
    await ended;
  } catch (error) {
    throw error instanceof SimulatorFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
  return EXIT.done;
};

function readListen(call: Call): Listen {
  const [tcp, serial, link] = [call.text("tcp"), call.text("serial"), call.text("pty")];
  const pty = call.flag("pty") || link !== undefined;
  if ([tcp !== undefined, serial !== undefined, pty].filter(Boolean).length !== 1) {
    throw wrongUsage("Say where the terminal is with one of --tcp PORT, --serial PATH, --pty.");
  }
  if (tcp !== undefined) {
    const [, host = LOOPBACK, port = ""] = /^(?:\[?(.+?)\]?:)?(\d{1,5})$/.exec(tcp) ?? [];
    if (port === "" || Number(port) > HIGHEST_PORT) throw wrongUsage(`--tcp is PORT or HOST:PORT, not ${tcp}.`);
    return {
      kind: "tcp",
      host,
      port: Number(port),
      secondClient: call.text("second-client") === "refused" ? "refused" : "replaces",
    };
  }
  if (serial !== undefined)
    return { kind: "serial", path: serial, baudRate: readWhole(call, "baud-rate") ?? DEFAULT_BAUD_RATE };
  return { kind: "pty", ...(link === undefined ? {} : { linkPath: link }) };
}

function readScenario(file: string | undefined): Json {
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Json;
  } catch (error) {
    throw wrongUsage(`The scenario ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function addressInWords(address: PortAddress): string {
  return address.type === "tcp" ? `${address.host}:${address.port}` : address.path;
}

function logTo(call: Call): Log {
  const note = (message: string) => call.out.note(message);
  return { debug: () => {}, info: note, warn: note, error: note };
}
