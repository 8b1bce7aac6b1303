import type { TerminalConfig } from "../../home/config-schema.ts";
import { fault, NotSeen, ok, unknown, type Examination, type Finding, type Said } from "../check.ts";
import type { RunProgram } from "../program.ts";

const SERIAL_PORTS = "HKLM\\HARDWARE\\DEVICEMAP\\SERIALCOMM";
const USB_DEVICES = "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\USB";

/**
 * Of Windows: whether the port of each terminal is there, and its device has the driver that it needs. Assumed of the registry, from
 * Microsoft's documentation and not seen on a real machine: `SERIALCOMM` names the ports that are there now, and `Enum\USB` every
 * device that was ever plugged in, with the service that is its driver.
 */
export function windowsDeviceExaminations(
  terminals: readonly TerminalConfig[],
  run: RunProgram,
  systemRoot: string,
): readonly Examination[] {
  const query = async (key: string, options: readonly string[], signal: AbortSignal): Promise<string | undefined> => {
    const ran = await run(`${systemRoot}\\System32\\reg.exe`, ["query", key, ...options], signal);
    if (ran.kind === "ended") return ran.code === 0 ? ran.stdout : undefined;
    throw new NotSeen(ran.kind === "absent" ? ({ program: words }) => words.absent("reg.exe") : ran.why);
  };
  return terminals.flatMap(({ id: terminal, link, disabled }): readonly Examination[] => {
    if (disabled === true) return [];
    const id = `terminal.${terminal}.device`;
    const { type, path, vendorId, productId, speaks } = link;
    if (type === "serial" && typeof path === "string") {
      const examine = async (signal: AbortSignal) => [
        { ...portCheck(id, path, (await query(SERIAL_PORTS, [], signal)) ?? ""), terminal },
      ];
      return [{ id, terminal, examine }];
    }
    if (type !== "usb" || typeof vendorId !== "string") return [];
    const product = typeof productId === "string" ? `&PID_${digits(productId)}` : "";
    const device = `VID_${digits(vendorId)}${product}`;
    const examine = async (signal: AbortSignal) => {
      const listed = await query(USB_DEVICES, ["/s", "/v", "Service"], signal);
      return [{ ...driverCheck(id, device, speaks, listed), terminal }];
    };
    return [{ id, terminal, examine }];
  });
}

function digits(number: string): string {
  return number.replace(/^0x/, "").toUpperCase();
}

function portCheck(id: string, path: string, listed: string): Finding {
  const ports = [...listed.matchAll(/\sREG_SZ\s+(COM\d+)\s*$/gm)].map(([, port]) => port ?? "");
  const wanted = path.replace(/^\\\\\.\\/, "").toUpperCase();
  if (ports.includes(wanted)) return ok(id, ({ windows: words }) => words.hasPort(wanted));
  return fault(
    id,
    ({ windows: words }) => (ports.length === 0 ? words.noPorts(wanted) : words.otherPorts(wanted, ports.join(", "))),
    ({ windows: words }) => `${words.look} ${words.noDriver}`,
  );
}

/** `usbser` makes a serial port; an interface of the maker's own and an accessory are reached through WinUSB. */
function driverCheck(id: string, device: string, speaks: unknown, listed: string | undefined): Finding {
  if (listed === undefined) return unknown(id, ({ windows: words }) => words.silent);
  const drivers: string[] = [];
  let isIt = false;
  let isSeen = false;
  for (const line of listed.split(/\r?\n/)) {
    if (line.startsWith("HKEY_")) isIt = line.toUpperCase().includes(`\\${device}`);
    isSeen ||= isIt;
    const service = /^\s+Service\s+REG_SZ\s+(\S+)/.exec(line)?.[1];
    if (isIt && service !== undefined) drivers.push(service);
  }
  const isBulk = speaks === "bulk" || speaks === "accessory";
  const needed: Said = ({ windows: words }) => (isBulk ? "WinUSB" : words.serialDriver);
  if (!isSeen)
    return fault(
      id,
      ({ windows: words }) => words.unknownDevice(device),
      (words) => `${words.windows.look} ${words.windows.needsDriver(needed(words))}`,
    );
  const names = [...new Set(drivers)].join(", ");
  if (isBulk && !drivers.some((driver) => driver.toUpperCase() === "WINUSB")) {
    return fault(
      id,
      ({ windows: words }) => words.wrongDriver(device, names),
      ({ windows: words }) => words.giveDriver,
    );
  }
  return ok(id, ({ windows: words }) => words.hasDriver(device, names));
}
