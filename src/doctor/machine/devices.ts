import { stat } from "node:fs/promises";
import type { TerminalConfig } from "../../home/config-schema.ts";
import { codeOf } from "../../home/store.ts";
import { fault, ok, unknown, type Check, type Examination } from "../check.ts";
import { accountInWords, mayReadAndWrite, ownerInWords, readNames, type Account, type Usable } from "./account.ts";
import { nodesOf, type DeviceNode } from "./device-nodes.ts";

const LOOK = "Check the cable, and that the terminal is switched on. `tillbridge discover` shows what is plugged in.";
const RESTART = "then `sudo systemctl restart tillbridge`";

/** What is asked of the system about a node. It is not opened. */
export type NodeLook = {
  readonly stat: (path: string) => Promise<{
    readonly uid: number;
    readonly gid: number;
    readonly mode: number;
    isCharacterDevice(): boolean;
  }>;
  readonly usable: (path: string, account: Account) => Promise<Usable>;
};

const systemLook: NodeLook = { stat: (path) => stat(path), usable: mayReadAndWrite };

/** Of Linux: whether the device of each terminal is there, and the service may use it. Nothing is opened. */
export function deviceExaminations(
  terminals: readonly TerminalConfig[],
  account: Account,
  { root = "", look = systemLook }: { readonly root?: string; readonly look?: NodeLook } = {},
): readonly Examination[] {
  return terminals.flatMap((terminal): readonly Examination[] => {
    const { type } = terminal.link;
    if (terminal.disabled === true || (type !== "serial" && type !== "usb")) return [];
    const id = `terminal.${terminal.id}.device`;
    const examine = async (): Promise<readonly Check[]> => {
      const found = await nodesOf(terminal.link, root);
      const checks = await checksOf(id, found, account, look);
      return checks.map((check) => ({ ...check, terminal: terminal.id }));
    };
    return [{ id, terminal: terminal.id, examine }];
  });
}

async function checksOf(
  id: string,
  found: Awaited<ReturnType<typeof nodesOf>>,
  account: Account,
  look: NodeLook,
): Promise<readonly Check[]> {
  switch (found.kind) {
    case "anywhere":
      return [];
    case "absent":
      return [fault(id, found.why, LOOK)];
    case "several":
      return [
        fault(id, found.why, "Name the serial number of the one that it is in its link, or unplug the other one."),
      ];
    case "node":
      return [await rightsOf(id, found.node, account, look)];
  }
}

async function rightsOf(id: string, { path, what }: DeviceNode, account: Account, look: NodeLook): Promise<Check> {
  const names = await readNames();
  try {
    const node = await look.stat(path);
    if (!node.isCharacterDevice()) return fault(id, `${path} is no device.`, LOOK);
    const owner = `${path}${what === undefined ? "" : ` (${what})`} belongs to ${ownerInWords(node, names)}`;
    const who = `the service runs as ${accountInWords(account, names)}`;
    const usable = await look.usable(path, account);
    switch (usable.kind) {
      case "usable":
        return ok(id, `${owner}; ${who} and may use it.`);
      case "forbidden":
        return fault(
          id,
          `${owner}; the service's unit forbids this kind of device to it.`,
          `\`sudo systemctl edit tillbridge\`, and under [Service]: DeviceAllow=${path} rw; ${RESTART}.`,
        );
      case "noRights":
        return fault(
          id,
          `${owner}; ${who} and may not use it.`,
          rightsRemedy(node, names.group(node.gid), account.name),
        );
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return fault(id, `There is no ${path} any more.`, LOOK);
    return unknown(id, `${path} cannot be looked at: the system says ${code === "" ? String(error) : code}.`);
  }
}

/** Where the group may use it, the account joins that; root's own devices get the group of serial ports by the rule for udev. */
function rightsRemedy(
  { gid, mode }: { readonly gid: number; readonly mode: number },
  group: string,
  user: string,
): string {
  const groupMay = (mode & 0o060) === 0o060;
  return gid !== 0 && groupMay
    ? `\`sudo usermod --append --groups ${group} ${user}\`, ${RESTART}.`
    : "Install the udev rule of Tillbridge (`tillbridge service install`, or the package), then unplug it and plug it in again.";
}
