import type { TerminalsAround } from "../doctor/terminals/examined.ts";
import type { TerminalsApi } from "./api.ts";
import type { Foundation } from "./foundation.ts";

/** The service is the one who has the links: whatever it knows of a terminal is told, and nobody connects beside it. */
export function terminalsAround(
  { vendors, checkTerminal }: Pick<Foundation, "vendors" | "checkTerminal">,
  terminals: TerminalsApi,
): TerminalsAround {
  return {
    vendors: [...vendors.values()],
    checkTerminal: (terminal) => {
      const checked = checkTerminal(terminal);
      return checked.kind === "faulty" ? checked.faults : [];
    },
    service: { terminals: () => terminals.list(), poll: (terminal) => terminals.poll(terminal) },
    isNobodyConnected: false,
  };
}
