import { existsSync } from "node:fs";
import { readFile, readlink } from "node:fs/promises";
import type { TerminalConfig } from "../../home/config-schema.ts";
import { asItIs, ok, unknown, warning, type Examination, type Finding } from "../check.ts";
import type { RunProgram } from "../program.ts";
import { isIt, pluggedDevices } from "./device-nodes.ts";

const ID = "power.sleep";
const NO_SLEEP = asItIs("`sudo systemctl mask sleep.target suspend.target hibernate.target hybrid-sleep.target`");

/** Of Linux: whether the machine goes to sleep by itself. A machine that sleeps takes no payment and hears no terminal. */
export function linuxSleepExamination(root = ""): Examination {
  return { id: ID, examine: async () => [await linuxSleepCheck(root)] };
}

async function linuxSleepCheck(root: string): Promise<Finding> {
  const masked = await readlink(`${root}/etc/systemd/system/sleep.target`).catch(() => "");
  if (masked === "/dev/null") return ok(ID, ({ power: words }) => words.masked);
  const states = (await readFile(`${root}/sys/power/state`, "utf8").catch(() => "")).trim();
  if (!/\b(mem|disk|freeze|standby)\b/.test(states)) return ok(ID, ({ power: words }) => words.cannotSleep);
  const logind = await readFile(`${root}/etc/systemd/logind.conf`, "utf8").catch(() => "");
  const idle = /^IdleAction=(suspend|hibernate|hybrid-sleep|suspend-then-hibernate)\s*$/m.exec(logind)?.[1];
  if (idle !== undefined) return warning(ID, ({ power: words }) => words.idle(idle), NO_SLEEP);
  if (existsSync(`${root}/proc/acpi/button/lid`) && !/^HandleLidSwitch=(ignore|lock)\s*$/m.test(logind))
    return warning(ID, ({ power: words }) => words.lid, NO_SLEEP);
  const start = await readlink(`${root}/etc/systemd/system/default.target`).catch(() =>
    readlink(`${root}/usr/lib/systemd/system/default.target`).catch(() => ""),
  );
  if (start.endsWith("graphical.target")) {
    return warning(ID, ({ power: words }) => words.desktop(states), NO_SLEEP);
  }
  return ok(ID, ({ power: words }) => words.awake(states));
}

/** Of Linux: whether the system switches the USB device of a terminal off while nothing is said to it. */
export function linuxUsbPowerExaminations(terminals: readonly TerminalConfig[], root = ""): readonly Examination[] {
  return terminals
    .filter(({ link, disabled }) => link["type"] === "usb" && disabled !== true)
    .map((terminal): Examination => {
      const id = `terminal.${terminal.id}.usb-power`;
      const examine = async () => {
        const devices = (await pluggedDevices(root)).filter(({ usb }) => isIt(usb, terminal.link));
        return Promise.all(
          devices.map(async ({ name }) => {
            const control = `/sys/bus/usb/devices/${name}/power/control`;
            const value = (await readFile(`${root}${control}`, "utf8").catch(() => "")).trim();
            return { ...usbPowerCheck(id, control, value), terminal: terminal.id };
          }),
        );
      };
      return { id, terminal: terminal.id, examine };
    });
}

function usbPowerCheck(id: string, control: string, value: string): Finding {
  switch (value) {
    case "on":
      return ok(id, ({ power: words }) => words.usbStaysOn(control));
    case "auto":
      return warning(
        id,
        ({ power: words }) => words.usbMayStop(control),
        ({ power: words }) => words.keepOn(control),
      );
    default:
      return unknown(id, ({ power: words }) => words.usbNotRead(control));
  }
}

const SUB_SLEEP = "SUB_SLEEP";
const STANDBY = "STANDBYIDLE";
/** Of `powercfg`: the USB settings, and selective suspend among them. */
const USB_SETTINGS = "2a737441-1930-4402-8d77-b2bebba308a3";
const SELECTIVE_SUSPEND = "48e6b7a6-50f5-4782-a5d4-53bb8f07e226";

/**
 * Of Windows, for a machine on mains. Assumed of `powercfg /query`, from Microsoft's documentation and not seen on a real machine: its
 * words are in the language of the system, and its last two numbers, as 0x00000708, are the setting on mains and on battery.
 */
export function windowsPowerExaminations(run: RunProgram, systemRoot: string): readonly Examination[] {
  const setting = async (group: string, name: string, signal: AbortSignal): Promise<number | undefined> => {
    const ran = await run(`${systemRoot}\\System32\\powercfg.exe`, ["/query", "SCHEME_CURRENT", group, name], signal);
    const numbers =
      ran.kind === "ended" && ran.code === 0 ? [...ran.stdout.matchAll(/:\s*(0x[0-9a-f]{8})\s*$/gim)] : [];
    const onMains = numbers.at(-2)?.[1];
    return onMains === undefined ? undefined : Number(onMains);
  };
  return [
    {
      id: ID,
      examine: async (signal) => {
        const seconds = await setting(SUB_SLEEP, STANDBY, signal);
        if (seconds === undefined) return [unknown(ID, ({ power: words }) => words.windowsSilent)];
        if (seconds === 0) return [ok(ID, ({ power: words }) => words.windowsAwake)];
        const minutes = Math.round(seconds / 60);
        return [
          warning(
            ID,
            ({ power: words }) => words.windowsSleeps(minutes),
            ({ power: words }) => words.windowsNeverSleep,
          ),
        ];
      },
    },
    {
      id: "usb.power",
      examine: async (signal) => {
        const id = "usb.power";
        const suspends = await setting(USB_SETTINGS, SELECTIVE_SUSPEND, signal);
        if (suspends === undefined) return [unknown(id, ({ power: words }) => words.usbSilent)];
        if (suspends === 0) return [ok(id, ({ power: words }) => words.usbStays)];
        return [
          warning(
            id,
            ({ power: words }) => words.usbStops,
            ({ power: words }) => words.usbNeverStop(USB_SETTINGS, SELECTIVE_SUSPEND),
          ),
        ];
      },
    },
  ];
}
