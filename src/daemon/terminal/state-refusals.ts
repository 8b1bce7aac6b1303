import type { ErrorReason } from "../../core/errors.ts";
import type { TerminalState } from "../../core/terminal.ts";
import type { Device } from "./device.ts";

export type StateRefusal = Extract<
  ErrorReason,
  "terminalOffline" | "terminalFenced" | "terminalUnpaired" | "terminalDisabled" | "terminalBusy" | "shuttingDown"
>;

/** The states in which a start is an error and stores nothing; the others queue it. */
export const REFUSED_IN: Partial<Record<TerminalState, StateRefusal>> = {
  offline: "terminalOffline",
  unpaired: "terminalUnpaired",
  disabled: "terminalDisabled",
  fenced: "terminalFenced",
};

type Refusing = {
  readonly terminal: string;
  readonly state: TerminalState;
  readonly device: Device;
  readonly offlineWhy: string | undefined;
  /** The transaction in doubt that keeps it from working. */
  readonly inTheWay: string | undefined;
};

/** For the person at the counter: why a terminal takes nothing now, and what to do. */
export function whyRefused(reason: StateRefusal, { terminal, state, device, offlineWhy, inTheWay }: Refusing): string {
  switch (reason) {
    case "terminalOffline":
      return `Terminal ${terminal} is not reachable: ${offlineWhy ?? "no link"}.`;
    case "terminalFenced":
      return (
        `Terminal ${terminal} takes no payment: nobody knows how its last one ended. Use another terminal, and do not charge that one again. ` +
        `\`tillbridge transactions show ${inTheWay ?? ""}\` tells the person in charge what is known and how to go on.`
      );
    case "terminalUnpaired":
      return `Terminal ${terminal} is not ready: ${device.unpaired ?? ""}. Where it has to be paired, a technician does that with \`tillbridge terminals pair ${terminal}\`.`;
    case "terminalDisabled":
      return `Terminal ${terminal} is switched off in the configuration.`;
    case "shuttingDown":
      return `Terminal ${terminal} is just being closed; ask again with the same request id in a moment.`;
    case "terminalBusy":
      return `Terminal ${terminal} is ${state}; try again in a moment.`;
  }
}
