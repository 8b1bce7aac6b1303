import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemSerialPorts } from "../../discovery/serial-ports.ts";
import { listSysfs } from "../../discovery/usb-sysfs.ts";
import type { Finding, Examination } from "../check.ts";
import type { KnownCard } from "../network/cards.ts";
import { addressOf, routeTo } from "../network/route.ts";
import type { Patient } from "../patient.ts";
import { addressesExamination } from "./addresses.ts";
import { clockFindings } from "./clock.ts";
import { about, idOf, type ExaminedTerminal, type TerminalsAround } from "./examined.ts";
import { linkChecks, type LinkPorts } from "./link.ts";
import type { Node } from "./plugged.ts";
import { probeChecks } from "./probe.ts";
import { neighbourAt, reachOver } from "./reach.ts";
import { standingChecks } from "./standing.ts";

/** A name is looked up, and then a connection tried; a question has to be answered. */
const LIMIT_MS = 5_000;

const USB_FOLDER = "/sys/bus/usb/devices";
const MOST_USB_DEVICES = 256;

/** Of each configured terminal, and of all of them together. */
export function terminalExaminations(
  patient: Patient,
  { service, isNobodyConnected }: Pick<TerminalsAround, "service" | "isNobodyConnected">,
  terminals: readonly ExaminedTerminal[],
  cards: readonly KnownCard[],
): readonly Examination[] {
  const { paths, clock } = patient;
  const ports = linkPorts(patient, cards);
  const secrets = once(() => secretNames(paths.dataDirectory));
  const standing = { hasService: service !== undefined, secrets };
  return [
    addressesExamination(terminals, {
      numericOf: async (host) => {
        const named = await addressOf(host, clock);
        return named.kind === "address" ? named.address : host;
      },
      realPath: (path) => realpath(path).catch(() => path),
    }),
    ...terminals.flatMap((terminal) => [
      ofTerminal(terminal, "settings", () => standingChecks(terminal, standing)),
      ofTerminal(terminal, "link", (signal) => linkChecks(terminal, { ...ports, isNobodyConnected }, signal)),
      ofTerminal(terminal, "clock", () => Promise.resolve(clockFindings(terminal))),
      ...(service === undefined ? [] : [ofTerminal(terminal, "probe", () => probeChecks(terminal, service, clock))]),
    ]),
  ];
}

function ofTerminal(
  terminal: ExaminedTerminal,
  subject: string,
  examine: (signal: AbortSignal) => Promise<readonly Finding[]>,
): Examination {
  return {
    id: idOf(terminal, subject),
    terminal: terminal.config.id,
    limitMs: LIMIT_MS,
    examine: async (signal) => (await examine(signal)).map((check) => about(terminal, check)),
  };
}

function linkPorts({ clock, platform }: Patient, cards: readonly KnownCard[]): Omit<LinkPorts, "isNobodyConnected"> {
  return {
    cards,
    addressOf: (host) => addressOf(host, clock),
    routeTo,
    reach: reachOver(clock),
    neighbourAt: (address) => neighbourAt(address),
    nodeAt: platform === "win32" ? portAt(once(() => systemSerialPorts(clock).list())) : nodeAt,
    usbDevices: once(async () =>
      platform === "linux" ? await listSysfs(USB_FOLDER, MOST_USB_DEVICES).catch(() => []) : undefined,
    ),
  };
}

async function nodeAt(path: string): Promise<Node> {
  try {
    return (await stat(path)).isCharacterDevice() ? "device" : "other";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "absent";
    throw error;
  }
}

/** Of Windows, where a port is no file. */
function portAt(list: () => ReturnType<ReturnType<typeof systemSerialPorts>["list"]>) {
  return async (path: string): Promise<Node> => {
    const listed = await list();
    if (listed.kind === "failed") throw new Error(listed.why);
    return listed.ports.some((port) => port.path.toUpperCase() === path.toUpperCase()) ? "device" : "absent";
  };
}

/** Undefined where this user may not look. */
async function secretNames(dataDirectory: string): Promise<ReadonlySet<string> | undefined> {
  try {
    return new Set(await readdir(join(dataDirectory, "secrets")));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? new Set() : undefined;
  }
}

/** Ten terminals want to know the same. */
function once<Value>(find: () => Promise<Value>): () => Promise<Value> {
  let found: Promise<Value> | undefined;
  return () => (found ??= find());
}
