import type { Mutant } from "./mutant.ts";
import { acceptedMutants } from "./catalogue/accepted.ts";
import { accessMutants } from "./catalogue/access.ts";
import { allowanceMutants } from "./catalogue/allowances.ts";
import { amountMutants } from "./catalogue/amounts.ts";
import { cardMutants } from "./catalogue/cards.ts";
import { cloudMutants } from "./catalogue/clouds.ts";
import { deliveryMutants } from "./catalogue/delivery.ts";
import { dispatchMutants } from "./catalogue/dispatch.ts";
import { doctorMutants } from "./catalogue/doctor.ts";
import { evidenceMutants } from "./catalogue/evidence.ts";
import { fenceMutants } from "./catalogue/fence.ts";
import { figureMutants } from "./catalogue/figures.ts";
import { identityMutants } from "./catalogue/identity.ts";
import { intakeMutants } from "./catalogue/intake.ts";
import { journalMutants } from "./catalogue/journal.ts";
import { momentMutants } from "./catalogue/moments.ts";
import { payButtonMutants } from "./catalogue/pay-button.ts";
import { practiceMutants } from "./catalogue/practice.ts";
import { recorderMutants } from "./catalogue/recorder.ts";
import { startVersionMutants } from "./catalogue/start-version.ts";
import { supervisionMutants } from "./catalogue/supervision.ts";
import { updateMutants } from "./catalogue/update.ts";
import { waitingMutants } from "./catalogue/waiting.ts";
import { wordMutants } from "./catalogue/word.ts";

/** Every mistake that is planted, by the rules that it breaks. */
export const mutants: readonly Mutant[] = [
  ...acceptedMutants,
  ...intakeMutants,
  ...dispatchMutants,
  ...wordMutants,
  ...fenceMutants,
  ...evidenceMutants,
  ...identityMutants,
  ...waitingMutants,
  ...deliveryMutants,
  ...cardMutants,
  ...journalMutants,
  ...amountMutants,
  ...allowanceMutants,
  ...cloudMutants,
  ...accessMutants,
  ...payButtonMutants,
  ...updateMutants,
  ...startVersionMutants,
  ...supervisionMutants,
  ...recorderMutants,
  ...momentMutants,
  ...doctorMutants,
  ...figureMutants,
  ...practiceMutants,
];
