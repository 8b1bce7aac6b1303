import type { Examination } from "../check.ts";
import type { Patient } from "../patient.ts";

/** Of the computer on which the service runs, and of what belongs to the service there. */
export function machineExaminations(_patient: Patient): readonly Examination[] {
  return [];
}
