import type { Examination } from "./check.ts";
import { machineExaminations } from "./machine/examinations.ts";
import type { Patient } from "./patient.ts";

/** Every examination, in the order in which a person reads what they found: the machine first, then its network, then each terminal. */
export function examinationsOf(patient: Patient): readonly Examination[] {
  return [...machineExaminations(patient)];
}
