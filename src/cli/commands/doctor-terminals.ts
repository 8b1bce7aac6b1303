import { existsSync } from "node:fs";
import type { Examination } from "../../doctor/check.ts";
import { firewallOf } from "../../doctor/surroundings.ts";
import type { Patient } from "../../doctor/patient.ts";
import type { TerminalsAround } from "../../doctor/terminals/examined.ts";
import { lockHome } from "../../home/lock.ts";
import { asOwnerOf } from "../../home/owner.ts";
import { HomeFailure } from "../../home/store.ts";
import type { Call, Home } from "../call.ts";

/** What the command knows of terminals without the service. */
export async function terminalsAround(call: Call): Promise<TerminalsAround> {
  const { vendors } = await import("../../drivers/registry.ts");
  const checkTerminal = await call.composition.loadTerminalCheck();
  return { vendors, checkTerminal, isNobodyConnected: await isUnserved(call.home) };
}

/** As root, to whom alone the rules are told. */
export function firewallSeenByRoot(call: Call, patient: Patient): Examination {
  return {
    id: "firewall",
    examine: async (signal) => firewallOf(patient, await terminalsAround(call)).examine(signal),
  };
}

/** Whether no daemon has this home now, and with it links to terminals. Who cannot tell is careful. */
async function isUnserved({ dataDirectory }: Home): Promise<boolean> {
  if (!existsSync(dataDirectory)) return true;
  try {
    const locked = await asOwnerOf(dataDirectory, () => Promise.resolve(lockHome(dataDirectory)));
    if (locked.kind === "held") return false;
    locked.lock[Symbol.dispose]();
    return true;
  } catch (error) {
    if (error instanceof HomeFailure) return false;
    throw error;
  }
}
