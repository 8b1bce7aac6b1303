import { once } from "node:events";
import { readFileSync } from "node:fs";
import { systemClock } from "../../client/clock.ts";
import type { Json } from "../../core/json.ts";
import type { LogEvent } from "../../core/log-events.ts";
import type { Log } from "../../core/ports.ts";
import type { Vendor } from "../../drivers/driver.ts";
import { vendors } from "../../drivers/registry.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";
import { readSettings } from "../terminal-options.ts";
import { readBaudRate } from "../typed-values.ts";
import { simulatorCrypto } from "../simulate/crypto.ts";
import { SimulatorFailure } from "../simulate/failure.ts";
import { linkInWords, linkTo, type SimulatedLink } from "../simulate/link-to.ts";
import type { Listen } from "../simulate/outlet.ts";
import { runSimulator } from "../simulate/runner.ts";

const LOOPBACK = "127.0.0.1";
const HIGHEST_PORT = 65_535;
const DEFAULT_BAUD_RATE = 115_200;

/** A terminal that is not there, until Ctrl-C. Prints its address on standard output when it can be used. */
export const simulate: Command = async (call) => {
  const [id = ""] = call.arguments;
  const vendor = vendors.find((known) => known.id === id);
  if (vendor === undefined) {
    const known = vendors.map((one) => one.id);
    throw wrongUsage(`There is no vendor ${id}. There are ${known.join(", ")}.`, { typed: id, known });
  }
  // Whoever started it with a channel wants no simulator that outlives him, however he ends.
  const starterGone = process.channel === undefined ? [] : [once(process, "disconnect")];
  const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), ...starterGone]);
  const [ledgerFile, memoryFile] = [call.text("ledger"), call.text("memory")];
  try {
    await using simulator = await runSimulator({
      vendor,
      scenario: readScenario(call.text("scenario")),
      listen: readListen(call, vendor),
      clock: systemClock,
      crypto: simulatorCrypto,
      log: logTo(call),
      ...(ledgerFile === undefined ? {} : { ledgerFile }),
      ...(memoryFile === undefined ? {} : { memoryFile }),
    });
    const link = linkTo(vendor, simulator.address);
    call.out.result(link, () => linkInWords(link));
    const what = link.type === "cloud" ? "cloud, with a terminal behind it," : "terminal";
    call.out.note(`a simulated ${vendor.name} ${what} waits there; Ctrl-C ends it`);
    await using announced = call.flag("advertise") ? await announceIt(call, vendor, link) : undefined;
    if (announced !== undefined) call.out.note(`it is announced as ${announced.name}`);
    await ended;
  } catch (error) {
    throw error instanceof SimulatorFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
  return EXIT.done;
};

/** Each place that can be named, and the wires that lead there. */
const PLACES = [
  { option: "tcp", said: "--tcp PORT", wire: "stream" },
  { option: "serial", said: "--serial PATH", wire: "stream" },
  { option: "pty", said: "--pty", wire: "stream" },
  { option: "http", said: "--http PORT", wire: "http" },
] as const;

function readListen(call: Call, { name, wire }: Vendor): Listen {
  const given = PLACES.filter(({ option }) => call.text(option) !== undefined || call.flag(option));
  const [place] = given;
  if (given.length !== 1 || place?.wire !== wire.kind) {
    const fitting = PLACES.filter((known) => known.wire === wire.kind).map(({ said }) => said);
    const medium = wire.kind === "http" ? "HTTP" : "a stream of bytes";
    throw wrongUsage(
      `A ${name} terminal is reached over ${medium}. Say where it is with ${fitting.length > 1 ? "one of " : ""}${fitting.join(", ")}.`,
    );
  }
  const text = call.text(place.option);
  switch (place.option) {
    case "tcp": {
      const secondClient = call.text("second-client") === "refused" ? "refused" : "replaces";
      return { kind: "tcp", ...readAddress("tcp", text), secondClient };
    }
    case "http":
      return { kind: "http", ...readAddress("http", text) };
    case "serial":
      return { kind: "serial", path: text ?? "", baudRate: readBaudRate(call) ?? DEFAULT_BAUD_RATE };
    case "pty":
      return { kind: "pty", ...(text === undefined ? {} : { linkPath: text }) };
  }
}

function readAddress(option: "tcp" | "http", text = ""): { readonly host: string; readonly port: number } {
  const [, host = LOOPBACK, port = ""] = /^(?:\[?(.+?)\]?:)?(\d{1,5})$/.exec(text) ?? [];
  if (port === "" || Number(port) > HIGHEST_PORT) throw wrongUsage(`--${option} is PORT or HOST:PORT, not ${text}.`);
  return { host, port: Number(port) };
}

async function announceIt(call: Call, vendor: Vendor, link: SimulatedLink) {
  if (link.type === "cloud")
    throw new SimulatorFailure("A cloud is not announced in the network; leave --advertise out.");
  const { announce } = await import("../simulate/announce.ts");
  return announce(vendor, link, readSettings(call.texts("setting")) ?? {}, systemClock);
}

function readScenario(file: string | undefined): Json {
  if (file === undefined) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Json;
  } catch (error) {
    throw wrongUsage(`The scenario ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function logTo(call: Call): Log {
  const note = (_event: LogEvent, message: string) => call.out.note(message);
  return { debug: () => {}, info: note, warn: note, error: note };
}
