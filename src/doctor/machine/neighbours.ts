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
    if (place !== undefined) return [ok(ID, ({ device: words }) => words.hasRule(`${place}/${RULE}`))];
    const neighbours = NEIGHBOURS.filter((path) => existsSync(`${root}${path}`));
    if (neighbours.length === 0) return [ok(ID, ({ device: words }) => words.noNeed(RULE))];
    return [
      warning(
        ID,
        ({ device: words }) => words.noRule(RULE, neighbours.join(words.and)),
        ({ device: words }) => words.putRule,
      ),
    ];
  };
  return [{ id: ID, examine }];
}
