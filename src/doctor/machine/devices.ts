import { stat } from "node:fs/promises";
import type { TerminalConfig } from "../../home/config-schema.ts";
import { codeOf } from "../../home/store.ts";
import { fault, ok, unknown, type Examination, type Finding, type Said } from "../check.ts";
import { accountInWords, mayReadAndWrite, ownerInWords, readNames, type Account, type Usable } from "./account.ts";
import { nodesOf, type DeviceNode } from "./device-nodes.ts";

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

/** Of Linux: whether the service may use the device of each terminal. Nothing is opened. */
export function deviceExaminations(
  terminals: readonly TerminalConfig[],
  account: Account,
  { root = "", look = systemLook }: { readonly root?: string; readonly look?: NodeLook } = {},
): readonly Examination[] {
  return terminals.flatMap((terminal): readonly Examination[] => {
    const { type } = terminal.link;
    if (terminal.disabled === true || (type !== "serial" && type !== "usb")) return [];
    const id = `terminal.${terminal.id}.device`;
    const examine = async (): Promise<readonly Finding[]> => {
      const found = await nodesOf(terminal.link, root);
      // Whether it is there at all is told where its link is looked at.
      if (found.kind !== "node") return [];
      const check = await rightsOf(id, found.node, account, look);
      return check === undefined ? [] : [{ ...check, terminal: terminal.id }];
    };
    return [{ id, terminal: terminal.id, examine }];
  });
}

async function rightsOf(
  id: string,
  { path, what }: DeviceNode,
  account: Account,
  look: NodeLook,
): Promise<Finding | undefined> {
  const names = await readNames();
  try {
    const node = await look.stat(path);
    if (!node.isCharacterDevice()) return undefined;
    const place = what === undefined ? path : `${path} (${what})`;
    const owner = ownerInWords(node, names);
    const who = accountInWords(account, names);
    const usable = await look.usable(path, account);
    switch (usable.kind) {
      case "usable":
        return ok(id, (words) => words.device.usable(place, owner(words), who(words)));
      case "forbidden":
        return fault(
          id,
          (words) => words.device.forbidden(place, owner(words)),
          ({ device: words }) => words.allow(path),
        );
      case "noRights":
        return fault(
          id,
          (words) => words.device.noRights(place, owner(words), who(words)),
          rightsRemedy(node, names.group(node.gid), account.name),
        );
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    return unknown(id, ({ home: words }) => words.notSeen(path, code === "" ? String(error) : code));
  }
}

/** Where the group may use it, the account joins that; root's own devices get the group of serial ports by the rule for udev. */
function rightsRemedy(
  { gid, mode }: { readonly gid: number; readonly mode: number },
  group: string,
  user: string,
): Said {
  const groupMay = (mode & 0o060) === 0o060;
  return ({ device: words }) => (gid !== 0 && groupMay ? words.joinGroup(group, user) : words.installRule);
}
