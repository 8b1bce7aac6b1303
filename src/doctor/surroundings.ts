import type { Examination } from "./check.ts";
import { cloudsOf } from "./network/clouds.ts";
import { cardsNow, firewallFor, networkExaminations } from "./network/examinations.ts";
import type { Patient } from "./patient.ts";
import { examinedTerminals, type TerminalsAround } from "./terminals/examined.ts";
import { terminalExaminations } from "./terminals/examinations.ts";

/** Whether the firewall of this machine is in anybody's way. */
export function firewallOf({ config, platform }: Patient, around: TerminalsAround): Examination {
  const terminals = examinedTerminals(config.terminals, around);
  return firewallFor({ config, platform }, terminals, cloudsOf(terminals, around.vendors));
}

/** What is around the machine: its network, and each terminal. */
export async function surroundingsOf(patient: Patient, around: TerminalsAround): Promise<readonly Examination[]> {
  const cards = await cardsNow();
  const terminals = examinedTerminals(patient.config.terminals, around);
  const clouds = cloudsOf(terminals, around.vendors);
  return [
    ...networkExaminations(patient, terminals, clouds, cards),
    ...terminalExaminations(patient, around, terminals, cards),
  ];
}
