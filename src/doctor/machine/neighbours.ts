import { existsSync } from "node:fs";
import type { TerminalConfig } from "../../home/config-schema.ts";
import { ok, warning, type Examination } from "../check.ts";

const ID = "devices.rule";
const RULE_PLACES = ["/etc/udev/rules.d", "/usr/lib/udev/rules.d", "/lib/udev/rules.d"];
const RULE = "91-tillbridge.rules";
/** They open what is newly plugged in, and write to it to find out what it is. */
const NEIGHBOURS = [
  "/usr/sbin/ModemManager",
  "/usr/bin/ModemManager",
  "/sbin/brltty",
  "/usr/bin/brltty",
  "/usr/sbin/brltty",
];

/** Of Linux, where a terminal is on USB or at a serial port: whether the rule is there that keeps others away from it. */
export function ruleExamination(terminals: readonly TerminalConfig[], root = ""): readonly Examination[] {
  const isPlugged = ({ link, disabled }: TerminalConfig) =>
    disabled !== true && (link["type"] === "usb" || link["type"] === "serial");
  if (!terminals.some(isPlugged)) return [];
  const examine = async () => {
    const place = RULE_PLACES.find((folder) => existsSync(`${root}${folder}/${RULE}`));
    if (place !== undefined)
      return [ok(ID, `${place}/${RULE} gives terminals to the service, and keeps other programs away from them.`)];
    const neighbours = NEIGHBOURS.filter((path) => existsSync(`${root}${path}`));
    if (neighbours.length === 0)
      return [ok(ID, `There is no ${RULE}, and no program here that opens what is newly plugged in.`)];
    return [
      warning(
        ID,
        `There is no ${RULE}, and ${neighbours.join(" and ")} may open a terminal and write to it.`,
        "`sudo tillbridge service install` or the package puts it there; by hand: copy installers/linux/91-tillbridge.rules to /etc/udev/rules.d, " +
          "`sudo udevadm control --reload`, then unplug the terminal and plug it in again.",
      ),
    ];
  };
  return [{ id: ID, examine }];
}
