import { readFile } from "node:fs/promises";
import type { Clock } from "../../core/ports.ts";
import type { TerminalConfig } from "../../home/config-schema.ts";
import { isCurious, lookForHolder, type PortHolder } from "../../transports/port-holder.ts";
import { fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import { nodesOf } from "./device-nodes.ts";

type Look = {
  readonly terminals: readonly TerminalConfig[];
  readonly clock: Clock;
  /** Of the service itself, which may have the port. */
  readonly daemonPid: number | undefined;
  readonly processes?: string;
};

/** A busy machine with many programs. */
const LIMIT_MS = 4_000;

/** Of Linux: which other program has the device of a terminal. */
export function holderExaminations({ terminals, clock, daemonPid, processes = "/proc" }: Look): readonly Examination[] {
  return terminals.flatMap((terminal): readonly Examination[] => {
    const { type } = terminal.link;
    if (terminal.disabled === true || (type !== "serial" && type !== "usb")) return [];
    const id = `terminal.${terminal.id}.holder`;
    const examine = async (): Promise<readonly Finding[]> => {
      const found = await nodesOf(terminal.link);
      if (found.kind !== "node") return []; // Another examination says so.
      const { path } = found.node;
      const looked = await lookForHolder(path, clock, LIMIT_MS, processes);
      const check =
        looked.kind === "held"
          ? heldBy(id, path, looked.holder, daemonPid)
          : looked.kind === "late"
            ? unknown(id, ({ holder: words }) => words.late(LIMIT_MS / 1_000))
            : (await seesOthers(processes))
              ? ok(id, ({ holder: words }) => words.none(path))
              : unknown(id, ({ holder: words }) => words.notShown);
      return [{ ...check, terminal: terminal.id }];
    };
    return [{ id, terminal: terminal.id, limitMs: LIMIT_MS + 1_000, examine }];
  });
}

/** A service may be shown its own processes alone; nothing is seen then, which is no proof. */
async function seesOthers(processes: string): Promise<boolean> {
  if (process.geteuid?.() === 0) return true;
  return readFile(`${processes}/1/environ`).then(
    () => true,
    () => false,
  );
}

function heldBy(id: string, path: string, holder: PortHolder, daemonPid: number | undefined): Finding {
  const { name, pid, kind } = holder;
  if (pid === daemonPid) return ok(id, ({ holder: words }) => words.ourselves(path, pid));
  const remedy: Said = ({ holder: words }) => (isCurious(holder) ? words.keepAway(name) : words.end(name));
  return kind === "seen"
    ? fault(id, ({ holder: words }) => words.has(name, pid, path), remedy)
    : warning(id, ({ holder: words }) => words.mayHave(name, pid, path), remedy);
}
